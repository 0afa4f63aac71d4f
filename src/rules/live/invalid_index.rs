#![doc = include_str!("invalid_index.md")]

use super::say::{bytes, code, comment, finding, keys, sql};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::advice::indexes::existing::code as existing;
use crate::catalog::{Catalog, Index};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "invalid-index",
    title: "Invalid index",
    page: include_str!("invalid_index.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    catalog
        .indexes
        .iter()
        .filter(|index| !index.valid || !index.ready)
        .map(|index| say(catalog, index))
        .collect()
}

fn say(catalog: &Catalog, index: &Index) -> Finding {
    let name = code(&index.full_name());
    let size = index
        .bytes
        .map_or_else(String::new, |n| format!(", takes {}", bytes(n)));
    let subject = Subject::Index(index.full_name());
    if existing::is_partitioned(catalog, index) {
        return Finding {
            reasons: vec![
                "it becomes valid when each partition has an index that is attached to it"
                    .to_owned(),
            ],
            suggestions: vec![sql(
                SuggestionKind::Index,
                "attach an index of each partition that has none",
                format!(
                    "{remark}\n\
                     SELECT p.inhrelid::regclass FROM pg_inherits p\n\
                     WHERE p.inhparent = '{literal}'::regclass AND NOT EXISTS (\n  \
                     SELECT FROM pg_index i JOIN pg_inherits a ON a.inhrelid = i.indexrelid\n  \
                     WHERE i.indrelid = p.inhrelid AND a.inhparent = '{index}'::regclass);",
                    remark = comment(&format!(
                        "Partitions of {} without an index that belongs to {name}:",
                        index.table
                    )),
                    literal = code(&index.table).replace('\'', "''"),
                    index = name.replace('\'', "''"),
                ),
                "For each: CREATE INDEX CONCURRENTLY on the partition, then ALTER INDEX … ATTACH PARTITION.",
            )],
            ..finding(
                &RULE,
                Severity::Medium,
                subject,
                format!(
                    "index {} of the partitioned table {} is not complete",
                    index.name, index.table
                ),
                format!(
                    "({}) is missing on some of the partitions",
                    keys(&index.keys)
                ),
            )
        };
    }
    let drop = sql(
        SuggestionKind::Index,
        format!("drop {}", index.name),
        format!("{};", existing::drop(catalog, index)),
        "It can't run within a transaction. If the index is being built at this moment, leave it alone.",
    );
    let rebuild = sql(
        SuggestionKind::Index,
        format!("build {} anew", index.name),
        format!("{};", existing::rebuild(index)),
        "From PostgreSQL 12 on, not within a transaction. If it fails because rows are not unique, mend these first.",
    );
    Finding {
        reasons: vec![
            if index.ready {
                "each change of a row writes it".to_owned()
            } else {
                "it is not even kept up to date".to_owned()
            },
            "it looks the same while CREATE INDEX CONCURRENTLY is at work on it".to_owned(),
        ],
        suggestions: if existing::remains(index) {
            vec![drop]
        } else {
            vec![rebuild, drop]
        },
        ..finding(
            &RULE,
            Severity::Medium,
            subject,
            format!("index {} of {} is invalid", index.name, index.table),
            format!(
                "no query reads by ({}){}{size}",
                keys(&index.keys),
                if index.unique {
                    ", which doesn't keep rows unique either"
                } else {
                    ""
                }
            ),
        )
    }
}
