//! Which lines begin a plan, and which can't be part of one.

use super::heading;
use super::kind::Kind;
use super::line::Line;
use super::property::looks_named;
use super::summary;
use crate::plan::read::page::Page;

/// Whether a plan begins in this line: a node's name with costs or times, or, with `COSTS OFF`, a node's name and
/// something around it that only a plan has.
pub(in crate::plan::read) fn begins(page: &Page, at: usize) -> bool {
    let line = Line::of(page.line(at));
    if !line.text.starts_with(|c: char| c.is_alphabetic()) || line.text.starts_with("Worker ") {
        return false;
    }
    let (text, next) = super::fold::heading(page, at, line.text);
    let (named, ending) = heading::split(&text);
    if !ending.is_empty() {
        return !named.is_empty();
    }
    if !named.starts_with(|c: char| c.is_ascii_uppercase()) || looks_named(named) {
        return false;
    }
    if is_label(named) && !is_heading(named) {
        return false;
    }
    let below = page.next_full(next).map(|at| Line::of(page.line(at)));
    let below_arrow = below.is_some_and(|below| below.arrow);
    if line.arrow || !is_heading(named) {
        return below_arrow && !named.contains(':');
    }
    let within = below.is_none_or(|below| {
        below.arrow
            || below.column > line.column
            || is_foreign(below.text)
            || summary::is_known(below.text)
    });
    let above = at.checked_sub(1).map(|at| page.line(at).trim());
    within || above.is_none_or(|above| is_rule(above) || above == "QUERY PLAN" || above.is_empty())
}

/// `CTE x`, `InitPlan 1 (returns $0)`, `SubPlan 2`; old servers give no numbers.
pub(super) fn is_label(text: &str) -> bool {
    ["CTE ", "InitPlan", "SubPlan"]
        .iter()
        .any(|word| text.starts_with(word))
}

/// Whether a line without figures is a node of PostgreSQL's own.
fn is_heading(named: &str) -> bool {
    let (title, index, on) = heading::parts(named);
    let kind = Kind::of(title);
    let is_name = |text: Option<&str>| {
        // A name and perhaps an alias, not the rest of a sentence.
        text.is_none_or(|text| text.contains('"') || text.split(' ').count() <= 2)
    };
    kind.is_known() && is_name(index) && is_name(on)
}

/// Whether a line is a frame's, a prompt or anything else that ends a plan.
pub(super) fn is_foreign(text: &str) -> bool {
    text == "QUERY PLAN"
        || is_rule(text)
        || is_row_count(text)
        || is_prompt(text)
        || text.starts_with("Time: ") && text.contains(" ms")
        || text.ends_with("  plan:") && text.contains("duration: ")
        || text.starts_with("Query Text: ")
        || text.starts_with("<explain")
        || matches!(text, "[" | "{")
        || text.starts_with("- Plan:")
        || text.starts_with("EXPLAIN ")
        || text.starts_with("explain ")
        || text.starts_with("```")
}

/// `-------`, of any kind of line.
fn is_rule(text: &str) -> bool {
    text.chars().count() > 3
        && text
            .chars()
            .all(|c| matches!(c, '-' | '─' | '═' | '=' | '+'))
}

/// `(12 rows)`.
fn is_row_count(text: &str) -> bool {
    text.strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
        .and_then(|text| text.strip_suffix(" rows").or(text.strip_suffix(" row")))
        .is_some_and(|count| {
            count
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
        })
}

/// `shop=# `, `shop-> `, `shop(# `.
fn is_prompt(text: &str) -> bool {
    let Some(at) = text.find(['=', '-', '(', '\'', '!', '^']) else {
        return false;
    };
    let name = text.get(..at).unwrap_or_default();
    let mark = text.get(at + 1..).unwrap_or_default();
    !name.is_empty()
        && !name.contains(char::is_whitespace)
        && (mark.starts_with("# ") || mark.starts_with("> ") || mark == "#" || mark == ">")
}
