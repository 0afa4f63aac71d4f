//! How many rows a statement skips.

use crate::sql::lex::word::Word;
use crate::sql::lex::{Lexed, Lexeme, Lexer};

/// The OFFSET of a statement as it stands in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offset {
    /// This many rows.
    Rows(u64),
    /// What the parameter of this number says, counted from 1.
    Parameter(u32),
}

/// The OFFSET of a statement, sub-selects left out. `None` without one, or where it is no plain number or parameter.
#[must_use]
pub fn offset(sql: &[u8]) -> Option<Offset> {
    let mut found = None;
    let (mut depth, mut placeholders) = (0_i32, 0_u32);
    let mut expected = false;
    for lexed in Lexer::new(sql) {
        match lexed.lexeme {
            Lexeme::Space | Lexeme::Comment => continue,
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth -= 1,
            Lexeme::Parameter => placeholders += 1,
            _ => {}
        }
        if expected {
            found = value(&lexed, sql, placeholders);
        }
        expected = depth == 0 && lexed.lexeme == Lexeme::Word && lexed.word == Word::Offset;
    }
    found
}

fn value(lexed: &Lexed, sql: &[u8], placeholders: u32) -> Option<Offset> {
    let text = std::str::from_utf8(sql.get(lexed.start..lexed.end)?).ok()?;
    match lexed.lexeme {
        Lexeme::Number => text.parse().ok().map(Offset::Rows),
        // `'20'`, as some drivers quote it.
        Lexeme::Text => text.trim_matches('\'').parse().ok().map(Offset::Rows),
        // `?` and `%s` are taken in their order.
        Lexeme::Parameter => {
            let number = text.strip_prefix('$').and_then(|n| n.parse().ok());
            Some(Offset::Parameter(number.unwrap_or(placeholders)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_of_the_main_statement() {
        for (sql, expected) in [
            ("SELECT 1", None),
            (
                "SELECT a FROM t LIMIT 20 OFFSET 3100",
                Some(Offset::Rows(3100)),
            ),
            (
                "select a from t offset $2 limit $1",
                Some(Offset::Parameter(2)),
            ),
            (
                "SELECT a FROM t LIMIT %s OFFSET %s",
                Some(Offset::Parameter(2)),
            ),
            ("SELECT a FROM (SELECT b FROM u OFFSET 5) x", None),
            (
                "SELECT a FROM t OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY",
                Some(Offset::Rows(10)),
            ),
            ("SELECT a FROM t OFFSET (1 + 2)", None),
            ("SELECT a FROM t /* OFFSET 7 */", None),
            ("SELECT a FROM t OFFSET", None),
        ] {
            assert_eq!(offset(sql.as_bytes()), expected, "{sql}");
        }
    }
}
