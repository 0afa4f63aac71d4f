//! Plans of texts that a person or an application wrote, after a look at what asking for them would run.
//!
//! | file | what it knows |
//! |---|---|
//! | `guard` | what a text must be before it is sent at all |
//! | `mend` | texts of `pg_stat_statements` that the server itself would not take back |
//! | `functions` | which functions, operators and casts a text can reach on this server |
//! | `judge` | which of those are harmless; the lists of names |
//! | `send` | the one place from which a text of others reaches a server |
//! | `plain` | `EXPLAIN`: nothing runs but what planning runs |
//! | `analyze` | `EXPLAIN ANALYZE`: the statement runs, with a [`Consent`] |
//!
//! # What may run
//!
//! A read-only transaction is no boundary: a superuser's `COPY … TO PROGRAM`, `pg_stat_statements_reset()`, advisory
//! locks, NOTIFY and `SET TRANSACTION READ WRITE` pass it. Plain EXPLAIN is no boundary either: to plan, the server
//! executes IMMUTABLE and STABLE functions whose arguments are constants. So what a text calls is looked up first,
//! and a text reaches the server only by `PREPARE`, which takes one SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES or
//! TABLE, sent by the protocol that takes one statement; then `EXPLAIN EXECUTE` plans what was prepared.
//!
//! A function that someone wrote on this server may do anything its owner likes, with the rights of whoever calls
//! it. It is refused until a person says that they know it.
//!
//! # What stays a risk
//!
//! Names are looked up a moment before the text is prepared, and someone could exchange a function in between. What
//! a C function of an extension does is what the extension's authors say it does. What views, policies and SQL
//! functions call shows in a verbose plan, which is looked at before a statement runs; but that plan itself is made
//! first, and making it executes what of theirs is IMMUTABLE or STABLE and has constant arguments. A domain in a
//! composite type checks its values by functions that no text names.

mod analyze;
pub(in crate::live) mod functions;
pub(in crate::live) mod guard;
pub(in crate::live) mod judge;
pub(in crate::live) mod mend;
mod plain;
pub(in crate::live) mod send;

pub use analyze::{Consent, Request, analyze};
pub use plain::plain;
pub(in crate::live) use plain::{reach, search_path};

/// A text, and how to plan it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The statement; constants may be parameters `$n`.
    pub text: String,
    /// Values for the parameters as texts, `None` for NULL. Without any, the plan is generic: right for any values.
    pub values: Vec<Option<String>>,
    /// Where to look for names without a schema, when that differs from our own `search_path`.
    pub search_path: Option<String>,
    /// Functions of this server, as [`Refusal::functions`] spells them, that a person knows to be harmless.
    pub known: Vec<String>,
}

/// A plan from the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// What `FORMAT JSON` says.
    pub json: String,
    /// The types of the text's parameters, in the server's words.
    pub parameters: Vec<String>,
    /// Whether the plan was made without looking at values.
    pub generic: bool,
    /// What was changed in the text to make it one that the server takes, in words.
    pub mended: Option<&'static str>,
}

/// Why a text was not run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The reasons, as sentences without their ends.
    pub reasons: Vec<String>,
    /// Those functions among the reasons that a person may vouch for: see [`Ask::known`].
    pub functions: Vec<String>,
}
