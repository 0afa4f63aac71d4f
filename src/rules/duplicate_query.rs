#![doc = include_str!("duplicate_query.md")]

use super::bursts::BurstKind;
use super::loops::{finding, repeated, table};
use super::{Context, Finding, Rule, Scope};
use crate::advice::{self, CacheScope};

pub(super) const RULE: Rule = Rule {
    name: "duplicate-query",
    title: "Duplicate query",
    scope: Scope::Request,
    page: include_str!("duplicate_query.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let repeats = repeated(context, |burst| match burst.kind {
        BurstKind::Repeats { polls } => Some(polls),
        _ => None,
    });
    repeats
        .into_iter()
        .filter_map(|(polls, repeated)| {
            let query = context.workload.query(repeated.query)?;
            let rows = table(context, repeated.query);
            let by = query.facts().map(advice::condition).filter(|c| !c.is_empty());
            let by = by.map(|c| format!(" by {c}")).unwrap_or_default();
            if polls {
                let mut found = finding(
                    context,
                    RULE.name,
                    format!("{rows} are asked for{by} again and again until something changes"),
                    &repeated,
                    Vec::new(),
                )?;
                found.reasons.push(
                    "the executions stand apart in time: the program waits, and a cache would hide what it waits for"
                        .to_owned(),
                );
                (found.saving.db_time, found.saving.executions) = (None, None);
                found.saving.known_by = super::KnownBy::Advice;
                found.severity = super::Severity::Low;
                return Some(found);
            }
            finding(
                context,
                RULE.name,
                format!("{rows} are read{by} again with the same values"),
                &repeated,
                advice::cache(query, CacheScope::Request, &context.targets),
            )
        })
        .collect()
}
