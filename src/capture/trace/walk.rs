//! Finds the spans in a file, wherever they lie in it, and hands them on one by one.
//!
//! What names the service may stand behind the spans. It is looked up ahead then, so that no span has to wait. Damage
//! costs the span in which it is, and the names around it: reading goes on at the next object that begins like a span
//! or like what spans lie in.

use super::draft::{Names, one};
use super::loose::Loose;
use super::stream::{Cursor, Stop};
use super::{Span, TraceForm, jaeger, otlp};

/// What a key of an object leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Objects in which spans lie deeper.
    Group,
    /// Such ones beside which stands where the spans come from.
    Scopes,
    Spans,
    /// Where the spans come from.
    Names,
    /// What every span has.
    Trace,
    Id,
    Start,
    Other,
}

pub(super) fn role(form: TraceForm, key: &[u8]) -> Role {
    match (form, key) {
        (_, b"traceId" | b"traceID" | b"trace_id") => Role::Trace,
        (_, b"spanId" | b"spanID" | b"span_id") => Role::Id,
        (TraceForm::Otlp, b"startTimeUnixNano" | b"start_time_unix_nano")
        | (TraceForm::Jaeger, b"startTime") => Role::Start,
        (_, b"spans") => Role::Spans,
        // Tempo puts the first two around, Elasticsearch the others.
        (_, b"batches" | b"trace" | b"traces" | b"data" | b"hits" | b"_source")
        | (TraceForm::Otlp, b"resourceSpans" | b"resource_spans") => Role::Group,
        (
            TraceForm::Otlp,
            b"scopeSpans"
            | b"scope_spans"
            | b"instrumentationLibrarySpans"
            | b"instrumentation_library_spans",
        ) => Role::Scopes,
        (TraceForm::Otlp, b"resource") | (TraceForm::Jaeger, b"processes") => Role::Names,
        _ => Role::Other,
    }
}

/// Objects within objects that are looked into.
const DEEPEST: u8 = 8;

/// Hands on all spans of a block, as they are met. What can't be read goes to `broken`, as do spans whose clock is
/// wrong; these are handed on too, without a duration.
pub(in crate::capture) fn spans(
    block: &[u8],
    base: u64,
    form: TraceForm,
    each: &mut dyn FnMut(Span),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut walk = Walk {
        base,
        form,
        each,
        broken,
        begun: None,
        ahead: 0,
    };
    if !has_lines(block) {
        walk.document(block);
        return;
    }
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        // A line that is cut off must not take in the next.
        walk.document(line);
        walk.base += line.len() as u64;
    }
}

/// Where a file of an object a line can be cut: behind the last line that ends in `block`. 0 where it is one object.
pub(in crate::capture) fn last_start(block: &[u8]) -> usize {
    if !has_lines(block) {
        return 0;
    }
    memchr::memrchr(b'\n', block).map_or(0, |at| at + 1)
}

/// Whether there is an object a line. The first line alone doesn't tell, as it may be damaged: then another has to
/// begin alike.
fn has_lines(block: &[u8]) -> bool {
    let block = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
    let start = block.iter().take_while(|byte| byte.is_ascii_whitespace());
    let block = block.get(start.count()..).unwrap_or_default();
    let Some(line_end) = memchr::memchr(b'\n', block) else {
        return false;
    };
    let line = block.get(..line_end).unwrap_or_default();
    if !line.starts_with(b"{") {
        return false;
    }
    let mut first = Cursor::new(line);
    if first.skip().is_ok() && first.peek().is_none() {
        return true;
    }
    let mut inside = Cursor::new(line);
    if inside.open(b'{').is_err() || !matches!(inside.key(), Ok(Some(_))) {
        return false;
    }
    let head = line.get(..inside.at).unwrap_or_default();
    memchr::memmem::find_iter(block, head).any(|at| {
        at.checked_sub(1)
            .is_some_and(|before| block.get(before) == Some(&b'\n'))
    })
}

struct Walk<'w> {
    /// Where the text at hand begins in the file.
    base: u64,
    form: TraceForm,
    each: &'w mut dyn FnMut(Span),
    broken: &'w mut dyn FnMut(u64, &'static str),
    /// Where the span begins that is being read.
    begun: Option<usize>,
    /// How many bytes may still be looked ahead over. Where brackets are missing, each look goes to the end.
    ahead: usize,
}

