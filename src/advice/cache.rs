//! Remembering an answer, within one request or across requests.

use super::condition::Condition;
use super::frameworks;
use super::loading::takes_value;
use super::names::{plural, singular, snake, spoken, words};
use super::reading::Reading;
use super::{Suggestion, SuggestionKind, Target};
use crate::workload::Query;

/// How long an answer is worth remembering.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CacheScope {
    /// Within one request.
    Request,
    /// Across requests.
    Capture {
        /// What part of the executions asked what had been asked before, 0 to 1; measured.
        hit_rate: f64,
        /// For how many seconds to remember; `None` where nothing tells, which gives a minute.
        ttl_s: Option<u64>,
    },
}

/// The code that remembers the answers of a query, for each target in their order.
#[must_use]
pub fn cache(query: &Query, scope: CacheScope, targets: &[Target]) -> Vec<Suggestion> {
    let Some(reading) = Reading::of(query) else {
        return Vec::new();
    };
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    let caching = Caching::of(reading, scope);
    let title = title(&caching, in_use);
    let suggestion = |&target: &Target| {
        let mut fix = (frameworks::words(target).cache)(&caching)?;
        if let CacheScope::Capture { hit_rate, .. } = scope
            && hit_rate > 0.0
        {
            let part = hit_rate.clamp(0.0, 1.0) * 100.0;
            fix = fix.note(&format!(
                "In this capture {part:.0} % of its executions asked what had been asked before."
            ));
        }
        Some(Suggestion {
            kind: SuggestionKind::Cache,
            target,
            title: title.clone(),
            code: fix.code,
            note: fix.note,
            guessed: fix.guessed,
        })
    };
    targets.iter().filter_map(suggestion).collect()
}

fn title(caching: &Caching<'_>, in_use: Target) -> String {
    let table = spoken(caching.reading.table, in_use);
    let rows = words(&plural(table));
    let what = match &caching.reading.aggregate {
        Some(aggregate) if aggregate.counts() => format!("the number of {rows}"),
        Some(aggregate) => format!("the {} of the {rows}", aggregate.spoken()),
        None if caching.single => format!("each {}", words(&singular(table))),
        None => format!("the {rows}"),
    };
    match caching.scope {
        CacheScope::Request => format!("Ask for {what} once a request"),
        CacheScope::Capture { .. } => format!("Remember {what} for {} seconds", caching.seconds),
    }
}

/// A query whose answers are worth remembering.
#[derive(Clone, Debug)]
pub(super) struct Caching<'a> {
    /// The query.
    pub reading: Reading<'a>,
    /// How long.
    pub scope: CacheScope,
    /// The same in seconds.
    pub seconds: u64,
    /// Whether it finds one row by its key.
    pub single: bool,
    /// What a function that asks it may be called, in small letters with `_`: `setting`, `books_count`.
    pub name: String,
}

impl<'a> Caching<'a> {
    pub(super) fn of(reading: Reading<'a>, scope: CacheScope) -> Self {
        let equal = reading.conditions.iter().flatten();
        let single = reading.aggregate.is_none()
            && equal
                .filter(|c| c.operator == super::condition::Operator::Eq)
                .any(|c| c.column == reading.key.name);
        let table = snake(reading.table);
        let name = match &reading.aggregate {
            Some(aggregate) => format!("{}_{}", plural(&table), aggregate.function),
            None if single => singular(&table),
            None => plural(&table),
        };
        let seconds = match scope {
            CacheScope::Capture { ttl_s: Some(s), .. } => s.max(1),
            _ => 60,
        };
        Self {
            reading,
            scope,
            seconds,
            single,
            name,
        }
    }

    /// Whether answers are remembered across requests.
    pub(super) fn lasts(&self) -> bool {
        matches!(self.scope, CacheScope::Capture { .. })
    }

    /// The conditions that can be said, when all can.
    pub(super) fn conditions(&self) -> Option<&[Condition]> {
        self.reading.conditions.as_deref()
    }

    /// The values that answers depend on, in small letters with `_`: one called `values` where they can't be told.
    pub(super) fn arguments(&self) -> Vec<String> {
        match self.conditions() {
            Some(conditions) => conditions
                .iter()
                .filter(|c| takes_value(c))
                .map(|c| c.variable.clone())
                .collect(),
            None => vec!["values".to_owned()],
        }
    }
}
