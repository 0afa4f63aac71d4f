//! Figures and names as the rules about plans say them.

use crate::advice::quoted;
use crate::plan::Node;

/// A count for people: `1,234,567`.
pub(super) fn count(n: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what fits"
    )]
    let whole = n.round().clamp(0.0, 1e18) as u64;
    crate::rules::finding::count(whole)
}

/// Rows, or anything else of which there may be one: `1 row`, `50 rows`.
pub(super) fn counted(n: f64, one: &str) -> String {
    if n.round() == 1.0 {
        format!("1 {one}")
    } else {
        format!("{} {one}s", count(n))
    }
}

/// Milliseconds for people: `0.0034 ms`, `0.04 ms`, `12.3 ms`, `1,234 ms`.
pub(super) fn ms(value: f64) -> String {
    if value >= 100.0 {
        format!("{} ms", count(value))
    } else if value >= 1.0 {
        format!("{value:.1} ms")
    } else if value >= 0.01 || value == 0.0 {
        format!("{value:.2} ms")
    } else {
        format!("{value:.4} ms")
    }
}

/// A part of 1 as `12 %`; what would round to 0 or 100 keeps a place.
pub(super) fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent > 0.0 && percent < 1.0 {
        format!("{:.1} %", percent.max(0.1))
    } else if percent > 99.0 && percent < 100.0 {
        format!("{:.1} %", percent.min(99.9))
    } else {
        format!("{percent:.0} %")
    }
}

/// How many times: `3.4 times`, `1,200 times`.
pub(super) fn times(factor: f64) -> String {
    if factor < 10.0 {
        format!("{factor:.1} times")
    } else {
        format!("{} times", count(factor))
    }
}

/// Kilobytes for people: `900 kB`, `12.5 MB`.
pub(super) fn kilobytes(kb: f64) -> String {
    if kb < 1_024.0 {
        format!("{kb:.0} kB")
    } else if kb < 1_024.0 * 1_024.0 {
        format!("{:.1} MB", kb / 1_024.0)
    } else {
        format!("{:.1} GB", kb / (1_024.0 * 1_024.0))
    }
}

/// The table of a node as statements name it, with its schema where the plan tells it.
pub(super) fn table(node: &Node) -> Option<String> {
    let relation = quoted(node.relation.as_deref()?);
    Some(match &node.schema {
        Some(schema) => format!("{}.{relation}", quoted(schema)),
        None => relation,
    })
}

/// What columns of a node are qualified with in conditions.
pub(super) fn alias(node: &Node) -> Option<&str> {
    node.alias.as_deref().or(node.relation.as_deref())
}

/// What a node is called in a sentence: its table, else its heading.
pub(super) fn name(node: &Node) -> &str {
    node.relation
        .as_deref()
        .or(node.alias.as_deref())
        .unwrap_or(&node.title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_for_people() {
        assert_eq!(
            [ms(0.041), ms(12.34), ms(1234.5)],
            ["0.04 ms", "12.3 ms", "1,235 ms"]
        );
        assert_eq!(
            [
                percent(0.0),
                percent(0.004),
                percent(0.5),
                percent(0.9996),
                percent(1.0)
            ],
            ["0 %", "0.4 %", "50 %", "99.9 %", "100 %"]
        );
        assert_eq!([times(3.44), times(1200.0)], ["3.4 times", "1,200 times"]);
        assert_eq!(
            [
                kilobytes(900.0),
                kilobytes(12_800.0),
                kilobytes(3_145_728.0)
            ],
            ["900 kB", "12.5 MB", "3.0 GB"]
        );
        assert_eq!(
            [counted(1.0, "row"), counted(0.0, "row")],
            ["1 row", "0 rows"]
        );
    }
}
