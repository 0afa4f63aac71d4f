//! One span as it is written, whichever form it has.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::stream::{Cursor, Stop};
use super::{Span, TraceForm, jaeger, otlp};

/// What stands around spans and says where they come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The service that all come from.
    pub(super) service: Option<String>,
    /// The service of each process, by the name that spans have for it.
    pub(super) processes: FxHashMap<String, String>,
}

/// A span as it is written.
pub(super) trait Draft {
    /// The span, and what is doubtful about its clock; or why it is none.
    fn span(self, names: &Names) -> Result<(Span, Option<&'static str>), &'static str>;
}

/// The end of a span, and what is doubtful about it. A clock that was set back or forth makes no time.
pub(super) fn settled(start: i64, end: Option<i64>) -> (i64, Option<&'static str>) {
    /// In microseconds.
    const HOUR: i64 = 3_600_000_000;
    match end.filter(|end| *end > 0) {
        None => (start, Some("a span has no end: no time is counted for it")),
        Some(end) if end < start => (
            start,
            Some("a span's clock is wrong: it ends before it starts. No time is counted for it"),
        ),
        Some(end) if end - start > HOUR => (
            start,
            Some(
                "a span's clock is wrong: it lasts longer than an hour. No time is counted for it",
            ),
        ),
        Some(end) => (end, None),
    }
}

/// The span that begins at the start of `bytes`; what stands around it, such as its service, isn't known.
pub(in crate::capture) fn span_at(bytes: &[u8], form: TraceForm) -> Option<Span> {
    let (span, _) = one(form, bytes, &Names::default()).ok()?;
    Some(span.ok()?.0)
}

/// What came of reading a span.
pub(super) type Outcome = Result<(Span, Option<&'static str>), &'static str>;

/// Reads the span at the start of `text`, and how many bytes it takes.
pub(super) fn one(form: TraceForm, text: &[u8], names: &Names) -> Result<(Outcome, usize), Stop> {
    match form {
        TraceForm::Otlp => draft::<otlp::Raw<'_>>(text, names),
        TraceForm::Jaeger => draft::<jaeger::Raw<'_>>(text, names),
    }
    .map_or_else(
        || {
            // A value of another kind, bytes in another encoding, or damage.
            let mut cursor = Cursor::new(text);
            cursor.skip()?;
            let text = String::from_utf8_lossy(text.get(..cursor.at).unwrap_or_default());
            let again = match form {
                TraceForm::Otlp => draft::<otlp::Raw<'_>>(text.as_bytes(), names),
                TraceForm::Jaeger => draft::<jaeger::Raw<'_>>(text.as_bytes(), names),
            };
            let outcome = again.map_or(
                Err("a span that isn't well-formed, or with a value of an unexpected kind"),
                |(outcome, _)| outcome,
            );
            Ok((outcome, cursor.at))
        },
        Ok,
    )
}

fn draft<'a, T: Draft + Deserialize<'a>>(
    text: &'a [u8],
    names: &Names,
) -> Option<(Outcome, usize)> {
    let mut stream = serde_json::Deserializer::from_slice(text).into_iter::<T>();
    let raw = stream.next()?.ok()?;
    Some((raw.span(names), stream.byte_offset()))
}
