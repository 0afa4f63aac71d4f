//! Loading related rows together.

use super::super::javascript::{call, model, object, raw, string, template, variable, variables};
use super::{column, condition, parameters, repository, text};
use crate::advice::fix::{Fix, Guesses};
use crate::advice::loading::{Loading, attribute, many};
use crate::advice::names::camel;
use crate::advice::plain::recursive;
use crate::advice::relation::{Load, Relation, RelationKind};

pub(super) fn eager(loading: &Loading<'_>) -> Option<Fix> {
    let relation = loading.relation;
    if !loading.siblings.is_empty() && relation.kind == RelationKind::BelongsTo {
        return Some(one_each(loading));
    }
    match (relation.load, relation.kind) {
        (Load::Rows, RelationKind::SelfReference | RelationKind::Ancestors) => Some(tree(loading)),
        (Load::Count | Load::Exists, _) => by_key(loading),
        _ if loading.top.is_some() => {
            let (sql, values) = raw(loading)?;
            let code = format!(
                "await dataSource.query(\n  {},\n  [{values}],\n);",
                sql.replace('\n', "\n  ")
            );
            Some(Fix::new(code, Guesses::default()))
        }
        (Load::Columns, _) | (_, RelationKind::LookUp) => Some(by_list(loading)),
        _ if many(relation) && !loading.filters().is_empty() && loading.path.len() == 1 => {
            Some(joined(loading))
        }
        _ => Some(relations(loading)),
    }
}

/// Rows of a relation under a condition, by a join.
fn joined(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    let class = guesses.class(&relation.parent);
    let (one, _) = variables(&relation.parent);
    let (child, _) = variables(&relation.child);
    let name = camel(&attribute(relation, &relation.key));
    guesses.attribute(&class, &name);
    let filters = loading.filters();
    let condition: Vec<String> = filters
        .iter()
        .map(|c| text(&child, c, &mut guesses))
        .collect();
    let code = format!(
        "await {}\n  .createQueryBuilder({})\n  .leftJoinAndSelect({}, {}, {}, {})\n  .getMany();",
        repository(&class),
        string(&one),
        string(&format!("{one}.{name}")),
        string(&child),
        string(&condition.join(" AND ")),
        parameters(filters)
    );
    Fix::new(code, guesses)
}

fn one_each(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let one = |r: &Relation| {
        let class = guesses.class(&r.child);
        format!(
            "await {}.findBy({{ {}: In(ids) }});",
            repository(&class),
            column(&loading.column, &mut guesses)
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
    let sql = recursive(loading, "$1");
    let code = format!(
        "await dataSource.query(\n  {},\n  [id],\n);",
        template(&sql).replace('\n', "\n  ")
    );
    let method = if loading.relation.kind == RelationKind::Ancestors {
        "findAncestors"
    } else {
        "findDescendantsTree"
    };
    Fix::new(code, Guesses::default()).note(&format!(
        "An entity with @Tree has {method} of its TreeRepository."
    ))
}

/// Counts, or which keys have a row at all.
fn by_key(loading: &Loading<'_>) -> Option<Fix> {
    let mut guesses = Guesses::default();
    let relation = loading.relation;
    if relation.kind == RelationKind::ManyToMany {
        let (sql, values) = raw(loading)?;
        let code = format!(
            "await dataSource.query(\n  {},\n  [{values}],\n);",
            sql.replace('\n', "\n  ")
        );
        return Some(Fix::new(code, guesses));
    }
    let class = model(&relation.child, loading.facts(), &mut guesses);
    let (one, _) = variables(&relation.child);
    let key = column(&loading.column, &mut guesses);
    let mut lines = vec![
        format!(".createQueryBuilder({})", string(&one)),
        format!(
            ".select({}, {})",
            string(&format!("{one}.{key}")),
            string(&key)
        ),
    ];
    if relation.load == Load::Exists {
        lines.push(".distinct()".to_owned());
    } else {
        let of = match &loading.aggregate.column {
            Some(of) => format!("{one}.{}", column(of, &mut guesses)),
            None => "*".to_owned(),
        };
        let function = &loading.aggregate.function;
        lines.push(format!(
            ".addSelect({}, {})",
            string(&format!("{}({of})", function.to_uppercase())),
            string(function)
        ));
    }
    let values = variable(&loading.values());
    lines.push(format!(
        ".where({}, {{ {values} }})",
        string(&format!("{one}.{key} IN (:...{values})"))
    ));
    let filters = loading.filters();
    if !filters.is_empty() {
        let condition: Vec<String> = filters
            .iter()
            .map(|c| text(&one, c, &mut guesses))
            .collect();
        lines.push(format!(
            ".andWhere({}, {})",
            string(&condition.join(" AND ")),
            parameters(filters)
        ));
    }
    if relation.load == Load::Count {
        lines.push(format!(".groupBy({})", string(&format!("{one}.{key}"))));
    }
    lines.push(".getRawMany();".to_owned());
    Some(Fix::new(
        format!("await {}\n  {}", repository(&class), lines.join("\n  ")),
        guesses,
    ))
}

fn by_list(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let class = model(&loading.relation.child, loading.facts(), &mut guesses);
    let key = column(&loading.column, &mut guesses);
    let mut wanted = vec![format!("{key}: In({})", variable(&loading.values()))];
    wanted.extend(loading.filters().iter().map(|c| condition(c, &mut guesses)));
    if loading.relation.load != Load::Columns {
        let code = format!("await {}.findBy({});", repository(&class), object(&wanted));
        return Fix::new(code, guesses);
    }
    let columns = std::iter::once(loading.key.name.as_str()).chain(loading.deferred());
    let names: Vec<String> = columns
        .map(|c| format!("{}: true", column(c, &mut guesses)))
        .collect();
    let pairs = [
        format!("select: {}", object(&names)),
        format!("where: {}", object(&wanted)),
    ];
    let code = call(
        &format!("await {}.find({{", repository(&class)),
        &pairs,
        "});",
    );
    Fix::new(code, guesses).note("Or add the columns to the select of the first query (addSelect where they have select: false).")
}

/// `find({ relations: { books: true } })`
fn relations(loading: &Loading<'_>) -> Fix {
    let mut guesses = Guesses::default();
    let outer = loading.path.first().unwrap_or(loading.relation);
    let class = guesses.class(&outer.parent);
    let mut step = |r: &Relation, key: &str| {
        let parent = guesses.class(&r.parent);
        let name = camel(&attribute(r, key));
        guesses.attribute(&parent, &name);
        name
    };
    let mut leaves: Vec<String> = loading
        .keys()
        .map(|k| format!("{}: true", step(loading.relation, k)))
        .collect();
    leaves.extend(
        loading
            .siblings
            .iter()
            .map(|r| format!("{}: true", step(r, &r.key))),
    );
    let inner = loading.path.iter().rev().skip(1).fold(leaves, |within, r| {
        vec![format!("{}: {}", step(r, &r.key), object(&within))]
    });
    let pairs = [
        format!("relations: {}", object(&inner)),
        "relationLoadStrategy: \"query\"".to_owned(),
    ];
    let code = call(
        &format!("await {}.find({{", repository(&class)),
        &pairs,
        "});",
    );
    Fix::new(code, guesses).note("relationLoadStrategy \"join\" takes one statement; \"query\" takes one a relation and repeats no rows.")
}
