//! Which executions of a request a finding is about, and what they are called together.

use super::summary;
use crate::advice::{Target, plural, spoken, words};
use crate::analysis::Analysis;
use crate::rules::Finding;
use crate::workload::{ExecutionId, QueryId, RequestId};

/// Rules about a request or a capture as a whole: what they count is no burst.
const WHOLE: [&str; 2] = ["chatty-request", "cache-candidate"];

/// What a finding says of one request: bursts that hang together.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// What is loaded, where it takes several queries: "order items with books and authors".
    pub(super) name: String,
    /// In the order of the finding's queries.
    pub(super) members: Vec<Member>,
}

/// The executions of one query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) query: QueryId,
    first: ExecutionId,
    last: ExecutionId,
}

impl Chain {
    /// The member that an execution is one of. What stands between the first and the last of its query belongs to it,
    /// whatever else stands there.
    pub(super) fn member(&self, query: QueryId, id: ExecutionId) -> Option<usize> {
        self.members
            .iter()
            .position(|m| m.query == query && (m.first..=m.last).contains(&id))
    }
}

/// What the findings of a request say of it, the most important first.
pub(super) fn chains(analysis: &Analysis, request: RequestId) -> Vec<Chain> {
    analysis
        .findings_of(request)
        .filter_map(|at| analysis.findings.get(at))
        .filter(|finding| !WHOLE.contains(&finding.rule))
        .filter_map(|finding| chain(analysis, finding, request))
        .collect()
}

fn chain(analysis: &Analysis, finding: &Finding, request: RequestId) -> Option<Chain> {
    let mut members: Vec<Member> = Vec::new();
    let mut executions = 0;
    for sighting in finding.sightings.iter().filter(|s| s.request == request) {
        executions += sighting.executions;
        match members.iter_mut().find(|m| m.query == sighting.query) {
            Some(member) => {
                member.first = member.first.min(sighting.first);
                member.last = member.last.max(sighting.last);
            }
            None => members.push(Member {
                query: sighting.query,
                first: sighting.first,
                last: sighting.last,
            }),
        }
    }
    let place = |m: &Member| finding.queries.iter().position(|q| *q == m.query);
    members.sort_by_key(|m| place(m).unwrap_or(usize::MAX));
    (executions > 1).then(|| Chain {
        name: name(analysis, finding, &members),
        members,
    })
}

/// The tables in words, the one that the others hang on first.
fn name(analysis: &Analysis, finding: &Finding, members: &[Member]) -> String {
    let target = finding
        .suggestions
        .first()
        .map_or(Target::Sql, |s| s.target);
    let mut tables: Vec<String> = Vec::new();
    for member in members {
        let Some(query) = analysis.workload.query(member.query) else {
            continue;
        };
        let table = query.facts().and_then(|f| f.tables.first());
        let name = table.map_or_else(
            || summary(query).to_owned(),
            |t| words(&plural(spoken(&t.name, target))),
        );
        if !tables.contains(&name) {
            tables.push(name);
        }
    }
    match tables.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} with {second}"),
        [first, middle @ .., last] => format!("{first} with {} and {last}", middle.join(", ")),
    }
}
