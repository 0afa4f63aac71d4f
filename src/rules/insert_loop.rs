#![doc = include_str!("insert_loop.md")]

use super::loops::{finding, inserts, repeated, table};
use super::{Context, Finding, Rule, Scope};
use crate::advice::{self, WriteLoop};

pub(super) const RULE: Rule = Rule {
    name: "insert-loop",
    title: "Insert loop",
    scope: Scope::Request,
    page: include_str!("insert_loop.md"),
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    repeated(context, inserts)
        .into_iter()
        .filter_map(|(committed, repeated)| {
            let query = context.workload.query(repeated.query)?;
            let rows = table(context, repeated.query);
            let (title, kind) = if committed {
                (
                    format!("{rows} are inserted and committed one at a time"),
                    WriteLoop::InsertEachCommitted,
                )
            } else {
                (
                    format!("{rows} are inserted one at a time"),
                    WriteLoop::Insert,
                )
            };
            let fixes = advice::batch(kind, query, None, &context.targets);
            finding(context, RULE.name, title, &repeated, fixes)
        })
        .collect()
}
