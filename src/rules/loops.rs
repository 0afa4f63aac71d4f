//! What the rules about loops of writes share.

use std::collections::BTreeMap;

use super::bursts::{Burst, BurstKind};
use super::finding::count;
use super::n_plus_one::severity;
use super::sightings::{requests, sighting, totals};
use super::trust::{Grounds, trust};
use super::{Context, Finding, KnownBy, Saving, Sighting};
use crate::advice::{self, Suggestion};
use crate::workload::QueryId;

/// All repetitions of one query, gathered over the requests.
pub(super) struct Repeated {
    pub query: QueryId,
    pub sightings: Vec<Sighting>,
    pub hidden: bool,
    /// Executions that stay: one in each request, for each value that is asked for.
    pub stay: u64,
}

/// Gathers the bursts that `wanted` takes, by their query and what it says of them.
pub(super) fn repeated<T: Ord>(
    context: &Context<'_>,
    wanted: impl Fn(&Burst) -> Option<T>,
) -> Vec<(T, Repeated)> {
    let mut found: BTreeMap<(QueryId, T), Repeated> = BTreeMap::new();
    for burst in &context.bursts {
        let Some(key) = wanted(burst) else { continue };
        let query = burst.run.query;
        let repeated = found.entry((query, key)).or_insert_with(|| Repeated {
            query,
            sightings: Vec::new(),
            hidden: false,
            stay: 0,
        });
        let repeats = matches!(burst.kind, BurstKind::Repeats { .. });
        repeated.stay += if repeats {
            u64::from(burst.run.distinct)
        } else {
            1
        };
        repeated.hidden |= burst.hidden;
        repeated
            .sightings
            .push(sighting(context.workload, &burst.run));
    }
    found
        .into_iter()
        .map(|((_, key), repeated)| (key, repeated))
        .collect()
}

/// The name of a query's table, in words.
pub(super) fn table(context: &Context<'_>, query: QueryId) -> String {
    let facts = context.workload.query(query).and_then(|q| q.facts());
    let table = facts.and_then(|f| f.tables.first());
    table.map_or_else(
        || "rows".to_owned(),
        |t| advice::words(&advice::plural(advice::spoken(&t.name, context.in_use()))),
    )
}

/// What a rule about repetitions says, with what it takes to be left of them: one execution in each request.
pub(super) fn finding(
    context: &Context<'_>,
    rule: &'static str,
    title: String,
    repeated: &Repeated,
    suggestions: Vec<Suggestion>,
) -> Option<Finding> {
    let workload = context.workload;
    let (db_time, executions) = totals(&repeated.sightings);
    let worst = repeated.sightings.iter().max_by_key(|s| s.executions)?;
    let requests = requests(&repeated.sightings);
    let query = workload.query(repeated.query)?;
    let (confidence, reasons) = trust(
        context,
        &Grounds {
            sightings: &repeated.sightings,
            parent: None,
            named: true,
            hidden: repeated.hidden,
        },
    );
    let label = workload
        .request(worst.request)
        .and_then(|r| workload.label(r))
        .map(|l| format!(" in {l}"))
        .unwrap_or_default();
    let in_all = if requests > 1 {
        format!(
            ", {} in all over {} requests",
            count(executions),
            count(requests)
        )
    } else {
        String::new()
    };
    // One statement for all takes as long as the slowest of those it replaces, at the least.
    let left = query.stats.max.saturating_mul(repeated.stay);
    Some(Finding {
        rule,
        severity: severity(worst.executions),
        title,
        detail: format!("{} times{label}{in_all}", count(worst.executions.into())),
        subject: None,
        queries: vec![repeated.query],
        parent: None,
        confidence,
        reasons,
        cost: context.cost(db_time, executions),
        saving: Saving {
            db_time: workload.timed().then(|| db_time.saturating_sub(left)),
            executions: Some(executions.saturating_sub(repeated.stay)),
            known_by: KnownBy::Estimate,
        },
        sightings: repeated.sightings.clone(),
        suggestions,
    })
}

/// Whether a burst inserts, and whether it commits each row.
pub(super) fn inserts(burst: &Burst) -> Option<bool> {
    match burst.kind {
        BurstKind::Inserts { committed } => Some(committed),
        _ => None,
    }
}
