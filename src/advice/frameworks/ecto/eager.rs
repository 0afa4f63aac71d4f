//! Loading related rows together.

use super::{all, binding, column, from, query, sorts, variable, wheres};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, Top, attribute, many};
use crate::advice::plain::{one_statement, recursive};
use crate::advice::relation::{Load, Relation, RelationKind};

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    if !loading.siblings.is_empty() && relation.kind == RelationKind::BelongsTo {
        let mut guesses = Guesses::default();
        let one = |r: &Relation| {
            let class = guesses.class(&r.child);
            let b = binding(&class);
            all(&from(
                &class,
                &b,
                &[format!(
                    "where: {b}.{} in ^ids",
                    column(&loading.column, &mut guesses)
                )],
            ))
        };
        let code: Vec<String> = std::iter::once(relation)
            .chain(loading.siblings)
            .map(one)
            .collect();
        return Some(
            Fix::new(code.join("\n\n"), guesses)
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

/// `from(o in Order, preload: [items: [book: :author]])`
fn preloaded(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let class = guesses.class(&outer.parent);
    let step = |r: &Relation, key: &str, guesses: &mut Guesses| {
        let parent = guesses.class(&r.parent);
        let name = attribute(r, key);
        guesses.attribute(&parent, &name);
        name
    };
    let filters = loading.filters();
    let filtered = many(loading.relation) && !filters.is_empty();
    let mut leaves: Vec<String> = loading
        .keys()
        .map(|k| {
            let name = step(loading.relation, k, &mut guesses);
            if filtered {
                let child = guesses.class(&loading.relation.child);
                let b = binding(&child);
                let query = from(&child, &b, &wheres(filters, &b, &mut guesses));
                format!("{name}: ^{query}")
            } else {
                format!(":{name}")
            }
        })
        .collect();
    leaves.extend(
        loading
            .siblings
            .iter()
            .map(|r| format!(":{}", step(r, &r.key, &mut guesses))),
    );
    let within = match leaves.as_slice() {
        [one] if !filtered && loading.path.len() > 1 => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    let argument = loading.path.iter().rev().skip(1).fold(within, |inner, r| {
        format!("[{}: {inner}]", step(r, &r.key, &mut guesses))
    });
    let code = all(&from(
        &class,
        &binding(&class),
        &[format!("preload: {argument}")],
    ));
    let fix = Fix::new(code, guesses);
    let single = !loading.path.iter().any(many) && loading.path.len() == 1;
    fix.note_if(
        single,
        "With join: x in assoc(…) and preload: [name: x] it is one statement.",
    )
    .note_if(
        !single,
        "Repo.preload does the same for rows that are there already.",
    )
}

fn tree(loading: &Loading<'_>) -> Fix {
    let sql = recursive(loading, "$1");
    Fix::new(query(&sql, "[id]"), Guesses::default())
        .note("Ecto's own words for it are recursive_ctes and with_cte.")
}

fn raw(loading: &Loading<'_>) -> Option<Fix> {
    let sql = one_statement(loading)?;
    let values = if sql.contains("$2") {
        "[ids | values]"
    } else {
        "[ids]"
    };
    Some(Fix::new(query(&sql, values), Guesses::default()))
}

/// Counts, or which keys have a row at all.
fn by_key(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let source = match &relation.through {
        Some(through) if relation.kind == RelationKind::ManyToMany => format!("\"{through}\""),
        _ => guesses.class(&relation.child),
    };
    let b = binding(source.trim_matches('"'));
    let key = format!("{b}.{}", column(&loading.column, &mut guesses));
    let mut clauses = vec![format!("where: {key} in ^{}", variable(&loading.values()))];
    clauses.extend(wheres(loading.filters(), &b, &mut guesses));
    if relation.load == Load::Exists {
        clauses.push("distinct: true".to_owned());
        clauses.push(format!("select: {key}"));
        return Fix::new(all(&from(&source, &b, &clauses)), guesses);
    }
    let of = loading
        .aggregate
        .column
        .as_ref()
        .map(|c| format!("{b}.{}", column(c, &mut guesses)));
    clauses.push(format!("group_by: {key}"));
    clauses.push(format!(
        "select: {{{key}, {}({})}}",
        loading.aggregate.function,
        of.unwrap_or_default()
    ));
    let code = format!("{}\n|> Map.new()", all(&from(&source, &b, &clauses)));
    Fix::new(code, guesses)
}

fn by_list(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let b = binding(&class);
    let values = variable(&loading.values());
    let mut clauses = vec![format!(
        "where: {b}.{} in ^{values}",
        column(&loading.column, &mut guesses)
    )];
    clauses.extend(wheres(loading.filters(), &b, &mut guesses));
    let columns = loading.relation.load == Load::Columns;
    if columns {
        let names = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
        let names: Vec<String> = names
            .map(|c| format!(":{}", column(c, &mut guesses)))
            .collect();
        clauses.push(format!("select: [{}]", names.join(", ")));
    }
    Fix::new(all(&from(&class, &b, &clauses)), guesses).note_if(
        columns,
        "Or add the fields to the select of the first query.",
    )
}

fn first(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let b = binding(&class);
    let key = format!("{b}.{}", column(&loading.column, &mut guesses));
    let mut clauses = vec![format!("where: {key} in ^ids"), format!("distinct: {key}")];
    clauses.extend(wheres(loading.filters(), &b, &mut guesses));
    if !loading.order.is_empty() {
        clauses.push(format!(
            "order_by: {}",
            sorts(&loading.order, &b, &mut guesses)
        ));
    }
    Fix::new(all(&from(&class, &b, &clauses)), guesses)
}
