//! The server, the database as a whole, and how they are set up.

use serde::{Deserialize, Serialize};

/// The server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    /// `server_version_num`: 150020 for 15.20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_num: Option<u32>,
    /// `server_version`, as the server or `pg_dump` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When it was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<i64>,
    /// Whether it is a standby.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standby: Option<bool>,
    /// Standbys that read from it, where it may be asked: what they do is counted there, not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standbys: Option<u32>,
}

/// The database as a whole. Its counters run since [`Database::counted_since`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Database {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its encoding, `UTF8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Its collation, `C` or `en_US.UTF-8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When its counters, and those of its tables and indexes, began to count; `None` when they were never reset, or it
    /// isn't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_since: Option<i64>,
    /// Blocks that were found in shared buffers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks_hit: Option<u64>,
    /// Blocks that had to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks_read: Option<u64>,
    /// Temporary files that were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temp_files: Option<u64>,
    /// What was written to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temp_bytes: Option<u64>,
    /// Deadlocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadlocks: Option<u64>,
    /// Transactions since the oldest row that isn't frozen: `age(datfrozenxid)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_age: Option<u64>,
}

/// A setting, as in `pg_settings`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value, in [`Setting::unit`].
    pub value: String,
    /// Its unit: `ms`, `8kB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where the value comes from: `default`, `configuration file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The value that it has where nobody sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// An extension that is installed in the database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The schema that its objects are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}
