//! Loading related rows together.

use super::{calculation, chain, key, sorts, string, symbol, wheres};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, Top, attribute};
use crate::advice::names::{plural, singular, snake};
use crate::advice::plain::recursive;
use crate::advice::relation::{Load, Relation, RelationKind};
use crate::sql::quoted;

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Columns, _) => Some(columns(loading)),
        (Load::Count | Load::Exists, _) => Some(by_key(loading)),
        _ if loading.top.is_some() => Some(first(loading)),
        (_, RelationKind::LookUp) => Some(looked_up(loading)),
        (_, RelationKind::HasMany | RelationKind::ManyToMany)
            if !loading.filters().is_empty() && loading.path.len() == 1 =>
        {
            Some(filtered(loading))
        }
        _ => Some(includes(loading)),
    }
}

/// The class whose rows hold the key: the join table's where there is one.
fn keyed(loading: &Loading<'_>, guesses: &mut Guesses) -> String {
    match &loading.relation.through {
        Some(through) if loading.relation.kind == RelationKind::ManyToMany => {
            guesses.class(through)
        }
        _ => guesses.class(&loading.relation.child),
    }
}

fn filtered(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let many = loading.relation.kind == RelationKind::ManyToMany;
    let parents = plural(&snake(&loading.relation.parent));
    let found = if many {
        format!(
            ".joins({}).where({} {{ id: ids }})",
            symbol(&parents),
            key(&parents)
        )
    } else {
        format!(".where({} ids)", key(&loading.column))
    };
    let mut methods = vec![found];
    methods.extend(wheres(loading.filters(), &loading.relation.child));
    if !loading.order.is_empty() {
        methods.push(format!(".order({})", sorts(&loading.order)));
    }
    if !many {
        methods.push(format!(".group_by(&{})", symbol(&loading.column)));
    }
    Fix::new(chain(&class, &methods), guesses)
        .note("Or give the model an association with these conditions, which includes can load.")
}

fn tree(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let sql = recursive(loading, "?");
    let code = format!(
        "{class}.find_by_sql([<<~SQL, id])\n  {}\nSQL",
        sql.replace('\n', "\n  ")
    );
    Fix::new(code, guesses).note("Rails 7.2 and later also have with_recursive.")
}

/// Counts, or which keys have a row at all.
fn by_key(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let joined = relation.kind == RelationKind::ManyToMany && loading.asks_child();
    let class = keyed(loading, &mut guesses);
    let mut methods = vec![format!(
        ".where({} {})",
        key(&loading.column),
        loading.values()
    )];
    if joined {
        methods.insert(
            0,
            format!(".joins({})", symbol(&singular(&snake(&relation.child)))),
        );
        let child = guesses.class(&relation.child);
        methods.push(format!(
            ".merge({child}{})",
            wheres(loading.filters(), &relation.child).concat()
        ));
    } else {
        methods.extend(wheres(loading.filters(), &relation.child));
    }
    let name = symbol(&loading.column);
    if relation.load == Load::Exists {
        methods.push(format!(".distinct.pluck({name})"));
        return Fix::new(chain(&class, &methods), guesses);
    }
    methods.push(format!(".group({name})"));
    methods.push(calculation(
        loading.aggregate.function.as_str(),
        loading.aggregate.column.as_deref(),
    ));
    let fix = Fix::new(chain(&class, &methods), guesses)
        .note("It gives a hash of the counts by key; keys without rows are left out.");
    fix.note_if(
        relation.kind == RelationKind::HasMany && loading.aggregate.counts(),
        "A counter_cache keeps the count with each parent.",
    )
}

fn looked_up(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let mut methods = vec![format!(
        ".where({} {})",
        key(&loading.column),
        loading.values()
    )];
    methods.extend(wheres(loading.filters(), &loading.relation.child));
    methods.push(format!(".index_by(&{})", symbol(&loading.column)));
    Fix::new(chain(&class, &methods), guesses)
}

