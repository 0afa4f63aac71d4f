//! From what there is to decide to what is advised.

use std::collections::BTreeSet;

use super::costs::{Costs, Stopped};
use super::existing::existing;
use super::hints::hints;
use super::outcome::{Advice, Existing, Hint, Proof, Proposal};
use super::planner::can_be_planned;
use super::scan::Reading;
use super::select::{self, Pick, Problem};
use super::short::short;
use super::study::Study;
use super::write::{units_per_second, write_cost};
use super::{name, size};
use crate::catalog::{Catalog, Index, Name};

/// What is advised, when `costs` says what statements would cost and `proof` tells how it knows.
///
/// Counters that ran for fewer than `unused_days` don't tell that an existing index isn't used. `watch` hears how far it has come, and ends it by `false`.
///
/// # Errors
///
/// When nobody can be asked any more, or `watch` ends it.
pub fn advise(
    study: &Study<'_>,
    costs: &mut dyn Costs,
    proof: Proof,
    unused_days: f64,
    watch: &mut dyn FnMut(select::Progress) -> bool,
) -> Result<Advice, Stopped> {
    let catalog = study.catalog.as_ref();
    let assigned = assigned(study);
    let bytes = |index: &Index| size::bytes_in(catalog, index);
    let writes = |index: &Index| {
        let cost = write_cost(catalog, index, &assigned);
        cost.entries_per_second?;
        Some(units_per_second(index, &cost))
    };
    let bounded: Vec<bool> = study
        .readings
        .iter()
        .map(|reading| is_bounded(reading.as_ref()))
        .collect();
    let problem = Problem {
        load: study.load,
        candidates: &study.candidates,
        bytes: &bytes,
        is_bounded: &bounded,
        spread: &|index| spread(catalog, index),
        writes: &writes,
        settings: study.settings,
    };
    let chosen = select::select(&problem, costs, watch)?;
    let mut proposals: Vec<Proposal> = chosen
        .indexes
        .iter()
        .map(|pick| proposal(study, pick, proof, &assigned))
        .collect();
    proposals.sort_by(|a, b| {
        let times = (a.saved_ms(study.load), b.saved_ms(study.load));
        let saved = match times {
            (Some(a), Some(b)) => b.total_cmp(&a),
            _ => b.saving().total_cmp(&a.saving()),
        };
        saved.then_with(|| a.short.cmp(&b.short))
    });
    name::name_all(catalog, &mut proposals);
    Ok(Advice {
        hints: wanted(study, &proposals),
        existing: if study.is_known {
            existing_named(catalog, unused_days)
        } else {
            Vec::new()
        },
        proposals,
        warnings: study.warnings.clone(),
        notes: Vec::new(),
    })
}

/// Whether a statement wants the first rows of an order only, or an end of it.
fn is_bounded(reading: Option<&Reading>) -> bool {
    let mut scans = reading.into_iter().flat_map(|reading| &reading.scans);
    scans.any(|scan| (scan.limit.is_some() && !scan.order.is_empty()) || !scan.extremes.is_empty())
}

/// How many different values the first column of an index has; 0 where nobody knows.
fn spread(catalog: &Catalog, index: &Index) -> u64 {
    let first = index.keys.first().and_then(|key| key.as_column());
    let distinct = catalog
        .table(&index.table)
        .zip(first)
        .and_then(|(table, name)| {
            let statistics = table.column(name)?.statistics.as_ref()?;
            statistics.distinct(table.rows?)
        });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count, not negative"
    )]
    distinct.map_or(0, |n| n.max(0.0) as u64)
}

/// Columns that the load sets, with their tables.
fn assigned(study: &Study<'_>) -> BTreeSet<(Name, String)> {
    let readings = study.readings.iter().flatten();
    readings.flat_map(|r| r.assigned.iter().cloned()).collect()
}

fn proposal(
    study: &Study<'_>,
    pick: &Pick,
    proof: Proof,
    assigned: &BTreeSet<(Name, String)>,
) -> Proposal {
    let catalog = study.catalog.as_ref();
    let known = study.is_known.then_some(catalog);
    let table = catalog.table(&pick.index.table).filter(|_| study.is_known);
    let bytes = table.and_then(|_| size::bytes_in(catalog, &pick.index));
    Proposal {
        index: pick.index.clone(),
        short: short(known, &pick.index),
        ddl: String::new(),
        serves: pick.serves.clone(),
        proof: if can_be_planned(&pick.index) {
            proof
        } else {
            proof.max(Proof::Estimate)
        },
        bytes,
        build_seconds: table.and_then(|table| size::build_seconds(table, &pick.index)),
        reasons: pick.reasons.clone(),
        write: write_cost(catalog, &pick.index, assigned),
        replaces: replaced(catalog, &pick.index),
    }
}

/// Existing indexes that are a beginning of a new one, and that nothing but queries needs.
fn replaced(catalog: &Catalog, index: &Index) -> Vec<Name> {
    let of_table = catalog.indexes_of(&index.table).iter();
    of_table
        .filter(|old| {
            let free = !old.unique && !old.primary && !old.exclusion && old.constraint.is_none();
            let alike = old.method == "btree"
                && index.method == "btree"
                && old.predicate == index.predicate
                && old.include.is_empty();
            let begins = index.keys.len() > old.keys.len() && index.keys.starts_with(&old.keys);
            free && alike && begins && old.partition_of.is_none()
        })
        .map(Index::full_name)
        .collect()
}

/// Hints that are worth saying: what is to be done always, that nothing is to be done only where no index serves.
fn wanted(study: &Study<'_>, proposals: &[Proposal]) -> Vec<Hint> {
    let served: BTreeSet<usize> = proposals
        .iter()
        .flat_map(|p| p.serves.iter().map(|s| s.statement))
        .collect();
    let statements = study.readings.iter().zip(&study.load.statements);
    let known = study.is_known.then_some(study.catalog.as_ref());
    statements
        .enumerate()
        .flat_map(|(at, (reading, statement))| {
            let reading = reading.as_ref();
            let found = reading.map(|r| hints(known, r, &statement.sql, at, study.settings));
            found.unwrap_or_default()
        })
        .filter(|hint| !hint.is_fine || !served.contains(&hint.statement))
        .collect()
}

/// What the existing indexes are worth, with their short forms.
fn existing_named(catalog: &Catalog, unused_days: f64) -> Vec<Existing> {
    let mut all = existing(catalog, unused_days);
    // They stand in the order of the catalog, one for each of its indexes.
    for (known, index) in all.iter_mut().zip(&catalog.indexes) {
        known.short = short(Some(catalog), index);
    }
    all
}
