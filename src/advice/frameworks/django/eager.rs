//! Loading related rows together.

use super::super::python::{call, chain, column, name, variables};
use super::{arguments, class, condition, filtered, sorts};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, Top, attribute, many};
use crate::advice::names::{plural, singular, snake, spoken, stem};
use crate::advice::plain::recursive;
use crate::advice::relation::{Load, Relation, RelationKind};
use crate::advice::target::Target;

/// What a model is called in look-ups that go backwards: `orderitem`.
fn model_name(table: &str) -> String {
    singular(spoken(table, Target::Django))
        .replace('_', "")
        .to_lowercase()
}

/// The attribute that leads from a parent to its child. Without a related_name, collections are `orderitem_set`.
fn relation_name(relation: &Relation, key: &str) -> String {
    match relation.kind {
        RelationKind::HasMany | RelationKind::SelfReference => {
            format!("{}_set", model_name(&relation.child))
        }
        RelationKind::OneToOne => model_name(&relation.child),
        RelationKind::ManyToMany => plural(&snake(spoken(&relation.child, Target::Django))),
        _ => name(&attribute(relation, key)),
    }
}

/// The same in a look-up: without `_set`.
fn query_name(relation: &Relation) -> String {
    let attribute = relation_name(relation, &relation.key);
    attribute
        .strip_suffix("_set")
        .unwrap_or(&attribute)
        .to_owned()
}

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    if !loading.siblings.is_empty() {
        return Some(polymorphic(loading));
    }
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Columns, _) => Some(columns(loading)),
        (Load::Count | Load::Exists, RelationKind::LookUp) => Some(by_values(loading)),
        (Load::Count, _) => Some(counted(loading)),
        (Load::Exists, _) => Some(existing(loading)),
        (_, RelationKind::LookUp) => Some(looked_up(loading)),
        _ => Some(prefetched(loading)),
    }
}

/// `select_related` where each step leads to one row, else `prefetch_related`.
fn prefetched(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let parent = class(&outer.parent, &mut guesses);
    let steps: Vec<String> = loading
        .path
        .iter()
        .take(loading.path.len().saturating_sub(1))
        .map(|r| step(r, &r.key, &mut guesses))
        .collect();
    let paths: Vec<String> = loading
        .keys()
        .map(|key| {
            let last = step(loading.relation, key, &mut guesses);
            steps
                .iter()
                .chain([&last])
                .cloned()
                .collect::<Vec<_>>()
                .join("__")
        })
        .collect();
    let quoted_paths: Vec<String> = paths.iter().map(|p| format!("\"{p}\"")).collect();
    if !loading.path.iter().any(many) && loading.top.is_none() {
        let code = call(
            &format!("{parent}.objects.select_related("),
            &quoted_paths,
            ")",
        );
        return Fix::new(code, guesses);
    }
    let filters = loading.filters();
    if loading.top.is_none() && filters.is_empty() {
        let code = call(
            &format!("{parent}.objects.prefetch_related("),
            &quoted_paths,
            ")",
        );
        let fix = Fix::new(code, guesses);
        return match paths.as_slice() {
            [path] if loading.path.len() > 1 && path.contains("__") => {
                fix.note("One query a step; Prefetch with a queryset that has select_related joins the single rows.")
            }
            _ => fix.note("Read it with .all(): filter() and the like on the attribute ask again."),
        };
    }
    let child = class(&loading.relation.child, &mut guesses);
    let mut methods = vec![format!(".objects{}", filtered(filters, &mut guesses))];
    if !loading.order.is_empty() {
        methods.push(format!(
            ".order_by({})",
            sorts(&loading.order, &mut guesses)
        ));
    }
    match loading.top {
        Some(Top::One) => methods.push("[:1]".to_owned()),
        Some(Top::Few) => methods.push("[:limit]".to_owned()),
        None => {}
    }
    let mut queryset = format!("{child}{}", methods.concat());
    if queryset.ends_with(".objects") {
        queryset.push_str(".all()");
    }
    queryset = queryset.replace(".objects[", ".objects.all()[");
    let children = plural(&snake(spoken(&loading.relation.child, Target::Django)));
    let before = match loading.top {
        Some(Top::One) => "first",
        Some(Top::Few) => "top",
        None => "filtered",
    };
    let arguments = [
        quoted_paths.concat(),
        format!("queryset={queryset}"),
        format!("to_attr=\"{before}_{children}\""),
    ];
    let prefetch = call("Prefetch(", &arguments, ")");
    let code = call(
        &format!("{parent}.objects.prefetch_related("),
        &[prefetch],
        ")",
    );
    Fix::new(code, guesses).note_if(
        loading.top.is_some(),
        "Django 4.2 and later slice for each parent by a window function.",
    )
}

fn step(relation: &Relation, key: &str, guesses: &mut Guesses) -> String {
    let parent = class(&relation.parent, guesses);
    let attribute = relation_name(relation, key);
    guesses.attribute(&parent, &attribute);
    attribute
}

