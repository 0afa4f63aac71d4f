//! Calls with a grammar of their own: SQL/JSON, SQL/XML, TRIM, SUBSTRING. What they are given remains.

use super::{Replacement, Source, drop_to};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;

/// The name of a function, and perhaps what begins its arguments.
pub(super) fn call<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let first = at + 2;
    let name = source.text(at).to_ascii_lowercase();
    match name.as_str() {
        "xmltable" => {
            let end = shape::after_bracket(source.tokens, at + 1);
            Some((end, "unnest(NULL)".into()))
        }
        // xmlelement(NAME a, …)
        "xmlelement" | "xmlpi" if source.spells(first, "name") => {
            let comma = source.lexeme(first + 2) == Lexeme::Comma;
            Some((first + 2 + usize::from(comma), format!("{name}(").into()))
        }
        "xmlparse" if is_content(source, first) => Some((first + 1, "xml(".into())),
        "xmlserialize" if is_content(source, first) => Some((first + 1, "CAST(".into())),
        "json_array" if matches!(source.word(first), Word::Select | Word::With) => {
            Some((at + 1, "ARRAY".into()))
        }
        _ => None,
    }
}

/// A word that is no name within certain calls.
pub(super) fn argument<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let by = |at: usize| usize::from(source.word(at) == Word::By) * 2;
    let called = source.called().to_ascii_lowercase();
    match called.as_str() {
        "xmlattributes" | "xmlforest" if source.word(at) == Word::As => drop_to(at + 2),
        // xmlserialize(CONTENT a AS text INDENT), of which the type tells nothing
        "xmlserialize" if source.word(at) == Word::As => {
            let open = source.open.last().copied().unwrap_or_default();
            Some((
                shape::after_bracket(source.tokens, open) - 1,
                "AS text".into(),
            ))
        }
        "xmlroot" if source.spells(at, "version") || source.spells(at, "standalone") => {
            let valued = source.spells(at + 2, "value");
            Some((at + 2 + usize::from(valued), "NULL".into()))
        }
        // xmlexists(path PASSING BY REF document BY REF)
        "xmlexists" if source.spells(at, "passing") => Some((at + 1 + by(at + 1), ",".into())),
        "xmlexists" if source.word(at) == Word::By => drop_to(at + 2),
        "json_object" | "json_objectagg" if is_separator(source, at) => Some((at + 1, ",".into())),
        "json_array" if source.word(at) == Word::Returning => {
            drop_to(shape::type_end(source.tokens, at + 1))
        }
        "substring" if source.word(at) == Word::Similar && source.word(at + 1) != Word::To => {
            Some((at + 1, ",".into()))
        }
        "substring" if source.word(at) == Word::Escape => Some((at + 1, ",".into())),
        _ if source.word(at) == Word::From => {
            // trim(BOTH FROM a)
            let side = matches!(
                source.before(at),
                Word::Both | Word::Leading | Word::Trailing
            );
            side.then(|| drop_to(at + 1))?
        }
        _ if matches!(source.word(at), Word::With | Word::Without)
            && source.word(at + 1) == Word::Unique =>
        {
            drop_to(at + 2 + usize::from(source.spells(at + 2, "keys")))
        }
        _ => None,
    }
}

/// `CONTENT 'a'` and `DOCUMENT 'a'`.
fn is_content(source: &Source<'_>, at: usize) -> bool {
    source.spells(at, "content") || source.spells(at, "document")
}

/// The VALUE of `json_object('key' VALUE 1)`.
fn is_separator(source: &Source<'_>, at: usize) -> bool {
    let before = source.tokens.before(at).lexeme;
    source.spells(at, "value") && !matches!(before, Lexeme::Open | Lexeme::Comma | Lexeme::Colon)
}
