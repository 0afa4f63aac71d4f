//! Which indexes a scan could use: all that are worth asking somebody about.
//!
//! | file | what it knows |
//! |---|---|
//! | `needs` | what the conditions, the order and the limit of a scan ask of a B-tree |
//! | `btree` | the columns of a B-tree from that |
//! | `partial` | conditions that an index can be made for alone |
//! | `search` | GIN, GiST, BRIN and hash |
//! | `immutable` | which expressions an index may hold |
//! | `served` | what existing indexes do already |

mod btree;
mod immutable;
mod needs;
mod partial;
mod search;
mod served;

use std::collections::BTreeMap;

use super::scan::{Condition, Reading, Scan};
use super::settings::IndexSettings;
use crate::catalog::{Catalog, Index, Table, TableKind, create_index};

pub(super) use immutable::is_immutable;
pub(super) use needs::{DEEP_OFFSET, fits_type};
pub(super) use search::plain_run;
pub use served::existing_serves;

/// An index that may be worth making.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The index, without a name.
    pub index: Index,
    /// Why it is as it is, a sentence each without a full stop: "equality on account_id, then range on created_at".
    pub reasons: Vec<String>,
    /// The statements that it was thought of for, by position, sorted.
    pub statements: Vec<usize>,
}

/// Calls from which on a wider index that spares reading the table may be worth its room.
const HOT: f64 = 1_000.0;

/// Indexes that the scans of a statement could use. Those that an existing index does the work of are left out, as are
/// those on tables that are read as quickly without.
#[must_use]
pub(super) fn candidates(
    catalog: Option<&Catalog>,
    reading: &Reading,
    statement: usize,
    calls: f64,
    settings: &IndexSettings,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for scan in &reading.scans {
        let table = catalog.and_then(|catalog| catalog.table(&scan.table));
        if catalog.is_some() && table.is_none() {
            continue;
        }
        if table.is_some_and(|table| !is_worth_it(table, settings)) {
            continue;
        }
        let setting = Setting {
            catalog,
            table,
            scan,
            settings,
            is_hot: calls >= HOT,
        };
        if catalog.is_some_and(|catalog| served::finds_one_row(catalog, scan)) {
            continue;
        }
        of_scan(&setting, statement, &mut found);
    }
    if let Some(catalog) = catalog {
        found.retain(|candidate| existing_serves(catalog, &candidate.index).is_none());
    }
    merge(found)
}

/// The same index for several statements is one, with all that speaks for it. In the order of their definitions.
#[must_use]
pub(super) fn merge(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut all: BTreeMap<String, Candidate> = BTreeMap::new();
    for candidate in candidates {
        match all.entry(create_index(&candidate.index, false)) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(candidate);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                let known = place.get_mut();
                known.statements.extend(candidate.statements);
                known.statements.sort_unstable();
                known.statements.dedup();
                for reason in candidate.reasons {
                    if !known.reasons.contains(&reason) {
                        known.reasons.push(reason);
                    }
                }
            }
        }
    }
    all.into_values().collect()
}

/// What candidates of one scan depend on.
#[derive(Clone, Copy)]
struct Setting<'a> {
    catalog: Option<&'a Catalog>,
    table: Option<&'a Table>,
    scan: &'a Scan,
    settings: &'a IndexSettings,
    /// Whether the statement runs often.
    is_hot: bool,
}

/// Whether a table is one that an index can be made on, and large enough for one.
fn is_worth_it(table: &Table, settings: &IndexSettings) -> bool {
    let kind = matches!(
        table.kind,
        TableKind::Table | TableKind::Partitioned | TableKind::MaterializedView
    );
    let small = table.kind != TableKind::Partitioned
        && table
            .pages
            .is_some_and(|pages| pages <= settings.small_table_pages && table.rows.is_some());
    kind && !small
}

fn of_scan(setting: &Setting<'_>, statement: usize, found: &mut Vec<Candidate>) {
    let mut put = |index: Index, reason: String| {
        found.push(Candidate {
            index,
            reasons: vec![reason],
            statements: vec![statement],
        });
    };
    let scan = setting.scan;
    btree::candidates(setting, &scan.conditions, true, &mut put);
    search::candidates(setting, &scan.conditions, &mut put);
    for condition in &scan.conditions {
        if let Condition::Any(branches) = condition {
            for branch in branches {
                let mut put = |index: Index, reason: String| {
                    put(index, format!("one branch of an OR: {reason}"));
                };
                btree::candidates(setting, branch, false, &mut put);
                search::candidates(setting, branch, &mut put);
            }
        }
    }
}
