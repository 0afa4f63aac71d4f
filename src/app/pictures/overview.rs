//! What is said of a whole capture, whatever of it is looked at.

use std::path::Path;

use super::Strip;
use crate::app::format;
use crate::capture::Format;
use crate::workload::{FileSummary, Query, Workload};

/// Endings of files that are packed: they don't grow by themselves.
const PACKED: [&str; 9] = ["gz", "zst", "bz2", "xz", "zip", "tar", "tgz", "lzma", "lz4"];

/// A capture in short.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    /// Database time over the whole span.
    pub(crate) strip: Strip,
    /// Its files, in the order of time.
    pub(crate) files: Vec<FileLine>,
    /// Whether it ends with a plain file, which may grow.
    pub(crate) grows: bool,
    /// Executions that only exports tell of, and so without their times.
    pub(crate) exported: u64,
    /// When the last record was written, in microseconds since 1970-01-01 UTC.
    pub(crate) last: Option<i64>,
    /// Queries that a comment tells not to report, and by which rules.
    pub(crate) ignored: Vec<(String, String)>,
}

/// A file of a capture.
#[derive(Clone, Debug)]
pub(crate) struct FileLine {
    pub(crate) path: String,
    /// How it was read: "Docker json-file › text log, prefix %m [%p], explains 100 %".
    pub(crate) form: String,
    pub(crate) size: String,
}

impl Overview {
    /// Looks at all of a capture.
    pub(crate) fn new(workload: &Workload) -> Self {
        let files = &workload.capture.files;
        let exported = workload.queries.iter().filter(|q| q.row.is_some());
        let event = workload.occurrences.last().map(|o| o.time);
        Self {
            strip: Strip::new(workload),
            files: files.iter().map(line).collect(),
            grows: files.last().is_some_and(grows),
            exported: exported
                .map(|q| q.stats.executions - q.stats.histogram.count().min(q.stats.executions))
                .sum(),
            last: event.max(workload.span.map(|s| s.1)),
            ignored: ignored(workload),
        }
    }

    /// Whether all that it knows is from exports.
    pub(crate) fn is_export(&self, workload: &Workload) -> bool {
        self.exported > 0 && workload.executions.is_empty()
    }
}

/// The most queries with such a comment that are listed.
const IGNORED: usize = 100;

fn ignored(workload: &Workload) -> Vec<(String, String)> {
    let named = workload.queries.iter().filter(|q| !q.ignored.is_empty());
    let rules = |q: &Query| {
        if q.ignored.iter().any(String::is_empty) {
            "all rules".to_owned()
        } else {
            q.ignored.join(", ")
        }
    };
    named
        .take(IGNORED)
        .map(|q| (super::summary(q).to_owned(), rules(q)))
        .collect()
}

fn line(file: &FileSummary) -> FileLine {
    FileLine {
        path: file.path.display().to_string(),
        form: form(file),
        size: format::bytes(file.bytes),
    }
}

/// How a file was read, the outermost wrapper first.
fn form(file: &FileSummary) -> String {
    let inner = match &file.format {
        Format::Stderr {
            prefix, explained, ..
        } => {
            let prefix = match prefix.as_str().trim_end() {
                "" => "no prefix".to_owned(),
                prefix => format!("prefix {prefix}"),
            };
            match explained {
                Some(share) => format!("text log, {prefix}, explains {}", format::share(*share)),
                None => format!("text log, {prefix}, as given"),
            }
        }
        Format::Csv => "csvlog".to_owned(),
        Format::Json => "jsonlog".to_owned(),
        Format::PgBouncer => "log of PgBouncer".to_owned(),
        Format::Totals(_) => "export of pg_stat_statements".to_owned(),
        Format::App(log) => log.title().to_owned(),
        Format::Trace(form) => form.title().to_owned(),
        Format::Served(form) => form.title().to_owned(),
    };
    let wrappers = file.wrappers.iter().map(|w| (*w).to_owned());
    wrappers.chain([inner]).collect::<Vec<_>>().join(" › ")
}

/// Whether a server may still write to it.
fn grows(file: &FileSummary) -> bool {
    let packed = file
        .path
        .extension()
        .is_some_and(|e| PACKED.iter().any(|p| e.eq_ignore_ascii_case(p)));
    !packed && !matches!(file.format, Format::Totals(_)) && Path::is_file(&file.path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Prefix;

    fn check(wrappers: &[&'static str], format: Format, expected: &str) {
        let file = FileSummary {
            path: "a.log".into(),
            format,
            wrappers: wrappers.to_vec(),
            bytes: 0,
        };
        assert_eq!(form(&file), expected);
    }

    #[test]
    fn files_say_how_they_were_read() {
        let text = |explained| Format::Stderr {
            prefix: Prefix::parse("%m [%p] ").unwrap(),
            explained,
            tabbed: true,
        };
        check(
            &["Docker json-file"],
            text(Some(1.0)),
            "Docker json-file › text log, prefix %m [%p], explains 100 %",
        );
        check(&[], text(None), "text log, prefix %m [%p], as given");
        check(&["syslog", "JSON"], Format::Csv, "syslog › JSON › csvlog");
    }
}
