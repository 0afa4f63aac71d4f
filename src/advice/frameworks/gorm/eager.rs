//! Loading related rows together.

use super::{chain, conditions, field, sort, string, variable, variables};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, Top, attribute, many};
use crate::advice::plain::{one_statement, recursive};
use crate::advice::relation::{Load, Relation, RelationKind};
use crate::sql::quoted;

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    if !loading.siblings.is_empty() && relation.kind == RelationKind::BelongsTo {
        let one = |r: &Relation| {
            chain(&[
                format!(
                    "Where({}, ids)",
                    string(&format!("{} IN ?", quoted(&loading.column)))
                ),
                format!("Find(&{})", variables(&r.child).1),
            ])
        };
        let code: Vec<String> = std::iter::once(relation)
            .chain(loading.siblings)
            .map(one)
            .collect();
        return Some(
            Fix::new(code.join("\n"), Guesses::default())
                .note("One statement a table, each with the ids of its own rows."),
        );
    }
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Count | Load::Exists, RelationKind::ManyToMany) if loading.asks_child() => {
            raw(loading)
        }
        (Load::Count | Load::Exists, _) => Some(by_key(loading)),
        _ if loading.top == Some(Top::Few)
            || (loading.top.is_some() && relation.kind == RelationKind::ManyToMany) =>
        {
            raw(loading)
        }
        _ if loading.top.is_some() => Some(first(loading)),
        (Load::Columns, _) | (_, RelationKind::LookUp) => Some(by_list(loading)),
        _ => Some(preloaded(loading)),
    }
}

/// `db.Preload("Items.Book.Author").Find(&orders)`
fn preloaded(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let mut step = |r: &Relation, key: &str| {
        let parent = guesses.class(&r.parent);
        let name = field(&attribute(r, key));
        guesses.attribute(&parent, &name);
        name
    };
    let before: Vec<String> = loading
        .path
        .iter()
        .take(loading.path.len().saturating_sub(1))
        .map(|r| step(r, &r.key))
        .collect();
    let mut paths: Vec<String> = loading
        .keys()
        .map(|k| {
            before
                .iter()
                .cloned()
                .chain([step(loading.relation, k)])
                .collect::<Vec<_>>()
                .join(".")
        })
        .collect();
    paths.extend(loading.siblings.iter().map(|r| step(r, &r.key)));
    let joins = !loading.path.iter().any(many) && loading.path.len() == 1;
    let filters = loading.filters();
    let narrowed = if filters.is_empty() || !many(loading.relation) {
        String::new()
    } else {
        format!(", {}", conditions(filters))
    };
    let method = if joins { "Joins" } else { "Preload" };
    let mut methods: Vec<String> = paths
        .iter()
        .map(|p| format!("{method}({}{narrowed})", string(p)))
        .collect();
    methods.push(format!("Find(&{})", variables(&outer.parent).1));
    let fix = Fix::new(chain(&methods), guesses);
    fix.note_if(
        joins,
        "Joins takes one statement, Preload one more a relation.",
    )
}

fn tree(loading: &Loading<'_>) -> Fix {
    let sql = recursive(loading, "?");
    let code = format!(
        "db.Raw(`\n\t{}\n`, id).Scan(&{})",
        sql.replace('\n', "\n\t"),
        variables(&loading.relation.child).1
    );
    Fix::new(code, Guesses::default())
}

/// The plain statement, with names in the place of numbers.
fn raw(loading: &Loading<'_>) -> Option<Fix> {
    let sql = one_statement(loading)?;
    let more = sql.contains("$2");
    let sql = sql.replace("$1", "@ids").replace('$', "@value");
    let code = format!(
        "db.Raw(`\n\t{}\n`, sql.Named(\"ids\", pq.Array(ids))).Scan(&{})",
        sql.replace('\n', "\n\t"),
        variables(&loading.relation.child).1
    );
    Some(
        Fix::new(code, Guesses::default())
            .note_if(more, "Name the further values in the same way."),
    )
}

/// Counts, or which keys have a row at all.
fn by_key(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let source = match &relation.through {
        Some(through) if relation.kind == RelationKind::ManyToMany => {
            format!("Table({})", string(through))
        }
        _ => format!("Model(&{}{{}})", guesses.class(&relation.child)),
    };
    let key = quoted(&loading.column);
    let mut methods = vec![source];
    let exists = relation.load == Load::Exists;
    if !exists {
        let of = loading
            .aggregate
            .column
            .as_deref()
            .map_or_else(|| "*".to_owned(), quoted);
        let function = &loading.aggregate.function;
        methods.push(format!(
            "Select({})",
            string(&format!("{key}, {function}({of}) AS {function}"))
        ));
    }
    methods.push(format!(
        "Where({}, {})",
        string(&format!("{key} IN ?")),
        variable(&loading.values())
    ));
    if !loading.filters().is_empty() {
        methods.push(format!("Where({})", conditions(loading.filters())));
    }
    if exists {
        methods.push("Distinct()".to_owned());
        methods.push(format!("Pluck({}, &found)", string(&key)));
    } else {
        methods.push(format!("Group({})", string(&key)));
        methods.push("Scan(&rows)".to_owned());
    }
    Fix::new(chain(&methods), guesses)
}

fn by_list(loading: &Loading<'_>) -> Fix {
    let values = variable(&loading.values());
    let mut methods = Vec::new();
    let columns = loading.relation.load == Load::Columns;
    if columns {
        let names = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
        let names: Vec<String> = names.map(string).collect();
        methods.push(format!("Select({})", names.join(", ")));
    }
    methods.push(format!(
        "Where({}, {values})",
        string(&format!("{} IN ?", quoted(&loading.column)))
    ));
    if !loading.filters().is_empty() {
        methods.push(format!("Where({})", conditions(loading.filters())));
    }
    methods.push(format!("Find(&{})", variables(&loading.relation.child).1));
    Fix::new(chain(&methods), Guesses::default()).note_if(
        columns,
        "Or add the columns to the Select of the first query.",
    )
}

fn first(loading: &Loading<'_>) -> Fix {
    let key = quoted(&loading.column);
    let order: Vec<String> = std::iter::once(key.clone())
        .chain(loading.order.iter().map(sort))
        .collect();
    let mut methods = vec![
        format!("Select({})", string(&format!("DISTINCT ON ({key}) *"))),
        format!("Where({}, ids)", string(&format!("{key} IN ?"))),
    ];
    if !loading.filters().is_empty() {
        methods.push(format!("Where({})", conditions(loading.filters())));
    }
    methods.push(format!("Order({})", string(&order.join(", "))));
    methods.push(format!("Find(&{})", variables(&loading.relation.child).1));
    Fix::new(chain(&methods), Guesses::default())
}
