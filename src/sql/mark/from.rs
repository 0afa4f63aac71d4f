//! The items of FROM and what they are called.

use super::phrase;
use super::{From, Walk};
use crate::sql::lex::word::Word;
use crate::sql::shape;
use crate::sql::token::{Role, Token};

impl Walk<'_> {
    /// A name, or a word that may be one, within FROM.
    pub(super) fn name(&mut self, at: usize) -> usize {
        match self.frame.from {
            From::Expected => {
                let end = shape::path_end(self.tokens, at);
                self.frame.from = From::Named;
                self.frame.item = end - 1;
                phrase::mark_dated(self.sql, self.tokens, end - 1);
                end
            }
            From::Named | From::Alias => {
                self.frame.from = From::Done;
                self.frame.item = 0;
                if self
                    .marks
                    .scopes
                    .define(self.sql, self.tokens, self.frame.scope, at)
                {
                    self.tokens.set_role(at, Role::Alias);
                }
                at + 1
            }
            From::Out | From::Done => at + 1,
        }
    }

    /// An item that ends without an alias goes by its own name.
    pub(super) fn end_item(&mut self) {
        if matches!(self.frame.from, From::Named | From::Alias) {
            if self.frame.item == 0 {
                self.marks.scopes.skip(self.frame.scope);
            } else {
                let (scope, item) = (self.frame.scope, self.frame.item);
                self.marks.scopes.define(self.sql, self.tokens, scope, item);
            }
            self.frame.from = From::Done;
            self.frame.item = 0;
        }
    }

    pub(super) fn word(&mut self, at: usize, token: Token) -> usize {
        let word = token.word;
        if self.frame.from != From::Out {
            match self.frame.from {
                From::Expected if matches!(word, Word::Only | Word::Lateral) => return at + 1,
                From::Expected if !word.is_reserved() => return self.name(at),
                From::Expected => self.frame.from = From::Done,
                From::Named if word == Word::As => {
                    self.frame.from = From::Alias;
                    return at + 1;
                }
                From::Named
                    if word == Word::With && self.tokens.at(at + 1).word == Word::Ordinality =>
                {
                    return at + 2;
                }
                From::Named | From::Alias if !word.is_reserved() => return self.name(at),
                _ => self.end_item(),
            }
        }
        self.clause(at, word)
    }
}
