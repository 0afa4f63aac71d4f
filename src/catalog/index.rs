//! Indexes: what they hold, and how they are used.

use serde::{Deserialize, Serialize};

use super::{Name, bare};

/// An index. It is in the schema of its table.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are those of pg_index, and do not depend on each other"
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Index {
    /// The table.
    pub table: Name,
    /// Its name.
    pub name: String,
    /// Its access method: `btree`, `gin`.
    pub method: String,
    /// What it is sorted or searched by, in its order.
    pub keys: Vec<Key>,
    /// Columns that it holds beside (INCLUDE).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// The condition that rows in it fulfil, without brackets around the whole of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// Whether it is UNIQUE.
    pub unique: bool,
    /// Whether it takes NULLs for equal (15 and later).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// Whether it is that of the primary key.
    pub primary: bool,
    /// Whether it is that of an exclusion constraint.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusion: bool,
    /// The constraint that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    /// The index of the partitioned table that this one is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<Name>,
    /// Whether queries may use it.
    pub valid: bool,
    /// Whether it is kept up to date.
    pub ready: bool,
    /// Its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Its size in pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<u64>,
    /// How it was used since the counters began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counters: Option<IndexCounters>,
    /// The statement that makes it, as `pg_get_indexdef` or the file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
}

/// An index that isn't said to be broken is valid and ready.
impl Default for Index {
    fn default() -> Self {
        Self {
            table: Name::default(),
            name: String::new(),
            method: "btree".to_owned(),
            keys: Vec::new(),
            include: Vec::new(),
            predicate: None,
            unique: false,
            nulls_not_distinct: false,
            primary: false,
            exclusion: false,
            constraint: None,
            partition_of: None,
            valid: true,
            ready: true,
            bytes: None,
            pages: None,
            counters: None,
            definition: None,
        }
    }
}

/// One part of what an index is sorted or searched by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    /// What it is.
    #[serde(flatten)]
    pub of: KeyOf,
    /// Its operator class with its parameters, where it is not the default of the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opclass: Option<String>,
    /// Its collation, where it is not that of the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Whether it descends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// Whether NULLs come first, said or by default (they do where it descends).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_first: bool,
}

/// A column, or the text of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyOf {
    /// The name of a column.
    Column(String),
    /// An expression, as `pg_get_indexdef` or the file has it, without brackets around the whole of it.
    Expression(String),
}

impl Key {
    /// A column, ascending, with all defaults.
    #[must_use]
    pub fn column(name: impl Into<String>) -> Self {
        Self {
            of: KeyOf::Column(name.into()),
            opclass: None,
            collation: None,
            descending: false,
            nulls_first: false,
        }
    }

    /// The column's name, when it is one.
    #[must_use]
    pub fn as_column(&self) -> Option<&str> {
        match &self.of {
            KeyOf::Column(name) => Some(name),
            KeyOf::Expression(_) => None,
        }
    }

    /// The same as it is met when the index is read from its other end.
    #[must_use]
    pub fn turned(&self) -> Self {
        Self {
            descending: !self.descending,
            nulls_first: !self.nulls_first,
            ..self.clone()
        }
    }

    /// Its direction as SQL says it, with a blank before it; empty where it is the default. NULLs come first where it
    /// descends and last where it ascends, unless said otherwise.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        match (self.descending, self.nulls_first) {
            (false, false) => "",
            (false, true) => " NULLS FIRST",
            (true, true) => " DESC",
            (true, false) => " DESC NULLS LAST",
        }
    }
}

/// Whether two lists of keys sort alike, one of them perhaps from the other end.
#[must_use]
pub fn same_order(a: &[Key], b: &[Key]) -> bool {
    a == b || a.iter().map(Key::turned).eq(b.iter().cloned())
}

impl Index {
    /// Takes needless brackets off its expressions, so that they read the same wherever they come from.
    pub fn strip(&mut self) {
        let strip = |text: &mut String| *text = bare(text).to_owned();
        self.predicate.iter_mut().for_each(strip);
        for key in &mut self.keys {
            if let KeyOf::Expression(text) = &mut key.of {
                strip(text);
            }
        }
    }

    /// Its own name with the schema.
    #[must_use]
    pub fn full_name(&self) -> Name {
        Name::new(self.table.schema.clone(), self.name.clone())
    }
}

/// How an index was used since [`super::Database::counted_since`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IndexCounters {
    /// Scans that were begun.
    pub scans: u64,
    /// Entries that they returned.
    pub entries: u64,
    /// Rows that plain index scans fetched by it.
    pub rows: u64,
    /// When it was scanned last (16 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_scan: Option<i64>,
    /// Blocks that were found in shared buffers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hit: Option<u64>,
    /// Blocks that had to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
}
