//! Which framework wrote the statements of a capture.

use super::Target;
use crate::sql::Kind;
use crate::workload::Workload;

/// All targets, the one that the capture speaks for first; plain SQL first when nothing does.
#[must_use]
pub fn recognise(workload: &Workload) -> Vec<Target> {
    let all = [
        Target::SqlAlchemy,
        Target::Django,
        Target::Rails,
        Target::Sql,
    ];
    let seen = by_tags(workload)
        .or_else(|| by_style(workload))
        .unwrap_or(Target::Sql);
    std::iter::once(seen)
        .chain(all.into_iter().filter(|t| *t != seen))
        .collect()
}

/// Tags name the framework. Flask and `FastAPI` have no mapper of their own: nearly all use `SQLAlchemy`.
fn by_tags(workload: &Workload) -> Option<Target> {
    workload
        .tags
        .iter()
        .filter_map(|t| t.framework.as_deref())
        .find_map(|name| {
            let name = name.to_ascii_lowercase();
            let known = [
                ("sqlalchemy", Target::SqlAlchemy),
                ("flask", Target::SqlAlchemy),
                ("fastapi", Target::SqlAlchemy),
                ("django", Target::Django),
                ("rails", Target::Rails),
            ];
            known
                .into_iter()
                .find(|(word, _)| name.contains(word))
                .map(|(_, target)| target)
        })
}

/// Each mapper spells its SELECTs in a way of its own; the one that most of them have is the one in use.
fn by_style(workload: &Workload) -> Option<Target> {
    let mut votes = [
        (Target::SqlAlchemy, 0_u32),
        (Target::Django, 0),
        (Target::Rails, 0),
    ];
    let mut selects = 0;
    for query in workload.queries.iter().filter(|q| q.kind == Kind::Select) {
        selects += 1;
        for (target, count) in &mut votes {
            *count += u32::from(spells(*target, &query.sql));
        }
    }
    let (target, count) = votes.into_iter().max_by_key(|(_, count)| *count)?;
    (count > 0 && count * 4 >= selects).then_some(target)
}

fn spells(target: Target, sql: &str) -> bool {
    let Some(list) = sql.strip_prefix("SELECT ") else {
        return false;
    };
    let first = list.split([',', ' ']).next().unwrap_or_default();
    match target {
        // "authors".*
        Target::Rails => first.starts_with('"') && first.ends_with(".*"),
        // "authors"."id", "authors"."name"
        Target::Django => first.starts_with('"') && first.contains("\".\""),
        // authors.id AS authors_id or authors.id, authors.name
        Target::SqlAlchemy => first.contains('.') && !first.contains(['"', '*', '(']),
        Target::Sql => false,
    }
}
