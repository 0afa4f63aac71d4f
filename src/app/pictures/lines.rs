//! Text read again from the capture.

use crate::analysis::Analysis;
use crate::capture::{Format, Place};
use crate::workload::ExecutionId;

/// The most lines of one record that are shown; a statement may span thousands.
const MOST: usize = 40;
/// The same of a record that is shown for its own sake, as a plan or an event.
const MOST_OF_RECORD: usize = 400;
/// Records of so many lines are shown at once.
const SHORT: usize = 8;
/// The most bytes of one text that are shown; laying out more would stop the window.
pub(crate) const LONGEST: usize = 20_000;

/// Lines of a file that say that something was executed.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// "shop.log:1203".
    pub(crate) place: String,
    /// The raw text, or why it can't be read.
    pub(crate) text: Result<String, String>,
}

impl Line {
    /// Reads the record of an execution again.
    pub(crate) fn read(analysis: &Analysis, execution: ExecutionId) -> Option<Self> {
        let place = analysis.workload.executions.get(execution)?.place;
        match analysis.sources.lines(place, MOST) {
            Ok(lines) => {
                let number = lines.first().map(|l| l.0);
                let text = lines
                    .into_iter()
                    .map(|(_, text)| text)
                    .collect::<Vec<_>>()
                    .join("\n");
                Some(Self {
                    place: name(analysis, place, number),
                    text: Ok(cut(text)),
                })
            }
            Err(error) => Some(Self {
                place: name(analysis, place, None),
                text: Err(error.to_string()),
            }),
        }
    }
}

fn name(analysis: &Analysis, place: Place, line: Option<u64>) -> String {
    let file = analysis.workload.capture.files.get(usize::from(place.file));
    let name = file
        .and_then(|f| f.path.file_name())
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    line.map_or_else(|| name.clone(), |line| format!("{name}:{line}"))
}

/// A record as it stands in a file.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// "shop.log:1203".
    pub(crate) place: String,
    /// The numbers of its lines, one a line, and the lines; or why they can't be read. Empty where only its place is
    /// known.
    pub(crate) lines: Result<(String, String), String>,
}

impl Record {
    /// Reads the record at `place` again.
    pub(crate) fn read(analysis: &Analysis, place: Place) -> Self {
        match analysis.sources.lines(place, MOST_OF_RECORD) {
            Ok(lines) => {
                let number = lines.first().map(|l| l.0);
                let numbers: Vec<String> = lines.iter().map(|l| l.0.to_string()).collect();
                // The end of a line of a Windows file is no part of it.
                let texts: Vec<&str> = lines
                    .iter()
                    .map(|l| l.1.strip_suffix('\r').unwrap_or(&l.1))
                    .collect();
                Self {
                    place: name(analysis, place, number),
                    lines: Ok((numbers.join("\n"), cut(texts.join("\n")))),
                }
            }
            Err(error) => Self::without_lines(analysis, place, error.to_string()),
        }
    }

    /// A record whose lines can't be read, because the file has changed or has no records of a server.
    fn without_lines(analysis: &Analysis, place: Place, why: String) -> Self {
        let files = &analysis.workload.capture.files;
        let format = files.get(usize::from(place.file)).map(|f| &f.format);
        if matches!(format, Some(Format::PgBouncer | Format::Totals(_)))
            && let Ok(line) = analysis.sources.line(place)
        {
            return Self {
                place: name(analysis, place, Some(line)),
                lines: Ok(Default::default()),
            };
        }
        Self {
            place: name(analysis, place, None),
            lines: Err(why),
        }
    }

    /// Whether it takes more room than something one has not asked for should.
    pub(crate) fn is_long(&self) -> bool {
        let lines = self.lines.as_ref();
        lines.is_ok_and(|(_, text)| text.lines().count() > SHORT)
    }
}

/// One execution with its parameters filled in.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// Which one: "Slowest", "Median", "Last".
    pub(crate) name: &'static str,
    pub(crate) execution: ExecutionId,
    /// In microseconds; `None` where the capture doesn't tell.
    pub(crate) duration: Option<u64>,
    /// Parse, bind and later fetches beside that, in microseconds.
    pub(crate) steps: u64,
    /// "shop.log:1203".
    pub(crate) place: String,
    /// The statement, or why it can't be read.
    pub(crate) sql: Result<String, String>,
    /// Its plans, where the log has any.
    pub(crate) plans: Vec<Record>,
}

impl Example {
    /// Reads the statement of an execution again.
    pub(crate) fn read(
        analysis: &Analysis,
        name_of: &'static str,
        execution: ExecutionId,
    ) -> Option<Self> {
        let e = analysis.workload.executions.get(execution)?;
        let statement = analysis.sources.statement(e.place);
        let place = name(analysis, e.place, statement.as_ref().ok().map(|s| s.line));
        let sql = statement
            .map(|s| s.bound())
            .map_err(|error| error.to_string());
        Some(Self {
            name: name_of,
            execution,
            duration: e.timed.then_some(e.duration),
            steps: e.steps,
            place,
            sql,
            plans: super::plans::of(analysis, &e),
        })
    }
}

/// Keeps what can be shown of a text.
pub(crate) fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        let mut end = LONGEST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(" …");
    }
    text
}
