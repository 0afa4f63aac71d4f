//! Loading related rows together.

use super::super::javascript::{
    call, model, object, pair, property, raw, string, template, variable,
};
use super::{column, condition, conditions};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, attribute, many};
use crate::advice::plain::recursive;
use crate::advice::relation::{Load, Relation, RelationKind};

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    let mut guesses = Guesses::default();
    if !loading.siblings.is_empty() && relation.kind == RelationKind::BelongsTo {
        return Some(one_each(loading));
    }
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Count | Load::Exists, _) => by_key(loading),
        _ if loading.top.is_some() => {
            let class = model(&relation.child, loading.facts(), &mut guesses);
            let (sql, values) = raw(loading)?;
            let code = format!(
                "await sequelize.query(\n  {},\n  {{ bind: [{values}], model: {class}, mapToModel: true }},\n);",
                sql.replace('\n', "\n  ")
            );
            Some(Fix::new(code, guesses))
        }
        (Load::Columns, _) | (_, RelationKind::LookUp) => Some(by_list(loading)),
        _ => Some(included(loading)),
    }
}

/// `Author.findAll({ include: [{ model: Book, separate: true }] })`
fn included(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let class = guesses.class(&outer.parent);
    let mut own = Vec::new();
    let filters = loading.filters();
    if !filters.is_empty() && many(loading.relation) {
        own.push(format!("where: {}", conditions(filters, loading.facts())));
        own.push("required: false".to_owned());
    }
    let leaves: Vec<String> = if loading.relation.other_keys.is_empty() {
        std::iter::once(loading.relation)
            .chain(loading.siblings)
            .map(|r| {
                let child = model(&r.child, loading.facts(), &mut guesses);
                include(r, &child, &own)
            })
            .collect()
    } else {
        let parent = guesses.class(&loading.relation.parent);
        let alias = |key| {
            let name = variable(&attribute(loading.relation, key));
            guesses.attribute(&parent, &name);
            string(&name)
        };
        loading.keys().map(alias).collect()
    };
    let inner = loading.path.iter().rev().skip(1).fold(leaves, |within, r| {
        let child = guesses.class(&r.child);
        vec![include(
            r,
            &child,
            &[format!("include: [{}]", within.join(", "))],
        )]
    });
    let code = call(
        &format!("await {class}.findAll({{"),
        &[format!("include: [{}]", inner.join(", "))],
        "});",
    );
    Fix::new(code, guesses)
        .note_if(code_has_separate(loading), "separate reads the rows with a query of their own instead of a join that repeats each parent.")
        .note("An association with an alias needs it here, too: as.")
}

fn code_has_separate(loading: &Loading<'_>) -> bool {
    loading.path.iter().any(|r| r.kind == RelationKind::HasMany)
}

fn one_each(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let one = |r: &Relation| {
        let class = model(&r.child, loading.facts(), &mut guesses);
        format!(
            "await {class}.findAll({{ where: {{ {}: ids }} }});",
            property(&column(&loading.column, loading.facts()))
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
    let mut guesses = Guesses::default();
    let class = model(&loading.relation.child, loading.facts(), &mut guesses);
    let sql = recursive(loading, "$1");
    let code = format!(
        "await sequelize.query(\n  {},\n  {{ bind: [id], model: {class}, mapToModel: true }},\n);",
        template(&sql).replace('\n', "\n  ")
    );
    Fix::new(code, guesses)
}

fn by_key(loading: &Loading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let table = relation
        .through
        .as_deref()
        .filter(|_| relation.kind == RelationKind::ManyToMany);
    let filters = loading.filters();
    if table.is_some() && loading.asks_child() {
        let (sql, values) = raw(loading)?;
        let code = format!(
            "await sequelize.query(\n  {},\n  {{ bind: [{values}], type: QueryTypes.SELECT }},\n);",
            sql.replace('\n', "\n  ")
        );
        return Some(Fix::new(code, guesses));
    }
    let class = match table {
        Some(through) => guesses.class(through),
        None => model(&relation.child, loading.facts(), &mut guesses),
    };
    let key = column(&loading.column, loading.facts());
    let mut wanted = vec![pair(&key, &variable(&loading.values()))];
    wanted.extend(filters.iter().map(|c| condition(c, loading.facts())));
    let place = format!("where: {}", object(&wanted));
    let aggregate = &loading.aggregate;
    let code = if relation.load == Load::Exists {
        let pairs = [
            format!("attributes: [{0}]", string(&key)),
            place,
            format!("group: [{}]", string(&key)),
            "raw: true".to_owned(),
        ];
        call(&format!("await {class}.findAll({{"), &pairs, "});")
    } else if aggregate.counts() {
        call(
            &format!("await {class}.count({{"),
            &[place, format!("group: [{}]", string(&key))],
            "});",
        )
    } else {
        let of = aggregate.column.clone().unwrap_or_default();
        let function = format!(
            "[fn({}, col({})), {}]",
            string(&aggregate.function),
            string(&of),
            string(&aggregate.function)
        );
        let pairs = [
            format!("attributes: [{}, {function}]", string(&key)),
            place,
            format!("group: [{}]", string(&key)),
            "raw: true".to_owned(),
        ];
        call(&format!("await {class}.findAll({{"), &pairs, "});")
    };
    Some(Fix::new(code, guesses))
}

fn by_list(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = model(&loading.relation.child, loading.facts(), &mut guesses);
    let key = column(&loading.column, loading.facts());
    let mut wanted = vec![pair(&key, &variable(&loading.values()))];
    wanted.extend(
        loading
            .filters()
            .iter()
            .map(|c| condition(c, loading.facts())),
    );
    let mut pairs = Vec::new();
    if loading.relation.load == Load::Columns {
        let columns = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
        let names: Vec<String> = columns
            .map(|c| string(&column(c, loading.facts())))
            .collect();
        pairs.push(format!("attributes: [{}]", names.join(", ")));
    }
    pairs.push(format!("where: {}", object(&wanted)));
    let code = call(&format!("await {class}.findAll({{"), &pairs, "});");
    Fix::new(code, guesses).note_if(
        loading.relation.load == Load::Columns,
        "Or add the columns to the attributes of the first query.",
    )
}

fn include(relation: &Relation, child: &str, more: &[String]) -> String {
    let mut pairs = vec![format!("model: {child}")];
    if relation.kind == RelationKind::HasMany {
        pairs.push("separate: true".to_owned());
    }
    pairs.extend_from_slice(more);
    match pairs.as_slice() {
        [_] => child.to_owned(),
        pairs => object(pairs),
    }
}
