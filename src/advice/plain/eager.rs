//! Loading related rows together: one statement for all the values that were looked up one by one.

use super::{table_name, tree};
use crate::advice::eager_loading::listed;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, Top, looked_up_by, many};
use crate::advice::names::{plural, words};
use crate::advice::parameters::{Instead, Parameters};
use crate::advice::relation::{Load, RelationKind};
use crate::advice::statement::{Select, after_word};
use crate::sql::quoted;
use crate::sql::{Facts, Item, Predicate, Value};

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    if !loading.siblings.is_empty() {
        return Some(together(loading));
    }
    let facts = loading.facts()?;
    let recursive = match (loading.relation.load, loading.relation.kind) {
        (Load::Rows, RelationKind::SelfReference) => Some(tree::descendants as Recursive),
        (Load::Rows, RelationKind::Ancestors) => Some(tree::ancestors as Recursive),
        _ => None,
    };
    if let Some(recursive) = recursive {
        return recursive_query(loading, facts, recursive);
    }
    let statement = one_statement(loading)?;
    let others = if statement.contains("$2") {
        "; $2 and on are the query's other values"
    } else {
        ""
    };
    let code = format!("{}{others}\n{statement}", values(loading));
    let mut columns = vec![loading.column.as_str()];
    columns.extend(loading.order.iter().map(|s| s.column.as_str()));
    let index = format!("An index on ({}) serves it.", columns.join(", "));
    let fix = Fix::new(code, Guesses::default())
        .note_if(loading.top.is_some(), &index)
        .note_if(
            loading.path.len() > 1,
            "The relations before it are loaded likewise, each by the keys of the one before.",
        );
    Some(fix)
}

/// The statement for all values: `$1` is their array, and the query's further parameters follow it.
pub(in crate::advice) fn one_statement(loading: &Loading<'_>) -> Option<String> {
    let facts = loading.facts()?;
    let statement = match loading.relation.load {
        Load::Count => counted(loading, facts),
        Load::Exists => which(loading, facts),
        Load::First => first(loading, facts),
        Load::Rows | Load::Columns if loading.top == Some(Top::Few) => None,
        Load::Rows | Load::Columns => by_list(loading, facts),
    };
    statement.or_else(|| by_row(loading, facts))
}

/// What the one parameter is to hold.
fn values(loading: &Loading<'_>) -> String {
    let relation = loading.relation;
    let parents = words(&plural(&relation.parent));
    match relation.kind {
        _ if relation.load == Load::Columns => {
            format!(
                "-- $1 is an array of the ids of the {} that were just read",
                words(&plural(&relation.child))
            )
        }
        RelationKind::LookUp => format!(
            "-- $1 is an array of all {}",
            words(&plural(&loading.column))
        ),
        RelationKind::BelongsTo if !loading.by_parent => {
            let keys: Vec<String> = loading.keys().map(str::to_owned).collect();
            format!(
                "-- $1 is an array of the {} of the {parents} that were just read",
                listed(&keys)
            )
        }
        _ => format!("-- $1 is an array of the ids of the {parents} that were just read"),
    }
}

/// A statement that loads rows by rows of the same table: the table, its own key, its parent's key, the first value.
type Recursive = fn(&str, &str, &str, &str) -> String;

fn recursive_query(loading: &Loading<'_>, facts: &Facts, recursive: Recursive) -> Option<Fix> {
    let table = table_name(facts.tables.first()?);
    let id = &loading.key.name;
    let parent = parent_key(loading);
    let mut guesses = Guesses::default();
    if !loading.key.known {
        guesses.add(id.clone());
    }
    if parent != loading.relation.key {
        guesses.add(parent.clone());
    }
    let code = recursive(&table, id, &parent, "$1");
    Some(Fix::new(code, guesses).note("Rows that lead back to themselves would never end: PostgreSQL 14 and later stop with CYCLE."))
}

/// The column that leads to a row's parent in the same table.
pub(in crate::advice) fn parent_key(loading: &Loading<'_>) -> String {
    let key = &loading.relation.key;
    if *key == loading.key.name || key.is_empty() {
        "parent_id".to_owned()
    } else {
        key.clone()
    }
}

/// The tables that make one relation, joined to their parent, or one statement each where a row has only one of them.
fn together(loading: &Loading<'_>) -> Fix {
    let relation = loading.relation;
    let mut guesses = Guesses::default();
    let all = || std::iter::once(relation).chain(loading.siblings);
    if relation.kind == RelationKind::BelongsTo {
        let id = quoted(&loading.column);
        let one = |child: &str| format!("SELECT * FROM {} WHERE {id} = ANY($1)", quoted(child));
        let statements: Vec<String> = all().map(|r| one(&r.child)).collect();
        let code = format!(
            "-- $1 is an array of those {} that point to the table\n{};",
            relation.key,
            statements.join(";\n")
        );
        return Fix::new(code, guesses);
    }
    let parent = quoted(&relation.parent);
    if relation.key != "id" {
        guesses.add("id".to_owned());
    }
    let lists: Vec<String> = all().map(|r| format!(", {}.*", quoted(&r.child))).collect();
    let join = |r: &crate::advice::Relation| {
        let child = quoted(&r.child);
        format!(
            "\nLEFT JOIN {child} ON {child}.{} = {parent}.id",
            quoted(&r.key)
        )
    };
    let joins: Vec<String> = all().map(join).collect();
    let code = format!(
        "-- $1 is an array of the ids of the {}\nSELECT {parent}.*{}\nFROM {parent}{}\nWHERE {parent}.id = ANY($1)",
        words(&plural(&relation.parent)),
        lists.concat(),
        joins.concat()
    );
    Fix::new(code, guesses)
}

