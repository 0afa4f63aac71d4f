//! Whether a file is a trace, by the keys that its head has on the way to the first span.

use super::TraceForm;
use super::stream::{Cursor, Stop};

/// How many objects of a file are looked at. A collector's file may begin with metrics.
const LOOKED_AT: usize = 100;
const DEEPEST: u8 = 8;

/// Finds out the form of a trace from the head of a file, which may end anywhere.
pub(in crate::capture) fn detect(sample: &[u8]) -> Option<TraceForm> {
    let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample);
    let mut cursor = Cursor::new(sample);
    let mut found = None;
    for _ in 0..LOOKED_AT {
        match cursor.peek()? {
            b'{' => {
                if look(&mut cursor, &mut found, 0).is_err() || found.is_some() {
                    return found;
                }
            }
            b'[' | b',' | 0x1e => cursor.at += 1,
            _ => return None,
        }
    }
    None
}

/// What was seen of an object.
#[derive(Default)]
struct Seen {
    /// The id of a trace, as which form writes it.
    trace: Option<TraceForm>,
    /// The id of a span.
    id: bool,
    /// A list of spans.
    spans: bool,
    /// A key that only one form has.
    own: Option<TraceForm>,
}

impl Seen {
    /// The form that this suffices for. Log records have ids of traces and spans as well.
    fn form(&self) -> Option<TraceForm> {
        match (self.trace?, self.own) {
            (_, Some(TraceForm::Jaeger)) if self.id || self.spans => Some(TraceForm::Jaeger),
            (_, Some(TraceForm::Otlp)) if self.id => Some(TraceForm::Otlp),
            (TraceForm::Jaeger, None) if self.spans => Some(TraceForm::Jaeger),
            _ => None,
        }
    }
}

/// Looks into an object until the form is clear. Where the sample ends earlier, what was seen has to do.
fn look(cursor: &mut Cursor<'_>, found: &mut Option<TraceForm>, depth: u8) -> Result<(), Stop> {
    let mut seen = Seen::default();
    let ended = keys(cursor, &mut seen, found, depth);
    if found.is_none() {
        *found = seen.form();
    }
    ended
}

fn keys(
    cursor: &mut Cursor<'_>,
    seen: &mut Seen,
    found: &mut Option<TraceForm>,
    depth: u8,
) -> Result<(), Stop> {
    cursor.open(b'{')?;
    while let Some(key) = cursor.key()? {
        let next = cursor.peek();
        match key {
            b"resourceSpans"
            | b"resource_spans"
            | b"scopeSpans"
            | b"scope_spans"
            | b"instrumentationLibrarySpans"
            | b"instrumentation_library_spans"
                if next == Some(b'[') =>
            {
                *found = Some(TraceForm::Otlp);
                return Ok(());
            }
            b"data" | b"batches" | b"trace" | b"traces" | b"hits" | b"_source" | b"spans"
                if depth < DEEPEST =>
            {
                seen.spans |= key == b"spans" && next == Some(b'[');
                first(cursor, found, depth + 1)?;
                if found.is_some() {
                    return Ok(());
                }
                continue;
            }
            b"traceId" | b"trace_id" => seen.trace = Some(TraceForm::Otlp),
            b"traceID" => seen.trace = Some(TraceForm::Jaeger),
            b"spanId" | b"span_id" | b"spanID" => seen.id = true,
            b"startTimeUnixNano" | b"start_time_unix_nano" => {
                seen.own = Some(TraceForm::Otlp);
            }
            b"operationName" | b"processID" | b"processes" => {
                seen.own = Some(TraceForm::Jaeger);
            }
            _ => {}
        }
        cursor.skip()?;
    }
    Ok(())
}

/// Looks into the first object of a list, or into one without a list around it, and passes the rest.
fn first(cursor: &mut Cursor<'_>, found: &mut Option<TraceForm>, depth: u8) -> Result<(), Stop> {
    let start = *cursor;
    let mut inside = start;
    if inside.peek() == Some(b'[') {
        inside.at += 1;
    }
    if inside.peek() == Some(b'{') {
        let ended = look(&mut inside, found, depth);
        if found.is_some() {
            return Ok(());
        }
        ended?;
    }
    cursor.skip()
}
