//! Reading a page at a time, each beginning after the last row of the one before.

use super::cache::Caching;
use super::eager_loading::listed;
use super::fix::Fix;
use super::frameworks;
use super::names::{plural, spoken, words};
use super::page::Page;
use super::plain;
use super::reading::Reading;
use super::{CacheScope, Suggestion, SuggestionKind, Target};
use crate::workload::Query;

/// A keyset page of the query for each target, in their order; empty where a condition can't say where a page begins:
/// for rows that are grouped or united, or when the text couldn't be parsed.
///
/// The query's WHERE stays; the page follows its ORDER BY, and the table's key where that leaves rows equal.
#[must_use]
pub fn pagination(query: &Query, targets: &[Target]) -> Vec<Suggestion> {
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    Page::of(query).map_or_else(Vec::new, |page| after_last(&page, targets, in_use))
}

/// The code for a loop that reads a whole table page after page: in batches by its key, or through a cursor on the
/// server.
#[must_use]
pub fn page_loop(query: &Query, targets: &[Target]) -> Vec<Suggestion> {
    let Some(page) = Page::of(query) else {
        return Vec::new();
    };
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    let title = format!(
        "Read all {} in batches, without OFFSET",
        rows_of(page.reading.table, in_use)
    );
    let mut suggestions = Vec::new();
    for &target in targets {
        // A cursor is another thing than a page, and SQL has both.
        if target == Target::Sql {
            suggestions.extend(after_last(&page, &[target], in_use));
        }
        let fix = (frameworks::words(target).read_all)(&page);
        suggestions.extend(
            fix.map(|fix| suggestion(SuggestionKind::Pagination, target, title.clone(), fix)),
        );
    }
    suggestions
}

/// Pages that begin after the last row of the one before.
fn after_last(page: &Page<'_>, targets: &[Target], in_use: Target) -> Vec<Suggestion> {
    let keys: Vec<String> = page
        .keys
        .iter()
        .map(|k| k.column.clone().unwrap_or_else(|| k.sql.clone()))
        .collect();
    let rows = rows_of(page.reading.table, in_use);
    let title = format!("Begin each page of {rows} after the last {}", listed(&keys));
    let nullable = page.may_be_null();
    let note = format!(
        "Rows in which {} is NULL would be left out.",
        nullable.join(" or ")
    );
    let one = |&target: &Target| {
        let fix = (frameworks::words(target).page)(page)?;
        let fix = fix.note_if(!nullable.is_empty(), &note);
        Some(suggestion(
            SuggestionKind::Pagination,
            target,
            title.clone(),
            fix,
        ))
    };
    targets.iter().filter_map(one).collect()
}

fn rows_of(table: &str, in_use: Target) -> String {
    words(&plural(spoken(table, in_use)))
}

fn suggestion(kind: SuggestionKind, target: Target, title: String, fix: Fix) -> Suggestion {
    Suggestion {
        kind,
        target,
        title,
        code: fix.code,
        note: fix.note,
        guessed: fix.guessed,
    }
}

/// What to do instead of counting all rows for each page: ask for one row more than the page shows, or remember the
/// count, or take the server's estimate. For each target in their order; empty when the query couldn't be parsed.
#[must_use]
pub fn count_per_page(count: &Query, targets: &[Target]) -> Vec<Suggestion> {
    let Some(reading) = Reading::of(count) else {
        return Vec::new();
    };
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    let rows = rows_of(reading.table, in_use);
    let caching = Caching::of(
        reading.clone(),
        CacheScope::Capture {
            hit_rate: 0.0,
            ttl_s: None,
        },
    );
    let mut suggestions = Vec::new();
    for &target in targets {
        let words = frameworks::words(target);
        let title =
            format!("Read one row more than a page of {rows} shows, instead of counting all");
        let next = (words.has_next)(&reading);
        suggestions
            .extend(next.map(|fix| suggestion(SuggestionKind::Pagination, target, title, fix)));
        if target == Target::Sql {
            let title = format!("Take the server's estimate of how many {rows} there are");
            let estimate = plain::estimate(&reading);
            suggestions.extend(
                estimate.map(|fix| suggestion(SuggestionKind::Rewrite, target, title, fix)),
            );
        }
        let title = format!("Count the {rows} once in {} seconds", caching.seconds);
        let kept = (words.cache)(&caching);
        suggestions.extend(kept.map(|fix| suggestion(SuggestionKind::Cache, target, title, fix)));
    }
    suggestions
}
