//! The opened files of a capture, from which single records can be read again.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use super::again::{self, Again, again, line_at};
use super::client;
use super::detect::{Detected, Format, detect};
use super::error::CaptureError;
use super::feed::Feed;
use super::follow::LOOK;
use super::interpret::{Meaning, interpret, parameter_values, planned, untabbed};
use super::origins::Origins;
use super::place::Place;
use super::prefix::Prefix;
use super::read::{Cancelled, Options, Progress};
use super::record::Record;
use super::records::records;
use super::source::{self, Source};
use super::warning::{Warning, Warnings};
use super::wrap::Wrapper;
use crate::sql;

/// How much of a file is looked at for the time of its first record.
const HEAD: usize = 64 * 1024;

/// Two logs in different formats that begin within so many microseconds are likely the same log twice: a server can
/// write several formats at once.
const TWINS: i64 = 2_000_000;

/// The opened files of a capture, in the order of time.
#[derive(Debug, Default)]
pub struct Sources {
    /// One that is followed gets a successor when it is rotated.
    files: RwLock<Vec<Arc<OpenFile>>>,
}

/// One opened file and its format.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub source: Source,
    pub format: Format,
    /// What lies around the log, outermost first.
    pub wrappers: Vec<Wrapper>,
    /// The year that stamps without one are in.
    pub year: i64,
}

/// What is known of a file of a capture.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its path as people are told.
    pub path: PathBuf,
    /// What it holds.
    pub format: Format,
    /// What lies around the log, outermost first, for people.
    pub wrappers: Vec<&'static str>,
    /// Its unpacked bytes as far as they are known.
    pub bytes: u64,
}

/// A statement as the capture has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its text, with its constants.
    pub sql: String,
    /// Its parameters in order; `None` is NULL. Empty for simple statements.
    pub parameters: Vec<Option<String>>,
    /// The line that its record begins on, counted from 1.
    pub line: u64,
    /// The session id, else the process id.
    pub session: String,
    /// The virtual transaction id, where the log has it.
    pub transaction: Option<String>,
}

/// A plan as the capture has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanText {
    /// What follows `duration: 1.234 ms  plan:`, in whichever form it was logged, without the tabs of a text log.
    pub text: String,
    /// Microseconds that the log gives for the execution.
    pub duration: u64,
    /// The line of the file that its text begins on, counted from 1.
    pub line: u64,
    /// Whether its lines are those of the file: not where a whole record stands on one.
    pub on_lines: bool,
}

impl Statement {
    /// The text with the parameters filled in.
    #[must_use]
    pub fn bound(&self) -> String {
        let parameters: Vec<Option<&str>> = self.parameters.iter().map(Option::as_deref).collect();
        sql::bind(&self.sql, &parameters)
    }
}

impl Sources {
    /// Opens files, unpacks packed ones and finds their formats; puts them in the order of time.
    ///
    /// A file that can't be read becomes a warning when others can. The warnings count files in the new order.
    ///
    /// # Errors
    /// When no file can be read: what is wrong with the first. Also when the prefix can't be used.
    pub fn open(
        paths: &[PathBuf],
        options: &Options,
        cancelled: Cancelled<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Self, Warnings), CaptureError> {
        let prefix = options.prefix.as_deref().map(Prefix::parse).transpose()?;
        let (inputs, mut warnings) = source::expand(paths)?;
        let (mut opened, mut failed) = (Vec::new(), Vec::new());
        for input in &inputs {
            match source::open(&input.path, cancelled, progress, &mut warnings) {
                Ok(found) => {
                    for source in found {
                        match open_one(source, prefix.as_ref()) {
                            Ok(file) => opened.push(file),
                            Err(error) => failed.push(error),
                        }
                    }
                }
                Err(CaptureError::Cancelled) => return Err(CaptureError::Cancelled),
                Err(error) => failed.push(error),
            }
        }
        if opened.len() > usize::from(u16::MAX) {
            return Err(CaptureError::TooManyFiles(opened.len()));
        }
        if opened.is_empty() {
            return Err(failed.into_iter().next().unwrap_or(CaptureError::NoInput));
        }
        opened.sort_by_key(|(_, first)| *first);
        for (number, pair) in (1..).zip(opened.windows(2)) {
            if let [(one, Some(first)), (other, Some(second))] = pair
                && one.format.name() != other.format.name()
                && !matches!(one.format, Format::Served(_))
                && !matches!(other.format, Format::Served(_))
                && second - first <= TWINS
            {
                let what = format!(
                    "it begins when {} does: if both are one server's log, all of it counts twice",
                    one.source.path.display()
                );
                warnings.push(Warning {
                    file: number,
                    line: None,
                    what,
                });
            }
        }
        let files = opened.into_iter().map(|(file, _)| Arc::new(file)).collect();
        for error in failed {
            warnings.push(Warning {
                file: 0,
                line: None,
                what: format!("left out: {error}"),
            });
        }
        let files = RwLock::new(files);
        Ok((Self { files }, warnings))
    }

