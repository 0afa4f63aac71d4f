//! Why no index is wanted: said only where none is proposed.

use super::Said;
use crate::advice::indexes::candidates::existing_serves;
use crate::advice::indexes::scan::{Condition, Op, Scan};
use crate::advice::indexes::selectivity;
use crate::advice::indexes::settings::IndexSettings;
use crate::catalog::{Catalog, Index, Key, Table, TableKind};

/// The part of the rows from which on reading all of them is quicker.
const MANY: f64 = 0.15;

/// The reason for which a scan needs no new index.
pub(super) fn nothing(
    catalog: &Catalog,
    table: &Table,
    scan: &Scan,
    settings: &IndexSettings,
) -> Option<Said> {
    let name = &table.name;
    let pages = table.pages.filter(|_| table.kind != TableKind::Partitioned);
    if pages.is_some_and(|pages| pages <= settings.small_table_pages && table.rows.is_some()) {
        return Some(Said::fine(
            "small-table",
            format!("{name} is so small that reading all of it is as quick as any index"),
        ));
    }
    if let Some(index) = in_place(catalog, scan) {
        return Some(Said::fine(
            "exists-already",
            format!("the index {} serves it already", index.name),
        ));
    }
    if scan.conditions.is_empty() {
        let bounded = scan.limit.is_some() || !scan.extremes.is_empty();
        return (!bounded).then(|| {
            Said::fine(
                "whole-table",
                format!(
                    "all rows of {name} are wanted, for which reading the table is the quickest way"
                ),
            )
        });
    }
    let part = selectivity::of_scan(table, &scan.conditions);
    (part >= MANY).then(|| {
        Said::fine(
            "unselective",
            format!(
                "about {:.0} % of the rows of {name} are wanted, for which reading the table is the quickest way",
                part * 100.0
            ),
        )
    })
}

/// An existing index that begins with a column that the scan looks up by.
fn in_place<'a>(catalog: &'a Catalog, scan: &Scan) -> Option<&'a Index> {
    scan.conditions.iter().find_map(|condition| {
        let Condition::One(comparison) = condition else {
            return None;
        };
        if !matches!(comparison.op, Op::Eq | Op::In(_)) {
            return None;
        }
        let [term] = comparison.terms.as_slice() else {
            return None;
        };
        let index = Index {
            table: scan.table.clone(),
            keys: vec![Key {
                of: term.of.clone(),
                ..Key::column("")
            }],
            ..Index::default()
        };
        existing_serves(catalog, &index)
    })
}
