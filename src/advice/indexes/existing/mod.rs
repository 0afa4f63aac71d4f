//! What the indexes that exist are worth, and which of them may go.
//!
//! The rules about a live server say the same of single indexes; the judgement is here, so that there is one.
//!
//! | file | what it knows |
//! |---|---|
//! | `likeness` | whether one index does all the work of another |
//! | `used` | how often an index is used, and how far that can be trusted |
//! | `code` | the statements that drop or mend an index |

pub(crate) mod code;
pub(crate) mod likeness;
pub(crate) mod used;

#[cfg(test)]
mod tests;

use super::outcome::{Existing, Verdict};
use super::size;
use crate::catalog::{Catalog, ForeignKey, Index};
use crate::workload::Confidence;
use likeness::{Likeness, better, is_identity};
use used::{Parts, Used, may_go, parts, trust, used};

/// How many times as large as it was new an index is that is bloated, and by how many bytes it is at least larger.
const BLOAT_TIMES: u64 = 2;
const BLOAT_BYTES: u64 = 10 << 20;

/// What the indexes of a catalog are worth, in the order of their tables and names. Counters that ran for fewer than
/// `unused_days` don't tell that an index isn't used.
///
/// Which statements of a load they serve is for those to fill in who know.
#[must_use]
pub fn existing(catalog: &Catalog, unused_days: f64) -> Vec<Existing> {
    let parts = parts(catalog);
    let all = catalog.indexes.iter();
    all.map(|index| judge(catalog, &parts, index, unused_days))
        .collect()
}

fn judge(catalog: &Catalog, parts: &Parts<'_>, index: &Index, unused_days: f64) -> Existing {
    let counted = used(parts, index);
    let plain = Existing {
        name: index.full_name(),
        short: String::new(),
        verdict: Verdict::Unknown,
        other: None,
        reasons: Vec::new(),
        safe_to_drop: false,
        code: None,
        bytes: counted.map(|c| c.bytes).or(index.bytes),
        scans: counted
            .map(|c| c.scans)
            .or(index.counters.as_ref().map(|c| c.scans)),
        serves: Vec::new(),
    };
    if !index.valid || !index.ready {
        return invalid(catalog, index, plain);
    }
    if let Some(whole) = &index.partition_of {
        return Existing {
            verdict: Verdict::Needed,
            reasons: vec![format!(
                "it is a part of the index {whole}, and goes with it"
            )],
            ..plain
        };
    }
    if let Some((likeness, other)) = better(catalog, index) {
        return doubled(catalog, index, likeness, other, plain);
    }
    let judged = if may_go(catalog, index) {
        by_use(catalog, index, counted, unused_days, plain)
    } else {
        Existing {
            verdict: Verdict::Needed,
            reasons: needs(catalog, index),
            ..plain
        }
    };
    match bloat(catalog, index) {
        Some(new) if judged.verdict != Verdict::Unused => bloated(index, new, judged),
        _ => judged,
    }
}

fn invalid(catalog: &Catalog, index: &Index, plain: Existing) -> Existing {
    if code::is_partitioned(catalog, index) {
        return Existing {
            verdict: Verdict::Invalid,
            reasons: vec![
                "it is missing on some of the partitions; it becomes valid when each of them has an index that is \
                 attached to it"
                    .to_owned(),
            ],
            ..plain
        };
    }
    let cost = if index.ready {
        "no query reads by it, and each change of a row writes it"
    } else {
        "no query reads by it, and it is not even kept up to date"
    };
    let mut reasons = vec![
        cost.to_owned(),
        "it looks the same while CREATE INDEX CONCURRENTLY is at work on it".to_owned(),
    ];
    if index.unique {
        reasons.push("it doesn't keep rows unique either".to_owned());
    }
    let mend = if code::remains(index) {
        code::drop(catalog, index)
    } else {
        code::rebuild(index)
    };
    Existing {
        verdict: Verdict::Invalid,
        reasons,
        code: Some(mend),
        ..plain
    }
}

