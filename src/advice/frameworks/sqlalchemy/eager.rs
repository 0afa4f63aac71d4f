//! Loading related rows together.

use super::super::python::{call, chain, column, name, variables};
use super::{condition, further, sorts};
use crate::advice::eager_loading::listed;
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, Top, attribute, many};
use crate::advice::names::snake;
use crate::advice::plain::parent_key;
use crate::advice::relation::{Load, Relation, RelationKind};

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    if !loading.siblings.is_empty() {
        return Some(polymorphic(loading));
    }
    match (relation.load, relation.kind) {
        (Load::Columns, _) => Some(columns(loading)),
        (Load::Rows, RelationKind::Ancestors) => Some(ancestors(loading)),
        (Load::Count | Load::Exists, _) => Some(by_key(loading)),
        _ if loading.top.is_some() => Some(first(loading)),
        (_, RelationKind::LookUp) => Some(looked_up(loading)),
        _ => Some(options(loading)),
    }
}

fn polymorphic(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let all = || std::iter::once(relation).chain(loading.siblings);
    if relation.kind == RelationKind::BelongsTo {
        let one = |r: &Relation| {
            let class = guesses.class(&r.child);
            format!(
                "select({class}).where({class}.{}.in_(ids))",
                column(&loading.column, &mut guesses)
            )
        };
        let code = all().map(one).collect::<Vec<_>>().join("\n");
        return Fix::new(code, guesses)
            .note("One statement a table, each with the ids of its own rows.");
    }
    let parent = guesses.class(&relation.parent);
    let children: Vec<String> = all().map(|r| guesses.class(&r.child)).collect();
    let code = format!(
        "select({parent}).options(selectin_polymorphic({parent}, [{}]))",
        children.join(", ")
    );
    Fix::new(code, guesses).note(&format!(
        "with_polymorphic({parent}, [{}]) joins the tables in one statement.",
        children.join(", ")
    ))
}

/// Counts, or which keys have a row at all.
fn by_key(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let (class, key) = keyed(loading, &mut guesses);
    let values = loading.values();
    let conditions = further(&class, loading.filters(), &mut guesses);
    let joined = loading.relation.kind == RelationKind::ManyToMany && loading.asks_child();
    let join = if joined {
        format!(".join({class})")
    } else {
        String::new()
    };
    if loading.relation.load == Load::Exists {
        let code = format!("select({key}){join}.where({key}.in_({values}){conditions}).distinct()");
        return Fix::new(code, guesses).note("Those keys that come back have a row.");
    }
    let function = &loading.aggregate.function;
    let argument = match &loading.aggregate.column {
        Some(of) => format!("{class}.{}", column(of, &mut guesses)),
        None => String::new(),
    };
    let first = format!("select({key}, func.{function}({argument})){join}");
    let methods = [
        format!(".where({key}.in_({values}){conditions})"),
        format!(".group_by({key})"),
    ];
    let fix = Fix::new(chain(&first, &methods), guesses);
    if loading.relation.parent.is_empty() {
        return fix;
    }
    fix.note("Keys without rows are left out. A column_property loads it with each parent.")
}

fn looked_up(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let key = column(&loading.column, &mut guesses);
    let conditions = further(&class, loading.filters(), &mut guesses);
    let values = if key == "id" {
        "ids".to_owned()
    } else {
        variables(&key).1
    };
    let code = format!("select({class}).where({class}.{key}.in_({values}){conditions})");
    Fix::new(code, guesses)
}

fn ancestors(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let id = column(&loading.key.name, &mut guesses);
    let key = column(&parent_key(loading), &mut guesses);
    let code = format!(
        "above = select({class}.{id}, {class}.{key}).where({class}.{id} == {one}_{id}).cte(recursive=True)\n\
         above = above.union_all(\n    \
         select({class}.{id}, {class}.{key}).join(above, {class}.{id} == above.c.{key})\n\
         )\n\
         select({class}).join(above, {class}.{id} == above.c.{id})",
        one = variables(&loading.relation.child).0
    );
    Fix::new(code, guesses)
}

