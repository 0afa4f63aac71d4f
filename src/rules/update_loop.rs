#![doc = include_str!("update_loop.md")]

use super::bursts::BurstKind;
use super::loops::{finding, repeated, table};
use super::{Context, Finding, Rule, Scope};
use crate::advice::{self, WriteLoop};
use crate::sql::Kind;

pub(super) const RULE: Rule = Rule {
    name: "update-loop",
    title: "Update loop",
    scope: Scope::Request,
    page: include_str!("update_loop.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    repeated(context, |burst| {
        matches!(burst.kind, BurstKind::Updates).then_some(())
    })
    .into_iter()
    .filter_map(|((), repeated)| {
        let query = context.workload.query(repeated.query)?;
        let rows = table(context, repeated.query);
        let (title, kind) = if query.kind == Kind::Delete {
            (
                format!("{rows} are deleted one at a time"),
                WriteLoop::Delete,
            )
        } else {
            (
                format!("{rows} are updated one at a time"),
                WriteLoop::Update,
            )
        };
        let fixes = advice::batch(kind, query, None, &context.targets);
        finding(context, RULE.name, title, &repeated, fixes)
    })
    .collect()
}
