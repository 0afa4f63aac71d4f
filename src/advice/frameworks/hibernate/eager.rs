//! Loading related rows together.

use super::{LIST, alias, column, conditions, native, query, variable};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, attribute, many};
use crate::advice::names::{camel, class_name};
use crate::advice::plain::{one_statement, recursive};
use crate::advice::relation::{Load, Relation, RelationKind};

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    if !loading.siblings.is_empty() && relation.kind == RelationKind::BelongsTo {
        let one = |r: &Relation| {
            let class = class_name(&r.child);
            let a = alias(&class, &[]);
            query(
                &[format!("select {a} from {class} {a} where {a}.id in :ids")],
                &class,
                &["ids".to_owned()],
                LIST,
            )
        };
        let all = || std::iter::once(relation).chain(loading.siblings);
        let mut guesses = Guesses::default();
        all().for_each(|r| drop(guesses.class(&r.child)));
        let code: Vec<String> = all().map(one).collect();
        return Some(
            Fix::new(code.join("\n"), guesses)
                .note("One statement a table, each with the ids of its own rows."),
        );
    }
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Count | Load::Exists, _) => Some(by_key(loading)),
        _ if loading.top.is_some() => first(loading),
        (Load::Columns, _) | (_, RelationKind::LookUp) => Some(by_list(loading)),
        (_, RelationKind::HasMany | RelationKind::ManyToMany)
            if !loading.filters().is_empty() && loading.path.len() == 1 =>
        {
            Some(by_list(loading))
        }
        _ => Some(fetched(loading)),
    }
}

/// `select o from Order o left join fetch o.items i left join fetch i.book`
fn fetched(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let class = guesses.class(&outer.parent);
    let mut taken = vec![alias(&class, &[])];
    let mut clauses = vec![format!("select {0} from {class} {0}", taken.concat())];
    for (at, r) in loading.path.iter().enumerate() {
        let from = taken.last().cloned().unwrap_or_default();
        let parent = guesses.class(&r.parent);
        let last = at + 1 == loading.path.len();
        let keys: Vec<&str> = if last {
            loading.keys().collect()
        } else {
            vec![r.key.as_str()]
        };
        let siblings: &[Relation] = if last { loading.siblings } else { &[] };
        let mut names: Vec<String> = keys.iter().map(|k| camel(&attribute(r, k))).collect();
        names.extend(siblings.iter().map(|s| camel(&attribute(s, &s.key))));
        for name in names {
            guesses.attribute(&parent, &name);
            let own = if last {
                String::new()
            } else {
                let own = alias(&class_name(&r.child), &taken);
                taken.push(own.clone());
                format!(" {own}")
            };
            clauses.push(format!("left join fetch {from}.{name}{own}"));
        }
    }
    let fix = Fix::new(query(&clauses, &class, &[], LIST), guesses);
    if loading.path.iter().any(many) {
        return fix.note("@EntityGraph does the same for a repository's method. With setMaxResults use @BatchSize(size = 100) on the collection instead: a joined one is cut in memory.");
    }
    fix.note("@EntityGraph(attributePaths = …) does the same for a repository's method.")
}

fn tree(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let sql = recursive(loading, ":id");
    Fix::new(native(&sql, &class, "\"id\", id", LIST), guesses)
}

/// The entity that holds the key, its alias, and the path of the key.
fn keyed(loading: &Loading<'_>, guesses: &mut Guesses) -> (String, String, String) {
    let relation = loading.relation;
    let class = guesses.class(&relation.child);
    let own = alias(&class, &[]);
    if relation.kind == RelationKind::ManyToMany {
        let parent = guesses.class(&relation.parent);
        let other = alias(&parent, std::slice::from_ref(&own));
        let name = camel(&attribute(relation, &relation.key));
        guesses.attribute(&parent, &name);
        return (
            format!("{parent} {other} join {other}.{name} {own}"),
            own,
            format!("{other}.id"),
        );
    }
    let key = column(&own, &loading.column, &loading.key.name, guesses);
    (format!("{class} {own}"), own, key)
}

/// Counts, or which keys have a row at all.
fn by_key(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let (from, own, key) = keyed(loading, &mut guesses);
    let (conditions, mut parameters) =
        conditions(loading.filters(), &own, &loading.key.name, &mut guesses);
    let values = variable(&loading.values());
    let place = std::iter::once(format!("{key} in :{values}"))
        .chain(conditions)
        .collect::<Vec<_>>()
        .join(" and ");
    parameters.insert(0, values);
    if loading.relation.load == Load::Exists {
        let clauses = [
            format!("select distinct {key}"),
            format!("from {from}"),
            format!("where {place}"),
        ];
        return Fix::new(query(&clauses, "Object", &parameters, LIST), guesses);
    }
    let of = match &loading.aggregate.column {
        Some(of) => column(&own, of, &loading.key.name, &mut guesses),
        None => own.clone(),
    };
    let clauses = [
        format!("select {key}, {}({of})", loading.aggregate.function),
        format!("from {from}"),
        format!("where {place}"),
        format!("group by {key}"),
    ];
    Fix::new(query(&clauses, "Object[]", &parameters, LIST), guesses)
}

fn by_list(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let class = guesses.class(&relation.child);
    let (from, own, key) = keyed(loading, &mut guesses);
    let (conditions, mut parameters) =
        conditions(loading.filters(), &own, &loading.key.name, &mut guesses);
    let values = variable(&loading.values());
    let place = std::iter::once(format!("{key} in :{values}"))
        .chain(conditions)
        .collect::<Vec<_>>()
        .join(" and ");
    parameters.insert(0, values);
    if relation.load == Load::Columns {
        let columns = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
        let names: Vec<String> = columns
            .map(|c| column(&own, c, &loading.key.name, &mut guesses))
            .collect();
        let clauses = [
            format!("select {}", names.join(", ")),
            format!("from {from}"),
            format!("where {place}"),
        ];
        return Fix::new(query(&clauses, "Object[]", &parameters, LIST), guesses)
            .note("Or take fetch = LAZY off these columns.");
    }
    let (what, class) = if relation.kind == RelationKind::ManyToMany {
        (format!("{key}, {own}"), "Object[]".to_owned())
    } else {
        (own, class)
    };
    let clauses = [
        format!("select {what}"),
        format!("from {from}"),
        format!("where {place}"),
    ];
    let fix = Fix::new(query(&clauses, &class, &parameters, LIST), guesses);
    fix.note_if(
        relation.kind == RelationKind::LookUp && loading.column == "id",
        "Spring Data: findAllById(ids).",
    )
}

fn first(loading: &Loading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let sql = one_statement(loading)?.replace('$', "?");
    let more = sql.contains("?2");
    let fix = Fix::new(native(&sql, &class, "1, ids", LIST), guesses).note("ids is an array.");
    Some(fix.note_if(more, "Set the other parameters by their numbers."))
}
