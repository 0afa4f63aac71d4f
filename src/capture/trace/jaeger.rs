//! A span of Jaeger: times in microseconds, tags with their kinds, and the service under the name of a process.

use std::borrow::Cow;

use serde::Deserialize;

use super::Span;
use super::attributes::{self, Attributes};
use super::draft::{Draft, Names, settled};
use super::ids;
use super::loose::Loose;

#[derive(Deserialize)]
pub(super) struct Raw<'a> {
    #[serde(borrow, default, rename = "traceID", alias = "traceId")]
    trace: Loose<'a>,
    #[serde(borrow, default, rename = "spanID", alias = "spanId")]
    id: Loose<'a>,
    /// How parents were given before there were references.
    #[serde(borrow, default, rename = "parentSpanID", alias = "parentSpanId")]
    parent: Loose<'a>,
    #[serde(borrow, default)]
    references: Option<Vec<Reference<'a>>>,
    #[serde(borrow, default, rename = "operationName")]
    name: Loose<'a>,
    #[serde(borrow, default, rename = "startTime")]
    start: Loose<'a>,
    #[serde(borrow, default)]
    duration: Loose<'a>,
    #[serde(borrow, default)]
    tags: Attributes<'a>,
    #[serde(borrow, default, rename = "processID", alias = "processId")]
    process_id: Loose<'a>,
    /// In files of an object a line, where no list of them is around.
    #[serde(borrow, default)]
    process: Loose<'a>,
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default, rename = "refType")]
    kind: Loose<'a>,
    #[serde(borrow, default, rename = "traceID", alias = "traceId")]
    trace: Loose<'a>,
    #[serde(borrow, default, rename = "spanID", alias = "spanId")]
    span: Loose<'a>,
}

/// The services of a trace, out of `{"p1":{"serviceName":…}}`.
pub(super) fn names(processes: &Loose<'_>) -> Names {
    let Loose::Map(processes) = processes else {
        return Names::default();
    };
    let services = processes.iter().filter_map(|(key, process)| {
        let service = process.get("serviceName")?.text()?;
        Some((key.clone().into_owned(), service.into_owned()))
    });
    Names {
        service: None,
        processes: services.collect(),
    }
}

impl Draft for Raw<'_> {
    fn span(self, names: &Names) -> Result<(Span, Option<&'static str>), &'static str> {
        let trace = id(&self.trace, ids::trace).ok_or("a span without the id of its trace")?;
        let own = id(&self.id, ids::span).ok_or("a span without an id")?;
        let start = self
            .start
            .integer()
            .filter(|start| *start > 0)
            .ok_or("a span without the time of its start")?;
        let end = self
            .duration
            .integer()
            .map(|duration| start.saturating_add(duration));
        let (end, doubt) = settled(start, end);
        let parent = self.references.iter().flatten().find_map(|reference| {
            let is_parent = reference.kind.text().as_deref() == Some("CHILD_OF");
            // A span may also be caused by one of another trace.
            let same = id(&reference.trace, ids::trace).is_none_or(|other| other == trace);
            id(&reference.span, ids::span).filter(|_| is_parent && same)
        });
        let tag = |name: &str| self.tags.text(&[name]);
        let service = self.process.get("serviceName").and_then(Loose::text);
        let span = Span {
            offset: 0,
            parent: parent.or_else(|| id(&self.parent, ids::span)),
            id: own,
            trace,
            name: self.name.text().map(Cow::into_owned).unwrap_or_default(),
            service: service.map(Cow::into_owned).or_else(|| {
                let id = self.process_id.text()?;
                names.processes.get(&*id).cloned()
            }),
            start,
            end,
            statement: attributes::statement(&self.tags),
            served: (tag("span.kind").as_deref() == Some("server"))
                .then(|| attributes::served(&self.tags)),
            error: self.tags.get(&["error"]).is_some_and(Loose::is_true)
                || tag("otel.status_code").as_deref() == Some("ERROR"),
        };
        Ok((span, doubt))
    }
}

fn id(value: &Loose<'_>, read: fn(&str) -> Option<String>) -> Option<String> {
    read(&value.text()?)
}
