#![doc = include_str!("upsert_loop.md")]

use super::bursts::BurstKind;
use super::loops::{finding, repeated, table};
use super::{Context, Finding, Rule, Scope};
use crate::advice::{self, WriteLoop};

pub(super) const RULE: Rule = Rule {
    name: "upsert-loop",
    title: "Upsert loop",
    scope: Scope::Request,
    page: include_str!("upsert_loop.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let upserts = repeated(context, |burst| match burst.kind {
        BurstKind::Upserts { write } => Some(write),
        _ => None,
    });
    upserts
        .into_iter()
        .filter_map(|(write, repeated)| {
            let look_up = context.workload.query(repeated.query);
            let written = context.workload.query(write)?;
            let title = format!(
                "each of the {} is looked for before it is written",
                table(context, write)
            );
            let fixes = advice::batch(WriteLoop::Upsert, written, look_up, &context.targets);
            let mut found = finding(context, RULE.name, title, &repeated, fixes)?;
            found.queries.push(write);
            Some(found)
        })
        .collect()
}
