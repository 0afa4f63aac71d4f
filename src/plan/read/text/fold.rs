//! Lines that go on in the next: a value with a line break in it, or a line that something folded.

use super::Whole;
use super::balance::Balance;
use super::line::Line;
use super::root::is_foreign;
use super::{heading, property, summary};
use crate::plan::read::page::Page;

/// A text in quotes goes on over no more lines than this.
const MOST: usize = 400;

/// Something that folded a line made no more of it than this.
const MOST_FOLDED: usize = 12;

/// The whole of a line, and the line behind it.
pub(super) fn whole<'a>(page: &Page, at: usize, text: &'a str) -> (Whole<'a>, usize) {
    let mut balance = Balance::of(text);
    if balance.is_even() {
        return list(page, at, text);
    }
    let raw = page.line(at);
    let first = raw.find(text).and_then(|start| raw.get(start..));
    let (mut joined, mut tight) = (text.to_owned(), first.unwrap_or(text).to_owned());
    for next in at + 1..page.count().min(at + 1 + MOST) {
        let quoted = balance.is_quoted();
        let raw = page.line(next);
        let line = Line::of(raw);
        if !quoted && (line.is_blank() || is_own(line) || next > at + MOST_FOLDED) {
            break;
        }
        // Within quotes every blank counts; elsewhere something else broke the line.
        joined.push(if quoted { '\n' } else { ' ' });
        joined.push_str(if quoted { raw } else { line.text });
        tight.push_str(raw);
        balance.feed("\n");
        balance.feed(raw);
        if balance.is_even() {
            // What was folded in the middle of a figure is a heading only without the fold.
            let folded =
                heading::split(&joined).1.is_empty() && !heading::split(&tight).1.is_empty();
            let whole = if folded { tight } else { joined };
            return (whole.trim_end().to_owned().into(), next + 1);
        }
    }
    (text.into(), at + 1)
}

/// A list whose last item stands in the next line.
fn list<'a>(page: &Page, at: usize, text: &'a str) -> (Whole<'a>, usize) {
    let next = Line::of(page.line(at + 1));
    if !text.ends_with(',') || next.is_blank() || is_own(next) {
        return (text.into(), at + 1);
    }
    (format!("{text} {}", next.text).into(), at + 2)
}

/// The whole of a node's heading: its figures may stand in the next line.
pub(super) fn heading<'a>(page: &Page, at: usize, text: &'a str) -> (Whole<'a>, usize) {
    let (mut text, mut next) = whole(page, at, text);
    for _ in 0..2 {
        let line = Line::of(page.line(next));
        let figures = ["(cost=", "(actual ", "(never executed)"];
        if line.arrow || !figures.iter().any(|open| line.text.starts_with(open)) {
            break;
        }
        let (more, after) = whole(page, next, line.text);
        text = format!("{text}  {more}").into();
        next = after;
    }
    (text, next)
}

/// Whether a line says something of its own.
fn is_own(line: Line<'_>) -> bool {
    line.arrow
        || is_foreign(line.text)
        || property::looks_named(line.text)
        || summary::is_known(line.text)
        || !heading::split(line.text).1.is_empty() && line.text.starts_with(char::is_uppercase)
}
