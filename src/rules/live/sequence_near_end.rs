#![doc = include_str!("sequence_near_end.md")]

use super::key_end::{highest, used};
use super::say::{code, finding, percent, sql};
use super::{LiveInput, LiveRule};
use crate::advice::SuggestionKind;
use crate::catalog::{Catalog, Sequence};
use crate::rules::{Finding, Severity, Subject};

pub(super) const RULE: LiveRule = LiveRule {
    name: "sequence-near-end",
    title: "Sequence near its end",
    page: include_str!("sequence_near_end.md"),
    check,
};

fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let Some(catalog) = input.catalog else {
        return Vec::new();
    };
    catalog
        .sequences
        .iter()
        .filter(|sequence| !ends_with_its_column(catalog, sequence))
        .filter_map(|sequence| {
            let used = used(sequence)?;
            (used > input.settings.near_end).then(|| say(sequence, used))
        })
        .collect()
}

/// Whether the column is as narrow as its sequence: then the column is what has to change.
fn ends_with_its_column(catalog: &Catalog, sequence: &Sequence) -> bool {
    let owner = sequence.owner.as_ref();
    let column = owner.and_then(|o| catalog.table(&o.table)?.column(&o.column));
    column
        .and_then(|c| highest(&c.data_type))
        .is_some_and(|most| most <= sequence.max)
}

fn say(sequence: &Sequence, used: f64) -> Finding {
    let name = code(&sequence.name);
    let (end, last) = if sequence.increment < 0 {
        (sequence.min, "lowest")
    } else {
        (sequence.max, "highest")
    };
    // A sequence that was given a narrow type can be widened; one that was given an end has it for a reason.
    let change = if highest(&sequence.data_type).is_some_and(|most| most == sequence.max) {
        format!("ALTER SEQUENCE {name} AS bigint;")
    } else if sequence.increment < 0 {
        format!("ALTER SEQUENCE {name} NO MINVALUE;")
    } else {
        format!("ALTER SEQUENCE {name} NO MAXVALUE;")
    };
    Finding {
        suggestions: vec![sql(
            SuggestionKind::Maintenance,
            "give it more numbers",
            change,
            "It is done at once. The columns that store its numbers have to have room for them.",
        )],
        ..finding(
            &RULE,
            if used > 0.8 {
                Severity::High
            } else {
                Severity::Medium
            },
            Subject::Sequence(sequence.name.clone()),
            format!(
                "sequence {} has used {} of its numbers",
                sequence.name,
                percent(used)
            ),
            format!(
                "it is at {}, its {last} value is {end}; behind it, every insert fails",
                sequence.last.unwrap_or_default()
            ),
        )
    }
}
