//! The lexemes of a text by what a reader takes them for: syntax colours and layout.

use crate::sql::lex::word::Word;
use crate::sql::lex::{Lexed, Lexeme, Lexer};
use std::ops::Range;

/// What a reader takes a stretch of SQL for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A word of the language.
    Keyword,
    /// The name of a function that is called.
    Function,
    /// An unquoted name.
    Identifier,
    /// A name in double quotes.
    QuotedIdentifier,
    /// A number.
    Number,
    /// A string constant of any kind, with its quotes.
    String,
    /// `$1`, `?`, `%s`, `%(name)s`, `:name` …
    Parameter,
    /// An operator, also `::`.
    Operator,
    /// Brackets, comma, dot, semicolon, and bytes that mean nothing.
    Punctuation,
    /// A comment.
    Comment,
    /// White space.
    Space,
}

/// Divides a text into classed ranges of bytes that cover it without a gap, each between
/// characters.
pub fn tokens(sql: &str) -> impl Iterator<Item = (Class, Range<usize>)> {
    let mut rest = Lexer::new(sql.as_bytes());
    let mut before = Lexeme::Semicolon;
    std::iter::from_fn(move || {
        let lexed = rest.next()?;
        let class = match lexed.lexeme {
            Lexeme::Word => word(&lexed, before, &rest),
            other => class(other),
        };
        if !matches!(lexed.lexeme, Lexeme::Space | Lexeme::Comment) {
            before = lexed.lexeme;
        }
        Some((class, lexed.start..lexed.end))
    })
}

fn class(lexeme: Lexeme) -> Class {
    match lexeme {
        Lexeme::Space => Class::Space,
        Lexeme::Comment => Class::Comment,
        Lexeme::Word => Class::Identifier,
        Lexeme::Quoted => Class::QuotedIdentifier,
        Lexeme::Number => Class::Number,
        Lexeme::Text => Class::String,
        Lexeme::Parameter => Class::Parameter,
        Lexeme::Operator | Lexeme::Sign | Lexeme::Cast => Class::Operator,
        Lexeme::Comma
        | Lexeme::Dot
        | Lexeme::Semicolon
        | Lexeme::Colon
        | Lexeme::Open
        | Lexeme::Close
        | Lexeme::OpenSquare
        | Lexeme::CloseSquare
        | Lexeme::Other => Class::Punctuation,
    }
}

fn word(lexed: &Lexed, before: Lexeme, rest: &Lexer<'_>) -> Class {
    let sided = matches!(lexed.word, Word::Left | Word::Right);
    if lexed.word.is_keyword() && !sided {
        return Class::Keyword;
    }
    let next = rest.clone().next_solid(&mut false);
    let called = next.is_some_and(|next| next.lexeme == Lexeme::Open);
    match called {
        _ if lexed.word.is_type() && before == Lexeme::Cast => Class::Keyword,
        true => Class::Function,
        false if sided => Class::Keyword,
        false => Class::Identifier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn check(sql: &str, want: &str) {
        let mut got = String::new();
        for (class, range) in tokens(sql) {
            if class != Class::Space {
                let text = sql.get(range).unwrap_or("not at a character");
                write!(got, "{text}:{class:?} ").unwrap_or_default();
            }
        }
        assert_eq!(got.trim_end(), want, "{sql}");
    }

    #[test]
    fn words_are_classed_by_what_follows() {
        check(
            "select left(a, 1) from t left join count",
            "select:Keyword left:Function (:Punctuation a:Identifier ,:Punctuation 1:Number \
             ):Punctuation from:Keyword t:Identifier left:Keyword join:Keyword count:Identifier",
        );
        check(
            "x::date, date, t.select",
            "x:Identifier :::Operator date:Keyword ,:Punctuation date:Identifier ,:Punctuation \
             t:Identifier .:Punctuation select:Identifier",
        );
        check(
            "Count /**/ (*)",
            "Count:Function /**/:Comment (:Punctuation *:Operator ):Punctuation",
        );
    }

    #[test]
    fn placeholders_and_operators_are_told_apart() {
        check("a = ?", "a:Identifier =:Operator ?:Parameter");
        check("j ? 'k'", "j:Identifier ?:Operator 'k':String");
        check("j ?| ?", "j:Identifier ?|:Operator ?:Parameter");
        check("a=?", "a:Identifier =:Operator ?:Parameter");
        check("a=%s", "a:Identifier =:Operator %s:Parameter");
        check("a % s", "a:Identifier %:Operator s:Identifier");
        check("%(é)s::int", "%(é)s:Parameter :::Operator int:Keyword");
        check(
            "a[1:n]",
            "a:Identifier [:Punctuation 1:Number ::Punctuation n:Identifier ]:Punctuation",
        );
        check("x = :n", "x:Identifier =:Operator :n:Parameter");
        check("limit @p0", "limit:Keyword @p0:Parameter");
        check("select @x", "select:Keyword @:Operator x:Identifier");
        check("a=-1", "a:Identifier =:Operator -:Operator 1:Number");
        check("a @-1", "a:Identifier @-:Operator 1:Number");
        check("1..10", "1:Number ..:Operator 10:Number");
    }

    #[test]
    fn strings_end_where_the_server_ends_them() {
        check(r"'a\' x", r"'a\':String x:Identifier");
        check(r"E'a\' x' y", r"E'a\' x':String y:Identifier");
        check("'it''s' x", "'it''s':String x:Identifier");
        check("$a$ $b$ $a$ x", "$a$ $b$ $a$:String x:Identifier");
        check("$$;$$", "$$;$$:String");
        check(
            "U&\"d\\0061\" u&'x'",
            "U&\"d\\0061\":QuotedIdentifier u&'x':String",
        );
        check("b'1' x'f' n'é'", "b'1':String x'f':String n'é':String");
        check(
            "1_000 0x1F 1e5 .5 1.e-3",
            "1_000:Number 0x1F:Number 1e5:Number .5:Number 1.e-3:Number",
        );
        check("'cut off", "'cut off:String");
        check("/* a /* b */ c", "/* a /* b */ c:Comment");
    }

    #[test]
    fn foreign_white_space_parts_words() {
        check(
            "\u{feff}select\u{a0}a\u{3000}b",
            "select:Keyword a:Identifier b:Identifier",
        );
        check("naïve", "naïve:Identifier");
    }
}
