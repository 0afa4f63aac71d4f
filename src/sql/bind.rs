//! A statement with its parameters put in, to be copied and run.

use crate::sql::lex::word::Word;
use crate::sql::lex::{Lexed, Lexeme, Lexer};

/// Puts values in for `$1`, `$2` and so on; `None` is NULL. A parameter without a value stays.
///
/// What looks like a number stays bare, so that `LIMIT $1` and `generate_series($1, $2)` work, unless
/// a cast or a pattern match shows that a string is wanted. All else, also a negative number, is
/// quoted as the function `quote_literal` of the server quotes: the server finds out the type of
/// such a constant as it did for the parameter.
#[must_use]
pub fn bind(sql: &str, params: &[Option<&str>]) -> String {
    let mut out = String::with_capacity(sql.len() + params.len() * 8);
    let mut lexer = Lexer::new(sql.as_bytes());
    let mut before = None;
    while let Some(lexed) = lexer.next() {
        let text = sql.get(lexed.start..lexed.end).unwrap_or_default();
        match parameter(&lexed, text).and_then(|number| params.get(number)) {
            Some(value) => {
                let next = lexer.clone().next_solid(&mut false);
                let rest = sql.get(lexed.end..).unwrap_or_default();
                let wants_text = wants_text(sql, before.as_ref(), next.as_ref());
                push(&mut out, *value, wants_text, rest);
            }
            None => out.push_str(text),
        }
        if !matches!(lexed.lexeme, Lexeme::Space | Lexeme::Comment) {
            before = Some(lexed);
        }
    }
    out
}

/// The index of the value for `$1`, which is 0.
fn parameter(lexed: &Lexed, text: &str) -> Option<usize> {
    if lexed.lexeme != Lexeme::Parameter {
        return None;
    }
    let number: usize = text.strip_prefix('$')?.parse().ok()?;
    number.checked_sub(1)
}

/// Whether the lexemes around a parameter take a string, or would read a number otherwise.
fn wants_text(sql: &str, before: Option<&Lexed>, next: Option<&Lexed>) -> bool {
    let side = |lexed: Option<&Lexed>| {
        lexed.is_some_and(|lexed| match lexed.lexeme {
            Lexeme::Word => matches!(lexed.word, Word::Like | Word::Ilike | Word::Similar),
            Lexeme::Operator => {
                let text = sql.get(lexed.start..lexed.end).unwrap_or_default();
                text.contains("||") || text.contains('~') || text.contains("->")
            }
            // `$1::text`, and `1.x` would be another number.
            Lexeme::Cast | Lexeme::Dot => true,
            _ => false,
        })
    };
    // `date $1`, `SIMILAR TO $1`
    let typed = before.is_some_and(|it| it.word.is_type() || it.word == Word::To);
    typed || side(before) || side(next)
}

fn push(out: &mut String, value: Option<&str>, wants_text: bool, rest: &str) {
    let joins = |byte: Option<u8>| {
        byte.is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | 0x80..)
        })
    };
    if joins(out.as_bytes().last().copied()) {
        out.push(' ');
    }
    match value {
        None => out.push_str("NULL"),
        Some(value) if !wants_text && is_number(value) => out.push_str(value),
        Some(value) => quote(out, value),
    }
    if joins(rest.as_bytes().first().copied()) {
        out.push(' ');
    }
}

/// Quotes a string as `quote_literal` does: with `E` when it holds a backslash, so that it means the
/// same whatever `standard_conforming_strings` is.
fn quote(out: &mut String, value: &str) {
    let escaped = value.contains('\\');
    out.push_str(if escaped { "E'" } else { "'" });
    for character in value.chars() {
        match character {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            other => out.push(other),
        }
    }
    out.push('\'');
}

/// Whether a value is a number as people write it: `0012` and `1e999999` are strings.
fn is_number(value: &str) -> bool {
    let (whole, fraction) = match value.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (value, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let whole_is = digits(whole) && whole.len() <= 18 && (whole == "0" || !whole.starts_with('0'));
    whole_is && fraction.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, params: &[Option<&str>], want: &str) {
        assert_eq!(bind(sql, params), want, "{sql}");
    }

    #[test]
    fn parameters_are_replaced_by_number_outside_of_strings() {
        let ten: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
            .map(Some)
            .to_vec();
        check("$1 $10 $11", &ten, "'a' 'j' $11");
        check(
            "'$1' \"$1\" /* $1 */ $$ $1 $$ a$1",
            &ten,
            "'$1' \"$1\" /* $1 */ $$ $1 $$ a$1",
        );
        check("x=$1 -- $1", &[None], "x=NULL -- $1");
        check("$0 ?", &ten, "$0 ?");
    }

    #[test]
    fn values_are_written_so_that_they_can_be_run() {
        check("limit $1", &[Some("10")], "limit 10");
        check("a = $1", &[Some("1.5")], "a = 1.5");
        check("a = $1", &[Some("007")], "a = '007'");
        check("a -$1", &[Some("-5")], "a -'-5'");
        check("$1::text", &[Some("5")], "'5'::text");
        check("a like $1", &[Some("5")], "a like '5'");
        check("a || $1", &[Some("5")], "a || '5'");
        check("a = $1", &[Some("it's")], "a = 'it''s'");
        check("a = $1", &[Some(r"c:\x")], r"a = E'c:\\x'");
        check("a = $1", &[Some("")], "a = ''");
    }

    #[test]
    fn neighbours_do_not_run_together() {
        check("'x'$1", &[Some("y")], "'x' 'y'");
        check("$1$2", &[Some("1"), Some("2")], "1 2");
        check("$1and", &[Some("1")], "1 and");
    }
}
