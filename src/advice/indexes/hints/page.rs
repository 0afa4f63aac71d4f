//! Deep OFFSET, and order by chance.

use super::{Said, primary};
use crate::advice::indexes::candidates::DEEP_OFFSET;
use crate::advice::indexes::scan::{Count, Scan, SortKey};
use crate::catalog::Catalog;
use crate::sql::quoted;

/// A page that begins after the last row of the one before, in the place of a deep OFFSET.
pub(super) fn page(catalog: Option<&Catalog>, scan: &Scan) -> Option<Said> {
    let Some(Count::Constant(skipped)) = scan.offset else {
        return None;
    };
    if skipped < DEEP_OFFSET {
        return None;
    }
    let title = format!(
        "OFFSET reads {skipped} rows to throw them away, with an index as without: begin each page after the last row of the one before"
    );
    Some(Said::to_do(
        "deep-offset",
        title,
        keyset(catalog, scan).unwrap_or_default(),
    ))
}

fn keyset(catalog: Option<&Catalog>, scan: &Scan) -> Option<String> {
    let columns: Option<Vec<(&str, &SortKey)>> = scan
        .order
        .iter()
        .map(|key| Some((key.term.as_column()?, key)))
        .collect();
    let columns = columns.filter(|c| !c.is_empty() && scan.order_is_whole)?;
    let descending = columns.first()?.1.descending;
    if columns.iter().any(|(_, key)| key.descending != descending) {
        return None;
    }
    let mut names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    // What makes rows differ that are equal otherwise.
    let unique = catalog.and_then(|c| primary(c, scan)).unwrap_or_default();
    names.extend(
        unique
            .iter()
            .filter(|c| !columns.iter().any(|(n, _)| n == *c)),
    );
    let list: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let values: Vec<String> = (1..=list.len()).map(|n| format!("${n}")).collect();
    let (sign, word) = if descending {
        ("<", " DESC")
    } else {
        (">", "")
    };
    let order: Vec<String> = list.iter().map(|name| format!("{name}{word}")).collect();
    let limit = match scan.limit {
        Some(Count::Constant(n)) => format!(" LIMIT {n}"),
        _ => String::new(),
    };
    let compared = if let [name] = list.as_slice() {
        format!("{name} {sign} $1")
    } else {
        format!("({}) {sign} ({})", list.join(", "), values.join(", "))
    };
    Some(format!(
        "WHERE {compared} ORDER BY {}{limit}",
        order.join(", ")
    ))
}

/// `ORDER BY random()` sorts all rows, whatever indexes there are.
pub(super) fn by_chance(sql: &str) -> Option<Said> {
    let plain: String = sql
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    plain.contains("order by random()").then(|| {
        Said::to_do(
            "random-order",
            "ORDER BY random() reads and sorts all rows, and no index helps: take a sample of the table".to_owned(),
            "FROM … TABLESAMPLE SYSTEM (1) LIMIT …".to_owned(),
        )
    })
}
