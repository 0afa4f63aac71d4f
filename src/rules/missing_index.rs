#![doc = include_str!("missing_index.md")]

use std::collections::BTreeSet;

use super::finding::count;
use super::sightings::sightings;
use super::{Context, Finding, KnownBy, Rule, Saving, Scope, Severity};
use crate::advice::Suggestion;
use crate::advice::indexes::write::sentence;
use crate::advice::indexes::{IndexAdvice, Proof, Proposal, suggestions};
use crate::workload::{Confidence, QueryId};

pub(super) const RULE: Rule = Rule {
    name: "missing-index",
    title: "Missing index",
    scope: Scope::Query,
    page: include_str!("missing_index.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(indexes) = context.indexes else {
        return Vec::new();
    };
    let proposals = indexes.advice.proposals.iter();
    // What the statements alone say is lent to what is slow, but is no finding of its own.
    let proven = proposals.filter(|proposal| proposal.proof != Proof::Advice);
    proven
        .filter_map(|proposal| finding(context, indexes, proposal))
        .collect()
}

/// Whether a proposed index serves the query.
pub(super) fn applies(context: &Context<'_>, query: QueryId) -> bool {
    context.indexes.is_some_and(|indexes| {
        let mut serving = indexes.proposals_for(query);
        serving.any(|(proposal, ..)| proposal.proof != Proof::Advice)
    })
}

/// Gives the indexes that serve its query to each finding about something else: eager loading asks by the same column.
pub(super) fn lend(context: &Context<'_>, findings: &mut [Finding]) {
    let Some(indexes) = context.indexes else {
        return;
    };
    for finding in findings.iter_mut().filter(|f| f.rule != RULE.name) {
        if let Some(query) = finding.queries.first() {
            let lent = indexes.proposals_for(*query);
            let lent: Vec<Suggestion> = lent
                .flat_map(|(proposal, ..)| own_suggestions(context, proposal))
                .collect();
            finding.suggestions.extend(lent);
        }
    }
}

fn finding(context: &Context<'_>, indexes: &IndexAdvice, proposal: &Proposal) -> Option<Finding> {
    let mut queries: Vec<QueryId> = Vec::new();
    let (mut db_time, mut executions, mut saved) = (0_u64, 0_u64, 0.0);
    for served in &proposal.serves {
        let Some(id) = indexes.query(served.statement) else {
            continue;
        };
        let query = context.workload.query(id)?;
        queries.push(id);
        db_time = db_time.saturating_add(query.stats.cost());
        executions = executions.saturating_add(query.stats.executions);
        if served.before > 0.0 {
            let part = (1.0 - served.after / served.before).clamp(0.0, 1.0);
            saved += query.stats.cost() as f64 * part;
        }
    }
    let dearest = proposal.serves.first()?;
    if queries.is_empty() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a duration, not negative"
    )]
    let saving = saved as u64;
    let (known_by, confidence) = match proposal.proof {
        Proof::Planner => (KnownBy::Planner, Confidence::High),
        Proof::Estimate => (KnownBy::Estimate, Confidence::Medium),
        Proof::Advice => (KnownBy::Advice, Confidence::Low),
    };
    let wanted: BTreeSet<QueryId> = queries.iter().copied().collect();
    let ids = context.workload.executions.of(|q| wanted.contains(&q));
    let cost = context.cost(db_time, executions);
    let mut reasons = proposal.reasons.clone();
    reasons.extend(sentence(&proposal.write, &proposal.index.table));
    Some(Finding {
        rule: RULE.name,
        severity: severity(cost.share),
        title: format!("an index {} is missing", proposal.short),
        detail: format!(
            "{} without it {}; {} {} to {} for {}",
            if queries.len() == 1 {
                "1 query".to_owned()
            } else {
                format!("{} queries", queries.len())
            },
            if executions == 1 {
                "ran once".to_owned()
            } else {
                format!("ran {} times", count(executions))
            },
            match proposal.proof {
                Proof::Planner => "the planner's cost falls from",
                Proof::Estimate => "the estimated cost falls from",
                Proof::Advice => "with tables of a middling size the cost would fall from",
            },
            units(dearest.before),
            units(dearest.after),
            if queries.len() == 1 {
                "it"
            } else {
                "the one that gains most"
            },
        ),
        subject: None,
        queries,
        parent: None,
        confidence,
        reasons,
        cost,
        saving: Saving {
            db_time: (proposal.proof != Proof::Advice).then_some(saving),
            executions: None,
            known_by,
        },
        sightings: sightings(context.workload, ids.map(|(id, _)| id)),
        suggestions: own_suggestions(context, proposal),
    })
}

/// A cost of the planner for people.
fn units(cost: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cost, not negative"
    )]
    let whole = cost.max(0.0).round() as u64;
    if cost < 10.0 {
        format!("{cost:.1}")
    } else {
        count(whole)
    }
}

/// The words of each framework, the one in use before the others; the statement is for those without words of their own
/// as well.
fn own_suggestions(context: &Context<'_>, proposal: &Proposal) -> Vec<Suggestion> {
    let mut all = suggestions(proposal);
    let in_use = context.in_use();
    if let Some(plain) = all.first().cloned()
        && !all.iter().any(|s| s.target == in_use)
    {
        all.push(Suggestion {
            target: in_use,
            ..plain
        });
    }
    all.sort_by_key(|s| context.targets.iter().position(|t| *t == s.target));
    all
}

fn severity(share: f64) -> Severity {
    if share >= 0.2 {
        Severity::High
    } else if share >= 0.02 {
        Severity::Medium
    } else {
        Severity::Low
    }
}
