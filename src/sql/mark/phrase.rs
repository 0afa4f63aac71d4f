//! Phrases of which the words alone do not say what they mean: `SET name TO value`, `FETCH FIRST`,
//! `EXTRACT(field FROM …)`, names that are as good as constants.

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::{self, Role, Tokens};

/// Marks the names in the statement that begins at `at` that change from run to run: those of
/// savepoints, cursors and prepared statements, and the value of SET.
pub(in crate::sql) fn mark(sql: &[u8], tokens: &mut Tokens, at: usize) {
    let word = |offset: usize| tokens.at(at + offset).word;
    let name = match word(0) {
        Word::Set => return mark_set(sql, tokens, at),
        Word::Savepoint | Word::Declare => at + 1,
        Word::Release => at + 1 + usize::from(word(1) == Word::Savepoint),
        Word::Rollback | Word::Abort => {
            let noise = usize::from(matches!(word(1), Word::Work | Word::Transaction));
            if word(1 + noise) != Word::To {
                return mark_noise(tokens, at + 1);
            }
            at + 2 + noise + usize::from(word(2 + noise) == Word::Savepoint)
        }
        Word::Begin | Word::Commit | Word::End => return mark_noise(tokens, at + 1),
        Word::Close if word(1) != Word::All => at + 1,
        Word::Deallocate => {
            let name = at + 1 + usize::from(word(1) == Word::Prepare);
            if tokens.at(name).word == Word::All {
                return;
            }
            name
        }
        Word::Fetch | Word::Move => match last_of_statement(tokens, at) {
            last if last > at => last,
            _ => return,
        },
        _ => return,
    };
    mark_name(sql, tokens, name, name + 1);
}

/// BEGIN WORK and BEGIN TRANSACTION are BEGIN.
fn mark_noise(tokens: &mut Tokens, at: usize) {
    if matches!(tokens.at(at).word, Word::Work | Word::Transaction) {
        tokens.set_role(at, Role::Noise);
    }
}

fn mark_set(sql: &[u8], tokens: &mut Tokens, at: usize) {
    let mut name = at + 1;
    if matches!(tokens.at(name).word, Word::Session | Word::Local) {
        name += 1;
    }
    let value = match tokens.at(name).word {
        Word::Transaction | Word::Constraints => return,
        Word::Time if tokens.at(name + 1).word == Word::Zone => name + 2,
        Word::Role => name + 1,
        _ => {
            let end = shape::path_end(tokens, name);
            let to = tokens.at(end);
            let equals = token::text(sql, to.start, to.end) == b"=";
            if to.word != Word::To && !equals {
                return;
            }
            tokens.set_role(end, Role::Noise);
            end + 1
        }
    };
    let end = last_of_statement(tokens, at) + 1;
    if tokens.at(value).word != Word::Default && value < end {
        mark_name(sql, tokens, value, end);
    }
}

/// Makes the tokens from `at` to `end` a constant and counts their text as its value.
fn mark_name(sql: &[u8], tokens: &mut Tokens, at: usize, end: usize) {
    let (first, last) = (tokens.at(at), tokens.before(end));
    if first.role == Role::Plain && matches!(first.lexeme, Lexeme::Word | Lexeme::Quoted) {
        tokens.add_value(sql, first.start, last.end);
    }
    if first.lexeme != Lexeme::Semicolon {
        tokens.set_constant(at, end);
    }
}

/// The last token before the semicolon. Long statements have no name there: it looks no further
/// than the first few tokens, but for SET, whose list of values is short as well.
fn last_of_statement(tokens: &Tokens, at: usize) -> usize {
    let mut last = at;
    while last < at + 4096 && tokens.at(last + 1).lexeme != Lexeme::Semicolon {
        last += 1;
    }
    last
}

/// `OFFSET 5 ROWS FETCH FIRST 10 ROWS ONLY` is `LIMIT 10 OFFSET 5`.
pub(in crate::sql) fn mark_offset(tokens: &mut Tokens, at: usize) {
    let Some(end) = constant_end(tokens, at + 1) else {
        return;
    };
    let rows = usize::from(is_rows(tokens, end));
    let next = end + rows;
    if rows > 0 {
        tokens.set_role(end, Role::Noise);
    }
    let limit_end = match tokens.at(next).word {
        Word::Limit => constant_end(tokens, next + 1),
        Word::Fetch => match constant_end(tokens, next + 2) {
            None if is_rows(tokens, next + 2) => Some(next + 2),
            end => end,
        },
        _ => None,
    };
    if let Some(limit_end) = limit_end {
        tokens.set_role(at, Role::EarlyOffset);
        tokens.set_link(at, limit_end);
    }
}

