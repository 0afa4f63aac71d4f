//! What stands before every line: marks of quoting, numbers; and fences around all.

use super::{Line, most};

/// Takes one kind of margin away; whether there was any.
pub(super) fn strip(lines: &mut Vec<Line<'_>>) -> bool {
    let before = lines.len();
    lines.retain(|line| !is_fence(line.text.trim()));
    if most(lines, |text| text.trim_start().starts_with('>')) {
        for line in lines.iter_mut() {
            line.keep(|text| {
                let text = text.trim_start();
                let text = text.strip_prefix('>').unwrap_or(text);
                text.strip_prefix(' ').unwrap_or(text)
            });
        }
        return true;
    }
    if are_numbered(lines) {
        for line in lines.iter_mut() {
            line.keep(|text| number(text).map_or(text, |(_, rest)| rest));
        }
        return true;
    }
    lines.len() < before
}

fn is_fence(text: &str) -> bool {
    text.strip_prefix("```")
        .or_else(|| text.strip_prefix("~~~"))
        .is_some_and(|language| language.chars().all(char::is_alphanumeric))
}

/// Whether each line begins with the number that follows the one before.
fn are_numbered(lines: &[Line<'_>]) -> bool {
    let mut last = None;
    let mut count = 0;
    for line in lines.iter().filter(|line| !line.is_blank()) {
        let Some((number, _)) = number(&line.text) else {
            return false;
        };
        if last.is_some_and(|last| number <= last) {
            return false;
        }
        last = Some(number);
        count += 1;
    }
    count > 1
}

/// `  12: text`.
fn number(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let number = digits.parse().ok()?;
    let rest = rest.strip_prefix([':', '.', '|', ')', '│']).unwrap_or(rest);
    if rest.is_empty() {
        return Some((number, rest));
    }
    Some((number, rest.strip_prefix([' ', '\t'])?))
}
