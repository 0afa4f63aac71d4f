//! Which of two indexes that do the same is the simpler one.

use std::cmp::Ordering;

use crate::catalog::{Index, KeyOf, create_index};

/// What an index is ordered by: the simpler comes first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rank {
    /// Columns in the key.
    keys: usize,
    /// Columns beside the key.
    include: usize,
    /// Which method: B-trees serve most, BRIN takes next to nothing.
    method: u8,
    /// The size, so coarse that only a fifth counts as smaller.
    size: u32,
    has_predicate: bool,
    expressions: usize,
    /// Keys with another direction or operator class than the default.
    special: usize,
    /// How many different values its first column has, the most first: of two orders of columns that is the better one
    /// to share.
    spread: std::cmp::Reverse<u64>,
    text: String,
}

impl Eq for Rank {}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |r: &Self| {
            (
                r.include,
                r.keys,
                r.method,
                r.size,
                r.has_predicate,
                r.expressions,
                r.special,
                r.spread,
            )
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.text.cmp(&other.text))
    }
}

/// How simple an index is.
pub(super) fn rank(index: &Index, bytes: Option<u64>, spread: u64) -> Rank {
    let expressions = index.keys.iter();
    Rank {
        keys: index.keys.len(),
        include: index.include.len(),
        method: match index.method.as_str() {
            "brin" => 0,
            "btree" => 1,
            "hash" => 2,
            _ => 3,
        },
        size: bytes.map_or(u32::MAX, |bytes| bytes.max(1).ilog(5)),
        has_predicate: index.predicate.is_some(),
        expressions: expressions
            .filter(|key| matches!(key.of, KeyOf::Expression(_)))
            .count(),
        special: index
            .keys
            .iter()
            .filter(|key| key.descending || key.nulls_first || key.opclass.is_some())
            .count(),
        spread: std::cmp::Reverse(spread),
        text: create_index(index, false),
    }
}
