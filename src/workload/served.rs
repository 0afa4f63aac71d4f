//! The requests that an application served, by its own account: what they are called and how long they took.

use std::borrow::Cow;

use crate::capture::{Place, ServedEvent};

/// A request by the application's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Where the capture says so.
    pub place: Place,
    /// What people call it: `GET /books/:id`, `BooksController#show`. Empty where unknown.
    pub label: String,
    /// Of HTTP.
    pub status: Option<u16>,
    /// How long it took as a whole, in microseconds.
    pub elapsed: Option<u64>,
    /// Its trace or request id.
    pub id: Option<String>,
    /// From when to when it may have run, in microseconds since 1970-01-01 UTC, where times are known.
    pub window: Option<(i64, i64)>,
    /// Whether its statements are known by where they stand in a log, and not by their times.
    pub(super) by_lines: bool,
}

/// Times of a request log and of a server's log may differ by so many microseconds: both are rounded.
const BLUR: i64 = 2_000;
/// The resolution of access logs, in microseconds.
const SECOND: i64 = 1_000_000;

impl Served {
    /// What a record says of a request. Where it has both ids, `traces` says whether statements carry trace ids.
    pub(super) fn new(event: ServedEvent, traces: bool) -> Self {
        let elapsed = event.elapsed.map(|e| i64::try_from(e).unwrap_or(i64::MAX));
        let window = match (event.start, event.end, elapsed) {
            (Some(start), Some(end), _) => Some((start, end)),
            (Some(start), None, Some(elapsed)) => Some((start, start.saturating_add(elapsed))),
            (None, Some(end), Some(elapsed)) => Some((end.saturating_sub(elapsed), end)),
            _ => None,
        };
        let window = window.map(|(from, to)| {
            if event.coarse {
                (from, to.saturating_add(SECOND))
            } else {
                (from.saturating_sub(BLUR), to.saturating_add(BLUR))
            }
        });
        let (one, other) = if traces {
            (event.trace_id, event.request_id)
        } else {
            (event.request_id, event.trace_id)
        };
        Self {
            place: event.place,
            label: event.label,
            status: event.status,
            elapsed: event.elapsed,
            id: one.or(other),
            window,
            by_lines: false,
        }
    }

    /// The id under which a request without one of its own is known.
    pub(super) fn key(&self) -> Cow<'_, str> {
        match &self.id {
            Some(id) => Cow::Borrowed(id),
            None => Cow::Owned(format!("{}:{}", self.place.file, self.place.offset)),
        }
    }
}