/// `Order.includes(items: { book: :author })`
fn includes(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let class = guesses.class(&outer.parent);
    let mut step = |r: &Relation, key: &str| {
        let parent = guesses.class(&r.parent);
        let name = attribute(r, key);
        guesses.attribute(&parent, &name);
        name
    };
    let mut leaves: Vec<String> = Vec::new();
    if !loading.siblings.is_empty() && loading.relation.kind == RelationKind::BelongsTo {
        leaves.push(symbol(&step(loading.relation, &loading.relation.key)));
    } else {
        leaves.extend(loading.keys().map(|k| symbol(&step(loading.relation, k))));
        leaves.extend(loading.siblings.iter().map(|r| symbol(&step(r, &r.key))));
    }
    let within = match leaves.as_slice() {
        [one] => one.clone(),
        several if loading.path.len() > 1 => format!("[{}]", several.join(", ")),
        several => several.join(", "),
    };
    let path: Vec<&Relation> = loading.path.iter().rev().skip(1).collect();
    let count = path.len();
    let argument = path.into_iter().enumerate().fold(within, |inner, (at, r)| {
        let pair = format!("{} {inner}", key(&step(r, &r.key)));
        if at + 1 == count {
            pair
        } else {
            format!("{{ {pair} }}")
        }
    });
    let fix = Fix::new(format!("{class}.includes({argument})"), guesses);
    if !loading.siblings.is_empty() && loading.relation.kind == RelationKind::BelongsTo {
        return fix.note("A polymorphic association is loaded with one query a type.");
    }
    fix.note(
        "preload always asks with a query of its own, eager_load with one join; includes chooses.",
    )
}

fn columns(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let columns = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
    let names: Vec<String> = columns.map(symbol).collect();
    let code = format!(
        "{class}.where({} ids).pluck({})",
        key(&loading.key.name),
        names.join(", ")
    );
    Fix::new(code, guesses).note("Or add the columns to the select of the first query.")
}

/// One row for each parent, or a few.
fn first(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = guesses.class(&loading.relation.child);
    let table = quoted(&loading.relation.child);
    let key_of = quoted(&loading.column);
    let found = match &loading.relation.through {
        Some(through) if loading.relation.kind == RelationKind::ManyToMany => {
            let join = plural(&snake(through));
            format!(
                ".joins({}).where({} {{ {} ids }})",
                symbol(&join),
                key(&join),
                key(&loading.column)
            )
        }
        _ => format!(".where({} ids)", key(&loading.column)),
    };
    let mut methods = vec![found];
    methods.extend(wheres(loading.filters(), &loading.relation.child));
    if loading.top == Some(Top::One) {
        methods.insert(
            0,
            format!(
                ".select({})",
                string(&format!("DISTINCT ON ({key_of}) {table}.*"))
            ),
        );
        let order = if loading.order.is_empty() {
            String::new()
        } else {
            format!(", {}", sorts(&loading.order))
        };
        methods.push(format!(".order({}{order})", symbol(&loading.column)));
        return Fix::new(chain(&class, &methods), guesses)
            .note("A has_one with an order would load all rows and keep one of them.");
    }
    let order: Vec<String> = loading
        .order
        .iter()
        .map(|s| {
            format!(
                "{}{}",
                quoted(&s.column),
                if s.descending { " DESC" } else { "" }
            )
        })
        .collect();
    let order = if order.is_empty() {
        quoted(&loading.key.name)
    } else {
        order.join(", ")
    };
    methods.push(format!(
        ".select({})",
        string(&format!(
            "{table}.*, row_number() OVER (PARTITION BY {key_of} ORDER BY {order}) AS place"
        ))
    ));
    let code = format!(
        "ranked = {}\n{class}.from(ranked, {}).where(\"place <= ?\", limit)",
        chain(&class, &methods),
        symbol(&loading.relation.child)
    );
    Fix::new(code, guesses)
}
