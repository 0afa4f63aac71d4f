//! Clauses and words that the parser lacks.

use super::{Replacement, Source, calls, drop_to};
use crate::sql::facts::locking;
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;

pub(super) fn replacement<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let tokens = source.tokens;
    let next = source.word(at + 1);
    let opens = source.lexeme(at + 1) == Lexeme::Open;
    if let Some(found) = calls::argument(source, at) {
        return Some(found);
    }
    match source.word(at) {
        Word::None => unknown(source, at),
        Word::Extract if opens && source.lexeme(at + 2) == Lexeme::Parameter => {
            Some((at + 3, "EXTRACT(epoch".into()))
        }
        Word::For => {
            let (_, end) = locking::strength(tokens, at + 1)?;
            Some((locking::of_end(tokens, end), "FOR UPDATE".into()))
        }
        Word::Collate => drop_to(shape::path_end(tokens, at + 1)),
        Word::Isnull => Some((at + 1, "IS NULL".into())),
        Word::Notnull => Some((at + 1, "IS NOT NULL".into())),
        Word::Variadic | Word::Symmetric | Word::Asymmetric => drop_to(at + 1),
        Word::Only
            if matches!(
                source.before(at),
                Word::From | Word::Update | Word::Into | Word::Using
            ) =>
        {
            drop_to(at + 1)
        }
        Word::All | Word::Distinct if source.before(at) == Word::By => drop_to(at + 1),
        // ORDER BY a USING <
        Word::Using if source.lexeme(at + 1) == Lexeme::Operator => drop_to(at + 2),
        Word::Select if ends_query(source, at + 1) => Some((at + 1, "SELECT NULL".into())),
        Word::Grouping if next == Word::Sets => grouping_sets(source, at + 2),
        Word::Table if begins_query(source, at) => Some((at + 1, "SELECT * FROM".into())),
        // OVERRIDING USER VALUE
        Word::Overriding => drop_to(at + 3),
        Word::Exclude => window_exclusion(source, at),
        Word::Where if source.spells(at + 1, "current") && source.word(at + 2) == Word::Of => {
            drop_to(at + 4)
        }
        Word::Conflict if opens => Some((conflict_end(source, at + 1), "CONFLICT".into())),
        Word::As => alias(source, at),
        Word::Rows if next == Word::From && source.lexeme(at + 2) == Lexeme::Open => {
            Some((shape::after_bracket(tokens, at + 2), "unnest(NULL)".into()))
        }
        Word::Insert if next == Word::Default => Some((at + 3, "INSERT VALUES (DEFAULT)".into())),
        _ => None,
    }
}

/// `mytype $1`, which only a string may follow: the type goes.
pub(super) fn unknown_type<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let typed = source.lexeme(at + 1) == Lexeme::Parameter;
    let qualified = source.tokens.before(at).lexeme == Lexeme::Dot;
    (typed && !qualified).then(|| drop_to(at + 1))?
}

fn unknown<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let spells = |word: &str| source.spells(at, word);
    let opens = source.lexeme(at + 1) == Lexeme::Open;
    if opens && let Some(found) = calls::call(source, at) {
        return Some(found);
    }
    if spells("collation") && source.word(at + 1) == Word::For {
        return Some((at + 2, "collation_for".into()));
    }
    if spells("repeatable") && opens {
        return drop_to(shape::after_bracket(source.tokens, at + 1));
    }
    // `IS DOCUMENT` asks nothing that an index answers.
    if spells("document") && matches!(source.before(at), Word::Is | Word::Not) {
        return Some((at + 1, "NORMALIZED".into()));
    }
    if spells("uescape") {
        return drop_to(at + 2);
    }
    if spells("search") && (source.spells(at + 1, "depth") || source.spells(at + 1, "breadth")) {
        return after_word(source, at, Word::Set);
    }
    if spells("cycle") && follows_query(source, at) {
        return after_word(source, at, Word::Using);
    }
    if spells("format") && source.spells(at + 1, "json") {
        let encoded = source.spells(at + 2, "encoding");
        return drop_to(at + 2 + 2 * usize::from(encoded));
    }
    if spells("absent") && source.word(at + 1) == Word::On {
        return drop_to(at + 3);
    }
    // These stand before a value and are no types.
    if spells("groups") || spells("passing") || spells("path") {
        return None;
    }
    unknown_type(source, at)
}

