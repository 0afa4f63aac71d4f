//! Advice on indexes together with what it is for.

use std::collections::BTreeMap;

use super::load::Load;
use super::outcome::{Advice, Proposal};
use crate::plan::Plan;
use crate::sql::Fingerprint;
use crate::workload::{QueryId, Workload};

/// Advice on indexes, with the load that it is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexAdvice {
    /// The statements.
    pub load: Load,
    /// What is advised.
    pub advice: Advice,
    /// The query of the capture that each statement is.
    pub queries: Vec<Option<QueryId>>,
    /// The planner's plans of statements that a proposal serves, by position in the load.
    pub plans: BTreeMap<usize, PlanPair>,
}

/// Plans of one statement that were not run.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanPair {
    /// As things are.
    pub before: Plan,
    /// With all proposed indexes.
    pub after: Plan,
}

impl IndexAdvice {
    /// The same for another capture, or another part of it: its queries are found by their fingerprints.
    #[must_use]
    pub fn met_with(&self, workload: &Workload) -> Self {
        let ids: BTreeMap<Fingerprint, QueryId> = workload
            .queries
            .iter()
            .zip(0..)
            .map(|(query, id)| (query.fingerprint, QueryId(id)))
            .collect();
        let statements = self.load.statements.iter();
        Self {
            queries: statements
                .map(|s| ids.get(&s.fingerprint).copied())
                .collect(),
            ..self.clone()
        }
    }

    /// The proposals that serve a query of the capture, with what its statement costs before and after.
    pub fn proposals_for(&self, query: QueryId) -> impl Iterator<Item = (&Proposal, f64, f64)> {
        self.advice.proposals.iter().filter_map(move |proposal| {
            let serves = proposal.serves.iter();
            let mut own = serves.filter(|s| self.query(s.statement) == Some(query));
            let gain = own.next()?;
            Some((proposal, gain.before, gain.after))
        })
    }

    /// The query of the capture that a statement is.
    #[must_use]
    pub fn query(&self, statement: usize) -> Option<QueryId> {
        self.queries.get(statement).copied().flatten()
    }
}
