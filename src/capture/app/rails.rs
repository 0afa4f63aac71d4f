//! Rails' `development.log`: requests, what handles them, their queries, and the lines of source behind those.
//!
//! `  User Load (0.9ms)  SELECT …  [["id", 7]]`, in colours or without, behind tags or a logger's own prefix.

mod line;

use std::borrow::Cow;

use super::ansi;
use super::extent::{Rule, extent};
use super::given::{self, Given};
use super::placeholders;
use super::regions::{self, Region, first_line};
use super::scan::outside;
use super::words::{is_statement, trimmed};
use super::{AppEvent, AppRecord};
use line::{Kind, head};

/// Whether no other program would write this line.
pub(super) fn is_typical(line: &[u8]) -> bool {
    head(line).is_some_and(|head| match head.kind {
        Kind::Query { .. } => line.len() > head.body,
        Kind::Source | Kind::Other => false,
        Kind::Started | Kind::Processing | Kind::Completed => true,
    })
}

/// Reads the records of a block.
pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    for region in regions::regions(block, head) {
        let offset = base + region.start as u64;
        let body = match region.head.kind {
            Kind::Query { .. } => {
                if !statement(block, &region, offset, each) {
                    broken(offset, "a statement without its end");
                }
                continue;
            }
            Kind::Other => continue,
            _ => region.body(block),
        };
        let text = first_line(&body);
        let what = match region.head.kind {
            Kind::Started => line::started(text).map(|(method, path)| AppEvent::Begin {
                method: method.into(),
                path: path.into(),
            }),
            Kind::Processing => line::handler(text).map(|name| AppEvent::Handler(name.into())),
            Kind::Completed => line::completed(text).map(|(status, elapsed)| AppEvent::End {
                method: Cow::Borrowed(b""),
                path: Cow::Borrowed(b""),
                status: Some(status),
                elapsed,
            }),
            _ => Some(AppEvent::Source(text.into())),
        };
        if let Some(what) = what {
            each(region.head.prefix.record(offset, what));
        }
    }
}

/// Where a block can be cut: before its last record that is no line of source.
pub(super) fn last_start(block: &[u8]) -> usize {
    regions::last(block, head, |kind| *kind != Kind::Source)
}

/// Tells a statement. `false` when its end is missing.
fn statement(
    block: &[u8],
    region: &Region<'_, Kind>,
    offset: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
) -> bool {
    let Kind::Query { duration, cached } = region.head.kind else {
        return true;
    };
    let raw = region.raw(block);
    let at = ansi::place(raw, region.head.body);
    let body;
    let (text, given) = if ansi::is_coloured(raw, at) {
        // The colour ends where the statement does.
        let Some(end) = ansi::next(raw, at) else {
            return false;
        };
        body = Cow::Borrowed(raw);
        let rest = ansi::stripped(first_line(raw.get(end..).unwrap_or_default()));
        let given = given::pairs(rest.trim_ascii());
        (body.get(at..end).unwrap_or_default(), given)
    } else {
        body = region.body(block);
        let extent = extent(&body, Rule::LikeSql);
        if extent.open {
            return false;
        }
        split(body.get(..extent.end).unwrap_or_default())
    };
    if !is_statement(text) {
        // `Rendered index.html.erb (5.0ms)`
        return true;
    }
    let style = placeholders::style(text);
    let rewritten = placeholders::rewrite(text, style, false);
    let what = AppEvent::Statement {
        sql: Cow::Borrowed(trimmed(text)),
        parameters: placeholders::values(&rewritten, given),
        duration,
        sets: 1,
        cached,
    };
    each(region.head.prefix.record(offset, what));
    true
}

/// `SELECT …  [["id", 7]]` as the statement and its parameters.
fn split(text: &[u8]) -> (&[u8], Option<Given>) {
    let found = outside(text)
        .filter(|(at, byte)| {
            *byte == b' '
                && text
                    .get(*at..)
                    .is_some_and(|rest| rest.starts_with(b"  [[") || rest == b"  []")
        })
        .last();
    let Some((sql, binds)) = found.and_then(|(at, _)| text.split_at_checked(at)) else {
        return (text, None);
    };
    match given::pairs(binds.trim_ascii()) {
        Some(given) => (sql, Some(given)),
        None => (text, None),
    }
}