/// `select(Order).options(selectinload(Order.items).joinedload(OrderItem.book))`
fn options(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let head = format!("select({}).options(", guesses.class(&outer.parent));
    let within: Vec<String> = loading
        .path
        .iter()
        .take(loading.path.len().saturating_sub(1))
        .map(|r| loader(r, &r.key, "", &mut guesses))
        .collect();
    let conditions = filter(loading, &mut guesses);
    let loaders: Vec<String> = loading
        .keys()
        .map(|key| {
            let last = loader(loading.relation, key, &conditions, &mut guesses);
            within
                .iter()
                .chain([&last])
                .cloned()
                .collect::<Vec<_>>()
                .join(".")
        })
        .collect();
    let code = call(&head, &loaders, ")");
    let fix = Fix::new(code, guesses);
    match loading.relation.kind {
        RelationKind::SelfReference => {
            fix.note("recursion_depth=-1 goes down to the last level, with one statement a level.")
        }
        RelationKind::BelongsTo if loading.path.len() == 1 => {
            let keys: Vec<String> = loading.keys().map(str::to_owned).collect();
            let be = if keys.len() == 1 { "is" } else { "are" };
            fix.note(&format!(
                "Add innerjoin=True if {} {be} never NULL. If the query joins the table already, use contains_eager instead.",
                listed(&keys)
            ))
        }
        kind if kind != RelationKind::OneToOne && loading.path.len() == 1 => fix.note(
            "subqueryload repeats the query where IN lists get very long; contains_eager takes the rows of a join that the query has already.",
        ),
        _ => fix,
    }
}

fn loader(relation: &Relation, key: &str, conditions: &str, guesses: &mut Guesses) -> String {
    let class = guesses.class(&relation.parent);
    let attribute = name(&attribute(relation, key));
    guesses.attribute(&class, &attribute);
    if relation.kind == RelationKind::SelfReference {
        return format!("selectinload({class}.{attribute}, recursion_depth=-1)");
    }
    let loader = if many(relation) {
        "selectinload"
    } else {
        "joinedload"
    };
    format!("{loader}({class}.{attribute}{conditions})")
}

/// `.and_(Book.price > price)`
fn filter(loading: &Loading<'_>, guesses: &mut Guesses) -> String {
    let filters = loading.filters();
    if filters.is_empty() || !many(loading.relation) {
        return String::new();
    }
    let class = guesses.class(&loading.relation.child);
    let conditions: Vec<String> = filters
        .iter()
        .map(|c| condition(&class, c, guesses))
        .collect();
    format!(".and_({})", conditions.join(", "))
}

fn columns(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let options: Vec<String> = loading
        .deferred()
        .into_iter()
        .map(|c| format!("undefer({class}.{})", column(c, &mut guesses)))
        .collect();
    let code = if options.is_empty() {
        format!("select({class}).options(undefer(\"*\"))")
    } else {
        call(&format!("select({class}).options("), &options, ")")
    };
    Fix::new(code, guesses).note("Where a load_only names the columns, add it there.")
}

/// The child and the column that leads to the parent; of a join table its own.
fn keyed(loading: &Loading<'_>, guesses: &mut Guesses) -> (String, String) {
    let class = guesses.class(&loading.relation.child);
    let key = column(&loading.column, guesses);
    match &loading.relation.through {
        Some(through) if loading.relation.kind == RelationKind::ManyToMany => {
            let table = name(&snake(through));
            guesses.add(table.clone());
            (class, format!("{table}.c.{key}"))
        }
        _ => (class.clone(), format!("{class}.{key}")),
    }
}

/// One row for each parent, or a few.
fn first(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let (class, key) = keyed(loading, &mut guesses);
    let conditions = further(&class, loading.filters(), &mut guesses);
    let order = sorts(&class, &loading.order, &mut guesses);
    let join = match key.split_once(".c.") {
        Some((table, _)) => format!(".join({table})"),
        None => String::new(),
    };
    if loading.top == Some(Top::One) {
        let order: Vec<String> = std::iter::once(key.clone()).chain(order).collect();
        let methods = [
            format!(".distinct({key})"),
            format!(".where({key}.in_(ids){conditions})"),
            format!(".order_by({})", order.join(", ")),
        ];
        return Fix::new(chain(&format!("select({class}){join}"), &methods), guesses);
    }
    let order = if order.is_empty() {
        vec![format!(
            "{class}.{}",
            column(&loading.key.name, &mut guesses)
        )]
    } else {
        order
    };
    let order = match order.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    let code = format!(
        "place = func.row_number().over(partition_by={key}, order_by={order})\n\
         ranked = select({class}, place.label(\"place\")){join}.where({key}.in_(ids){conditions}).subquery()\n\
         ranked_row = aliased({class}, ranked)\n\
         select(ranked_row).where(ranked.c.place <= limit)"
    );
    Fix::new(code, guesses)
}
