//! Quotes around lines or around all: CSV, pgAdmin's copies, a text of JSON.

use super::{Line, most};
use crate::plan::read::json;

pub(super) fn strip(lines: &mut Vec<Line<'_>>) {
    let first = lines.iter().find(|line| {
        let text = line.text.trim().trim_matches('"');
        !text.is_empty() && text != "QUERY PLAN"
    });
    let first = first.map(|line| line.text.trim_start()).unwrap_or_default();
    if first.starts_with("\"[") || first.starts_with("\"{") {
        if first.contains("\\\"") || first.contains("\\n") {
            escaped(lines);
            return;
        }
        csv(lines);
    } else if first.starts_with('"') && !is_json_name(first) {
        csv(lines);
    } else if most(lines, |text| is_between(text, '\'')) {
        for line in lines.iter_mut() {
            line.keep(|text| {
                let text = text.trim();
                let text = text.strip_prefix('\'').unwrap_or(text);
                text.strip_suffix('\'').unwrap_or(text)
            });
        }
    } else if most(lines, |text| {
        text.ends_with('"') && text.matches('"').count() % 2 == 1
    }) {
        for line in lines.iter_mut() {
            line.keep(|text| text.strip_suffix('"').unwrap_or(text));
        }
    } else if lines.iter().any(|line| line.text.starts_with('"')) && !is_json_name(first) {
        // CSV has quotes only around what needs them.
        csv(lines);
    }
}

/// `"Node Type": …` is a line of JSON.
fn is_json_name(text: &str) -> bool {
    text.strip_prefix('"')
        .and_then(|text| text.split_once('"'))
        .is_some_and(|(_, behind)| behind.trim_start().starts_with(':'))
}

fn is_between(text: &str, quote: char) -> bool {
    let text = text.trim();
    text.len() > 1 && text.starts_with(quote) && text.ends_with(quote)
}

/// Takes the quotes of CSV away, of one line or of many; those within are doubled, or not as pgAdmin has it.
fn csv(lines: &mut [Line<'_>]) {
    let mut within = false;
    for line in lines {
        if !within && !line.text.starts_with('"') {
            continue;
        }
        if !within && is_json_name(&line.text) {
            continue;
        }
        let start = usize::from(!within);
        let body = line.text.get(start..).unwrap_or_default();
        let end = closing(body);
        within = end.is_none();
        let text = body.get(..end.unwrap_or(body.len())).unwrap_or_default();
        line.text = text.replace("\"\"", "\"").into();
    }
}

/// Where the quote stands that closes the text: nothing but the next field follows it.
fn closing(body: &str) -> Option<usize> {
    let text = body.trim_end().trim_end_matches([',', ';']);
    let inner = text.strip_suffix('"')?;
    // An even number of quotes at the end are doubled ones of the text itself.
    let quotes = text.len() - text.trim_end_matches('"').len();
    (quotes % 2 == 1).then_some(inner.len())
}

/// A text of JSON that holds the plan: `"[\n  {\"Plan\": …"`.
fn escaped(lines: &mut Vec<Line<'_>>) {
    let mut out = Vec::new();
    for line in lines.iter() {
        let text = line.text.trim();
        let text = text.strip_prefix('"').unwrap_or(text);
        let text = text.trim_end_matches([',', ';']);
        let text = text.strip_suffix('"').unwrap_or(text);
        for text in unescaped(text).lines() {
            out.push(Line {
                text: text.to_owned().into(),
                number: line.number,
            });
        }
    }
    *lines = out;
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(mark) = rest.find('\\') else {
            out.push_str(rest);
            break;
        };
        out.push_str(rest.get(..mark).unwrap_or_default());
        if let Some(end) = json::escape(text, at + mark, &mut out) {
            at = end;
        } else {
            out.push('\\');
            at += mark + 1;
        }
    }
    out
}
