#![doc = include_str!("page_loop.md")]

use super::bursts::BurstKind;
use super::loops::{finding, repeated, table};
use super::{Context, Finding, KnownBy, Rule, Scope};
use crate::advice;

pub(super) const RULE: Rule = Rule {
    name: "page-loop",
    title: "Page loop",
    scope: Scope::Request,
    page: include_str!("page_loop.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    repeated(context, |burst| {
        matches!(burst.kind, BurstKind::Pages).then_some(())
    })
    .into_iter()
    .filter_map(|((), repeated)| {
        let query = context.workload.query(repeated.query)?;
        let title = format!(
            "all {} are read page after page, each from the start",
            table(context, repeated.query)
        );
        let fixes = advice::page_loop(query, &context.targets);
        let mut found = finding(context, RULE.name, title, &repeated, fixes)?;
        // The pages stay; each would cost as the first ones do.
        let kept = query.stats.min.saturating_mul(found.cost.executions);
        found.saving.db_time = context
            .workload
            .timed()
            .then(|| found.cost.db_time.saturating_sub(kept));
        found.saving.executions = Some(0);
        found.saving.known_by = KnownBy::Estimate;
        Some(found)
    })
    .collect()
}