    /// The file of that number.
    pub(super) fn file(&self, number: u16) -> Option<Arc<OpenFile>> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.get(usize::from(number)).cloned()
    }

    /// Whether there is no file behind that of this number.
    pub(super) fn is_last(&self, number: u16) -> bool {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.len() == usize::from(number) + 1
    }

    /// Waits for the file that takes the place of a rotated one, and adds it behind. It is taken to be in the same
    /// format.
    pub(super) fn follow_on(&self, before: &OpenFile, cancelled: Cancelled<'_>) {
        let Some(path) = before.source.opened_from() else {
            return;
        };
        while !cancelled() {
            // It may not be there yet, or be empty.
            let opened = source::open(path, cancelled, &mut |_| {}, &mut Warnings::default());
            if let Some(source) = opened.ok().and_then(|found| found.into_iter().next()) {
                let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
                files.push(Arc::new(OpenFile {
                    year: source.year(),
                    source,
                    format: before.format.clone(),
                    wrappers: before.wrappers.clone(),
                }));
                return;
            }
            thread::sleep(LOOK);
        }
    }

    /// The unpacked bytes that all files will have, as far as that can be told.
    #[must_use]
    pub fn expected(&self) -> u64 {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.iter().filter_map(|f| f.source.expected_len()).sum()
    }

    /// What is known of each file, in the order of time.
    #[must_use]
    pub fn describe(&self) -> Vec<Description> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let describe = |f: &Arc<OpenFile>| Description {
            path: f.source.path.clone(),
            format: f.format.clone(),
            wrappers: f.wrappers.iter().map(|w| w.name()).collect(),
            bytes: f.source.len(),
        };
        files.iter().map(describe).collect()
    }

    /// The statement whose record begins at `place`.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file can't be read, [`CaptureError::Changed`] when there is no statement.
    pub fn statement(&self, place: Place) -> Result<Statement, CaptureError> {
        let line = self.line(place)?;
        let file = self.file_of(place)?;
        if !file.format.is_server() {
            let found = again::client_statement(&file, place.offset)
                .map_err(|error| failed(&file, place, error))?;
            let (sql, parameters, session) = found.ok_or_else(|| changed(&file, place))?;
            return Ok(Statement {
                sql,
                parameters,
                line,
                session,
                transaction: None,
            });
        }
        let (file, again) = self.again(place)?;
        let tabbed = matches!(file.format, Format::Stderr { .. });
        again
            .record(&file, |record| statement(record, line, tabbed))
            .flatten()
            .ok_or_else(|| changed(&file, place))
    }

    /// The plan whose record begins at `place`.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file can't be read, [`CaptureError::Changed`] when there is no plan.
    pub fn plan(&self, place: Place) -> Result<PlanText, CaptureError> {
        let line = self.line(place)?;
        let (file, again) = self.again(place)?;
        let tabbed = matches!(file.format, Format::Stderr { .. });
        let on_lines = !matches!(file.format, Format::Json) && file.wrappers.is_empty();
        again
            .record(&file, |record| plan(record, line, tabbed, on_lines))
            .flatten()
            .ok_or_else(|| changed(&file, place))
    }

    /// The line that the record at `place` begins on, counted from 1. Reads at most 4 KiB.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file can't be read.
    pub fn line(&self, place: Place) -> Result<u64, CaptureError> {
        let file = self.file_of(place)?;
        file.source
            .line(place.offset)
            .map_err(|error| failed(&file, place, error))
    }

    /// The lines of the record at `place` as they stand in the file, `most` at most, with their numbers.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file can't be read.
    pub fn lines(&self, place: Place, most: usize) -> Result<Vec<(u64, String)>, CaptureError> {
        let file = self.file_of(place)?;
        let lines = match file.format {
            // Their records are lines, and no statement's.
            Format::PgBouncer | Format::Totals(_) | Format::Trace(_) | Format::Served(_) => {
                line_at(&file, place.offset).map(|text| vec![(place.offset, text)])
            }
            Format::App(_) => again::client_lines(&file, place.offset, most),
            _ => self.again(place)?.1.lines(&file, most),
        };
        let lines = lines.map_err(|error| failed(&file, place, error))?;
        lines
            .into_iter()
            .map(|(offset, text)| {
                let line = file.source.line(offset);
                let line = line.map_err(|error| failed(&file, place, error))?;
                Ok((line, String::from_utf8_lossy(&text).into_owned()))
            })
            .collect()
    }

    fn file_of(&self, place: Place) -> Result<Arc<OpenFile>, CaptureError> {
        self.file(place.file).ok_or(CaptureError::NoInput)
    }

    fn again(&self, place: Place) -> Result<(Arc<OpenFile>, Again), CaptureError> {
        let file = self.file_of(place)?;
        match again(&file, place.offset) {
            Ok(Some(found)) => Ok((file, found)),
            Ok(None) => Err(changed(&file, place)),
            Err(error) => Err(failed(&file, place, error)),
        }
    }
}

