//! The rows of the view of plans: one a query and shape.

use super::{By, Sort, all, turn};
use crate::analysis::{Analysis, PlanGroup};
use crate::app::filter::Filter;

/// Groups of plans that pass a filter, ordered. Reads the plans if nobody has yet.
pub(super) fn rows(analysis: &Analysis, filter: &Filter, sort: Sort) -> Vec<u32> {
    let groups = &analysis.plans().groups;
    let get = |at: &u32| groups.get(*at as usize);
    let mut rows: Vec<u32> = all(groups.len())
        .filter(|at| {
            get(at).is_some_and(|g| filter.words.is_empty() || passes(analysis, filter, g))
        })
        .collect();
    match sort.by {
        By::Summary => rows.sort_by_key(|at| get(at).map(|g| (name(analysis, g), &g.summary))),
        By::Label => rows.sort_by_key(|at| get(at).map(|g| &g.summary)),
        by => rows.sort_by(|a, b| {
            let key = |at: &u32| get(at).map_or(0.0, |g| plan_key(g, by));
            key(a).total_cmp(&key(b))
        }),
    }
    turn(&mut rows, sort);
    rows
}

fn passes(analysis: &Analysis, filter: &Filter, group: &PlanGroup) -> bool {
    let sql = group.sql.as_deref().unwrap_or_default();
    filter.words_in(&[&name(analysis, group), sql, &group.summary])
}

/// What the query of a group is called.
pub(crate) fn name(analysis: &Analysis, group: &PlanGroup) -> String {
    match group.query.and_then(|q| analysis.workload.query(q)) {
        Some(query) => crate::app::pictures::summary(query).to_owned(),
        None => group
            .sql
            .as_deref()
            .map(crate::sql::summary)
            .unwrap_or_default(),
    }
}

/// The number that a group is ordered by; also the length of the bar behind it.
pub(crate) fn plan_key(group: &PlanGroup, by: By) -> f64 {
    match by {
        By::Total => group.total_ms(),
        By::Mean => group.mean_ms.unwrap_or(-1.0),
        By::Max => group.max_ms().unwrap_or(-1.0),
        By::Executions => group.plans.len() as f64,
        By::Shapes => f64::from(group.siblings),
        _ => 0.0,
    }
}

/// The largest of the numbers in a column.
pub(super) fn largest(analysis: &Analysis, by: By) -> f64 {
    let groups = analysis.plans_if_read().map(|p| p.groups.as_slice());
    groups
        .unwrap_or_default()
        .iter()
        .map(|g| plan_key(g, by))
        .fold(0.0, f64::max)
}
