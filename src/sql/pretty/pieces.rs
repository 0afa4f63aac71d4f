//! The lexemes of a text with what a layout asks of them.

use crate::sql::lex::word::Word;
use crate::sql::lex::{Lexed, Lexeme, Lexer};

/// A lexeme that is not white space.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) lexed: Lexed,
    /// Whether white space stood before it.
    pub(super) gap: bool,
    /// Whether that had the end of a line.
    pub(super) newline: bool,
    /// The piece that closes this bracket.
    pub(super) close: usize,
    /// How wide the text up to the end of this piece is in one line.
    total: usize,
    /// How many pieces up to this one keep what is around them from standing in one line.
    breaks: usize,
}

/// The pieces of a text.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    sql: &'a str,
    list: Vec<Piece>,
}

/// Takes a text to pieces.
pub(super) fn pieces(sql: &str) -> Pieces<'_> {
    let mut list: Vec<Piece> = Vec::new();
    let mut opened: Vec<usize> = Vec::new();
    let (mut gap, mut newline) = (false, false);
    let (mut total, mut breaks) = (0, 0);
    for lexed in Lexer::new(sql.as_bytes()) {
        let text = sql.get(lexed.start..lexed.end).unwrap_or_default();
        if lexed.lexeme == Lexeme::Space {
            gap = true;
            newline = text.contains('\n');
            continue;
        }
        let at = list.len();
        match lexed.lexeme {
            Lexeme::Open | Lexeme::OpenSquare => opened.push(at),
            Lexeme::Close | Lexeme::CloseSquare => {
                if let Some(open) = opened.pop().and_then(|open| list.get_mut(open)) {
                    open.close = at;
                }
            }
            _ => {}
        }
        total += text.chars().count() + usize::from(gap);
        let line_comment = lexed.lexeme == Lexeme::Comment && text.starts_with('-');
        breaks += usize::from(line_comment || lexed.word == Word::Select);
        list.push(Piece {
            lexed,
            gap,
            newline,
            close: usize::MAX,
            total,
            breaks,
        });
        (gap, newline) = (false, false);
    }
    // Brackets that a text cut off left open end with it.
    let end = list.len();
    for piece in &mut list {
        piece.close = piece.close.min(end);
    }
    Pieces { sql, list }
}

impl<'a> Pieces<'a> {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The piece at `at`, or a semicolon beyond the end.
    pub(super) fn at(&self, at: usize) -> Piece {
        self.list.get(at).copied().unwrap_or(Piece {
            lexed: NOTHING,
            gap: false,
            newline: false,
            close: at,
            total: 0,
            breaks: 0,
        })
    }

    pub(super) fn text(&self, at: usize) -> &'a str {
        let lexed = self.at(at).lexed;
        self.sql.get(lexed.start..lexed.end).unwrap_or_default()
    }

    pub(super) fn lexeme(&self, at: usize) -> Lexeme {
        self.at(at).lexed.lexeme
    }

    pub(super) fn word(&self, at: usize) -> Word {
        self.at(at).lexed.word
    }

    /// The last piece before `at` that is no comment.
    pub(super) fn before(&self, at: usize) -> Lexed {
        let before = self.list.get(..at).unwrap_or_default();
        solid(before.iter().rev())
    }

    /// The first piece from `at` on that is no comment.
    pub(super) fn from(&self, at: usize) -> Lexed {
        solid(self.list.get(at..).unwrap_or_default().iter())
    }

    /// How wide the pieces from `at` up to `end` are in one line, in characters.
    pub(super) fn width(&self, at: usize, end: usize) -> usize {
        let up_to = |at: usize| at.checked_sub(1).map_or(0, |last| self.at(last).total);
        up_to(end.min(self.len())).saturating_sub(up_to(at))
    }

    /// Whether the pieces behind `at`, up to `end`, cannot stand in one line.
    pub(super) fn breaks(&self, at: usize, end: usize) -> bool {
        let last = end.min(self.len()).saturating_sub(1);
        self.at(last).breaks > self.at(at).breaks
    }

    /// Whether AND or OR stands between `at` and `end`, but not within further brackets.
    pub(super) fn has_conditions(&self, at: usize, end: usize) -> bool {
        let mut at = at;
        let mut between = false;
        while at < end.min(self.len()) {
            match self.word(at) {
                Word::Between => between = true,
                Word::And if between => between = false,
                Word::And | Word::Or => return true,
                _ => {}
            }
            at = self.after(at);
        }
        false
    }

    /// The piece behind the one at `at`, or behind the bracket that it opens.
    pub(super) fn after(&self, at: usize) -> usize {
        match self.lexeme(at) {
            Lexeme::Open | Lexeme::OpenSquare => self.at(at).close.max(at) + 1,
            _ => at + 1,
        }
    }
}

fn solid<'a>(mut pieces: impl Iterator<Item = &'a Piece>) -> Lexed {
    let found = pieces.find(|piece| piece.lexed.lexeme != Lexeme::Comment);
    found.map_or(NOTHING, |piece| piece.lexed)
}

const NOTHING: Lexed = Lexed {
    lexeme: Lexeme::Semicolon,
    start: 0,
    end: 0,
    word: Word::None,
    hash: 0,
};
