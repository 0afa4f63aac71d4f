//! Which format a file is in, by what it holds and not by its name.

use super::csv;
use super::error::CaptureError;
use super::json;
use super::prefix::{self, Prefix};
use super::source::Source;

/// The format of one file of a capture.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// Postgres' text log (`log_destination = stderr`).
    Stderr {
        /// The `log_line_prefix` that its lines have.
        prefix: Prefix,
        /// Which share of the first lines the prefix explains, 0 to 1; `None` where it was given.
        explained: Option<f64>,
        /// Whether lines after a message's first begin with a tab, as the server writes them.
        tabbed: bool,
    },
    /// Postgres' csvlog.
    Csv,
    /// Postgres' jsonlog (since 15).
    Json,
}

impl Format {
    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stderr { .. } => "postgres-stderr",
            Self::Csv => "postgres-csvlog",
            Self::Json => "postgres-jsonlog",
        }
    }
}

/// How much of a file is looked at. A log may begin with the end of a long statement.
const SAMPLE: usize = 256 * 1024;
const SAMPLE_LINES: usize = 1_000;

/// The UTF-8 byte order mark that some editors put at the start of a file.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Finds the format of a file, with the prefix that the user gave where there is one.
pub(super) fn detect(source: &Source, given: Option<&Prefix>) -> Result<Format, CaptureError> {
    let mut buffer = vec![0; SAMPLE];
    let got = source
        .read_at(0, &mut buffer)
        .map_err(|error| CaptureError::Read {
            path: source.path.clone(),
            offset: 0,
            source: error,
        })?;
    buffer.truncate(got);
    let sample = buffer.strip_prefix(BOM).unwrap_or(&buffer);
    let not_a_log = |why: &str| CaptureError::NotALog {
        path: source.path.clone(),
        why: why.to_owned(),
    };

    let tabbed = memchr::memmem::find(sample, b"\n\t").is_some();
    // Continued lines begin with a tab in the text log; no format begins a record with one.
    let lines: Vec<&[u8]> = sample
        .split(|b| *b == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty() && !line.starts_with(b"\t"))
        .take(SAMPLE_LINES)
        .collect();
    if let Some(prefix) = given {
        let hits = lines.iter().filter(|l| prefix.line(l).is_some()).count();
        if hits > 0 {
            return Ok(Format::Stderr {
                prefix: prefix.clone(),
                explained: None,
                tabbed,
            });
        }
        if !lines
            .iter()
            .any(|l| json::is_record(l) || csv::is_record_start(l))
        {
            let why = format!(
                "no line among its first {} begins with the prefix '{}'. Leave the prefix out to have it found",
                lines.len(),
                prefix.as_str()
            );
            return Err(not_a_log(&why));
        }
    }
    if lines.iter().any(|l| json::is_record(l)) {
        return Ok(Format::Json);
    }
    if lines.iter().any(|l| csv::is_record_start(l)) {
        return Ok(Format::Csv);
    }
    if let Some((prefix, explained)) = prefix::infer(&lines) {
        return Ok(Format::Stderr {
            prefix,
            explained: Some(explained),
            tabbed,
        });
    }
    Err(not_a_log(if memchr::memchr(0, sample).is_some() {
        "it is a binary file. Unpack it first, or pick the log itself"
    } else if lines
        .iter()
        .any(|l| memchr::memmem::find(l, b"LOG:  ").is_some())
    {
        "its log_line_prefix is not among those that are tried. Give it with --prefix, as SHOW log_line_prefix prints it"
    } else {
        "no line in it has a level such as 'LOG:  ', nor is it a csvlog or jsonlog. \
         Pick the server's own log (SELECT pg_current_logfile() tells where it is)"
    }))
}
