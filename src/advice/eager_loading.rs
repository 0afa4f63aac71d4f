//! Loading related rows together, in the words of each framework.

use super::frameworks;
use super::loading::{Loading, Top};
use super::names::{plural, singular, spoken, stem, words};
use super::relation::{Load, Relation, RelationKind};
use super::{Suggestion, SuggestionKind, Target};
use crate::workload::Query;

/// The eager-loading code for each target, in their order.
///
/// `path` are the relations from the outermost parent to this one: its last is the burst itself, and usually it has no
/// other. `siblings` are further relations of the same parent that make one polymorphic relation with it: the ebooks
/// and audiobooks of media. `child` is the query of the burst.
///
/// Class and attribute names are derived from tables and columns, by each framework's own convention.
#[must_use]
pub fn eager_loading(
    path: &[Relation],
    siblings: &[Relation],
    child: &Query,
    targets: &[Target],
) -> Vec<Suggestion> {
    let in_use = targets.first().copied().unwrap_or(Target::Sql);
    let Some(loading) = Loading::of(path, siblings, child, in_use) else {
        return Vec::new();
    };
    let title = title(&loading);
    let suggestion = |&target: &Target| {
        let loading = Loading::of(path, siblings, child, target)?;
        let fix = (frameworks::words(target).eager)(&loading)?;
        let unsaid = target != Target::Sql && loading.asks_more();
        let fix = fix.note_if(
            unsaid,
            "The query has further conditions, which are to be added.",
        );
        Some(Suggestion {
            kind: SuggestionKind::EagerLoading,
            target,
            title: title.clone(),
            code: fix.code,
            note: fix.note,
            guessed: fix.guessed,
        })
    };
    targets.iter().filter_map(suggestion).collect()
}

fn title(loading: &Loading<'_>) -> String {
    let relation = loading.relation;
    let parent = spoken(&relation.parent, loading.target);
    let child = spoken(&relation.child, loading.target);
    let (parents, one_parent) = (words(&plural(parent)), words(&singular(parent)));
    let (children, one_child) = (words(&plural(child)), words(&singular(child)));
    let outside = parent.is_empty();
    match (relation.load, relation.kind) {
        (Load::Columns, _) => {
            let columns: Vec<String> = loading.deferred().into_iter().map(words).collect();
            let what = match columns.as_slice() {
                [] => "all columns".to_owned(),
                columns => listed(columns),
            };
            format!("Read {what} of the {children} with their other columns")
        }
        (_, RelationKind::Ancestors) => {
            format!("Load each {one_child} with all its ancestors at once")
        }
        (Load::Rows, RelationKind::SelfReference) => {
            format!("Load the whole tree of {children} at once")
        }
        (Load::Count, _) if loading.aggregate.counts() && outside => {
            format!("Count the {children} for all values at once")
        }
        (Load::Count, _) if loading.aggregate.counts() => {
            format!("Count the {children} of all {parents} at once")
        }
        (Load::Count, _) => format!(
            "Ask once for the {} of the {children} of all {}",
            loading.aggregate.spoken(),
            if outside { "values" } else { &parents }
        ),
        (Load::Exists, _) if outside => format!("Ask once which {children} there are"),
        (Load::Exists, _) => format!("Ask once which {parents} have {children}"),
        (Load::First, _) if outside => format!("Load the first {one_child} for each value at once"),
        (Load::First, _) => format!("Load the first {one_child} of each {one_parent} at once"),
        (Load::Rows, RelationKind::LookUp) => format!(
            "Load the {children} by a list of {} at once",
            words(&plural(&relation.key))
        ),
        (Load::Rows, _) if loading.top == Some(Top::Few) => {
            format!("Load the first few {children} of each {one_parent} at once")
        }
        (Load::Rows, RelationKind::BelongsTo | RelationKind::OneToOne)
            if loading.path.len() < 2 && loading.siblings.is_empty() =>
        {
            let keys: Vec<String> = loading.keys().filter_map(stem).map(words).collect();
            let what = match keys.as_slice() {
                [_, _, ..] => {
                    let stems = keys.iter().map(|k| {
                        k.strip_suffix(&format!(" {one_child}"))
                            .unwrap_or(k)
                            .to_owned()
                    });
                    format!("{} {one_child}", listed(&stems.collect::<Vec<_>>()))
                }
                _ => match one_child.strip_prefix(&format!("{one_parent} ")) {
                    Some(rest) => rest.to_owned(),
                    None => one_child,
                },
            };
            format!("Load each {one_parent}'s {what} together with the {parents}")
        }
        (Load::Rows, _) => {
            let outer = loading
                .path
                .first()
                .map_or(parent, |r| spoken(&r.parent, loading.target));
            let loaded: Vec<String> = loading
                .path
                .iter()
                .chain(loading.siblings)
                .map(|r| words(&plural(spoken(&r.child, loading.target))))
                .collect();
            format!(
                "Load the {} together with the {}",
                listed(&loaded),
                words(&plural(outer))
            )
        }
    }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