fn polymorphic(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let parent = class(&relation.parent, &mut guesses);
    if relation.kind == RelationKind::BelongsTo {
        let attribute = stem(&relation.key).map_or_else(|| "content_object".to_owned(), snake);
        let attribute = if attribute == "object" {
            "content_object".to_owned()
        } else {
            attribute
        };
        guesses.attribute(&parent, &attribute);
        let code = format!("{parent}.objects.prefetch_related(\"{attribute}\")");
        return Fix::new(code, guesses)
            .note("A GenericForeignKey is loaded with one query a type.");
    }
    let names: Vec<String> = std::iter::once(relation)
        .chain(loading.siblings)
        .map(|r| format!("\"{}\"", step(r, &r.key, &mut guesses)))
        .collect();
    let code = call(&format!("{parent}.objects.select_related("), &names, ")");
    Fix::new(code, guesses)
        .note("django-model-utils' select_subclasses() gives the children themselves.")
}

fn tree(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let model = class(&loading.relation.child, &mut guesses);
    let sql = recursive(loading, "%s");
    let code = format!(
        "{model}.objects.raw(\n    \"\"\"\n    {}\n    \"\"\",\n    [{}_id],\n)",
        sql.replace('\n', "\n    "),
        variables(spoken(&loading.relation.child, Target::Django)).0
    );
    Fix::new(code, guesses)
}

fn counted(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let parent = class(&relation.parent, &mut guesses);
    let path = query_name(relation);
    guesses.attribute(&parent, &path);
    let aggregate = &loading.aggregate;
    let function = crate::advice::names::pascal(&aggregate.function);
    let of = match &aggregate.column {
        Some(of) if !aggregate.counts() => format!("{path}__{}", column(of, &mut guesses)),
        _ => path.clone(),
    };
    let mut arguments = vec![format!("\"{of}\"")];
    let filters = loading.filters();
    if !filters.is_empty() {
        let conditions: Vec<String> = filters
            .iter()
            .map(|c| condition(c, &format!("{path}__"), &mut guesses))
            .collect();
        arguments.push(format!("filter=Q({})", self::arguments(conditions)));
    }
    let label = format!("{}_{}", model_name(&relation.child), aggregate.function);
    let code = call(
        &format!("{parent}.objects.annotate("),
        &[format!("{label}={function}({})", arguments.join(", "))],
        ")",
    );
    Fix::new(code, guesses)
}

fn existing(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let parent = class(&relation.parent, &mut guesses);
    let child = class(&relation.child, &mut guesses);
    let key = if relation.kind == RelationKind::ManyToMany {
        model_name(&relation.parent)
    } else {
        column(&loading.column, &mut guesses)
    };
    let mut conditions = vec![format!("{key}=OuterRef(\"pk\")")];
    conditions.extend(
        loading
            .filters()
            .iter()
            .map(|c| condition(c, "", &mut guesses)),
    );
    let exists = format!("Exists({child}.objects.filter({}))", arguments(conditions));
    let label = format!(
        "has_{}",
        plural(&snake(spoken(&relation.child, Target::Django)))
    );
    let code = call(
        &format!("{parent}.objects.annotate("),
        &[format!("{label}={exists}")],
        ")",
    );
    Fix::new(code, guesses)
}

fn by_values(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let child = class(&loading.relation.child, &mut guesses);
    let key = column(&loading.column, &mut guesses);
    let mut conditions = vec![format!("{key}__in={}", loading.values())];
    conditions.extend(
        loading
            .filters()
            .iter()
            .map(|c| condition(c, "", &mut guesses)),
    );
    let first = format!("{child}.objects.filter({})", arguments(conditions));
    let methods = if loading.relation.load == Load::Exists {
        vec![
            format!(".values_list(\"{key}\", flat=True)"),
            ".distinct()".to_owned(),
        ]
    } else {
        let aggregate = &loading.aggregate;
        let of = aggregate.column.clone().unwrap_or_else(|| "pk".to_owned());
        let function = crate::advice::names::pascal(&aggregate.function);
        vec![
            format!(".values_list(\"{key}\")"),
            format!(".annotate({function}(\"{of}\"))"),
            ".order_by()".to_owned(),
        ]
    };
    Fix::new(chain(&first, &methods), guesses)
}

fn looked_up(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let child = class(&loading.relation.child, &mut guesses);
    let key = column(&loading.column, &mut guesses);
    let filters = loading.filters();
    let objects = format!("{child}.objects{}", filtered(filters, &mut guesses));
    if key == "id" {
        return Fix::new(format!("{objects}.in_bulk(ids)"), guesses);
    }
    let mut conditions = vec![format!("{key}__in={}", loading.values())];
    conditions.extend(filters.iter().map(|c| condition(c, "", &mut guesses)));
    let code = format!("{child}.objects.filter({})", arguments(conditions));
    Fix::new(code, guesses)
}

fn columns(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let model = class(&loading.relation.child, &mut guesses);
    let columns = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
    let names: Vec<String> = columns
        .map(|c| format!("\"{}\"", column(c, &mut guesses)))
        .collect();
    let code = call(&format!("{model}.objects.only("), &names, ")");
    Fix::new(code, guesses)
        .note("Add these to the only() of the first query, or take them out of its defer().")
}