/// The column that a condition is on, with its table's alias or name, and whether the select list has it.
fn key_column(facts: &Facts, predicate: &Predicate) -> Option<(String, bool)> {
    let at = predicate.column.table.unwrap_or(0);
    let table = facts.tables.get(at as usize)?;
    let name = table.alias.as_deref().unwrap_or(&table.name);
    let alone = facts.tables.len() == 1;
    let selected = facts.selected.iter().any(|s| match &s.item {
        Item::Column(c) => c.name == predicate.column.name && c.table.is_none_or(|t| t == at),
        Item::All(Some(t)) => *t == at,
        Item::All(None) => alone,
        _ => false,
    });
    Some((
        format!("{}.{}", quoted(name), quoted(&predicate.column.name)),
        selected,
    ))
}

/// The pieces of the child's statement with a list in the place of its one value.
struct ByList {
    /// The column that the list is compared with.
    key: String,
    /// Whether the select list has it.
    selected: bool,
    /// The select list; empty where it isn't asked for, since a parameter in it would be left without a type.
    list: String,
    /// FROM and WHERE.
    rows: String,
    /// The keys of ORDER BY.
    order: Option<String>,
}

fn pieces(loading: &Loading<'_>, facts: &Facts, listed: bool) -> Option<ByList> {
    let predicate = looked_up_by(loading.relation, facts).filter(|p| !p.nested)?;
    let Value::Parameter(parameter) = predicate.value else {
        return None;
    };
    let select = Select::read(loading.text)?;
    if select.group.is_some() || select.having.is_some() || facts.offset.is_some() {
        return None;
    }
    let (key, selected) = key_column(facts, predicate)?;
    let mut parameters = Parameters::after(1);
    let mut written = |text: &str| parameters.rewrite_with(text, Instead::List(parameter));
    let list = if listed {
        written(select.list)?
    } else {
        String::new()
    };
    let mut rows = format!("FROM {}", written(select.from)?);
    if let Some(condition) = select.condition {
        rows.push_str("\nWHERE ");
        rows.push_str(&written(condition)?);
    }
    let order = match select.order {
        Some(order) => Some(written(order)?),
        None => None,
    };
    Some(ByList {
        key,
        selected,
        list,
        rows,
        order,
    })
}

/// The child's statement with a list in the place of its one value. A limit that it has is of no matter: each value
/// has one row.
fn by_list(loading: &Loading<'_>, facts: &Facts) -> Option<String> {
    if facts.aggregates || (facts.limit.is_some() && many(loading.relation)) {
        return None;
    }
    let it = pieces(loading, facts, true)?;
    let list = match after_word(&it.list, "DISTINCT") {
        _ if it.selected => it.list,
        Some(rest) if after_word(rest, "ON").is_some() => return None,
        Some(rest) => format!("DISTINCT {}, {}", it.key, rest.trim_start()),
        None => format!("{}, {}", it.key, it.list),
    };
    let order = it.order.map(|keys| format!("\nORDER BY {keys}"));
    Some(format!(
        "SELECT {list}\n{}{}",
        it.rows,
        order.unwrap_or_default()
    ))
}

/// The child's aggregate for each value.
fn counted(loading: &Loading<'_>, facts: &Facts) -> Option<String> {
    if facts.distinct || facts.limit.is_some() {
        return None;
    }
    let it = pieces(loading, facts, facts.aggregates)?;
    let counted = if facts.aggregates {
        it.list.as_str()
    } else {
        "count(*)"
    };
    let (key, rows) = (it.key, it.rows);
    Some(format!("SELECT {key}, {counted}\n{rows}\nGROUP BY {key}"))
}

/// Those of the values that have a row.
fn which(loading: &Loading<'_>, facts: &Facts) -> Option<String> {
    let it = pieces(loading, facts, false)?;
    Some(format!("SELECT DISTINCT {}\n{}", it.key, it.rows))
}

/// The first row of each value, in the child's order.
fn first(loading: &Loading<'_>, facts: &Facts) -> Option<String> {
    if facts.aggregates || facts.distinct {
        return None;
    }
    let it = pieces(loading, facts, true)?;
    let (key, rows) = (it.key, it.rows);
    let list = if it.selected {
        it.list
    } else {
        format!("{key}, {}", it.list)
    };
    let order = it.order.map(|keys| format!(", {keys}")).unwrap_or_default();
    Some(format!(
        "SELECT DISTINCT ON ({key}) {list}\n{rows}\nORDER BY {key}{order}"
    ))
}

/// The child's statement run by the server for each value: as it is, whatever else it says.
fn by_row(loading: &Loading<'_>, facts: &Facts) -> Option<String> {
    let predicate = looked_up_by(loading.relation, facts)?;
    let Value::Parameter(parameter) = predicate.value else {
        return None;
    };
    let table = facts
        .tables
        .get(predicate.column.table.unwrap_or(0) as usize)?;
    let column = quoted(&predicate.column.name);
    let text = loading.child.sql.trim_end().trim_end_matches(';');
    let text = Parameters::after(1).rewrite_with(text, Instead::Text(parameter, "given.key"))?;
    Some(format!(
        "SELECT given.key, found.*\nFROM (\n  SELECT DISTINCT {column} AS key FROM {} WHERE {column} = ANY($1)\n) AS given\nCROSS JOIN LATERAL (\n  {text}\n) AS found",
        table_name(table)
    ))
}
