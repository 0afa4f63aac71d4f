//! Traces: the spans that OpenTelemetry and Jaeger write as JSON.
//!
//! A span is a piece of work with a start and an end: a request that was served, or a statement that was sent. All
//! spans of one request have the same trace id. Files are one big object, a list of such, or an object a line, and
//! spans lie a few levels deep in them; what names the service stands around them, before or behind.

mod attributes;
mod detect;
mod draft;
mod ids;
mod jaeger;
pub(super) mod loose;
mod otlp;
mod parameters;
mod stream;
mod walk;

pub(super) use detect::detect;
pub(super) use draft::span_at;
pub(super) use walk::{last_start, spans};

/// How a trace is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceForm {
    /// OpenTelemetry's protocol as JSON: `{"resourceSpans":[…]}`.
    Otlp,
    /// What Jaeger's window and its interface for queries hand out, `{"data":[…]}`, or its spans, one a line.
    Jaeger,
}

impl TraceForm {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Otlp => "otlp-json",
            Self::Jaeger => "jaeger-json",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Otlp => "OpenTelemetry trace",
            Self::Jaeger => "Jaeger trace",
        }
    }
}

/// One span, as far as the workload needs it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Span {
    /// Where its JSON object begins, in bytes from the start of the file.
    pub offset: u64,
    /// 32 hexadecimal digits in lower case; Jaeger may give 16.
    pub trace: String,
    /// 16 hexadecimal digits in lower case.
    pub id: String,
    /// The span that started this one; `None` for the first of a trace.
    pub parent: Option<String>,
    /// Such as `GET /books` or `SELECT shop`.
    pub name: String,
    /// The program that it comes from.
    pub service: Option<String>,
    /// Microseconds since 1970-01-01 UTC.
    pub start: i64,
    /// Microseconds since 1970-01-01 UTC; never before `start`.
    pub end: i64,
    /// What it sent to the database, for spans that ran SQL.
    pub statement: Option<DbStatement>,
    /// What it served, for the server's side of a request.
    pub served: Option<Served>,
    /// Whether it is marked as failed.
    pub error: bool,
}

/// The statement of a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DbStatement {
    /// The text as it was sent or as the instrumentation has changed it.
    pub sql: String,
    /// `postgresql`, or how else the span names the kind of database.
    pub system: Option<String>,
    pub database: Option<String>,
    pub user: Option<String>,
    /// Rows that came back.
    pub rows: Option<u64>,
    /// How many statements were sent as one.
    pub batch: Option<u32>,
    /// The values in the order of their placeholders, `None` for null.
    pub parameters: Vec<Option<String>>,
    /// Whether the span gives the values. Where not, runs with different ones look alike.
    pub parameters_known: bool,
    /// The thread's number or name.
    pub thread: Option<String>,
}

/// The request of a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Served {
    pub method: Option<String>,
    /// The pattern of the path, such as `/books/{id}`.
    pub route: Option<String>,
    /// The path without its query string.
    pub path: Option<String>,
    pub status: Option<u16>,
}

#[cfg(test)]
mod tests;
