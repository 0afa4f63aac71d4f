//! The text of a statement without its constants, for people and for the parser.

use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::mark::{self, Marks};
use crate::sql::shape;
use crate::sql::token::{self, Role, Token, Tokens};
use std::ops::Range;

/// Rewrites a statement without what differs from run to run: constants and placeholders become
/// `$1` to `$n` in the order of the text, a list of constants in IN or ARRAY keeps its first member
/// (`IN ($1)`), rows of constants in VALUES their first row. Comments go, white space becomes a
/// single space. The spelling of everything else stays. Bytes that are not UTF-8 become `�`.
///
/// Statements with the same fingerprint may still differ in this text, by case or by an alias.
#[must_use]
pub fn normalise(sql: &[u8]) -> String {
    let tokens = marked(sql);
    let mut out = Vec::with_capacity(sql.len().min(1 << 16));
    let mut slots = 0_u32;
    let mut space = Spacing::default();
    walk(&tokens, |piece| match piece {
        Piece::Skipped(token) => space.skip(&token),
        Piece::Token(token) => {
            space.before(&token, &mut out);
            out.extend_from_slice(token::text(sql, token.start, token.end));
        }
        Piece::Slot { first, .. } => {
            space.before(&first, &mut out);
            slots += 1;
            out.push(b'$');
            out.extend_from_slice(slots.to_string().as_bytes());
        }
    });
    // It is kept for as long as the capture is open.
    out.shrink_to_fit();
    match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// What stood where the normalised text has a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The constant or placeholder in the original text, in bytes, with its sign and quotes.
    pub source: Range<usize>,
    /// The number of the placeholder when that was `$1` and the like; 0 for `?` or `%s`, which are
    /// taken in their order; `None` for a constant.
    pub parameter: Option<u32>,
    /// How many constants or rows a folded list had of which this one is (in) the first; else 1.
    pub members: u32,
}

/// The constants and placeholders of a statement: the first one is `$1` of [`normalise()`], and so on.
#[must_use]
pub fn slots(sql: &[u8]) -> Vec<Slot> {
    let tokens = marked(sql);
    let mut slots = Vec::new();
    walk(&tokens, |piece| {
        if let Piece::Slot {
            signs,
            first,
            last,
            members,
        } = piece
        {
            let parameter = (first.lexeme == Lexeme::Parameter)
                .then(|| number(token::text(sql, first.start, first.end)));
            slots.push(Slot {
                source: signs as usize..last.end as usize,
                parameter,
                members,
            });
        }
    });
    slots
}

fn marked(sql: &[u8]) -> Tokens {
    let mut tokens = Tokens::default();
    tokens.read(sql);
    mark::mark(sql, &mut tokens, &mut Marks::default());
    tokens
}

/// The digits of `$7`; 0 when there are none or they are too many.
fn number(text: &[u8]) -> u32 {
    let digits = text.get(1..).unwrap_or_default();
    let digits = std::str::from_utf8(digits).unwrap_or_default();
    digits.parse().unwrap_or(0)
}

enum Piece {
    /// Stays as it is.
    Token(Token),
    /// Does not appear, but parts its neighbours.
    Skipped(Token),
    /// Becomes a parameter.
    Slot {
        /// Where the sign of the constant begins, or the constant itself.
        signs: u32,
        first: Token,
        last: Token,
        members: u32,
    },
}

