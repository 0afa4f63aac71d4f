//! Loading related rows together in plain SQL: one statement for all the values that were looked up one by one.

use super::eager_loading::{Relation, RelationKind};
use super::names::{plural, quoted, words};
use crate::sql::{self, Class, Facts, Op, Predicate, Value};
use crate::workload::Query;

/// One statement that finds what a burst of `child` found; `None` where the child's condition can't be told.
pub(super) fn plain_sql(relation: &Relation, child: &Query) -> Option<String> {
    let facts = child.facts()?;
    let predicate = looked_up_by(relation, facts)?;
    let parents = words(&plural(&relation.parent));
    let values = match relation.kind {
        RelationKind::HasMany => {
            format!("-- $1 is an array of the ids of the {parents} that were just read")
        }
        RelationKind::BelongsTo => {
            format!(
                "-- $1 is an array of the {} of the {parents} that were just read",
                relation.key
            )
        }
    };
    let statement =
        by_list(relation, facts, child, predicate).or_else(|| by_row(child, predicate))?;
    Some(format!("{values}\n{statement}"))
}

/// The condition that finds rows by the relation's key.
fn looked_up_by<'a>(relation: &Relation, facts: &'a Facts) -> Option<&'a Predicate> {
    let mut equal = facts.predicates.iter().filter(|p| {
        p.conjunct && !p.nested && p.op == Op::Eq && matches!(p.value, Value::Parameter(_))
    });
    match relation.kind {
        RelationKind::HasMany => equal.find(|p| p.column.name == relation.key),
        RelationKind::BelongsTo => equal.next(),
    }
}

/// The child's statement with a list in the place of its one value, where nothing else in it depends on the parent.
fn by_list(
    relation: &Relation,
    facts: &Facts,
    child: &Query,
    predicate: &Predicate,
) -> Option<String> {
    let [table] = &*facts.tables else {
        return None;
    };
    // A limit is per parent; it means nothing where each parent has one child.
    let bounded = facts.limit.is_some() && relation.kind == RelationKind::HasMany;
    if facts.predicates.len() != 1 || bounded || table.alias.is_some() {
        return None;
    }
    let list = select_list(&child.sql)?;
    let name = quoted(&table.name);
    let from = match &table.schema {
        Some(schema) => format!("{}.{name}", quoted(schema)),
        None => name.clone(),
    };
    let column = quoted(&predicate.column.name);
    Some(format!(
        "SELECT {list}\nFROM {from}\nWHERE {name}.{column} = ANY($1)"
    ))
}

/// The child's statement run by the server for each value: as it is, whatever else it says.
fn by_row(child: &Query, predicate: &Predicate) -> Option<String> {
    let Value::Parameter(key) = predicate.value else {
        return None;
    };
    let mut text = String::new();
    let mut others = 1;
    for (class, range) in sql::tokens(&child.sql) {
        let token = child.sql.get(range)?;
        if class != Class::Parameter {
            text.push_str(token);
        } else if token == format!("${key}") {
            text.push_str("given.key");
        } else {
            others += 1;
            text.push('$');
            text.push_str(&others.to_string());
        }
    }
    Some(format!(
        "SELECT given.key, found.*\nFROM unnest($1) AS given(key)\nCROSS JOIN LATERAL (\n  {text}\n) AS found"
    ))
}

/// The select list of a simple query, as written.
fn select_list(sql: &str) -> Option<&str> {
    let rest = sql.strip_prefix("SELECT ")?;
    let end = rest.find(" FROM ")?;
    rest.get(..end)
}
