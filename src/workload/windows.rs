//! Statements and requests that belong together by their times: a server's log beside the log of the requests that an
//! application served.

use super::assemble::Parts;
use super::ids::TagsId;
use super::request::{Request, TagSource, Tags};
use super::served::Served;
use crate::capture::Warning;

/// From this part of windows on that overlap others, times alone don't tell whose a statement is.
const OVERLAP: f64 = 0.05;
/// Where less than this part of all statements ran while a request was served, the two logs' clocks differ.
const WITHIN: f64 = 0.5;
/// How much closer than any other a window has to fit a request, in microseconds.
const MARGIN: i64 = 3_000;

/// The windows of requests that statements may be told by, in the order that they begin.
fn windows(served: &[Served]) -> Vec<(i64, i64, usize)> {
    let mut windows: Vec<(i64, i64, usize)> = served
        .iter()
        .enumerate()
        .filter(|(_, s)| !s.by_lines)
        .filter_map(|(at, s)| s.window.map(|(from, to)| (from, to, at)))
        .collect();
    windows.sort_unstable();
    windows
}

/// Tags statements with the request that was served while they ran, where requests came one after the other.
pub(super) fn tag(parts: &mut Parts) {
    let windows = windows(&parts.served);
    let (Some(first), Some(last)) = (windows.first(), windows.iter().map(|w| w.1).max()) else {
        return;
    };
    let from = first.0;
    // What carries an id needs no times.
    let open: Vec<(u32, i64, i64)> = (0_u32..)
        .zip(parts.executions.iter())
        .filter(|(id, _)| !has_id(parts, *id))
        .map(|(id, e)| (id, e.start, e.end()))
        .collect();
    if open.is_empty() {
        return;
    }
    let within = |start: i64, end: i64| {
        // Windows that begin later than the statement can't have it; of those before, a few may still be open.
        let behind = windows.partition_point(|w| w.0 <= start);
        let near = windows
            .get(behind.saturating_sub(64)..behind)
            .unwrap_or_default();
        near.iter().rev().filter(move |w| end <= w.1)
    };
    let inside = open
        .iter()
        .filter(|(_, s, e)| within(*s, *e).next().is_some())
        .count();
    if (inside as f64) < WITHIN * open.len() as f64 {
        let apart = open.iter().all(|(_, s, e)| *s > last || *e < from);
        let what = if apart {
            "the request log is of another time than the statements: none of its requests is taken for theirs"
        } else {
            "most statements ran while no request was served: the clocks of the two logs differ, or they are of \
             different servers. None of its requests is taken for those of the statements"
        };
        let file = parts.served.get(first.2).map_or(0, |s| s.place.file);
        parts.capture.warnings.push(Warning {
            file,
            line: None,
            what: what.to_owned(),
        });
        parts.windows_fit = false;
        return;
    }
    parts.windows_fit = true;
    let mut end = i64::MIN;
    let overlapping = windows
        .iter()
        .filter(|w| {
            // Neighbours may overlap by what their times are rounded by.
            let overlaps = w.0 + 4_000 < end;
            end = end.max(w.1);
            overlaps
        })
        .count();
    if overlapping as f64 > OVERLAP * windows.len() as f64 {
        return;
    }
    let mut tags: Vec<Option<TagsId>> = vec![None; parts.served.len()];
    let found: Vec<(u32, usize)> = open
        .iter()
        .filter_map(|(id, start, end)| {
            let middle = start + (end - start) / 2;
            let best = within(*start, *end)
                .min_by_key(|w| (middle - (w.0 + (w.1 - w.0) / 2)).abs() - (w.1 - w.0) / 2)?;
            Some((*id, best.2))
        })
        .collect();
    if parts.tagged.is_empty() {
        parts.tagged.resize(parts.executions.len(), None);
    }
    for (id, served) in found {
        let Some(tag) = tags.get_mut(served) else {
            continue;
        };
        let tags_id = *tag.get_or_insert_with(|| {
            let id = parts.served.get(served).map(|s| s.key().into_owned());
            parts.tags.push(Tags {
                request: id,
                source: TagSource::Window,
                ..Tags::default()
            });
            TagsId::at(parts.tags.len() - 1)
        });
        if let Some(tagged) = parts.tagged.get_mut(id as usize).filter(|t| t.is_none()) {
            *tagged = Some(tags_id);
        }
    }
}

fn has_id(parts: &Parts, execution: u32) -> bool {
    let tags = parts.tagged.get(execution as usize).copied().flatten();
    tags.and_then(|t| parts.tags.get(t.index()))
        .is_some_and(|t| t.request.is_some())
}

/// Names requests by the windows that they fit into, where no other fits as well: for requests that were served at
/// the same time.
pub(super) fn name(requests: &mut [Request], served: &[Served], tags: &[Tags]) {
    let windows = windows(served);
    let taken: Vec<bool> = {
        let mut taken = vec![false; served.len()];
        for at in requests.iter().filter_map(|r| r.served) {
            if let Some(slot) = taken.get_mut(at as usize) {
                *slot = true;
            }
        }
        taken
    };
    // How well each request fits its best window, and by how much the next one fits worse.
    let mut fits: Vec<(i64, usize, usize)> = Vec::new();
    for (number, request) in requests.iter().enumerate() {
        let has_id = request
            .tags
            .and_then(|t| tags.get(t.index()))
            .is_some_and(|t| t.request.is_some());
        if request.served.is_some() || has_id {
            continue;
        }
        let behind = windows.partition_point(|w| w.0 <= request.start);
        let near = windows
            .get(behind.saturating_sub(64)..behind)
            .unwrap_or_default();
        let mut own: Vec<(i64, usize)> = near
            .iter()
            .filter(|w| request.end <= w.1 && taken.get(w.2) == Some(&false))
            .map(|w| ((request.start - w.0) + (w.1 - request.end), w.2))
            .collect();
        own.sort_unstable();
        match own.as_slice() {
            [only] => fits.push((only.0, number, only.1)),
            [best, next, ..] if best.0 + MARGIN < next.0 => fits.push((best.0, number, best.1)),
            _ => {}
        }
    }
    fits.sort_unstable();
    let mut taken = taken;
    for (_, number, at) in fits {
        // Of two requests for one window, the one that fits better has it.
        if let (Some(slot), Some(request)) = (taken.get_mut(at), requests.get_mut(number))
            && !*slot
        {
            *slot = true;
            request.served = u32::try_from(at).ok();
        }
    }
}
