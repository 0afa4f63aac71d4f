//! Which query fed a burst: the one whose rows hold the values that the burst looks up.

use super::catalog::reads_catalog;
use crate::advice::{Relation, RelationKind, singular};
use crate::sql::{Facts, Kind, Op, Value};
use crate::workload::{Execution, ExecutionId, QueryId, Request, Workload};

/// The query that fed a burst, and how its rows hang together with those of the burst.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    pub query: QueryId,
    pub relation: Relation,
}

/// Finds the likeliest parent among the queries that began before the burst did. `distinct` is how many different
/// values the burst looks up: the parent must have given at least about as many rows.
///
/// Row counts are not in the log, so names decide: a foreign key is called after the table that it points to.
pub(super) fn parent(
    workload: &Workload,
    request: &Request,
    child: QueryId,
    run: &[(ExecutionId, Execution)],
    distinct: usize,
) -> Option<Parent> {
    let child_facts = workload.query(child)?.facts()?;
    let (first, _) = run.first()?;
    let mut runs: Vec<(QueryId, usize, ExecutionId)> = Vec::new();
    for (id, e) in workload
        .executions
        .range(request.first.0..first.0)
        .filter(|(_, e)| e.query != child)
    {
        match runs.iter_mut().find(|r| r.0 == e.query) {
            Some(run) => (run.1, run.2) = (run.1 + 1, id),
            None => runs.push((e.query, 1, id)),
        }
    }
    // A parent that is itself a burst goes on while its children are loaded.
    for (_, e) in workload
        .executions
        .range(first.0..request.first.0 + request.executions)
    {
        if let Some(run) = runs.iter_mut().find(|r| r.0 == e.query) {
            run.1 += 1;
        }
    }
    let candidates = runs.into_iter().filter_map(|(query, times, last)| {
        let q = workload.query(query)?;
        let facts = q
            .facts()
            .filter(|f| q.kind == Kind::Select && !f.tables.is_empty() && !f.aggregates)?;
        // One row at a time can't have fed a burst, unless it came as often.
        if reads_catalog(facts) || (finds_one_row(facts) && times * 2 < distinct) {
            return None;
        }
        let (score, kind) = score(facts, child_facts)?;
        Some((score, last, query, kind))
    });
    let (_, _, query, (kind, key)) =
        candidates.max_by_key(|(score, last, _, _)| (*score, *last))?;
    let parent_table = workload.query(query)?.facts()?.tables.first()?.name.clone();
    let child_table = child_facts.tables.first()?.name.clone();
    Some(Parent {
        query,
        relation: Relation {
            kind,
            parent: parent_table.to_string(),
            child: child_table.to_string(),
            key,
        },
    })
}

/// Whether a query reads one row by its key.
fn finds_one_row(facts: &Facts) -> bool {
    let table = facts
        .tables
        .first()
        .map(|t| singular(&t.name))
        .unwrap_or_default();
    facts.joins.is_empty()
        && facts.predicates.iter().any(|p| {
            let column = p.column.name.as_str();
            let key = column == "id"
                || column == "uuid"
                || column.strip_suffix("_id").is_some_and(|s| s == table);
            p.conjunct
                && p.op == Op::Eq
                && key
                && matches!(p.value, Value::Parameter(_) | Value::Constant)
        })
}

/// How likely one query's rows hold the values that another looks up by: 3 when the names say so, 2 when they may;
/// `None` when nothing speaks for it. With it, how the tables hang together and the column that does it.
fn score(parent: &Facts, child: &Facts) -> Option<(u8, (RelationKind, String))> {
    let parent_table = &parent.tables.first()?.name;
    let child_table = &child.tables.first()?.name;
    let keys = || {
        child
            .predicates
            .iter()
            .filter(|p| p.conjunct && matches!(p.op, Op::Eq | Op::In | Op::Any))
            .map(|p| p.column.name.as_str())
    };
    let named_after = |column: &str, table: &str| {
        column
            .strip_suffix("_id")
            .or_else(|| column.strip_suffix("_uuid"))
            .is_some_and(|stem| {
                let table = singular(table);
                table == stem || table.ends_with(&format!("_{stem}"))
            })
    };
    // books by author_id, after authors
    if let Some(key) = keys().find(|k| named_after(k, parent_table)) {
        return Some((
            if named_after_own(key, child_table) {
                2
            } else {
                3
            },
            (RelationKind::HasMany, key.to_owned()),
        ));
    }
    let by_own_key = keys().any(|k| k == "id" || k == "uuid" || named_after(k, child_table));
    let selects = |column: &str| {
        parent
            .selected
            .iter()
            .any(|s| s.is_all() || s.column().is_some_and(|c| c.name == column))
    };
    if by_own_key {
        // publishers by id, after books with their publisher_id
        let stem = singular(child_table);
        let named = parent
            .selected
            .iter()
            .filter_map(|s| s.column())
            .find(|c| named_after(&c.name, child_table));
        if let Some(column) = named {
            return Some((3, (RelationKind::BelongsTo, column.name.to_string())));
        }
        let key = format!("{stem}_id");
        if selects(&key) {
            return Some((2, (RelationKind::BelongsTo, key)));
        }
        // addresses by id, after orders with their billing_id
        let other = parent
            .selected
            .iter()
            .filter_map(|s| s.column())
            .find(|c| c.name.ends_with("_id") && !named_after(&c.name, parent_table));
        if let Some(column) = other {
            return Some((2, (RelationKind::BelongsTo, column.name.to_string())));
        }
        return None;
    }
    // rates by currency, after countries with their currency
    let key = keys().find(|k| {
        parent
            .selected
            .iter()
            .any(|s| s.column().is_some_and(|c| c.name == **k))
    })?;
    Some((2, (RelationKind::HasMany, key.to_owned())))
}

/// Whether a column is the table's own key: `book_id` of `books`.
fn named_after_own(column: &str, table: &str) -> bool {
    column
        .strip_suffix("_id")
        .is_some_and(|stem| stem == singular(table))
}
