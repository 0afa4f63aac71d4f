//! How sure a finding is, and why.

use super::Context;
use super::Sighting;
use super::form::{asked_for, values};
use super::keys::is_own_key;
use super::n_plus_one::worst_request;
use super::parent::looked_up_by;
use crate::sql::{Bound, Op, Value};
use crate::workload::{Confidence, ExecutionId, Grouping, QueryId};

/// From this many executions in one request on, chance is no explanation.
const MANY: u32 = 10;
/// From this many on, it hardly is.
const SOME: u32 = 5;

/// Values that are looked at to see where they come from.
const LOOKED_AT: usize = 12;

/// What a repetition rests on.
pub(super) struct Grounds<'a> {
    pub sightings: &'a [Sighting],
    /// The query whose rows it is repeated for.
    pub parent: Option<QueryId>,
    /// Whether names lead from the parent to it.
    pub named: bool,
    /// Whether the capture leaves its values out.
    pub hidden: bool,
}

/// How sure a repetition is, and what speaks for it and against it.
pub(super) fn trust(context: &Context<'_>, grounds: &Grounds<'_>) -> (Confidence, Vec<String>) {
    let Some(worst) = grounds.sightings.iter().max_by_key(|s| s.executions) else {
        return (Confidence::Low, Vec::new());
    };
    let mut reasons = Vec::new();
    let requests = super::sightings::requests(grounds.sightings);
    let most = worst_request(grounds.sightings).map_or(0, |worst| worst.1);
    let mut confidence = match most {
        n if n >= MANY => Confidence::High,
        n if n >= SOME || requests > 1 => Confidence::Medium,
        _ => Confidence::Low,
    };
    reasons.push(if requests > 1 {
        format!("seen in {requests} requests, up to {most} times in one")
    } else {
        format!("seen {most} times in one request")
    });
    if let Some(parent) = grounds.parent {
        let table = context
            .workload
            .query(parent)
            .and_then(|q| q.facts()?.tables.first().map(|t| t.name.to_string()))
            .unwrap_or_default();
        if grounds.named {
            reasons.push(format!(
                "by their names, its values are keys of the {table} that were read before"
            ));
        } else {
            reasons.push(format!(
                "{table} was read right before; no name tells that its rows gave the values"
            ));
            confidence = confidence.min(Confidence::Medium);
        }
        if let Some(rows) = limit(context, worst, parent) {
            let distinct = u64::from(worst.executions);
            if distinct == rows {
                reasons.push(format!(
                    "{table} was limited to {rows} rows, and as many values were looked up"
                ));
            } else if distinct < rows {
                reasons.push(format!(
                    "{table} was limited to {rows} rows, and {distinct} were looked up"
                ));
            }
        }
    }
    if let Some(parent) = grounds.parent
        && let Some(from) = begins_behind(context, worst, parent)
    {
        reasons.push(format!(
            "the values that were looked up follow {from}, behind which those rows were read"
        ));
    }
    if grounds.hidden {
        reasons.push(
            "the capture has no values of parameters: whether they differ or are the same again can't be told"
                .to_owned(),
        );
        confidence = confidence.min(Confidence::Medium);
    }
    let (word, grouping) = grouped(context, grounds.sightings);
    reasons.push(word.to_owned());
    if grouping.confidence() == Confidence::Low {
        confidence = Confidence::Low;
    }
    (confidence, reasons)
}

/// How the requests were told apart: the least sure of them.
fn grouped(context: &Context<'_>, sightings: &[Sighting]) -> (&'static str, Grouping) {
    let grouping = sightings
        .iter()
        .filter_map(|s| context.workload.request(s.request))
        .map(|r| r.grouping)
        .max()
        .unwrap_or(Grouping::Run);
    let word = match grouping {
        Grouping::Trace => "the statements of a request carry its trace id",
        Grouping::RequestId => "the statements of a request carry its id",
        Grouping::Lines => "the log says where requests begin and end",
        Grouping::Window => "its statements ran while no other request was served",
        Grouping::Transaction => "a transaction was taken for a request",
        Grouping::Anchor => "requests were told apart by what each of them asks first",
        Grouping::Pause => "requests were told apart by the pauses between them",
        Grouping::Run => {
            "nothing tells where requests begin: statements without a long pause were taken for one"
        }
    };
    (word, grouping)
}

/// How many rows the parent was allowed to return before a sighting.
fn limit(context: &Context<'_>, sighting: &Sighting, parent: QueryId) -> Option<u64> {
    let workload = context.workload;
    let request = workload.request(sighting.request)?;
    let facts = workload.query(parent)?.facts()?;
    match facts.limit? {
        Bound::Constant(rows) => Some(rows),
        Bound::Expression => None,
        Bound::Parameter(number) => {
            let before = workload.executions.range(request.first.0..sighting.first.0);
            let place = before.filter(|(_, e)| e.query == parent).last()?.1.place;
            let found = values(&context.sources.statement(place).ok()?);
            let value = found
                .list
                .into_iter()
                .nth((number as usize).checked_sub(1)?)??;
            value.parse().ok()
        }
    }
}

/// Whether the values that were looked up lie behind the key that the parent was read from: `id > 483` and then 484,
/// 485, … The key, where they do.
fn begins_behind(context: &Context<'_>, sighting: &Sighting, parent: QueryId) -> Option<i64> {
    let workload = context.workload;
    let request = workload.request(sighting.request)?;
    let facts = workload.query(parent)?.facts()?;
    let table = facts.tables.first()?;
    let bound = facts
        .predicates
        .iter()
        .find(|p| p.conjunct && p.op == Op::Range && is_own_key(&p.column.name, &table.name))?;
    let Value::Parameter(number) = bound.value else {
        return None;
    };
    let before = workload.executions.range(request.first.0..sighting.first.0);
    let read = before.filter(|(_, e)| e.query == parent).last()?.0;
    let numbers = |ids: Vec<ExecutionId>, parameter| -> Option<Vec<i64>> {
        let asked = asked_for(workload, context.sources, ids.into_iter(), parameter);
        asked.iter().map(|value| value.parse().ok()).collect()
    };
    let from = *numbers(vec![read], number)?.first()?;
    let form = context.form(sighting.query)?;
    let child = workload.query(sighting.query)?.facts()?;
    let Value::Parameter(key) = looked_up_by(child, form).next()?.value else {
        return None;
    };
    let own = workload
        .executions
        .range(sighting.first.0..sighting.last.0.saturating_add(1));
    let own: Vec<ExecutionId> = own
        .filter(|(_, e)| e.query == sighting.query)
        .map(|(id, _)| id)
        .take(LOOKED_AT)
        .collect();
    let values = numbers(own, key)?;
    (values.len() > 2 && values.iter().all(|value| *value > from)).then_some(from)
}
