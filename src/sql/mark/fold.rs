//! Where a bracket closes: lists of constants, casts, and the numbers that are no constants.

use super::list;
use super::{Frame, Run, Walk};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::{self, Role, Token};

impl Walk<'_> {
    pub(super) fn close_members(&mut self, open: usize, close: usize) {
        if let Some(members) = list::members(self.tokens, open, close) {
            list::fold(self.tokens, &members, close);
            self.marks.arity = self.marks.arity.max(members.count);
        }
    }

    pub(super) fn close_row(&mut self, open: usize, close: usize) {
        let run = self.frame.run;
        self.frame.run = Run::default();
        let Some(members) = list::members(self.tokens, open, close) else {
            return;
        };
        list::set_row(self.tokens, close);
        if !self.frame.values {
            return;
        }
        // Of a text that was cut off, the last row lacks its end.
        let alike = run.shape == members.shape || close >= self.tokens.list.len();
        let goes_on = run.count > 0 && run.end + 1 == open && alike;
        self.frame.run = if goes_on {
            self.tokens.set_link(run.close, close + 1);
            Run {
                end: close + 1,
                count: run.count + 1,
                ..run
            }
        } else {
            Run {
                close,
                end: close + 1,
                shape: members.shape,
                count: 1,
            }
        };
        self.marks.arity = self.marks.arity.max(self.frame.run.count);
    }

    /// An array of constants is a constant: psycopg2 writes `ARRAY[1,2]` where psycopg 3 binds `$1`.
    pub(super) fn close_array(&mut self, open: usize, close: usize) {
        let Some(members) = list::members(self.tokens, open, close) else {
            return;
        };
        list::fold(self.tokens, &members, close);
        self.marks.arity = self.marks.arity.max(members.count);
        if self.tokens.before(open).word == Word::Array {
            self.set_constant(open - 1, close + 1);
        } else {
            list::set_row(self.tokens, close);
        }
    }

    /// `CAST(x AS t)` is `x::t`.
    pub(super) fn close_cast(&mut self, cast: &Frame, close: usize) {
        let (open, cast_as) = (cast.open, cast.cast_as);
        if cast_as == 0 {
            return;
        }
        let first = list::value_start(self.tokens, open + 1);
        let operand = self.tokens.at(first);
        if operand.role == Role::Constant && operand.link as usize == cast_as {
            self.set_constant(open - 1, close + 1);
            return;
        }
        let bare = shape::operand_end(self.tokens, open + 1) == cast_as;
        self.tokens.set_role(open - 1, Role::Noise);
        self.tokens.set_role(close, Role::Noise);
        if bare {
            self.tokens.set_role(open, Role::Noise);
        }
        let role = if bare {
            Role::CastAs
        } else {
            Role::CastAsClose
        };
        self.tokens.set_role(cast_as, role);
        self.lengths(cast_as, close);
    }

    pub(super) fn cast(&mut self, at: usize) -> usize {
        let end = shape::type_end(self.tokens, at + 1);
        if self.constant_end == at && at > 0 {
            self.set_constant(self.constant, end);
        } else {
            self.lengths(at, end);
        }
        end.max(at + 1)
    }

    /// The numbers in `numeric(10, 2)` belong to the type.
    fn lengths(&mut self, from: usize, to: usize) {
        for at in from..to {
            if self.tokens.at(at).lexeme == Lexeme::Number {
                self.set_ordinal(at);
            }
        }
    }

    pub(super) fn ordinal(&mut self, at: usize, token: Token) {
        let before = self.tokens.before(at);
        let first = before.word == Word::By
            || matches!(before.lexeme, Lexeme::Comma | Lexeme::Open)
            || before.word == Word::Distinct;
        let next = self.tokens.at(at + 1);
        let last = next.lexeme != Lexeme::Operator && next.lexeme != Lexeme::Cast;
        let digits = token::text(self.sql, token.start, token.end);
        if first && last && digits.iter().all(u8::is_ascii_digit) {
            self.set_ordinal(at);
        }
    }

    fn set_ordinal(&mut self, at: usize) {
        self.unset_constant(at, Role::Ordinal);
    }

    pub(super) fn unset_constant(&mut self, at: usize, role: Role) {
        if self.tokens.at(at).role == Role::Constant {
            self.tokens.set_role(at, role);
            self.tokens.constants = self.tokens.constants.saturating_sub(1);
        }
    }

    pub(super) fn set_constant(&mut self, at: usize, end: usize) {
        self.tokens.set_constant(at, end);
        self.constant = at;
        self.constant_end = end;
    }
}
