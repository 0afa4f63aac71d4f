//! The opened files of a capture, from which single records can be read again.

use std::path::{Path, PathBuf};

use super::detect::{Format, detect};
use super::error::CaptureError;
use super::interpret::{Meaning, interpret, parameter_values, untabbed};
use super::place::Place;
use super::prefix::Prefix;
use super::read::{Cancelled, Options, Progress};
use super::record::Record;
use super::source::{self, Source};
use super::warning::{Warning, Warnings};
use super::{csv, json, stderr};
use crate::sql;

/// A first guess at how long a record is; longer ones are read in growing steps.
const GUESS: usize = 8 * 1024;

/// The longest record that is shown again.
const MOST: usize = 64 << 20;

/// Two logs in different formats that begin within so many microseconds are likely the same log twice: a server can
/// write several formats at once.
const TWINS: i64 = 2_000_000;

/// The opened files of a capture, in the order of time.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<OpenFile>,
}

/// One opened file and its format.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub source: Source,
    pub format: Format,
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
        if paths.len() > usize::from(u16::MAX) {
            return Err(CaptureError::TooManyFiles(paths.len()));
        }
        let prefix = options.prefix.as_deref().map(Prefix::parse).transpose()?;
        let mut opened = Vec::new();
        let mut failed = Vec::new();
        for path in paths {
            match open_one(path, prefix.as_ref(), cancelled, progress) {
                Ok(file) => opened.push(file),
                Err(CaptureError::Cancelled) => return Err(CaptureError::Cancelled),
                Err(error) => failed.push(error),
            }
        }
        if opened.is_empty() {
            return Err(failed.into_iter().next().unwrap_or(CaptureError::NoInput));
        }
        opened.sort_by_key(|(_, first, _)| *first);
        let mut warnings = Warnings::default();
        for (number, pair) in (1..).zip(opened.windows(2)) {
            if let [(one, Some(first), _), (other, Some(second), _)] = pair
                && one.format.name() != other.format.name()
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
        let mut files = Vec::new();
        for (file, _, found) in opened {
            let number = u16::try_from(files.len()).unwrap_or(u16::MAX);
            for warning in found.first() {
                warnings.push(Warning {
                    file: number,
                    ..warning.clone()
                });
            }
            files.push(file);
        }
        for error in failed {
            warnings.push(Warning {
                file: 0,
                line: None,
                what: format!("left out: {error}"),
            });
        }
        Ok((Self { files }, warnings))
    }

    pub(super) fn files(&self) -> &[OpenFile] {
        &self.files
    }

    /// Path, format and unpacked size of each file, in the order of time.
    pub fn describe(&self) -> impl Iterator<Item = (&Path, &Format, u64)> {
        self.files
            .iter()
            .map(|f| (f.source.path.as_path(), &f.format, f.source.len))
    }

    /// The statement whose record begins at `place`.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file can't be read, [`CaptureError::Changed`] when there is no statement.
    pub fn statement(&self, place: Place) -> Result<Statement, CaptureError> {
        let (file, bytes) = self.record_bytes(place)?;
        let line = self.line(place)?;
        let mut found = None;
        each_record(file, &bytes, place.offset, &mut |record| {
            if found.is_none() && record.offset == place.offset {
                found = statement(&record, line, matches!(file.format, Format::Stderr { .. }));
            }
        });
        found.ok_or_else(|| changed(file, place))
    }

    /// The line that the record at `place` begins on, counted from 1. Reads at most 64 KiB.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file can't be read.
    pub fn line(&self, place: Place) -> Result<u64, CaptureError> {
        let file = self.file(place)?;
        file.source
            .line(place.offset)
            .map_err(|error| failed(file, place, error))
    }

    /// The lines of the record at `place` as they stand in the file, `most` at most, with their numbers.
    ///
    /// # Errors
    /// [`CaptureError::Read`] when the file can't be read.
    pub fn lines(&self, place: Place, most: usize) -> Result<Vec<(u64, String)>, CaptureError> {
        let (_, bytes) = self.record_bytes(place)?;
        let first = self.line(place)?;
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let lines = text.split(|b| *b == b'\n').take(most).enumerate();
        Ok(lines
            .map(|(n, line)| (first + n as u64, String::from_utf8_lossy(line).into_owned()))
            .collect())
    }

    fn file(&self, place: Place) -> Result<&OpenFile, CaptureError> {
        self.files
            .get(usize::from(place.file))
            .ok_or(CaptureError::NoInput)
    }

    /// The bytes of the record at `place` with the details that follow it.
    fn record_bytes(&self, place: Place) -> Result<(&OpenFile, Vec<u8>), CaptureError> {
        let file = self.file(place)?;
        let mut want = GUESS;
        loop {
            let mut bytes = vec![0; want];
            let got = file
                .source
                .read_at(place.offset, &mut bytes)
                .map_err(|error| failed(file, place, error))?;
            bytes.truncate(got);
            if let Some(end) = record_end(file, &bytes, place.offset) {
                bytes.truncate(end);
                return Ok((file, bytes));
            }
            if got < want || want >= MOST {
                return Ok((file, bytes));
            }
            want *= 4;
        }
    }
}

fn open_one(
    path: &Path,
    prefix: Option<&Prefix>,
    cancelled: Cancelled<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<(OpenFile, Option<i64>, Warnings), CaptureError> {
    let mut warnings = Warnings::default();
    let source = source::open(path, cancelled, progress, &mut warnings)?;
    let format = detect(&source, prefix)?;
    let file = OpenFile { source, format };
    let first = first_time(&file);
    Ok((file, first, warnings))
}

/// The time of the first record that can be read near the start of a file.
fn first_time(file: &OpenFile) -> Option<i64> {
    let mut bytes = vec![0; GUESS * 8];
    let got = file.source.read_at(0, &mut bytes).ok()?;
    bytes.truncate(got);
    let mut first = None;
    each_record(file, &bytes, 0, &mut |record| first = first.or(record.time));
    first
}

fn each_record(file: &OpenFile, bytes: &[u8], base: u64, each: &mut dyn FnMut(Record<'_>)) {
    match &file.format {
        Format::Stderr { prefix, tabbed, .. } => {
            stderr::records(bytes, base, prefix, *tabbed, each, &mut |_| {});
        }
        Format::Csv => csv::records(bytes, base, each, &mut |_, _| {}),
        Format::Json => json::records(bytes, base, each, &mut |_, _| {}),
    }
}

/// Where the first record of `bytes` ends, when the start of the next is in sight.
fn record_end(file: &OpenFile, bytes: &[u8], base: u64) -> Option<usize> {
    let (mut first, mut second) = (None, None);
    each_record(file, bytes, base, &mut |record| match first {
        None => first = Some(record.offset),
        Some(_) => second = second.or(Some(record.offset)),
    });
    // A quote that is still open makes a reader look for its next record inside of this one.
    let whole = first == Some(base);
    second
        .filter(|_| whole)
        .and_then(|at| usize::try_from(at - base).ok())
}

fn statement(record: &Record<'_>, line: u64, tabbed: bool) -> Option<Statement> {
    let (sql, parameters) = match interpret(record) {
        Meaning::Execution {
            sql, parameters, ..
        }
        | Meaning::Statement { sql, parameters } => (sql, parameters),
        Meaning::Error { sql } => (sql, &b""[..]),
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
        sql: text(sql),
        parameters: parameter_values(&text(parameters)),
        line,
        session: text(&record.session),
        transaction: (!record.transaction.is_empty()).then(|| text(&record.transaction)),
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
