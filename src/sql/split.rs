//! The statements of a text that holds several.

use super::lex::{Lexeme, Lexer};
use super::word::Word;
use std::ops::Range;

/// The ranges of the statements in a text, without the semicolons between them and the white space
/// around them. A semicolon within quotes, comments, brackets or the body of a function parts
/// nothing. Stretches of comments alone are left out.
pub fn split(sql: &str) -> impl Iterator<Item = Range<usize>> {
    let mut lexer = Lexer::new(sql.as_bytes());
    std::iter::from_fn(move || {
        loop {
            let found = next_statement(&mut lexer)?;
            if let Some(range) = found {
                return Some(range);
            }
        }
    })
}

/// The statement up to the next semicolon; `Some(None)` for an empty one, `None` at the end.
fn next_statement(lexer: &mut Lexer<'_>) -> Option<Option<Range<usize>>> {
    let mut range: Option<Range<usize>> = None;
    let mut solid = false;
    let mut brackets = 0_usize;
    // `BEGIN ATOMIC … END` of a function holds statements, and CASE ends in END as well.
    let mut blocks = 0_usize;
    let mut word = Word::None;
    let mut any = false;
    for lexed in lexer.by_ref() {
        any = true;
        match lexed.lexeme {
            Lexeme::Space => continue,
            Lexeme::Comment => {}
            Lexeme::Semicolon if brackets == 0 && blocks == 0 => {
                return Some(range.filter(|_| solid));
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
        let start = range.map_or(lexed.start, |range| range.start);
        range = Some(start..lexed.end);
    }
    any.then(|| range.filter(|_| solid))
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
        check("select ';' ; select $$;$$, \"a;b\" -- ;\n; x", &[
            "select ';'",
            "select $$;$$, \"a;b\" -- ;",
            "x",
        ]);
        check("/* one; */ a; /* two */", &["/* one; */ a"]);
        check("create rule r as on insert to t do (a; b); c", &[
            "create rule r as on insert to t do (a; b)",
            "c",
        ]);
        check("select 1", &["select 1"]);
    }

    #[test]
    fn the_body_of_a_function_is_whole() {
        let function = "create function f() begin atomic select case when a then b end; end";
        check(&format!("{function}; x"), &[function, "x"]);
        check("begin; x; end; y", &["begin", "x", "end", "y"]);
    }
}
