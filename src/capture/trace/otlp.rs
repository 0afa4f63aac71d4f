//! A span of OpenTelemetry's protocol: ids of digits or base64, times in nanoseconds, as numbers or as texts.

use std::borrow::Cow;

use serde::Deserialize;

use super::Span;
use super::attributes::{self, Attributes};
use super::draft::{Draft, Names, settled};
use super::ids;
use super::loose::Loose;

/// The fields of a span, in the names of protobuf's JSON and in those of its text.
#[derive(Deserialize)]
pub(super) struct Raw<'a> {
    #[serde(borrow, default, rename = "traceId", alias = "trace_id")]
    trace: Loose<'a>,
    #[serde(borrow, default, rename = "spanId", alias = "span_id")]
    id: Loose<'a>,
    #[serde(borrow, default, rename = "parentSpanId", alias = "parent_span_id")]
    parent: Loose<'a>,
    #[serde(borrow, default)]
    name: Loose<'a>,
    #[serde(borrow, default)]
    kind: Loose<'a>,
    #[serde(
        borrow,
        default,
        rename = "startTimeUnixNano",
        alias = "start_time_unix_nano"
    )]
    start: Loose<'a>,
    #[serde(
        borrow,
        default,
        rename = "endTimeUnixNano",
        alias = "end_time_unix_nano"
    )]
    end: Loose<'a>,
    #[serde(borrow, default)]
    attributes: Attributes<'a>,
    #[serde(borrow, default)]
    status: Loose<'a>,
}

/// What the resource that spans come from says of itself.
#[derive(Deserialize)]
pub(super) struct Resource<'a> {
    #[serde(borrow, default)]
    attributes: Attributes<'a>,
}

impl Resource<'_> {
    /// What is known of all spans within it.
    pub(super) fn names(&self) -> Names {
        Names {
            service: self.attributes.text(&["service.name"]).map(Cow::into_owned),
            ..Names::default()
        }
    }
}

/// Nanoseconds between two microseconds.
const NANOS: i64 = 1_000;

impl Draft for Raw<'_> {
    fn span(self, names: &Names) -> Result<(Span, Option<&'static str>), &'static str> {
        let id = |value: &Loose<'_>, read: fn(&str) -> Option<String>| read(&value.text()?);
        let trace = id(&self.trace, ids::trace).ok_or("a span without the id of its trace")?;
        let own = id(&self.id, ids::span).ok_or("a span without an id")?;
        let micros = |value: &Loose<'_>| value.integer().map(|nanos| nanos.div_euclid(NANOS));
        let start = micros(&self.start)
            .filter(|start| *start > 0)
            .ok_or("a span without the time of its start")?;
        let (end, doubt) = settled(start, micros(&self.end));
        let span = Span {
            offset: 0,
            trace,
            id: own,
            parent: id(&self.parent, ids::span),
            name: self.name.text().map(Cow::into_owned).unwrap_or_default(),
            service: names.service.clone(),
            start,
            end,
            statement: attributes::statement(&self.attributes),
            served: is_server(&self.kind).then(|| attributes::served(&self.attributes)),
            error: self.status.get("code").is_some_and(is_error),
        };
        Ok((span, doubt))
    }
}

/// Whether this kind of span is the server's side of a request.
fn is_server(kind: &Loose<'_>) -> bool {
    match kind {
        Loose::Integer(kind) => *kind == 2,
        Loose::Text(kind) => matches!(&**kind, "SPAN_KIND_SERVER" | "SERVER" | "server" | "2"),
        _ => false,
    }
}

fn is_error(code: &Loose<'_>) -> bool {
    match code {
        Loose::Integer(code) => *code == 2,
        Loose::Text(code) => matches!(&**code, "STATUS_CODE_ERROR" | "ERROR" | "2"),
        _ => false,
    }
}
