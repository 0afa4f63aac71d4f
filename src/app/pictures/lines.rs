//! Text read again from the capture.

use crate::analysis::Analysis;
use crate::capture::Place;
use crate::workload::ExecutionId;

/// The most lines of one record that are shown; a statement may span thousands.
const MOST: usize = 40;
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

/// One execution with its parameters filled in.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// Which one: "Slowest", "Median", "Last".
    pub(crate) name: &'static str,
    pub(crate) execution: ExecutionId,
    /// In microseconds.
    pub(crate) duration: u64,
    /// "shop.log:1203".
    pub(crate) place: String,
    /// The statement, or why it can't be read.
    pub(crate) sql: Result<String, String>,
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
            duration: e.duration,
            place,
            sql,
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