/// Whether the query of WITH has ended before `at`, perhaps with a SEARCH clause behind it.
fn follows_query(source: &Source<'_>, at: usize) -> bool {
    let searched = at >= 2 && source.word(at - 2) == Word::Set;
    searched || source.tokens.before(at).lexeme == Lexeme::Close
}

/// Takes out everything up to `word` and the name behind it.
fn after_word<'a>(source: &Source<'a>, at: usize, word: Word) -> Replacement<'a> {
    let end = source.tokens.list.len();
    let found = (at..end).find(|&at| source.word(at) == word)?;
    drop_to(found + 2)
}

/// Whether a SELECT returns nothing, as that within `EXISTS (SELECT)`.
fn ends_query(source: &Source<'_>, at: usize) -> bool {
    let token = source.tokens.at(at);
    matches!(token.lexeme, Lexeme::Semicolon | Lexeme::Close)
        || matches!(token.word, Word::Union | Word::Intersect | Word::Except)
}

/// Sets within sets and rows within rows, which group by nothing that a plain index serves.
fn grouping_sets<'a>(source: &Source<'a>, open: usize) -> Replacement<'a> {
    if source.lexeme(open) != Lexeme::Open {
        return None;
    }
    let end = shape::after_bracket(source.tokens, open);
    let mut depth = 0_usize;
    let nested = (open..end.min(source.tokens.list.len())).any(|at| {
        match source.lexeme(at) {
            Lexeme::Open => depth += 1,
            Lexeme::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 2 || matches!(source.word(at), Word::Sets | Word::Rollup | Word::Cube)
    });
    nested.then(|| (end, "GROUPING SETS (())".into()))
}

/// TABLE t, which is SELECT * FROM t.
fn begins_query(source: &Source<'_>, at: usize) -> bool {
    let before = source.tokens.before(at);
    let begins = at == 0
        || before.lexeme == Lexeme::Open
        || matches!(
            before.word,
            Word::Union | Word::Intersect | Word::Except | Word::All
        );
    begins && shape::is_name(source.tokens, at + 1)
}

/// EXCLUDE CURRENT ROW, EXCLUDE NO OTHERS, EXCLUDE GROUP, EXCLUDE TIES in a window.
fn window_exclusion<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let framed = matches!(
        source.before(at),
        Word::Row | Word::Following | Word::Preceding
    );
    let two = source.spells(at + 1, "current") || source.word(at + 1) == Word::No;
    framed.then(|| drop_to(at + 2 + usize::from(two)))?
}

/// The end of `ON CONFLICT (…) WHERE …`, which stands before DO.
fn conflict_end(source: &Source<'_>, open: usize) -> usize {
    let mut end = shape::after_bracket(source.tokens, open);
    while source.word(end) != Word::Do && end < source.tokens.list.len() {
        end += 1;
    }
    end
}

fn alias<'a>(source: &Source<'a>, at: usize) -> Replacement<'a> {
    let tokens = source.tokens;
    if source.tokens.before(at).lexeme != Lexeme::Close {
        return None;
    }
    // `f(x) AS (a int, b text)` defines columns and no name.
    if source.lexeme(at + 1) == Lexeme::Open {
        let defines = is_definition(source, at + 1);
        return defines.then(|| drop_to(shape::after_bracket(tokens, at + 1)))?;
    }
    if !shape::is_name(tokens, at + 1) {
        return None;
    }
    // `JOIN t USING (a) AS x` names what was joined.
    let open = tokens.before(at).link as usize;
    if tokens.before(open).word == Word::Using {
        return drop_to(at + 2);
    }
    // `f(x) AS t (a int, b text)`
    if source.lexeme(at + 2) == Lexeme::Open && is_definition(source, at + 2) {
        let end = shape::after_bracket(tokens, at + 2);
        return Some((end, format!("AS {}", source.text(at + 1)).into()));
    }
    None
}

/// Whether the brackets hold names with types.
fn is_definition(source: &Source<'_>, open: usize) -> bool {
    shape::is_name(source.tokens, open + 1)
        && shape::is_name(source.tokens, open + 2)
        && !source.word(open + 1).is_reserved()
        && !matches!(
            source.word(open + 1),
            Word::Insert | Word::Update | Word::Delete | Word::Merge
        )
}
