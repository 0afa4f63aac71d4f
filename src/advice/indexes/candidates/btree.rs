//! The columns of a B-tree: those compared for equality, then one range or the order that is asked for.

use super::Setting;
use super::needs::{Need, Needs, finds_few, needs};
use super::partial;
use crate::advice::indexes::scan::Condition;
use crate::catalog::{Index, Key};

/// The part of the rows up to which looking them up by an index can be worth it.
const MOST: f64 = 0.2;
/// Terms compared for equality that are combined; those that keep more rows than these add little.
const TERMS: usize = 4;
/// Keys of an index that brings an order as well.
const KEYS_WITH_ORDER: usize = 4;
/// Bytes of columns beside the key for which reading the index alone may do.
const NARROW: u32 = 16;

/// Indexes for conditions that hold together, plain ones and those for some rows alone.
pub(super) fn candidates(
    setting: &Setting<'_>,
    conditions: &[Condition],
    with_order: bool,
    put: &mut dyn FnMut(Index, String),
) {
    let needs = needs(setting, conditions, with_order);
    lists(setting, &needs, None, put);
    for aside in partial::asides(setting, conditions) {
        let rest: Vec<Condition> = conditions
            .iter()
            .filter(|c| !matches!(c, Condition::One(c) if c.text == aside.predicate))
            .cloned()
            .collect();
        let needs = super::needs::needs(setting, &rest, with_order);
        lists(setting, &needs, Some(&aside), put);
    }
}

fn lists(
    setting: &Setting<'_>,
    needs: &Needs,
    aside: Option<&partial::Aside>,
    put: &mut dyn FnMut(Index, String),
) {
    let kept = aside.map_or(1.0, |aside| aside.part);
    let mut emit = |keys: Vec<Key>, include: Vec<String>, why: String| {
        let mut index = Index {
            table: setting.scan.table.clone(),
            keys,
            include,
            ..Index::default()
        };
        let mut why = why;
        if let Some(aside) = aside {
            index.predicate = Some(aside.predicate.clone());
            why = format!("{why}; {}", aside.reason);
        }
        put(index, why);
    };
    let most = setting.settings.most_columns.max(1);
    let mut nothing = true;
    // Where an equality finds a handful of rows, no range or order does better, alone or behind it.
    let few = needs.equal.iter().any(|need| finds_few(setting, need));
    for chosen in subsets(&needs.equal, most) {
        let keys: Vec<Key> = chosen.iter().flat_map(|n| n.keys.clone()).collect();
        let part: f64 = kept * chosen.iter().map(|n| n.part).product::<f64>();
        let equality = said("equality on", &chosen);
        if !chosen.is_empty() && part <= MOST {
            nothing = false;
            emit(keys.clone(), Vec::new(), equality.clone());
            if let Some(include) = included(setting, &keys)
                && aside.is_none()
            {
                let why = format!(
                    "{equality}; the other columns are in it, so that the table need not be read"
                );
                emit(keys.clone(), include, why);
            }
        }
        if few {
            continue;
        }
        for range in &needs.ranges {
            let with: Vec<Key> = keys.iter().chain(&range.keys).cloned().collect();
            let selective = part * range.part <= MOST || !range.is_known || needs.wanted.is_some();
            if with.len() <= most.max(range.keys.len()) && selective {
                nothing = false;
                let range = format!("range on {}", range.name);
                emit(with, Vec::new(), then(&equality, &range));
            }
        }
        let order: Vec<Key> = needs
            .order
            .iter()
            .filter(|key| !keys.iter().any(|k| k.of == key.of))
            .cloned()
            .collect();
        let order = super::needs::turned(order);
        // All rows in an order is what a sort does as well; only some of them are worth an index.
        let bounded = needs.wanted.is_some() || (!chosen.is_empty() && part <= MOST);
        let distinct = setting.scan.limit.is_none() && chosen.is_empty();
        if !order.is_empty() && bounded && !distinct {
            let with: Vec<Key> = keys.iter().chain(&order).cloned().collect();
            if with.len() <= KEYS_WITH_ORDER.max(order.len()) {
                nothing = false;
                let rows = match &needs.wanted {
                    Some(wanted) => {
                        format!("rows in order, so that {wanted} reads no more than it returns")
                    }
                    None => "rows in order, so that none are sorted".to_owned(),
                };
                emit(with, Vec::new(), then(&equality, &rows));
                // The beginning of the order may do: what is equal in it is sorted as it comes (from 13 on).
                if order.len() > 1
                    && let Some(first) = order.first()
                {
                    let with: Vec<Key> = keys.iter().chain([first]).cloned().collect();
                    emit(with, Vec::new(), then(&equality, "rows nearly in order"));
                }
            }
        }
        for end in &needs.extremes {
            if !keys.iter().any(|k| k.of == end.of) {
                nothing = false;
                let with: Vec<Key> = keys.iter().chain([end]).cloned().collect();
                emit(
                    with,
                    Vec::new(),
                    then(
                        &equality,
                        "the smallest and the largest value stand at its ends",
                    ),
                );
            }
        }
    }
    if nothing && let Some(aside) = aside {
        emit(
            vec![aside.key.clone()],
            Vec::new(),
            "nothing else is looked up by".to_owned(),
        );
    }
}

/// Some of the terms, none and one at a time among them, in an order that serves others too.
fn subsets(equal: &[Need], most: usize) -> Vec<Vec<&Need>> {
    let first: Vec<&Need> = equal.iter().take(TERMS).collect();
    let mut all: Vec<Vec<&Need>> = vec![Vec::new()];
    for (a, one) in first.iter().enumerate() {
        all.push(vec![one]);
        for (b, two) in first.iter().enumerate().skip(a + 1) {
            if most >= 2 {
                all.push(vec![one, two]);
                all.push(vec![two, one]);
            }
            for three in first.iter().skip(b + 1) {
                if most >= 3 {
                    all.push(vec![one, two, three]);
                }
            }
        }
    }
    all
}

/// Narrow columns that the statement reads beside the key, where it is run often enough for reading the index alone
/// to be worth a wider one.
fn included(setting: &Setting<'_>, keys: &[Key]) -> Option<Vec<String>> {
    let table = setting.table.filter(|_| setting.is_hot)?;
    let columns = setting.scan.columns.as_ref()?;
    let others: Vec<&String> = columns
        .iter()
        .filter(|name| {
            !keys
                .iter()
                .any(|key| key.as_column() == Some(name.as_str()))
        })
        .collect();
    let widths: Option<u32> = others
        .iter()
        .map(|name| Some(table.column(name)?.statistics.as_ref()?.avg_width))
        .sum();
    let updated = table
        .counters
        .as_ref()
        .is_some_and(|c| c.updated > c.inserted);
    let fits = (1..=2).contains(&others.len()) && widths? <= NARROW && !updated;
    fits.then(|| others.into_iter().cloned().collect())
}

fn said(what: &str, needs: &[&Need]) -> String {
    if needs.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = needs.iter().map(|n| n.name.as_str()).collect();
    format!("{what} {}", names.join(" and "))
}

fn then(first: &str, second: &str) -> String {
    if first.is_empty() {
        second.to_owned()
    } else {
        format!("{first}, then {second}")
    }
}
