//! What to do about a statement that is slow in itself.

use super::{Suggestion, SuggestionKind, Target};
use crate::sql::quoted;
use crate::sql::{self, Class, Facts, Op};
use crate::workload::Query;

/// Ways to make a slow statement faster, the surest first; `example` is one of its executions with its values.
#[must_use]
pub fn slow_query(query: &Query, example: &str) -> Vec<Suggestion> {
    let searches = query.facts().and_then(trigram_index);
    let plan = query.kind.is_read().then(|| Suggestion {
        kind: SuggestionKind::Rewrite,
        target: Target::Sql,
        title: "See where its time goes".to_owned(),
        code: format!("EXPLAIN (ANALYZE, BUFFERS)\n{}", readable(example)),
        note: None,
        guessed: Vec::new(),
    });
    searches.into_iter().chain(plan).collect()
}

/// A statement laid out in lines, without its comments: tags say nothing to the planner.
fn readable(statement: &str) -> String {
    let kept = sql::tokens(statement).filter(|(class, _)| *class != Class::Comment);
    let text: String = kept.filter_map(|(_, range)| statement.get(range)).collect();
    sql::pretty(text.trim())
}

/// An index for `LIKE '%…%'`, which no B-tree serves (PostgreSQL documentation, "pg_trgm").
fn trigram_index(facts: &Facts) -> Option<Suggestion> {
    let search = facts
        .predicates
        .iter()
        .find(|p| matches!(p.op, Op::Like | Op::ILike))?;
    let table = facts
        .table_of(&search.column)
        .or_else(|| facts.tables.first())?;
    let name = match &table.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&table.name)),
        None => quoted(&table.name),
    };
    let column = &search.column.name;
    let index = quoted(&format!("{}_{column}_trgm_idx", table.name));
    Some(Suggestion {
        kind: SuggestionKind::Index,
        target: Target::Sql,
        title: format!("If it searches inside {column}, index its trigrams"),
        code: format!(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX CONCURRENTLY {index} ON {name} USING gin ({} gin_trgm_ops);",
            quoted(column)
        ),
        note: None,
        guessed: Vec::new(),
    })
}

/// The columns that a statement finds its rows by, for a sentence: `note`, `customer_id and status`. Those of other
/// tables than its first are called with their table.
#[must_use]
pub fn condition(facts: &Facts) -> String {
    let mut names: Vec<String> = Vec::new();
    for column in facts
        .predicates
        .iter()
        .filter(|p| p.conjunct)
        .map(|p| &p.column)
    {
        let table = facts
            .table_of(column)
            .filter(|_| column.table.is_some_and(|t| t > 0));
        let name = table.map_or_else(
            || column.name.to_string(),
            |t| format!("{}.{}", t.name, column.name),
        );
        if !names.contains(&name) && names.len() < 2 {
            names.push(name);
        }
    }
    names.join(" and ")
}
