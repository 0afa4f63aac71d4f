//! What the conditions, the order and the limit of a scan ask of a B-tree.

use super::Setting;
use super::immutable::is_immutable;
use super::served::is_unique;
use crate::advice::indexes::scan::{
    Against, Comparison, Condition, Count, Literal, Op, SortKey, Term, Value,
};
use crate::advice::indexes::selectivity;
use crate::catalog::{Key, KeyOf, Table};

/// Rows that an OFFSET skips from which on no index helps: they are all read. The rule about captures has the same
/// number as its default.
pub(in crate::advice::indexes) const DEEP_OFFSET: u64 = 1_000;

/// The part of the rows from which on a value is so common that no key of an index is worth it.
const MOST_ROWS: f64 = 0.5;

/// Types without an order of their own, and those that nobody sorts by.
const WITHOUT_ORDER: &[&str] = &[
    "json",
    "jsonb",
    "xml",
    "point",
    "box",
    "polygon",
    "circle",
    "path",
    "line",
    "lseg",
    "tsvector",
    "tsquery",
    "hstore",
    "geometry",
    "geography",
    "vector",
];

/// What a scan asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// Terms that are compared for equality, that which keeps the fewest rows first.
    pub(super) equal: Vec<Need>,
    /// Terms that are compared by order.
    pub(super) ranges: Vec<Need>,
    /// The order that is asked for, turned so that it begins ascending; empty where no index should bring it.
    pub(super) order: Vec<Key>,
    /// How many rows are wanted of the order, for people.
    pub(super) wanted: Option<String>,
    /// Terms of which an end is wanted.
    pub(super) extremes: Vec<Key>,
}

/// A term with the part of the rows that its condition keeps.
#[derive(Clone, Debug)]
pub(super) struct Need {
    /// The keys of an index for it: one, or those of a row.
    pub(super) keys: Vec<Key>,
    /// The part of the rows that it keeps, 0 to 1.
    pub(super) part: f64,
    /// Whether that part is more than a guess: the values are in the text.
    pub(super) is_known: bool,
    /// How it reads in a reason.
    pub(super) name: String,
}

/// What conditions ask for, with the order of the scan or without.
pub(super) fn needs(setting: &Setting<'_>, conditions: &[Condition], with_order: bool) -> Needs {
    let mut needs = Needs::default();
    for condition in conditions {
        let Condition::One(comparison) = condition else {
            continue;
        };
        let Some(need) = need(setting, comparison) else {
            continue;
        };
        let list = match &comparison.op {
            Op::Eq | Op::In(_) | Op::IsNull => &mut needs.equal,
            _ => &mut needs.ranges,
        };
        match list.iter_mut().find(|known| known.keys == need.keys) {
            Some(known) => both(setting, conditions, known, &need),
            None => list.push(need),
        }
    }
    // A column that is compared for equality is no range any more.
    let equal = needs.equal.clone();
    needs.ranges.retain(|range| {
        !equal
            .iter()
            .any(|known| known.keys.first() == range.keys.first())
    });
    // What a unique index finds at once needs no other column beside it.
    needs.equal.retain(|need| match setting.catalog {
        Some(catalog) => !is_unique(catalog, &setting.scan.table, &need.keys),
        None => true,
    });
    // A value that most rows have leads nowhere, before others as alone.
    needs.equal.retain(|need| need.part <= MOST_ROWS);
    needs.equal.sort_by(|a, b| {
        let by_part = a.part.total_cmp(&b.part);
        by_part.then_with(|| a.name.cmp(&b.name))
    });
    if with_order {
        order(setting, &mut needs);
    }
    needs
}

/// Whether looking a term up finds so few rows that nothing is gained by finding fewer, or by finding them in order.
/// Of a value that isn't known, the most common one is asked about.
pub(super) fn finds_few(setting: &Setting<'_>, need: &Need) -> bool {
    let Some((table, rows)) = setting.table.and_then(|table| Some((table, table.rows?))) else {
        return false;
    };
    let column = match need.keys.as_slice() {
        [key] => key.as_column().and_then(|name| table.column(name)),
        _ => None,
    };
    let Some(statistics) = column.and_then(|column| column.statistics.as_ref()) else {
        return false;
    };
    let common = statistics.most_common.first().map_or(0.0, |c| c.frequency);
    let part = if need.is_known {
        need.part
    } else {
        need.part.max(common)
    };
    part * rows as f64 <= FEW
}

/// Rows that are read and sorted at no cost worth a wider index.
const FEW: f64 = 10.0;

/// Two conditions on the same keys are looked up as one: what lies between two bounds is far less than what lies on
/// one side of either.
fn both(setting: &Setting<'_>, conditions: &[Condition], known: &mut Need, more: &Need) {
    known.is_known &= more.is_known;
    let same: Vec<Condition> = conditions
        .iter()
        .filter(|condition| match condition {
            Condition::One(one) => need(setting, one).is_some_and(|n| n.keys == known.keys),
            Condition::Any(_) => false,
        })
        .cloned()
        .collect();
    known.part = match setting.table {
        Some(table) => selectivity::of_scan(table, &same),
        None => known.part.min(more.part),
    };
}

fn order(setting: &Setting<'_>, needs: &mut Needs) {
    let scan = setting.scan;
    let deep = matches!(scan.offset, Some(Count::Constant(n)) if n >= DEEP_OFFSET);
    let keys: Vec<Key> = scan
        .order
        .iter()
        .map_while(|sorted| sort_key(setting, sorted))
        .collect();
    if !deep && !keys.is_empty() && keys.len() == scan.order.len() {
        needs.order = turned(keys);
    }
    needs.wanted = match scan.limit {
        Some(Count::Constant(n)) => Some(format!("LIMIT {n}")),
        Some(Count::Unknown) => Some("LIMIT".to_owned()),
        None => None,
    };
    let ends = scan.extremes.iter();
    let ends: Option<Vec<Key>> = ends.map(|term| key(setting, term)).collect();
    needs.extremes = ends.unwrap_or_default();
    needs.extremes.dedup();
}

