//! Which format a file is in, by what it holds and not by its name.

use super::app::{self, AppLog};
use super::csv;
use super::error::CaptureError;
use super::json;
use super::pgbouncer;
use super::prefix::{self, Prefix};
use super::served::{self, ServedForm};
use super::source::Source;
use super::totals::{self, Form};
use super::trace::{self, TraceForm};
use super::wrap::{self, Unwrapped, Unwrapper, Wrapper};

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
    /// Postgres' jsonlog (since 15), or the same fields as operators and hosted services write them.
    Json,
    /// PgBouncer's log.
    PgBouncer,
    /// An export of `pg_stat_statements`.
    Totals(Form),
    /// An application's own log of its queries.
    App(AppLog),
    /// Spans of requests and statements.
    Trace(TraceForm),
    /// The requests that an application served.
    Served(ServedForm),
}

impl Format {
    /// Whether its records are a server's, and not the application's side of things.
    #[must_use]
    pub fn is_server(&self) -> bool {
        !matches!(self, Self::App(_) | Self::Trace(_) | Self::Served(_))
    }

    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stderr { .. } => "postgres-stderr",
            Self::Csv => "postgres-csvlog",
            Self::Json => "postgres-jsonlog",
            Self::PgBouncer => "pgbouncer-log",
            Self::Totals(_) => "pg-stat-statements",
            Self::App(log) => log.name(),
            Self::Trace(form) => form.name(),
            Self::Served(form) => form.name(),
        }
    }
}

/// How much of a file is looked at. A log may begin with the end of a long statement.
const SAMPLE: usize = 256 * 1024;
const SAMPLE_LINES: usize = 1_000;

/// The UTF-8 byte order mark that some editors put at the start of a file.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// What a file holds.
pub(super) struct Detected {
    pub format: Format,
    /// What lies around it, outermost first.
    pub wrappers: Vec<Wrapper>,
}

/// Finds what a file holds, with the prefix that the user gave where there is one. `year` is the one that stamps
/// without a year are in.
pub(super) fn detect(
    source: &Source,
    given: Option<&Prefix>,
    year: i64,
) -> Result<Detected, CaptureError> {
    let mut buffer = vec![0; SAMPLE];
    let got = source
        .read_at(0, &mut buffer)
        .map_err(|error| source.read_failed(0, error))?;
    buffer.truncate(got);
    let sample = buffer.strip_prefix(BOM).unwrap_or(&buffer);
    // Its objects are no wrappers of a log.
    if given.is_none()
        && let Some(form) = trace::detect(sample)
    {
        return Ok(Detected {
            format: Format::Trace(form),
            wrappers: Vec::new(),
        });
    }
    let wrappers = wrap::detect(sample);
    if wrappers.is_empty() {
        let format = plain(sample, given, source)?;
        return Ok(Detected { format, wrappers });
    }
    let mut log = Unwrapped::default();
    let mut unwrapper = Unwrapper::new(&wrappers, year);
    unwrapper.feed(sample, 0, &mut log);
    unwrapper.finish(&mut log);
    let format = plain(&log.bytes, given, source)?;
    Ok(Detected { format, wrappers })
}

/// The format of a log that nothing is wrapped around.
fn plain(sample: &[u8], given: Option<&Prefix>, source: &Source) -> Result<Format, CaptureError> {
    let not_a_log = |why: &str| CaptureError::NotALog {
        path: source.path.clone(),
        why: why.to_owned(),
    };
    if let Some(form) = totals::detect(sample) {
        return Ok(Format::Totals(form));
    }
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
    if let Some(form) = served::detect(&lines) {
        return Ok(Format::Served(form));
    }
    if let Some(log) = app::detect(&lines) {
        return Ok(Format::App(log));
    }
    if lines.iter().any(|l| csv::is_record_start(l)) {
        return Ok(Format::Csv);
    }
    let pooled = lines.iter().filter(|l| pgbouncer::is_record(l)).count();
    if pooled * 2 > lines.len() {
        return Ok(Format::PgBouncer);
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
        "its log_line_prefix can't be made out. Give it with --prefix, as SHOW log_line_prefix prints it"
    } else {
        "no line in it has a level such as 'LOG:  ', nor is it a csvlog or jsonlog, a trace, or a log of SQLAlchemy, \
         Django, Rails, Sequelize or TypeORM. Pick the server's own log (SELECT pg_current_logfile() tells where it is)"
    }))
}
