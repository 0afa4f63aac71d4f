//! What a server's log says, in every language that PostgreSQL speaks.
//!
//! A server writes in the language of `lc_messages`, and sessions may differ. The wordings are data
//! (`catalog.txt`, made from PostgreSQL's own catalogs by `fixtures/languages/make.py`); a message is
//! found by its first bytes and read from left to right, so a long one costs no more than a short one.

mod catalog;
#[cfg(test)]
mod class;
mod detail;
mod encoding;
mod event;
mod index;
mod level;
mod meaning;
mod number;
mod phrase;
mod position;
mod template;
#[cfg(test)]
mod tests;

pub(super) use detail::{Detail, detail};
pub(super) use event::{LockOutcome, LogEvent};
pub(super) use level::{Level, level_at, severity};
pub(super) use phrase::{Phrase, Step, phrase};
