//! One look at a server's statements, ready to be shown like a capture.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::Analysis;
use crate::app::pictures::Overview;
use crate::app::terms::Terms;
use crate::live::statements::{
    Difference, Key, Metric, Names, Nature, Snapshot, Sureness, Texts, Values,
};
use crate::sql::Fingerprint;

/// What a look found, with all that is worked out of it.
#[derive(Debug)]
pub(crate) struct Look {
    /// How far the numbers can be trusted as a whole; `None` when nothing is amiss.
    pub(crate) doubt: Option<String>,
    /// What else to know of them.
    pub(crate) notes: Vec<String>,
    /// Statements and findings as those of a capture.
    pub(crate) analysis: Arc<Analysis>,
    pub(crate) overview: Arc<Overview>,
    pub(crate) terms: Arc<Terms>,
    /// What the server says of each statement, by what names it in captures as well.
    pub(crate) sides: FxHashMap<Fingerprint, ServerSide>,
}

/// What a server says of the statements with one fingerprint: several where roles, databases or the server's own
/// spelling differ.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerSide {
    /// Sums of all of them.
    pub(crate) values: Values,
    /// How many there are.
    pub(crate) rows: usize,
    /// Who ran them where: `shop@orders`.
    pub(crate) who: Vec<String>,
    /// Why the numbers are not exact, if they are not.
    pub(crate) reason: Option<&'static str>,
    /// The server's text, which can be explained.
    pub(crate) text: Arc<str>,
    /// Whether that is cut off.
    pub(crate) cut: bool,
}

/// Sums up by fingerprint.
pub(crate) fn sides(
    snapshot: &Snapshot,
    difference: Option<&Difference>,
    texts: &Texts,
    names: &Names,
) -> FxHashMap<Fingerprint, ServerSide> {
    let mut sides: FxHashMap<Fingerprint, ServerSide> = FxHashMap::default();
    match difference {
        Some(difference) => {
            for delta in &difference.deltas {
                add(
                    &mut sides,
                    delta.key,
                    &delta.values,
                    delta.sureness,
                    texts,
                    names,
                );
            }
        }
        None => {
            for row in &snapshot.rows {
                add(
                    &mut sides,
                    row.key,
                    &row.values,
                    Sureness::Exact,
                    texts,
                    names,
                );
            }
        }
    }
    sides
}

fn add(
    sides: &mut FxHashMap<Fingerprint, ServerSide>,
    key: Key,
    values: &Values,
    sureness: Sureness,
    texts: &Texts,
    names: &Names,
) {
    let Some(text) = texts.get(key) else { return };
    let side = sides.entry(text.fingerprint).or_default();
    if side.rows == 0 {
        side.text = Arc::clone(&text.sql);
        side.cut = text.cut;
        side.values = *values;
    } else {
        for metric in Metric::all() {
            let sum = match (side.values.get(metric), values.get(metric)) {
                (Some(a), Some(b)) => match (metric, metric.nature()) {
                    (Metric::MaxTime | Metric::MaxPlanTime, _) => Some(a.max(b)),
                    (Metric::MinTime | Metric::MinPlanTime, _) => Some(a.min(b)),
                    // Means and deviations of two don't add up.
                    (_, Nature::Whole) => None,
                    _ => Some(a + b),
                },
                (a, b) => a.or(b),
            };
            side.values.set(metric, sum);
        }
    }
    side.rows += 1;
    side.reason = side.reason.or_else(|| sureness.reason());
    let name = |list: &FxHashMap<i64, Arc<str>>, id: i64| {
        list.get(&id)
            .map_or_else(|| id.to_string(), ToString::to_string)
    };
    let who = format!(
        "{}@{}",
        name(&names.roles, key.user),
        name(&names.databases, key.database)
    );
    if !side.who.contains(&who) {
        side.who.push(who);
    }
}
