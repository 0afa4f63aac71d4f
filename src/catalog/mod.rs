//! The catalog: what a database consists of, how large it is and how it is used, as a plain model.
//!
//! It is read from a live server or from a file of definitions (`pg_dump --schema-only`), is kept as JSON, and says
//! the same either way; figures that a file of definitions can't know are `None`.
//!
//! | file | what it knows |
//! |---|---|
//! | `name` | [`Name`]: a schema and a name in it |
//! | `server` | [`Server`], [`Database`], [`Setting`], [`Extension`] |
//! | `table`, `column` | [`Table`], [`Column`] and what is known of their content |
//! | `index`, `expression` | [`Index`] and its keys |
//! | `create` | [`create_index()`]: the statement that makes an index |
//! | `key`, `sequence` | [`ForeignKey`], [`Sequence`] |
//! | `find` | look-ups by name |
//! | `json`, `open` | the form in files; which kind of file it is |
//! | [`schema`] | definitions in SQL, read into a catalog |

mod column;
mod create;
mod expression;
mod find;
mod index;
mod json;
mod key;
mod name;
mod open;
pub mod schema;
mod sequence;
mod server;
mod table;

pub use column::{Column, ColumnStatistics, Common, Identity};
pub use create::create_index;
pub use expression::bare;
pub use index::{Index, IndexCounters, Key, KeyOf, same_order};
pub use json::{FORMAT, JsonError, from_json, to_json};
pub use key::ForeignKey;
pub use name::Name;
pub use open::{OpenError, Opened, open};
pub use sequence::{Owner, Sequence};
pub use server::{Database, Extension, Server, Setting};
pub use table::{Bytes, Counters, ReplicaIdentity, Table, TableKind};

use serde::{Deserialize, Serialize};

/// A database. Moments in it are microseconds since 1970 in UTC.
///
/// The lists stand in the order of their names; whoever fills them calls [`Catalog::sort`] at the end, as look-ups
/// rest on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Catalog {
    /// When it was read from a server; `None` for a file of definitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<i64>,
    /// The server.
    pub server: Server,
    /// The database as a whole.
    pub database: Database,
    /// The schemas in which an unqualified name is looked for, in this order.
    pub search_path: Vec<String>,
    /// The server's settings.
    pub settings: Vec<Setting>,
    /// Schemas that are not the server's own.
    pub schemas: Vec<String>,
    /// Extensions that are installed in this database.
    pub extensions: Vec<Extension>,
    /// Tables of all kinds, views among them.
    pub tables: Vec<Table>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Sequences.
    pub sequences: Vec<Sequence>,
    /// What could not be read and why, a sentence each without a full stop.
    pub notes: Vec<String>,
}
