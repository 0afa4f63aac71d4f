//! Loading related rows together.

use super::{called, condition, model, sorts, string, variable};
use crate::advice::fix::{self, Fix, Guesses, LINE};
use crate::advice::loading::{Loading, Top, attribute, many};
use crate::advice::names::{camel, pascal};
use crate::advice::plain::recursive;
use crate::advice::relation::{Load, Relation, RelationKind};
use crate::sql::quoted;

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Count | Load::Exists, RelationKind::LookUp) => Some(grouped(loading)),
        (Load::Columns, _) | (_, RelationKind::LookUp) => Some(by_list(loading)),
        _ => Some(with(loading)),
    }
}

fn tree(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = model(&loading.relation.child, &mut guesses);
    let sql = recursive(loading, "?");
    let code = format!(
        "{class}::fromQuery(<<<'SQL'\n    {}\n    SQL, [$id])",
        sql.replace('\n', "\n    ")
    );
    Fix::new(code, guesses)
}

fn grouped(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = model(&loading.relation.child, &mut guesses);
    let key = string(&loading.column);
    let mut methods = vec![format!("->whereIn({key}, {})", variable(&loading.values()))];
    methods.extend(loading.filters().iter().map(condition));
    if loading.relation.load == Load::Exists {
        methods.push("->distinct()".to_owned());
        methods.push(format!("->pluck({key})"));
    } else {
        let aggregate = &loading.aggregate;
        let of = aggregate
            .column
            .as_deref()
            .map_or_else(|| "*".to_owned(), quoted);
        methods.push(format!("->groupBy({key})"));
        methods.push(format!(
            "->selectRaw({})",
            string(&format!(
                "{}, {}({of}) AS {1}",
                quoted(&loading.column),
                aggregate.function
            ))
        ));
        methods.push(format!("->pluck({}, {key})", string(&aggregate.function)));
    }
    Fix::new(called(&class, &methods), guesses)
}

fn by_list(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = model(&loading.relation.child, &mut guesses);
    let mut methods = vec![format!(
        "->whereIn({}, {})",
        string(&loading.column),
        variable(&loading.values())
    )];
    methods.extend(loading.filters().iter().map(condition));
    if loading.relation.load == Load::Columns {
        let columns = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
        let names: Vec<String> = columns.map(string).collect();
        methods.push(format!("->get([{}])", names.join(", ")));
    } else {
        methods.push("->get()".to_owned());
    }
    methods.push(format!("->keyBy({})", string(&loading.column)));
    Fix::new(called(&class, &methods), guesses).note_if(
        loading.relation.load == Load::Columns,
        "Or add the columns to the select of the first query.",
    )
}

/// `Author::with('books')->get()`, and its kin that count.
fn with(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let outer = loading.path.first().unwrap_or(relation);
    let class = model(&outer.parent, &mut guesses);
    let mut step = |r: &Relation, key: &str| {
        let parent = model(&r.parent, &mut guesses);
        let name = camel(&attribute(r, key));
        guesses.attribute(&parent, &name);
        name
    };
    let before: Vec<String> = loading
        .path
        .iter()
        .take(loading.path.len().saturating_sub(1))
        .map(|r| step(r, &r.key))
        .collect();
    let polymorphic = !loading.siblings.is_empty() && relation.kind == RelationKind::BelongsTo;
    let mut paths: Vec<String> = loading
        .keys()
        .map(|k| {
            before
                .iter()
                .cloned()
                .chain([step(relation, k)])
                .collect::<Vec<_>>()
                .join(".")
        })
        .collect();
    if !polymorphic {
        paths.extend(loading.siblings.iter().map(|r| step(r, &r.key)));
    }
    let method = match relation.load {
        Load::Count if loading.aggregate.counts() => "withCount".to_owned(),
        Load::Count => format!("with{}", pascal(&loading.aggregate.function)),
        Load::Exists => "withExists".to_owned(),
        _ => "with".to_owned(),
    };
    let closure = closure(loading);
    let mut arguments: Vec<String> = match closure {
        None => match paths.as_slice() {
            [one] => vec![string(one)],
            several => vec![format!(
                "[{}]",
                several
                    .iter()
                    .map(|p| string(p))
                    .collect::<Vec<_>>()
                    .join(", ")
            )],
        },
        Some(closure) => {
            let pairs: Vec<String> = paths
                .iter()
                .map(|p| format!("{} => fn ($query) => {closure}", string(p)))
                .collect();
            vec![fix::call("[", &pairs, "]", "    ", ",")]
        }
    };
    if let (Load::Count, Some(of)) = (relation.load, &loading.aggregate.column)
        && !loading.aggregate.counts()
    {
        arguments.push(string(of));
    }
    let code = called(
        &class,
        &[
            format!("->{method}({})", arguments.join(", ")),
            "->get()".to_owned(),
        ],
    );
    let fix = Fix::new(code, guesses);
    match relation.load {
        Load::Count | Load::Exists => fix,
        _ if polymorphic => fix.note("A morphTo relation is loaded with one query a type."),
        _ if loading.top.is_some() => {
            fix.note("Laravel 11 and later limit the rows of each parent.")
        }
        _ => fix.note("load() does the same for models that are there already."),
    }
}

/// What the relation's query is narrowed by.
fn closure(loading: &Loading<'_>) -> Option<String> {
    let filters = loading.filters();
    let mut methods: Vec<String> = if many(loading.relation) {
        filters.iter().map(condition).collect()
    } else {
        Vec::new()
    };
    if matches!(loading.relation.load, Load::Rows | Load::First)
        && let Some(top) = loading.top
    {
        methods.extend(sorts(&loading.order));
        methods.push(
            if top == Top::One {
                "->limit(1)"
            } else {
                "->limit($limit)"
            }
            .to_owned(),
        );
    }
    (!methods.is_empty()).then(|| {
        let joined = methods.concat();
        if joined.len() <= LINE - 40 {
            format!("$query{joined}")
        } else {
            format!("$query\n    {}", methods.join("\n    "))
        }
    })
}
