//! Tables, views among them: what they are, how large, and how they are used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Column, Name};

/// A table of any kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// Its name.
    #[serde(flatten)]
    pub name: Name,
    /// What it is.
    pub kind: TableKind,
    /// Whether it is UNLOGGED: empty after a crash.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unlogged: bool,
    /// The table that it is a partition of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<Name>,
    /// What it holds of that table: `FOR VALUES FROM (1) TO (10)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_bound: Option<String>,
    /// By what it is partitioned: `RANGE (created_at)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Tables that it inherits from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<Name>,
    /// Rows by the planner's estimate; `None` when it was never analysed, or isn't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Pages of its heap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<u64>,
    /// Its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Bytes>,
    /// How it was used since the counters began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counters: Option<Counters>,
    /// Storage parameters: `fillfactor`, `autovacuum_vacuum_scale_factor`; those of its TOAST table begin with `toast.`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Transactions since its oldest row that isn't frozen: `age(relfrozenxid)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_age: Option<u64>,
    /// Multixacts since the oldest one in it: `mxid_age(relminmxid)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multixact_age: Option<u64>,
    /// How logical replication recognises its rows.
    #[serde(skip_serializing_if = "ReplicaIdentity::is_default")]
    pub replica_identity: ReplicaIdentity,
    /// Its columns in their order, dropped ones left out.
    pub columns: Vec<Column>,
    /// The query of a view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
}

/// What kind of table it is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    /// A table that holds rows; [`Table::partition_of`] tells whether it is a part of another.
    #[default]
    Table,
    /// A table whose rows are in its partitions.
    Partitioned,
    /// A table of another server.
    Foreign,
    /// A materialised view.
    MaterializedView,
    /// A view.
    View,
}

impl TableKind {
    /// Whether it has rows of its own, and thereby statistics, indexes and a size.
    #[must_use]
    pub fn stores_rows(self) -> bool {
        matches!(self, Self::Table | Self::MaterializedView)
    }
}

/// The size of a table in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bytes {
    /// Its rows, with the free space map and the visibility map.
    pub heap: u64,
    /// Its long values, with their index.
    pub toast: u64,
    /// Its indexes.
    pub indexes: u64,
}

impl Bytes {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.heap
            .saturating_add(self.toast)
            .saturating_add(self.indexes)
    }
}

/// How a table was used since [`super::Database::counted_since`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Scans of the whole table that were begun.
    pub seq_scans: u64,
    /// Rows that they read.
    pub seq_rows: u64,
    /// Scans of its indexes.
    pub index_scans: u64,
    /// Rows that they fetched.
    pub index_rows: u64,
    /// Rows inserted.
    pub inserted: u64,
    /// Rows updated.
    pub updated: u64,
    /// Rows updated without a new entry in any index (HOT).
    pub hot_updated: u64,
    /// Rows deleted.
    pub deleted: u64,
    /// Rows that are visible to someone, estimated.
    pub live: u64,
    /// Rows that are not and take room, estimated.
    pub dead: u64,
    /// Rows changed since the table was analysed.
    pub changed_since_analyze: u64,
    /// Rows inserted since it was vacuumed (13 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inserted_since_vacuum: Option<u64>,
    /// When someone vacuumed it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_vacuum: Option<i64>,
    /// When autovacuum did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_autovacuum: Option<i64>,
    /// When someone analysed it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_analyze: Option<i64>,
    /// When autovacuum did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_autoanalyze: Option<i64>,
    /// When the whole table was scanned last (16 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seq_scan: Option<i64>,
    /// Blocks of its heap that were found in shared buffers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heap_hit: Option<u64>,
    /// Blocks of its heap that had to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heap_read: Option<u64>,
    /// Blocks of its indexes that were found in shared buffers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_hit: Option<u64>,
    /// Blocks of its indexes that had to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_read: Option<u64>,
}

/// How logical replication recognises a table's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplicaIdentity {
    /// By the primary key.
    #[default]
    Default,
    /// Not at all.
    Nothing,
    /// By all columns.
    Full,
    /// By the columns of the index of this name.
    Index(String),
}

impl ReplicaIdentity {
    fn is_default(&self) -> bool {
        *self == Self::Default
    }
}