impl Walk<'_> {
    /// Reads a text of one object, or of several.
    fn document(&mut self, text: &[u8]) {
        let mut cursor = Cursor::new(text);
        let mut lists = 0_usize;
        self.ahead = text.len().saturating_mul(2);
        loop {
            self.begun = None;
            let stop = match cursor.peek() {
                None if lists == 0 => return,
                None => Err(Stop::Cut),
                Some(b'{') => self.object(&mut cursor, &Names::default(), 0),
                Some(b'[') => {
                    lists += 1;
                    cursor.at += 1;
                    Ok(())
                }
                // Behind damage, brackets are closed that weren't seen.
                Some(b']' | b'}') => {
                    lists = lists.saturating_sub(1);
                    cursor.at += 1;
                    Ok(())
                }
                // The byte order mark of UTF-8, and the mark that some put before each object.
                Some(b',' | b':' | 0xef | 0xbb | 0xbf | 0x1e) => {
                    cursor.at += 1;
                    Ok(())
                }
                Some(_) => cursor.skip(),
            };
            match stop {
                Ok(()) => {}
                Err(Stop::Cut) => {
                    let at = self.begun.unwrap_or(text.trim_ascii_end().len());
                    self.report(at, "the trace is cut off here: the rest of it is missing");
                    return;
                }
                Err(Stop::Damaged(at)) => {
                    self.report(
                        self.begun.unwrap_or(at),
                        "damaged JSON: what stands here can't be read",
                    );
                    lists = 0;
                    let Some(next) = next_start(text, at) else {
                        return;
                    };
                    cursor.at = next;
                }
            }
        }
    }

    fn report(&mut self, at: usize, what: &'static str) {
        (self.broken)(self.base + at as u64, what);
    }

    /// Reads an object in which spans lie, or that is a span.
    fn object(&mut self, cursor: &mut Cursor<'_>, around: &Names, depth: u8) -> Result<(), Stop> {
        cursor.peek();
        let start = *cursor;
        cursor.open(b'{')?;
        let mut own: Option<Names> = None;
        let mut seen = [false; 3];
        while let Some(key) = cursor.key()? {
            let role = role(self.form, key);
            let named_here = match self.form {
                TraceForm::Otlp => role == Role::Scopes,
                TraceForm::Jaeger => role == Role::Spans,
            };
            if named_here && own.is_none() {
                own = self.names_ahead(*cursor);
            }
            match role {
                Role::Names => own = self.names(cursor)?,
                Role::Group | Role::Scopes | Role::Spans if depth < DEEPEST => {
                    let names = own.as_ref().unwrap_or(around);
                    self.values(cursor, names, role == Role::Spans, depth + 1)?;
                }
                Role::Trace | Role::Id | Role::Start => {
                    for (flag, of) in seen.iter_mut().zip([Role::Trace, Role::Id, Role::Start]) {
                        *flag |= role == of;
                    }
                    self.begun.get_or_insert(start.at);
                    cursor.skip()?;
                }
                _ => cursor.skip()?,
            }
        }
        if seen == [true; 3] {
            return self.span(&mut { start }, around);
        }
        self.begun = None;
        Ok(())
    }

    /// Reads the objects of a list, or one without a list around it.
    fn values(
        &mut self,
        cursor: &mut Cursor<'_>,
        names: &Names,
        are_spans: bool,
        depth: u8,
    ) -> Result<(), Stop> {
        self.begun = None;
        match cursor.peek() {
            Some(b'{') => return self.object(cursor, names, depth),
            Some(b'[') => cursor.open(b'[')?,
            _ => return cursor.skip(),
        }
        while let Some(byte) = cursor.element()? {
            match byte {
                b'{' if are_spans => self.span(cursor, names)?,
                b'{' => self.object(cursor, names, depth)?,
                _ => {
                    let at = cursor.at;
                    cursor.skip()?;
                    if are_spans {
                        self.report(at, "something else than a span stands among the spans");
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads a span and hands it on.
    fn span(&mut self, cursor: &mut Cursor<'_>, names: &Names) -> Result<(), Stop> {
        let start = cursor.at;
        self.begun = Some(start);
        let rest = cursor.text.get(start..).unwrap_or_default();
        let (read, len) = one(self.form, rest, names).map_err(|stop| match stop {
            Stop::Damaged(at) => Stop::Damaged(start + at),
            Stop::Cut => Stop::Cut,
        })?;
        cursor.at += len;
        self.begun = None;
        match read {
            Ok((mut span, doubt)) => {
                span.offset = self.base + start as u64;
                if let Some(what) = doubt {
                    self.report(start, what);
                }
                (self.each)(span);
            }
            Err(what) => self.report(start, what),
        }
        Ok(())
    }

    /// What an object says about where spans come from.
    fn names(&self, cursor: &mut Cursor<'_>) -> Result<Option<Names>, Stop> {
        cursor.peek();
        let start = cursor.at;
        cursor.skip()?;
        let text = cursor.text.get(start..cursor.at).unwrap_or_default();
        let text = String::from_utf8_lossy(text);
        Ok(match self.form {
            TraceForm::Otlp => serde_json::from_str::<otlp::Resource<'_>>(&text)
                .ok()
                .map(|resource| resource.names()),
            TraceForm::Jaeger => serde_json::from_str::<Loose<'_>>(&text)
                .ok()
                .map(|processes| jaeger::names(&processes)),
        })
    }

    /// The same from behind the value that comes next, if the rest of the object is whole so far.
    fn names_ahead(&mut self, mut cursor: Cursor<'_>) -> Option<Names> {
        if self.ahead == 0 {
            return None;
        }
        let start = cursor.at;
        let names = self.names_further_on(&mut cursor);
        self.ahead = self.ahead.saturating_sub(cursor.at - start);
        names.ok().flatten()
    }

    fn names_further_on(&self, cursor: &mut Cursor<'_>) -> Result<Option<Names>, Stop> {
        cursor.skip()?;
        while let Some(key) = cursor.key()? {
            if role(self.form, key) == Role::Names {
                return self.names(cursor);
            }
            cursor.skip()?;
        }
        Ok(None)
    }
}

/// Where the next object begins, from `at` on, that looks like a span or like what spans lie in.
fn next_start(text: &[u8], at: usize) -> Option<usize> {
    const KEYS: &[&[u8]] = &[
        b"\"trace",
        b"\"span",
        b"\"resource",
        b"\"scope",
        b"\"instrumentationLibrary\"",
        b"\"batches\"",
        b"\"data\"",
    ];
    let mut cursor = Cursor { text, at };
    loop {
        cursor.at += memchr::memchr(b'{', text.get(cursor.at..)?)?;
        let start = cursor.at;
        cursor.at += 1;
        cursor.peek();
        let inside = text.get(cursor.at..)?;
        if KEYS.iter().any(|key| inside.starts_with(key)) {
            return Some(start);
        }
    }
}
