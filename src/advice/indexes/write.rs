//! What keeping an index up to date costs.

use std::collections::BTreeSet;

use super::columns::of_index;
use super::share::share;
use crate::catalog::{Catalog, Counters, Index, Name, Table, TableKind};

/// What keeping an index up to date costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteCost {
    /// Entries that are written to it per second, by the counters of its table; `None` where nobody knows.
    pub entries_per_second: Option<f64>,
    /// Columns of it that the load sets and that no index has now: rows changed there will need new entries in every
    /// index (the index ends HOT updates).
    pub ends_hot: Vec<String>,
}

/// The first version in which a BRIN index lets updates be HOT.
const BRIN_IS_HOT: u32 = 160_000;

/// What keeping an index up to date will cost, `assigned` being the columns that statements of the load assign to.
#[must_use]
pub fn write_cost(
    catalog: &Catalog,
    index: &Index,
    assigned: &BTreeSet<(Name, String)>,
) -> WriteCost {
    let Some(table) = catalog.table(&index.table) else {
        return WriteCost::default();
    };
    let counted = counters(catalog, table);
    let ends_hot = ends_hot(catalog, table, index, assigned, counted.as_ref());
    let entries = counted.as_ref().map(|c| {
        let updated = if ends_hot.is_empty() {
            c.updated.saturating_sub(c.hot_updated)
        } else {
            c.updated
        };
        c.inserted.saturating_add(updated) as f64
    });
    let part = index
        .predicate
        .as_deref()
        .map_or(1.0, |predicate| share(table, predicate));
    WriteCost {
        entries_per_second: entries
            .zip(seconds(catalog))
            .map(|(entries, seconds)| entries * part / seconds),
        ends_hot,
    }
}

/// What keeping an index up to date costs in units of the planner per second; 0 where nobody knows.
///
/// An entry of a B-tree is taken for 1.5 units: inserting 100,000 rows into a table of 300,000 with one index more took
/// 1.2 to 3.5 µs a row longer (PostgreSQL 15, in memory, B-trees on an integer, two columns and a text of 37 bytes),
/// when a unit of a sequential scan took 2.6 µs; the log and the checkpoint come on top. With a GIN index on trigrams
/// it were 16 µs; a BRIN index is hardly ever written.
#[must_use]
pub fn units_per_second(index: &Index, cost: &WriteCost) -> f64 {
    let entry = match index.method.as_str() {
        "gin" | "gist" | "spgist" => 8.0,
        "brin" => 0.1,
        _ => 1.5,
    };
    cost.entries_per_second
        .map_or(0.0, |entries| entries * entry)
}

/// What keeping an index up to date costs, a sentence without a full stop; `None` where nothing is known against it.
/// `table` is the name of its table for people.
#[must_use]
pub fn sentence(cost: &WriteCost, table: &Name) -> Option<String> {
    let entries = cost.entries_per_second.map(|n| match n {
        n if n <= 0.0 => "nothing was written to its table since the counters began".to_owned(),
        n if n < 0.1 => "less than one entry in ten seconds is written to it".to_owned(),
        n if n < 10.0 => format!("about {n:.1} entries per second are written to it"),
        n => format!("about {n:.0} entries per second are written to it"),
    });
    let columns: Vec<String> = cost
        .ends_hot
        .iter()
        .map(|column| format!("{table}.{column}"))
        .collect();
    let hot = (!columns.is_empty()).then(|| {
        format!(
            "this index ends HOT updates of {}: each will write to every index of the table",
            columns.join(" and ")
        )
    });
    match (entries, hot) {
        (Some(entries), Some(hot)) => Some(format!("{entries}; {hot}")),
        (entries, hot) => entries.or(hot),
    }
}

/// Columns that are assigned to and that only this index will have.
fn ends_hot(
    catalog: &Catalog,
    table: &Table,
    index: &Index,
    assigned: &BTreeSet<(Name, String)>,
    counted: Option<&Counters>,
) -> Vec<String> {
    let exempt = |index: &Index| {
        index.method == "brin" && catalog.server.version_num.is_some_and(|v| v >= BRIN_IS_HOT)
    };
    // Where nothing was ever updated no update can cease to be HOT.
    if exempt(index) || counted.is_some_and(|c| c.updated == 0) {
        return Vec::new();
    }
    let present = catalog
        .indexes_of(&table.name)
        .iter()
        .filter(|other| !exempt(other));
    let indexed: BTreeSet<&str> = present.flat_map(|other| of_index(table, other)).collect();
    let new = of_index(table, index)
        .into_iter()
        .filter(|column| !indexed.contains(column));
    let set = |column: &&str| assigned.contains(&(table.name.clone(), (*column).to_owned()));
    new.filter(set).map(str::to_owned).collect()
}