fn open_one(
    source: Source,
    prefix: Option<&Prefix>,
) -> Result<(OpenFile, Option<i64>), CaptureError> {
    let year = source.year();
    let Detected { format, wrappers } = detect(&source, prefix, year)?;
    let file = OpenFile {
        source,
        format,
        wrappers,
        year,
    };
    let first = first_time(&file);
    Ok((file, first))
}

/// The time of the first record that can be read near the start of a file.
fn first_time(file: &OpenFile) -> Option<i64> {
    let mut feed = Feed::new(&file.wrappers, file.year, 0);
    let got = file.source.read_at(0, feed.room(HEAD)).ok()?;
    feed.filled(got, 0, 0);
    feed.finish();
    let origins = Origins(feed.origins());
    let mut first = None;
    let mut each = |mut record: Record<'_>| {
        origins.complete(&mut record);
        first = first.or(record.time);
    };
    records(feed.bytes(), 0, &file.format, &mut each, &mut |_, _| {});
    first.or_else(|| client::first_time(feed.bytes(), &file.format))
}

fn statement(record: &Record<'_>, line: u64, tabbed: bool) -> Option<Statement> {
    let (sql, parameters) = match interpret(record) {
        Meaning::Execution { text, .. }
        | Meaning::Statement { text, .. }
        | Meaning::Part { text, .. }
        | Meaning::Plan { text, .. } => (text.sql, text.parameters),
        Meaning::Error { sql, .. } => (sql.into(), Cow::Borrowed(&b""[..])),
        _ => return None,
    };
    let text = |bytes: &[u8]| {
        let plain = if tabbed {
            untabbed(bytes)
        } else {
            bytes.into()
        };
        String::from_utf8_lossy(&plain).into_owned()
    };
    Some(Statement {
        sql: text(&sql),
        parameters: parameter_values(&text(&parameters)),
        line,
        session: text(&record.session),
        transaction: (!record.transaction.is_empty()).then(|| text(&record.transaction)),
    })
}

fn plan(record: &Record<'_>, line: u64, tabbed: bool, on_lines: bool) -> Option<PlanText> {
    let (duration, body, before) = planned(record)?;
    let plain = if tabbed { untabbed(body) } else { body.into() };
    Some(PlanText {
        text: String::from_utf8_lossy(&plain).into_owned(),
        duration,
        line: if on_lines { line + before } else { line },
        on_lines,
    })
}

fn failed(file: &OpenFile, place: Place, source: std::io::Error) -> CaptureError {
    CaptureError::Read {
        path: file.source.path.clone(),
        offset: place.offset,
        source,
    }
}

fn changed(file: &OpenFile, place: Place) -> CaptureError {
    CaptureError::Changed {
        path: file.source.path.clone(),
        offset: place.offset,
    }
}
