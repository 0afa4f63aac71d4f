//! The rows of the view of indexes: what to make, what else helps, what exists, and what needs nothing.

use super::{By, Sort, all, turn};
use crate::advice::indexes::{Existing, Hint, IndexAdvice, Proposal, Verdict};
use crate::analysis::Analysis;
use crate::app::filter::Filter;

/// What a row of the view of indexes is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IndexRow<'a> {
    /// An index to make.
    Proposal(&'a Proposal),
    /// What helps a statement, or why nothing is to be done.
    Hint(&'a Hint),
    /// An index that exists.
    Existing(&'a Existing),
}

/// The row with a number: proposals come first, then hints, then existing indexes.
pub(crate) fn row(advice: &IndexAdvice, at: u32) -> Option<IndexRow<'_>> {
    let all = &advice.advice;
    let mut at = at as usize;
    if let Some(proposal) = all.proposals.get(at) {
        return Some(IndexRow::Proposal(proposal));
    }
    at -= all.proposals.len();
    if let Some(hint) = all.hints.get(at) {
        return Some(IndexRow::Hint(hint));
    }
    at -= all.hints.len();
    all.existing.get(at).map(IndexRow::Existing)
}

/// Rows that pass a filter, ordered.
pub(super) fn rows(analysis: &Analysis, filter: &Filter, sort: Sort) -> Vec<u32> {
    let Some(advice) = analysis.indexes.as_deref() else {
        return Vec::new();
    };
    let count =
        advice.advice.proposals.len() + advice.advice.hints.len() + advice.advice.existing.len();
    let mut rows: Vec<u32> = all(count)
        .filter(|at| row(advice, *at).is_some_and(|row| passes(advice, filter, row)))
        .collect();
    let get = |at: &u32| row(advice, *at);
    match sort.by {
        By::Rank => rows.sort_by_key(|at| get(at).map(rank)),
        By::Label => rows.sort_by(|a, b| get(a).map(label).cmp(&get(b).map(label))),
        by => rows.sort_by(|a, b| {
            let key = |at| get(at).map_or(-1.0, |row| index_key(advice, row, by));
            key(a).total_cmp(&key(b))
        }),
    }
    turn(&mut rows, sort);
    rows
}

/// What is to be done comes first, what is well last.
fn rank(row: IndexRow<'_>) -> u8 {
    match row {
        IndexRow::Proposal(_) => 0,
        IndexRow::Hint(hint) if !hint.is_fine => 1,
        IndexRow::Existing(existing) => match existing.verdict {
            Verdict::Used | Verdict::Needed | Verdict::Unknown => 3,
            _ => 2,
        },
        IndexRow::Hint(_) => 4,
    }
}

fn label(row: IndexRow<'_>) -> &str {
    match row {
        IndexRow::Proposal(proposal) => &proposal.short,
        IndexRow::Hint(hint) => &hint.title,
        IndexRow::Existing(existing) => &existing.short,
    }
}

fn passes(advice: &IndexAdvice, filter: &Filter, row: IndexRow<'_>) -> bool {
    if filter.words.is_empty() {
        return true;
    }
    let text = match row {
        IndexRow::Proposal(p) => format!("{} {}", p.short, p.ddl),
        IndexRow::Hint(hint) => {
            let statement = advice.load.statements.get(hint.statement);
            format!(
                "{} {} {}",
                hint.title,
                hint.rule,
                statement.map_or("", |s| &s.sql)
            )
        }
        IndexRow::Existing(e) => format!("{} {} {}", e.name, e.short, e.verdict.word()),
    };
    let text = text.to_lowercase();
    filter.words.iter().all(|word| text.contains(word.as_str()))
}

/// The number that a row is ordered by; also the length of the bar behind it.
pub(crate) fn index_key(advice: &IndexAdvice, row: IndexRow<'_>, by: By) -> f64 {
    match (row, by) {
        (IndexRow::Proposal(p), By::Amount) => {
            p.saved_ms(&advice.load).unwrap_or_else(|| p.saving())
        }
        (IndexRow::Proposal(p), By::Executions) => p.serves.len() as f64,
        (IndexRow::Existing(e), By::Executions) => e.serves.len() as f64,
        (IndexRow::Proposal(p), By::Size) => p.bytes.map_or(-1.0, |b| b as f64),
        (IndexRow::Existing(e), By::Size) => e.bytes.map_or(-1.0, |b| b as f64),
        (IndexRow::Existing(e), By::IndexScans) => e.scans.map_or(-1.0, |s| s as f64),
        (IndexRow::Proposal(p), By::Changes) => p.write.entries_per_second.unwrap_or(-1.0),
        _ => -1.0,
    }
}

/// The largest of the numbers in a column.
pub(super) fn largest(analysis: &Analysis, by: By) -> f64 {
    let Some(advice) = analysis.indexes.as_deref() else {
        return 0.0;
    };
    let proposals = advice.advice.proposals.iter().map(IndexRow::Proposal);
    let existing = advice.advice.existing.iter().map(IndexRow::Existing);
    proposals
        .chain(existing)
        .map(|row| index_key(advice, row, by))
        .fold(0.0, f64::max)
}
