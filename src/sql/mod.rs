//! SQL texts: reading, naming, showing and taking them apart.

mod alphabet;
mod bytes;
mod canonical;
mod digest;
mod ends;
mod fingerprint;
mod kind;
mod lex;
mod list;
mod mark;
mod output;
mod phrase;
mod scope;
mod shape;
mod token;
mod word;

pub use digest::{Digest, Digester};
pub use fingerprint::{Fingerprint, NotAFingerprint};
pub use kind::Kind;
mod normalise;
pub use normalise::{Slot, normalise, slots};
mod facts;
pub use facts::{
    Bound, Clause, Column, Facts, Insert, Join, JoinKind, Locking, Op, OrderKey, Predicate, Selected,
    Strength, Table, Value, Wait, facts, why,
};
mod bind;
mod classes;
mod split;
mod tags;
pub use bind::bind;
pub use classes::{Class, tokens};
pub use split::split;
pub use tags::tags;
mod summary;
pub use summary::summary;
mod pretty;
pub use pretty::pretty;
#[cfg(test)]
mod tests;