/// Hands out the tokens of a statement that its normalised text keeps, in order.
fn walk(tokens: &Tokens, mut piece: impl FnMut(Piece)) {
    let mut end = tokens.list.len();
    while end > 0 && tokens.at(end - 1).lexeme == Lexeme::Semicolon {
        end -= 1;
    }
    let mut at = 0;
    let mut signs = None;
    // A row that stands for several says so at its end; the slots in it are told in advance.
    let mut row: Option<(usize, u32)> = None;
    // Where `ARRAY[…]` and `CAST(…)` end that stand for several, and where to go on behind them.
    let mut jumps: Vec<(usize, usize)> = Vec::new();
    while at < end {
        if let Some((_, to)) = jumps.pop_if(|(from, _)| *from == at) {
            at = to;
            continue;
        }
        if row.is_some_and(|(row_end, _)| at >= row_end) {
            row = None;
        }
        let token = tokens.at(at);
        match token.role {
            Role::Sign => {
                signs = signs.or(Some(token.start));
                piece(Piece::Skipped(token));
                at += 1;
                continue;
            }
            Role::Constant if is_constructor(&token) => {
                let own = with_casts(tokens, shape::after_bracket(tokens, at + 1));
                if (token.link as usize) > own {
                    jumps.push((own, token.link as usize));
                }
                piece(Piece::Token(token));
                at += 1;
            }
            Role::Constant => {
                let whole = (token.link as usize).clamp(at + 1, end);
                let parts = continued_end(tokens, at);
                let shown = with_casts(tokens, parts).min(whole);
                let folds = matches!(tokens.at(whole).lexeme, Lexeme::Close | Lexeme::CloseSquare);
                let (last, members) = match shown < whole {
                    true if folds => (parts, count(tokens, shown, whole)),
                    // The value of SET is one constant, whatever it is made of.
                    true => (whole, 1),
                    false => (parts, 1),
                };
                piece(Piece::Slot {
                    signs: signs.unwrap_or(token.start),
                    first: token,
                    last: tokens.at(last - 1),
                    members: members.max(row.map_or(1, |(_, rows)| rows)),
                });
                for at in parts..shown {
                    piece(Piece::Token(tokens.at(at)));
                }
                at = whole;
            }
            Role::Continued => at += 1,
            Role::Folded => {
                piece(Piece::Token(token));
                at = (token.link as usize).max(at + 1);
            }
            _ => {
                if token.lexeme == Lexeme::Open && row.is_none() {
                    row = folded_row(tokens, at);
                }
                piece(Piece::Token(token));
                at += 1;
            }
        }
        signs = None;
    }
}

/// `ARRAY[…]` and `CAST(… AS …)` are constants whose inside is shown.
fn is_constructor(token: &Token) -> bool {
    matches!(token.word, Word::Array | Word::Cast)
}

fn continued_end(tokens: &Tokens, at: usize) -> usize {
    let mut end = at + 1;
    while tokens.at(end).role == Role::Continued {
        end += 1;
    }
    end
}

/// The end of the casts that begin at `at`.
fn with_casts(tokens: &Tokens, at: usize) -> usize {
    let mut end = at;
    while tokens.at(end).lexeme == Lexeme::Cast {
        end = shape::type_end(tokens, end + 1);
    }
    end
}

/// The members of a list of which the first ends at `at` and the last at `close`.
fn count(tokens: &Tokens, at: usize, close: usize) -> u32 {
    let mut members = 1;
    let mut at = at;
    while at < close {
        let token = tokens.at(at);
        at = match token.lexeme {
            Lexeme::Open | Lexeme::OpenSquare if token.role != Role::Constant => {
                shape::after_bracket(tokens, at)
            }
            _ if token.role == Role::Constant => (token.link as usize).max(at + 1),
            Lexeme::Comma => {
                members += 1;
                at + 1
            }
            _ => at + 1,
        };
    }
    members
}

/// Where the row that `open` begins ends, and how many it stands for, when it is folded.
fn folded_row(tokens: &Tokens, open: usize) -> Option<(usize, u32)> {
    let close = tokens.at(open).link as usize;
    let end = tokens.at(close);
    if end.role != Role::Folded || end.link as usize <= close + 1 {
        return None;
    }
    Some((close, count(tokens, close + 1, end.link as usize)))
}

/// Where spaces go: where the original had any, but not inside of brackets nor before a comma.
#[derive(Default)]
struct Spacing {
    end: u32,
    gap: bool,
}

impl Spacing {
    fn skip(&mut self, token: &Token) {
        self.gap |= token.start > self.end;
        self.end = token.end;
    }

    fn before(&mut self, token: &Token, out: &mut Vec<u8>) {
        self.skip(token);
        let opens = matches!(out.last(), None | Some(b'(' | b'['));
        let closes = matches!(
            token.lexeme,
            Lexeme::Close | Lexeme::CloseSquare | Lexeme::Comma | Lexeme::Semicolon
        );
        if self.gap && !opens && !closes {
            out.push(b' ');
        }
        self.gap = false;
    }
}
