//! What the values that ANALYZE kept of a column tell of what is inside them.

use std::collections::BTreeSet;

use crate::catalog::Column;

/// The values of a column that statistics hold, as texts; the most common ones first.
pub(super) fn values(column: &Column) -> impl Iterator<Item = &str> {
    let statistics = column.statistics.iter();
    statistics.flat_map(|s| {
        let common = s.most_common.iter().map(|c| c.value.as_str());
        common.chain(s.histogram.iter().map(String::as_str))
    })
}

/// How many different values a key of a JSON column has, `expression` being `attrs->>'color'`: those that the kept
/// values have in it, and more in proportion where most of them differ.
pub(super) fn distinct_of_key(column: &Column, expression: &str, rows: u64) -> f64 {
    let total = rows as f64;
    let Some(key) = expression.split('\'').nth(1) else {
        return total;
    };
    let mut seen = 0_usize;
    let mut once: BTreeSet<String> = BTreeSet::new();
    let mut more: BTreeSet<String> = BTreeSet::new();
    for text in values(column) {
        let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(text) else {
            continue;
        };
        let Some(value) = fields.get(key) else {
            continue;
        };
        seen += 1;
        let value = value.to_string();
        if !more.contains(&value) && !once.insert(value.clone()) {
            once.remove(&value);
            more.insert(value);
        }
    }
    let all = column
        .statistics
        .as_ref()
        .and_then(|s| s.distinct(rows))
        .unwrap_or(total);
    all.min(distinct(
        seen as f64,
        once.len() as f64,
        (once.len() + more.len()) as f64,
        total,
    ))
}

/// How many different values there are among `rows`, when of `seen` of them `once` were there once, and `different`
/// differed (the estimator of Haas and Stokes that ANALYZE uses too).
fn distinct(seen: f64, once: f64, different: f64, rows: f64) -> f64 {
    if seen < 1.0 {
        return rows;
    }
    let rest = seen - once + once * seen / rows.max(1.0);
    (seen * different / rest.max(1e-9)).clamp(different, rows.max(different))
}
