//! Blocks and write-ahead log: totals over all loops and processes, children included, as the server counts them.

/// Blocks of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Blocks {
    /// Found in the cache.
    pub hit: f64,
    /// Read from outside it.
    pub read: f64,
    /// Changed for the first time since they were written.
    pub dirtied: f64,
    /// Written out.
    pub written: f64,
    /// Milliseconds of reading, with `track_io_timing`.
    pub read_ms: f64,
    /// Milliseconds of writing, with `track_io_timing`.
    pub write_ms: f64,
}

/// Write-ahead log.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wal {
    /// Records.
    pub records: f64,
    /// Full images of pages.
    pub images: f64,
    /// Bytes.
    pub bytes: f64,
    /// How often its buffers were full, since PostgreSQL 18.
    pub buffers_full: f64,
}

/// What a node, or planning, read and wrote. Blocks are 8 kB unless the server was built otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Of tables and indexes.
    pub shared: Blocks,
    /// Of temporary tables.
    pub local: Blocks,
    /// Of sorts and hashes that didn't fit into memory; these have neither hits nor dirtied blocks.
    pub temp: Blocks,
    /// Write-ahead log.
    pub wal: Wal,
}

impl Blocks {
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            hit: f(self.hit, other.hit),
            read: f(self.read, other.read),
            dirtied: f(self.dirtied, other.dirtied),
            written: f(self.written, other.written),
            read_ms: f(self.read_ms, other.read_ms),
            write_ms: f(self.write_ms, other.write_ms),
        }
    }
}

impl Usage {
    /// Both, figure by figure.
    #[must_use]
    pub fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            shared: self.shared.zip(other.shared, &f),
            local: self.local.zip(other.local, &f),
            temp: self.temp.zip(other.temp, &f),
            wal: Wal {
                records: f(self.wal.records, other.wal.records),
                images: f(self.wal.images, other.wal.images),
                bytes: f(self.wal.bytes, other.wal.bytes),
                buffers_full: f(self.wal.buffers_full, other.wal.buffers_full),
            },
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    /// What is left without `other`, nothing below zero.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.zip(other, |a, b| (a - b).max(0.0))
    }

    /// Whether nothing was read or written.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}