/// `FETCH FIRST n ROWS ONLY` is `LIMIT n`, and without a number it is `LIMIT 1`.
pub(in crate::sql) fn mark_fetch(tokens: &mut Tokens, at: usize) {
    let first = tokens.at(at + 1);
    let written = first.word == Word::First || first.word == Word::Next;
    if at == 0 || !written {
        return;
    }
    let count = match tokens.at(at + 2).lexeme {
        Lexeme::Open => Some(shape::after_bracket(tokens, at + 2)),
        _ => constant_end(tokens, at + 2),
    };
    let rows = count.unwrap_or(at + 2);
    if !is_rows(tokens, rows) {
        return;
    }
    let role = if count.is_some() {
        Role::Limit
    } else {
        Role::LimitOne
    };
    tokens.set_role(at, role);
    tokens.set_role(at + 1, Role::Noise);
    tokens.set_role(rows, Role::Noise);
    if tokens.at(rows + 1).word == Word::Only {
        tokens.set_role(rows + 1, Role::Noise);
    }
}

fn is_rows(tokens: &Tokens, at: usize) -> bool {
    matches!(tokens.at(at).word, Word::Row | Word::Rows)
}

/// Where the constant at `at` ends, with its sign and casts.
fn constant_end(tokens: &Tokens, at: usize) -> Option<usize> {
    let mut at = at;
    while tokens.at(at).role == Role::Sign {
        at += 1;
    }
    (tokens.at(at).role == Role::Constant).then(|| shape::operand_end(tokens, at))
}

/// `EXTRACT(epoch FROM x)`: statistics of the server write `EXTRACT($1 FROM x)`.
pub(in crate::sql) fn mark_extract(sql: &[u8], tokens: &mut Tokens, at: usize) {
    let field = at + 2;
    let framed = tokens.at(at + 1).lexeme == Lexeme::Open;
    if framed && tokens.at(at + 3).word == Word::From {
        mark_name(sql, tokens, field, field + 1);
    }
}

/// Marks the table at `at` when its name ends in a date: `events_202401`, `log_p2024_01_31`.
pub(in crate::sql) fn mark_dated(sql: &[u8], tokens: &mut Tokens, at: usize) {
    let name = shape::name(sql, &tokens.at(at));
    if dated(name) < name.len() {
        tokens.set_role(at, Role::Dated);
    }
}

/// How long a name is without the date at its end: a year from 1970 to 2099, a month, and perhaps
/// a day, with or without underscores or the letters `y`, `m`, `d` between them. A name without
/// one, or of nothing else, keeps its whole length.
pub(in crate::sql) fn dated(name: &[u8]) -> usize {
    let whole = name.len();
    if whole < 7 || !name.last().is_some_and(u8::is_ascii_digit) {
        return whole;
    }
    let month_last = || {
        let (rest, _) = number(name, 2, 1, 12)?;
        year(separator(rest, b'm'))
    };
    let day_last = || {
        let (rest, _) = number(name, 2, 1, 31)?;
        let (rest, _) = number(separator(rest, b'd'), 2, 1, 12)?;
        year(separator(rest, b'm'))
    };
    match day_last().or_else(month_last) {
        Some(rest) if !rest.is_empty() => rest.len(),
        _ => whole,
    }
}

fn year(name: &[u8]) -> Option<&[u8]> {
    let (rest, _) = number(name, 4, 1970, 2099)?;
    // A longer number is no date.
    (!rest.last().is_some_and(u8::is_ascii_digit)).then_some(rest)
}

fn separator(name: &[u8], letter: u8) -> &[u8] {
    match name {
        [rest @ .., last] if *last == b'_' || last.eq_ignore_ascii_case(&letter) => rest,
        _ => name,
    }
}

/// Takes a number of `digits` digits between `least` and `most` off the end.
fn number(name: &[u8], digits: usize, least: u32, most: u32) -> Option<(&[u8], u32)> {
    let (rest, tail) = name.split_at_checked(name.len().checked_sub(digits)?)?;
    let mut value = 0;
    for byte in tail {
        value = value * 10 + char::from(*byte).to_digit(10)?;
    }
    (least..=most).contains(&value).then_some((rest, value))
}
