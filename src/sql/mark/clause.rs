//! The words that begin clauses.

use super::phrase;
use super::{From, Holds, Run, Walk, starts_query};
use crate::sql::lex::Lexeme;
use crate::sql::lex::word::Word;
use crate::sql::token::Role;

impl Walk<'_> {
    pub(super) fn clause(&mut self, at: usize, word: Word) -> usize {
        match word {
            Word::Select => {
                self.leave_from();
                self.frame.query = true;
                self.frame.values = false;
            }
            Word::Delete | Word::Insert | Word::Merge => self.frame.query = true,
            Word::Update => {
                self.frame.query = true;
                if self.begins_update(at) {
                    self.frame.from = From::Expected;
                }
            }
            Word::From => {
                let distinct = self.tokens.before(at).word == Word::Distinct
                    && matches!(
                        self.tokens.at(at.wrapping_sub(2)).word,
                        Word::Is | Word::Not
                    );
                if self.frame.query && !distinct {
                    self.frame.from = From::Expected;
                    self.frame.ordinals = false;
                }
            }
            Word::Into => {
                if matches!(self.tokens.before(at).word, Word::Insert | Word::Merge) {
                    self.frame.from = From::Expected;
                }
            }
            Word::Join => self.frame.from = From::Expected,
            Word::Using => {
                let list = self.tokens.at(at + 1).lexeme == Lexeme::Open
                    && !starts_query(self.tokens.at(at + 2).word);
                if self.frame.from != From::Out && !list {
                    self.frame.from = From::Expected;
                }
            }
            Word::On => {
                self.frame.values = false;
                // `NULL ON EMPTY` of JSON functions
                if self.tokens.before(at).word == Word::Null {
                    self.unset_constant(at - 1, Role::Plain);
                }
            }
            Word::By => self.frame.ordinals = true,
            Word::Union | Word::Intersect | Word::Except => {
                self.leave_from();
                let outer = self.marks.scopes.parent(self.frame.scope);
                let top = outer == self.frame.scope;
                let scope = self.marks.scopes.open(outer);
                if top {
                    self.marks.scopes.detach(scope);
                }
                self.frame.scope = scope;
                self.frame.values = false;
            }
            Word::Values => {
                self.leave_from();
                self.frame.values = true;
                self.frame.run = Run::default();
            }
            Word::Where
            | Word::Group
            | Word::Order
            | Word::Having
            | Word::Window
            | Word::Returning
            | Word::Set
            | Word::For
            | Word::Limit => self.leave_from(),
            Word::Offset => {
                self.leave_from();
                phrase::mark_offset(self.tokens, at);
            }
            Word::Fetch => {
                self.leave_from();
                phrase::mark_fetch(self.tokens, at);
            }
            Word::Range | Word::Rows => self.frame.ordinals = false,
            Word::Extract => phrase::mark_extract(self.sql, self.tokens, at),
            Word::As if self.frame.holds == Holds::Cast => self.frame.cast_as = at,
            Word::True | Word::False | Word::Null => {
                let token = self.tokens.at(at);
                if token.role == Role::Constant {
                    self.constant = at;
                    self.constant_end = token.link as usize;
                }
            }
            _ => {}
        }
        at + 1
    }

    pub(super) fn leave_from(&mut self) {
        self.frame.from = From::Out;
        self.frame.ordinals = false;
        self.frame.values = false;
    }

    /// The UPDATE of a statement, not that of `FOR UPDATE`, `DO UPDATE` or a trigger.
    fn begins_update(&self, at: usize) -> bool {
        let before = self.tokens.before(at);
        matches!(
            before.lexeme,
            Lexeme::Semicolon | Lexeme::Open | Lexeme::Close
        ) || matches!(before.word, Word::As | Word::Analyze | Word::Explain)
    }
}