/// The counters of a table; of a partitioned one the sums of its partitions.
fn counters(catalog: &Catalog, table: &Table) -> Option<Counters> {
    if table.kind != TableKind::Partitioned {
        return table.counters.clone();
    }
    let parts = catalog
        .tables
        .iter()
        .filter(|part| part.partition_of.as_ref() == Some(&table.name));
    parts
        .filter_map(|part| counters(catalog, part))
        .reduce(|a, b| Counters {
            inserted: a.inserted.saturating_add(b.inserted),
            updated: a.updated.saturating_add(b.updated),
            hot_updated: a.hot_updated.saturating_add(b.hot_updated),
            ..a
        })
}

/// Seconds for which the counters have been running.
fn seconds(catalog: &Catalog) -> Option<f64> {
    let micros = catalog
        .taken_at?
        .checked_sub(catalog.database.counted_since?)?;
    (micros > 0).then(|| micros as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::open;

    fn catalog(indexes: &str, version: u32, updated: u64) -> Catalog {
        let mut catalog = open(&format!(
            "CREATE TABLE t (a int, b int, c text, d int); {indexes}"
        ))
        .unwrap()
        .catalog;
        catalog.server.version_num = Some(version);
        catalog.taken_at = Some(200_000_000);
        catalog.database.counted_since = Some(100_000_000);
        for table in &mut catalog.tables {
            table.counters = Some(Counters {
                inserted: 1000,
                updated,
                hot_updated: updated / 2,
                ..Counters::default()
            });
        }
        catalog
    }

    /// What the index that is made last costs, when there are those before it.
    fn check(indexes: &str, version: u32, updated: u64) -> WriteCost {
        let mut catalog = catalog(indexes, version, updated);
        let at = catalog
            .indexes
            .iter()
            .position(|index| index.name == "new")
            .expect(indexes);
        let index = catalog.indexes.remove(at);
        let table = Name::new(index.table.schema.clone(), "t");
        let assigned = ["b", "c"]
            .map(|column| (table.clone(), column.to_owned()))
            .into();
        write_cost(&catalog, &index, &assigned)
    }

    #[test]
    fn entries_and_ended_hot_updates() {
        for (indexes, version, updated, entries, hot) in [
            ("CREATE INDEX new ON t (a)", 150_000, 400, 12.0, ""),
            ("CREATE INDEX new ON t (b)", 150_000, 400, 14.0, "b"),
            (
                "CREATE INDEX new ON t (a) INCLUDE (b)",
                150_000,
                400,
                14.0,
                "b",
            ),
            (
                "CREATE INDEX new ON t (a, lower(c))",
                150_000,
                400,
                14.0,
                "c",
            ),
            (
                "CREATE INDEX new ON t (b); CREATE INDEX old ON t (d, b)",
                150_000,
                400,
                12.0,
                "",
            ),
            (
                "CREATE INDEX new ON t (b); CREATE INDEX old ON t USING brin (b)",
                150_000,
                400,
                12.0,
                "",
            ),
            (
                "CREATE INDEX new ON t (b); CREATE INDEX old ON t USING brin (b)",
                160_000,
                400,
                14.0,
                "b",
            ),
            (
                "CREATE INDEX new ON t USING brin (b)",
                160_000,
                400,
                12.0,
                "",
            ),
            (
                "CREATE INDEX new ON t USING brin (b)",
                150_000,
                400,
                14.0,
                "b",
            ),
            ("CREATE INDEX new ON t (b)", 150_000, 0, 10.0, ""),
        ] {
            let cost = check(indexes, version, updated);
            assert_eq!(cost.ends_hot.join(","), hot, "{indexes} on {version}");
            assert_eq!(
                cost.entries_per_second,
                Some(entries),
                "{indexes} on {version}"
            );
        }
        let hot = check("CREATE INDEX new ON t (d) WHERE b > 0", 150_000, 400);
        assert_eq!(hot.ends_hot, ["b"], "a predicate counts as well");
    }

    #[test]
    fn a_sentence_says_what_is_known() {
        let cost = |entries_per_second, ends_hot: &[&str]| WriteCost {
            entries_per_second,
            ends_hot: ends_hot.iter().map(|c| (*c).to_owned()).collect(),
        };
        let table = Name::new("public", "orders");
        for (cost, want) in [
            (cost(None, &[]), None),
            (
                cost(Some(0.0), &[]),
                Some("nothing was written to its table since the counters began"),
            ),
            (
                cost(Some(11.7), &[]),
                Some("about 12 entries per second are written to it"),
            ),
            (
                cost(Some(1.25), &["status", "note"]),
                Some(
                    "about 1.2 entries per second are written to it; this index ends HOT updates of orders.status and \
                     orders.note: each will write to every index of the table",
                ),
            ),
        ] {
            assert_eq!(sentence(&cost, &table).as_deref(), want);
        }
    }
}
