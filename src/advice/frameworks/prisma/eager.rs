//! Loading related rows together.

use super::super::javascript::{call, object, property, template, variable};
use super::{client, condition, conditions, order};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, Top, attribute, many};
use crate::advice::names::{camel, class_name};
use crate::advice::plain::recursive;
use crate::advice::relation::{Load, Relation, RelationKind};

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    if !loading.siblings.is_empty() && relation.kind == RelationKind::BelongsTo {
        return Some(one_each(loading));
    }
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Count | Load::Exists, RelationKind::LookUp) => Some(grouped(loading)),
        (Load::Count, _) if !loading.aggregate.counts() => Some(grouped(loading)),
        (Load::Columns, _) | (_, RelationKind::LookUp) => Some(by_list(loading)),
        _ => Some(included(loading)),
    }
}

/// `findMany({ include: { books: true } })`, with what the relation is asked for.
fn included(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let access = client(&outer.parent, &mut guesses);
    let mut step = |r: &Relation, key: &str| {
        let name = camel(&attribute(r, key));
        guesses.attribute(&class_name(&r.parent), &name);
        name
    };
    let leaf = arguments(loading);
    let mut leaves: Vec<String> = loading
        .keys()
        .map(|k| format!("{}: {leaf}", step(loading.relation, k)))
        .collect();
    leaves.extend(
        loading
            .siblings
            .iter()
            .map(|r| format!("{}: true", step(r, &r.key))),
    );
    if loading.relation.load == Load::Count {
        leaves = vec![format!("_count: {{ select: {} }}", object(&leaves))];
    }
    let inner = loading.path.iter().rev().skip(1).fold(leaves, |within, r| {
        vec![format!(
            "{}: {{ include: {} }}",
            step(r, &r.key),
            object(&within)
        )]
    });
    let code = call(
        &format!("await {access}.findMany({{"),
        &[format!("include: {}", object(&inner))],
        "});",
    );
    let fix = Fix::new(code, guesses);
    match loading.relation.load {
        Load::Exists => fix.note("An empty array means that there is none."),
        Load::Rows => fix.note("With the preview feature relationJoins, relationLoadStrategy: \"join\" takes one statement."),
        _ => fix,
    }
}

/// What a relation is included with: its conditions, its order, how many of its rows.
fn arguments(loading: &Loading<'_>) -> String {
    let relation = loading.relation;
    let mut pairs = Vec::new();
    let filters = loading.filters();
    if !filters.is_empty() && many(relation) {
        pairs.push(format!("where: {}", conditions(filters)));
    }
    match (relation.load, loading.top) {
        (Load::Exists, _) => {
            pairs.push("take: 1".to_owned());
            pairs.push(format!(
                "select: {{ {}: true }}",
                property(&loading.key.name)
            ));
        }
        (Load::Rows | Load::First, Some(top)) => {
            if !loading.order.is_empty() {
                pairs.push(format!("orderBy: {}", order(&loading.order)));
            }
            pairs.push(
                if top == Top::One {
                    "take: 1"
                } else {
                    "take: limit"
                }
                .to_owned(),
            );
        }
        _ => {}
    }
    if pairs.is_empty() {
        "true".to_owned()
    } else {
        object(&pairs)
    }
}

fn one_each(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let one = |r: &Relation| {
        format!(
            "await {}.findMany({{ where: {{ {}: {{ in: ids }} }} }});",
            client(&r.child, &mut guesses),
            property(&loading.column)
        )
    };
    let code: Vec<String> = std::iter::once(loading.relation)
        .chain(loading.siblings)
        .map(one)
        .collect();
    Fix::new(code.join("\n"), guesses)
        .note("One statement a table, each with the ids of its own rows.")
}

fn tree(loading: &Loading<'_>) -> Fix {
    let sql = recursive(loading, "${id}");
    Fix::new(
        format!("await prisma.$queryRaw{};", template(&sql)),
        Guesses::default(),
    )
}

/// Aggregates of rows by a list of keys.
fn grouped(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let access = client(&loading.relation.child, &mut guesses);
    let key = property(&loading.column);
    let mut wanted = vec![format!("{key}: {{ in: {} }}", variable(&loading.values()))];
    wanted.extend(loading.filters().iter().map(condition));
    let mut pairs = vec![
        format!("by: [\"{}\"]", loading.column),
        format!("where: {}", object(&wanted)),
    ];
    match &loading.aggregate.column {
        _ if loading.relation.load == Load::Exists => {}
        Some(of) => pairs.push(format!(
            "_{}: {{ {}: true }}",
            loading.aggregate.function,
            property(of)
        )),
        None => pairs.push("_count: true".to_owned()),
    }
    Fix::new(
        call(&format!("await {access}.groupBy({{"), &pairs, "});"),
        guesses,
    )
}

fn by_list(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let access = client(&loading.relation.child, &mut guesses);
    let mut wanted = vec![format!(
        "{}: {{ in: {} }}",
        property(&loading.column),
        variable(&loading.values())
    )];
    wanted.extend(loading.filters().iter().map(condition));
    let mut pairs = vec![format!("where: {}", object(&wanted))];
    if loading.relation.load == Load::Columns {
        let columns = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
        let names: Vec<String> = columns.map(|c| format!("{}: true", property(c))).collect();
        pairs.push(format!("select: {}", object(&names)));
    }
    let code = call(&format!("await {access}.findMany({{"), &pairs, "});");
    Fix::new(code, guesses).note_if(
        loading.relation.load == Load::Columns,
        "Or add the columns to the select of the first query.",
    )
}
