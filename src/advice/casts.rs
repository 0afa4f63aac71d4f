//! Casts of parameters, and the types that they tell.

use super::statement::{Token, tokens};
use crate::sql::Class;

/// The number of `$7`.
pub(super) fn parameter(class: Class, text: &str) -> Option<u32> {
    if class != Class::Parameter {
        return None;
    }
    text.strip_prefix('$')?.parse().ok()
}

/// A cast at `at`, and the place behind it.
pub(super) fn cast(tokens: &[Token<'_>], at: usize) -> (String, usize) {
    let start = solid(tokens, at);
    if tokens.get(start).is_none_or(|(_, text)| *text != "::") {
        return (String::new(), at);
    }
    let more = ["precision", "varying", "with", "without", "time", "zone"];
    let mut end = solid(tokens, start + 1) + 1;
    let mut depth = 0_u32;
    let mut cast: String = tokens
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .map(|(_, text)| *text)
        .collect();
    let mut gap = String::new();
    let mut behind = end;
    while let Some((class, text)) = tokens.get(end) {
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" if depth > 0 => depth -= 1,
            "." => {}
            _ if depth > 0 || more.contains(&lower.as_str()) => {}
            _ if cast.ends_with('.') => {}
            _ if *class == Class::Space => {
                gap.push_str(text);
                end += 1;
                continue;
            }
            _ => break,
        }
        cast.push_str(&gap);
        gap.clear();
        cast.push_str(text);
        end += 1;
        behind = end;
    }
    (cast, behind)
}

/// The type of an array of what a cast gives: `::integer[]` of `::INTEGER`.
pub(super) fn as_array(cast: &str) -> String {
    if cast.is_empty() {
        return String::new();
    }
    let name = if cast.contains('"') {
        cast.to_owned()
    } else {
        cast.to_ascii_lowercase()
    };
    format!("{name}[]")
}

/// The types that a list of values is cast to, with the numbers of its parameters; `None` where one has no type or is
/// no parameter.
pub(super) fn typed(values: &[&str]) -> Option<Vec<(u32, String)>> {
    let one = |value: &&str| {
        let tokens = tokens(value);
        let (class, text) = tokens.first()?;
        let number = parameter(*class, text)?;
        let (cast, after) = cast(&tokens, 1);
        (solid(&tokens, after) >= tokens.len() && !cast.is_empty())
            .then(|| (number, as_array(&cast)))
    };
    values.iter().map(one).collect()
}

/// The parameter that a value is, with or without a cast.
pub(super) fn lone(value: &str) -> Option<u32> {
    let tokens = tokens(value);
    let (class, text) = tokens.first()?;
    let number = parameter(*class, text)?;
    let (_, after) = cast(&tokens, 1);
    (solid(&tokens, after) >= tokens.len()).then_some(number)
}

/// A text without the casts behind its parameters.
pub(super) fn without_casts(text: &str) -> String {
    let tokens = tokens(text);
    let mut out = String::new();
    let mut at = 0;
    while let Some((class, text)) = tokens.get(at) {
        out.push_str(text);
        at += 1;
        if parameter(*class, text).is_some() {
            at = cast(&tokens, at).1;
        }
    }
    out
}

/// The parameters of a text that have a cast, with the types of arrays of them: `::integer[]`.
pub(super) fn casts(text: &str) -> Vec<(u32, String)> {
    let tokens = tokens(text);
    let one = |(at, (class, text)): (usize, &Token<'_>)| {
        let number = parameter(*class, text)?;
        let (cast, _) = cast(&tokens, at + 1);
        (!cast.is_empty()).then(|| (number, as_array(&cast)))
    };
    tokens.iter().enumerate().filter_map(one).collect()
}

/// The place of the first token from `at` on that isn't white space.
pub(super) fn solid(tokens: &[Token<'_>], at: usize) -> usize {
    let skipped = tokens.iter().skip(at);
    at + skipped
        .take_while(|(class, _)| matches!(class, Class::Space | Class::Comment))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_from_casts() {
        assert_eq!(
            typed(&["$1::VARCHAR", "$2::INTEGER"]),
            Some(vec![
                (1, "::varchar[]".to_owned()),
                (2, "::integer[]".to_owned())
            ])
        );
        assert_eq!(typed(&["$1::VARCHAR", "$2"]), None);
        assert_eq!(typed(&["now()"]), None);
        assert_eq!(
            (lone("$3"), lone("$3::int"), lone("$3 + 1")),
            (Some(3), Some(3), None)
        );
    }
}
