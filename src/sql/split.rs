//! The statements of a text that holds several.

use crate::sql::lex::word::Word;
use crate::sql::lex::{Lexeme, Lexer};
use std::ops::Range;

/// The ranges of the statements in a text, without the semicolons between them and the white space
/// around them. A semicolon within quotes, comments, brackets or the body of a function parts
/// nothing. Stretches of comments alone are left out.
pub fn split(sql: &str) -> impl Iterator<Item = Range<usize>> {
    let mut lexer = Lexer::new(sql.as_bytes());
    std::iter::from_fn(move || {
        let mut range = next_statement(&mut lexer);
        while range.as_ref().is_some_and(Range::is_empty) {
            range = next_statement(&mut lexer);
        }
        range
    })
}

/// The statement up to the next semicolon, an empty range when it has no tokens; `None` at the end.
fn next_statement(lexer: &mut Lexer<'_>) -> Option<Range<usize>> {
    let mut range = None;
    let mut solid = false;
    let mut brackets = 0_usize;
    // `BEGIN ATOMIC … END` of a function holds statements, and CASE ends in END as well.
    let mut blocks = 0_usize;
    let mut word = Word::None;
    let mut ended = true;
    for lexed in lexer.by_ref() {
        ended = false;
        match lexed.lexeme {
            Lexeme::Space => continue,
            Lexeme::Semicolon if brackets == 0 && blocks == 0 => {
                return Some(range.filter(|_| solid).unwrap_or_default());
            }
            Lexeme::Open => brackets += 1,
            Lexeme::Close => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        if lexed.lexeme != Lexeme::Comment {
            solid = true;
            match lexed.word {
                Word::Atomic if word == Word::Begin => blocks += 1,
                Word::Case if blocks > 0 => blocks += 1,
                Word::End => blocks = blocks.saturating_sub(1),
                _ => {}
            }
            word = lexed.word;
        }
        let start = range.map_or(lexed.start, |range: Range<usize>| range.start);
        range = Some(start..lexed.end);
    }
    (!ended).then(|| range.filter(|_| solid).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, want: &[&str]) {
        let got: Vec<_> = split(sql).filter_map(|range| sql.get(range)).collect();
        assert_eq!(got, want, "{sql}");
    }

    #[test]
    fn semicolons_part_statements_but_not_within_anything() {
        check("a; b ;", &["a", "b"]);
        check("", &[]);
        check(" ;; ; ", &[]);
        check(
            "select ';' ; select $$;$$, \"a;b\" -- ;\n; x",
            &["select ';'", "select $$;$$, \"a;b\" -- ;", "x"],
        );
        check("/* one; */ a; /* two */", &["/* one; */ a"]);
        check(
            "create rule r as on insert to t do (a; b); c",
            &["create rule r as on insert to t do (a; b)", "c"],
        );
        check("select 1", &["select 1"]);
    }

    #[test]
    fn the_body_of_a_function_is_whole() {
        let function = "create function f() begin atomic select case when a then b end; end";
        check(&format!("{function}; x"), &[function, "x"]);
        check("begin; x; end; y", &["begin", "x", "end", "y"]);
    }
}
