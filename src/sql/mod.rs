//! SQL texts: naming them, showing them, taking them apart.
//!
//! The room reads any bytes that call themselves a statement: what a server logged, what a driver or
//! a framework wrote before it put the values in, text that was cut off or is not SQL at all.
//! Nothing here fails on it. It knows of no files, sessions or plans.
//!
//! | file | what it knows |
//! |---|---|
//! | `lex/` | one lexeme at a time: words, strings, numbers, placeholders, operators |
//! | `token` | a statement as a list of lexemes without white space; which are constants |
//! | `shape` | where types, operands and names end |
//! | `mark/` | what each token does: aliases, lists, ordinals, phrases like FETCH FIRST |
//! | `canonical/` | the bytes that equal statements share, and their hash |
//! | `digest` | [`Digester`]: all that is wanted at every execution, in one fast pass |
//! | `fingerprint`, `kind` | [`Fingerprint`], [`Kind`] |
//! | `normalise` | [`normalise()`] and [`slots()`]: the text without constants, and the constants |
//! | `offset` | [`offset()`]: how many rows a statement skips |
//! | `facts/` | [`facts()`]: tables, columns, predicates and joins from the syntax tree |
//! | `calls` | [`calls()`]: what a text may call, for those who must know before it is sent |
//! | `classes` | [`tokens()`]: classed ranges for syntax colours |
//! | `pretty/`, `summary` | [`pretty()`], [`summary()`]: many lines, and one |
//! | `quoting` | [`quoted()`]: names as the server takes them |
//! | `tags` | [`tags()`]: what frameworks write into comments |
//! | `bind`, `split` | [`bind()`], [`split()`]: values put in, texts parted into statements |
//!
//! # What one fingerprint means
//!
//! Statements have the same fingerprint when they are equal but for white space, comments, the case
//! of unquoted words, needless quotes, constants and placeholders (with their signs and casts),
//! the length of lists of constants, aliases of tables, the order of conditions joined by AND,
//! words that say the default (`AS`, `ASC`, `INNER`, `OUTER`), two spellings of one operator or
//! clause (`<>` and `!=`, `CAST` and `::`, LIMIT and FETCH FIRST), the names of savepoints and
//! cursors, the value of SET, and a date at the end of a table's name. The pairs in
//! `fixtures/fingerprint/pairs.txt` are the specification.

mod bind;
mod calls;
mod canonical;
mod classes;
mod digest;
mod facts;
mod fingerprint;
mod kind;
mod lex;
mod mark;
mod normalise;
mod offset;
mod pretty;
mod quoting;
mod shape;
mod split;
mod summary;
mod tags;
mod token;

#[cfg(test)]
mod tests;

pub use bind::bind;
pub use calls::{Calls, calls};
pub use classes::{Class, tokens};
pub use digest::{Digest, Digester};
pub use facts::{
    Bound, Clause, Column, FactReader, Facts, Insert, Item, Join, JoinKind, Locking, Name, Op,
    OrderKey, Predicate, Selected, Selection, Strength, Table, Value, Wait, facts, with_statement,
};
pub use fingerprint::{FINGERPRINT_VERSION, Fingerprint, NotAFingerprint};
pub use kind::{Kind, kind_of};
pub use normalise::{Slot, normalise, slots};
pub use offset::{Offset, offset};
pub use pretty::pretty;
pub use quoting::quoted;
pub use split::split;
pub use summary::summary;
pub use tags::tags;