fn doubled(
    catalog: &Catalog,
    index: &Index,
    likeness: Likeness,
    other: &Index,
    plain: Existing,
) -> Existing {
    let (verdict, first) = match likeness {
        Likeness::Same => (Verdict::Duplicate, format!("{} is the same", other.name)),
        Likeness::Covers => (
            Verdict::Redundant,
            format!("{} has the same keys, and more columns beside", other.name),
        ),
        Likeness::Begins => (
            Verdict::Redundant,
            format!("{} begins with its keys", other.name),
        ),
    };
    let mut reasons = vec![first];
    if likeness != Likeness::Same {
        reasons.push("being smaller, it may be a little faster to search; each change of a row pays for that".to_owned());
    }
    let rests = index
        .constraint
        .is_some()
        .then(|| resting(catalog, index))
        .flatten();
    if let Some(key) = rests {
        reasons.push(format!(
            "the foreign key {} of {} may rest on its constraint: then the server refuses",
            key.name, key.table
        ));
    }
    Existing {
        verdict,
        other: Some(other.full_name()),
        reasons,
        safe_to_drop: rests.is_none(),
        code: Some(code::drop(catalog, index)),
        ..plain
    }
}

/// What is thought of an index that nothing but reading needs.
fn by_use(
    catalog: &Catalog,
    index: &Index,
    counted: Option<Used>,
    unused_days: f64,
    plain: Existing,
) -> Existing {
    let Some(counted) = counted else {
        return Existing {
            reasons: vec!["how often it is scanned isn't known".to_owned()],
            ..plain
        };
    };
    if counted.scans > 0 {
        return Existing {
            verdict: Verdict::Used,
            ..plain
        };
    }
    let (confidence, mut reasons) = trust(catalog, index, unused_days);
    reasons.insert(0, "it was never scanned".to_owned());
    if confidence == Confidence::Low {
        return Existing { reasons, ..plain };
    }
    Existing {
        verdict: Verdict::Unused,
        reasons,
        safe_to_drop: confidence == Confidence::High,
        code: Some(code::drop(catalog, index)),
        ..plain
    }
}

/// What needs an index beside reading.
fn needs(catalog: &Catalog, index: &Index) -> Vec<String> {
    let mut reasons = Vec::new();
    if index.primary {
        reasons.push("it is that of the primary key".to_owned());
    } else if index.exclusion {
        reasons.push("an exclusion constraint rests on it".to_owned());
    } else if let Some(constraint) = &index.constraint {
        reasons.push(format!("the constraint {constraint} rests on it"));
    } else if index.unique {
        reasons.push("it keeps rows unique".to_owned());
    }
    if is_identity(catalog, index) {
        reasons.push("replication recognises rows by it".to_owned());
    }
    if let Some(key) = resting(catalog, index) {
        reasons.push(format!(
            "the foreign key {} of {} leads to it",
            key.name, key.table
        ));
    }
    reasons
}

/// A foreign key that leads to the columns of a unique index.
fn resting<'a>(catalog: &'a Catalog, index: &'a Index) -> Option<&'a ForeignKey> {
    let is_of = |key: &&ForeignKey| {
        let named = |column: &String| index.keys.iter().any(|k| k.as_column() == Some(column));
        index.unique && key.referenced.len() == index.keys.len() && key.referenced.iter().all(named)
    };
    catalog.references_to(&index.table).find(is_of)
}

/// The size that a bloated index had if it were new; `None` for one that isn't bloated, or where nobody knows. Only
/// B-trees: of others the size when they are new is a guess.
fn bloat(catalog: &Catalog, index: &Index) -> Option<u64> {
    if index.method != "btree" || code::is_partitioned(catalog, index) {
        return None;
    }
    let new = size::bytes_in(catalog, index)?;
    let now = index.bytes?;
    (now > new.saturating_mul(BLOAT_TIMES) && now - new > BLOAT_BYTES).then_some(new)
}

fn bloated(index: &Index, new: u64, judged: Existing) -> Existing {
    let mb = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1_048_576.0);
    let mut reasons = vec![format!(
        "it takes {}, new it would take about {}",
        mb(index.bytes.unwrap_or(0)),
        mb(new)
    )];
    reasons.extend(judged.reasons);
    Existing {
        verdict: Verdict::Bloated,
        reasons,
        code: Some(code::rebuild(index)),
        ..judged
    }
}