fn need(setting: &Setting<'_>, comparison: &Comparison) -> Option<Need> {
    if !fits_type(setting.table, comparison) {
        return None;
    }
    let searchable = match &comparison.op {
        Op::Like => return prefix(setting, comparison),
        Op::Eq | Op::In(_) | Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::Between | Op::IsNull => true,
        // Of a boolean's two values one is common; for the other there is an index on its rows alone.
        _ => false,
    };
    // A column that is never NULL is one only beyond an outer join, where no index looks.
    if comparison.op == Op::IsNull && is_never_null(setting, comparison) {
        return None;
    }
    if !searchable || matches!(comparison.against, Against::Same | Against::Unknown) {
        return None;
    }
    let keys: Option<Vec<Key>> = comparison.terms.iter().map(|t| key(setting, t)).collect();
    Some(Need {
        keys: keys?,
        part: part(setting, comparison),
        is_known: is_known(comparison),
        name: comparison
            .terms
            .iter()
            .map(words)
            .collect::<Vec<_>>()
            .join(", "),
    })
}

fn is_never_null(setting: &Setting<'_>, comparison: &Comparison) -> bool {
    let column = comparison.terms.first().and_then(Term::as_column);
    let known = setting
        .table
        .zip(column)
        .and_then(|(table, name)| table.column(name));
    known.is_some_and(|column| column.not_null)
}

/// Whether all values that a comparison is with stand in the text.
pub(super) fn is_known(comparison: &Comparison) -> bool {
    match &comparison.against {
        Against::Values(values) => values.iter().all(|v| matches!(v, Value::Literal(..))),
        _ => false,
    }
}

fn part(setting: &Setting<'_>, comparison: &Comparison) -> f64 {
    match setting.table {
        Some(table) => selectivity::of_comparison(table, comparison),
        None => 0.005,
    }
}

/// `LIKE 'abc%'`: the beginning can be looked up, where the index compares by characters.
fn prefix(setting: &Setting<'_>, comparison: &Comparison) -> Option<Need> {
    let Against::Values(values) = &comparison.against else {
        return None;
    };
    let [Value::Literal(pattern, _)] = values.as_slice() else {
        return None;
    };
    let begin: String = pattern
        .chars()
        .take_while(|c| !matches!(c, '%' | '_' | '\\'))
        .collect();
    if begin.is_empty() {
        return None;
    }
    let term = comparison.terms.first()?;
    let mut key = key(setting, term)?;
    let collation = setting
        .catalog
        .and_then(|c| c.database.collation.as_deref());
    let by_characters = matches!(collation, Some("C" | "POSIX"));
    if !by_characters {
        key.opclass = Some("text_pattern_ops".to_owned());
    }
    Some(Need {
        keys: vec![key],
        part: part(setting, comparison),
        is_known: true,
        name: format!("the beginning of {}", words(term)),
    })
}

fn sort_key(setting: &Setting<'_>, sorted: &SortKey) -> Option<Key> {
    Some(Key {
        descending: sorted.descending,
        nulls_first: sorted.nulls_first,
        ..key(setting, &sorted.term)?
    })
}

/// An index can be read from both ends, so the first key ascends.
pub(super) fn turned(mut keys: Vec<Key>) -> Vec<Key> {
    if keys.first().is_some_and(|key| key.descending) {
        keys = keys.iter().map(Key::turned).collect();
    }
    keys
}

/// A term as a key of an index; `None` where no B-tree can hold it.
pub(super) fn key(setting: &Setting<'_>, term: &Term) -> Option<Key> {
    if let Some(column) = term.as_column() {
        let known = setting.table.map(|table| table.column(column));
        if let Some(known) = known {
            let data_type = known?.data_type.as_str();
            let base = data_type.split('(').next().unwrap_or_default().trim();
            if WITHOUT_ORDER.contains(&base) || base.ends_with("[]") {
                return None;
            }
        }
    } else if !is_immutable(setting.table, term) {
        return None;
    }
    Some(Key {
        of: term.of.clone(),
        collation: term.collation.clone(),
        ..Key::column("")
    })
}

/// Whether the server compares the column itself: `int = 42.0` compares the column made a `numeric`.
pub(in crate::advice::indexes) fn fits_type(
    table: Option<&Table>,
    comparison: &Comparison,
) -> bool {
    let column = comparison.terms.first().and_then(Term::as_column);
    let Some(column) = table.zip(column).and_then(|(t, name)| t.column(name)) else {
        return true;
    };
    let whole = matches!(column.data_type.as_str(), "integer" | "bigint" | "smallint");
    let Against::Values(values) = &comparison.against else {
        return true;
    };
    let is_other = |value: &Value| match value {
        Value::Literal(_, Literal::Decimal) => true,
        Value::Literal(_, Literal::Typed(name)) => {
            name.starts_with("numeric")
                || name.starts_with("decimal")
                || name == "double precision"
                || name == "float"
        }
        _ => false,
    };
    !(whole && values.iter().any(is_other))
}

/// A term for people.
pub(super) fn words(term: &Term) -> String {
    match &term.of {
        KeyOf::Column(name) => name.clone(),
        KeyOf::Expression(text) => text.clone(),
    }
}
