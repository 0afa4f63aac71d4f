//! What a query reads, as far as a framework's own words can say it.

use super::condition::{Condition, conditions};
use super::names::{self, singular};
use super::statement::{self, Select};
use crate::sql::{Column, Facts, Item, Kind};
use crate::workload::Query;

/// A query with what its clauses say.
#[derive(Clone, Debug)]
pub(super) struct Reading<'a> {
    /// The query.
    pub query: &'a Query,
    /// What its syntax tree says.
    pub facts: &'a Facts,
    /// Its first table.
    pub table: &'a str,
    /// The column that tells that table's rows apart.
    pub key: OwnKey,
    /// The conditions of WHERE, when nothing but its class and these are needed to write the query anew.
    pub conditions: Option<Vec<Condition>>,
    /// The aggregate that the whole select list is.
    pub aggregate: Option<Aggregate>,
}

/// The column that tells a table's rows apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnKey {
    /// Its name.
    pub name: String,
    /// Whether the query speaks for it; else it is a guess.
    pub known: bool,
}

/// A key of ORDER BY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    /// The column.
    pub column: String,
    /// Whether the order descends.
    pub descending: bool,
}

/// `count(*)`, or a function of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aggregate {
    /// In small letters: `count`.
    pub function: String,
    /// The column, where there is one.
    pub column: Option<String>,
}

impl Aggregate {
    /// `count(*)`.
    pub(super) fn count() -> Self {
        Self {
            function: "count".to_owned(),
            column: None,
        }
    }

    /// What it gives, for a sentence.
    pub(super) fn spoken(&self) -> &str {
        match self.function.as_str() {
            "max" => "maximum",
            "min" => "minimum",
            "avg" => "average",
            function => function,
        }
    }

    /// Whether it counts rows.
    pub(super) fn counts(&self) -> bool {
        self.function == "count"
    }
}

impl<'a> Reading<'a> {
    /// Reads a query; `None` when it isn't a SELECT from a table that could be parsed.
    pub(super) fn of(query: &'a Query) -> Option<Self> {
        let facts = query.facts().filter(|f| f.kind == Kind::Select)?;
        let table = facts.tables.first()?.name.as_str();
        let aggregate = aggregate(&query.sql, facts);
        let alone = facts.tables.len() == 1
            && facts.group_by.is_empty()
            && !facts.distinct
            && facts.locking.is_none()
            && (aggregate.is_some() || !facts.aggregates);
        let conditions = if alone {
            conditions(facts, &query.sql, |_| false)
        } else {
            None
        };
        Some(Self {
            query,
            facts,
            table,
            key: own_key(facts, table),
            conditions,
            aggregate,
        })
    }
}

/// The column to tell a table's rows apart: `id`, else one that is called after the table, else what keys are called.
pub(super) fn own_key(facts: &Facts, table: &str) -> OwnKey {
    let of_table = |c: &&Column| c.table.is_none_or(|t| t == 0);
    let selected = facts.selected.iter().filter_map(|s| s.column());
    let compared = facts.predicates.iter().map(|p| &p.column);
    let ordered = facts.order_by.iter().filter_map(|o| o.column.as_ref());
    let columns: Vec<&str> = selected
        .chain(compared)
        .chain(ordered)
        .filter(of_table)
        .map(|c| c.name.as_str())
        .collect();
    let one = names::snake(&singular(table));
    let called_after = |column: &str| {
        let column = names::snake(column);
        ["_id", "_uuid"]
            .iter()
            .any(|end| column.strip_suffix(end) == Some(one.as_str()))
    };
    let usual = ["uuid", "guid", "key", "code", "token", "slug"];
    let found = columns
        .iter()
        .find(|c| c.eq_ignore_ascii_case("id"))
        .or_else(|| columns.iter().find(|c| called_after(c)))
        .or_else(|| columns.iter().find(|c| usual.contains(c)));
    OwnKey {
        name: found.map_or_else(|| "id".to_owned(), |c| (*c).to_owned()),
        known: found.is_some(),
    }
}

/// The aggregate that the select list is: `count(*) AS n`, `sum(t.x)`.
pub(super) fn aggregate(text: &str, facts: &Facts) -> Option<Aggregate> {
    let [selected] = &*facts.selected else {
        return None;
    };
    let Item::Function(function) = &selected.item else {
        return None;
    };
    if !facts.aggregates || !facts.group_by.is_empty() {
        return None;
    }
    let select = Select::read(text)?;
    let open = select.list.find('(')? + 1;
    let inside = select.list.get(open..)?;
    let argument = inside.get(..statement::closing(inside)?)?.trim();
    let column = argument
        .rsplit('.')
        .next()
        .unwrap_or(argument)
        .trim_matches('"');
    let plain = column.chars().all(|c| c.is_alphanumeric() || c == '_') && !column.is_empty();
    // COALESCE(sum(x), 0) and the like are called by other words.
    let known = ["count", "sum", "max", "min", "avg"];
    (known.contains(&function.as_str()) && (plain || argument == "*")).then(|| Aggregate {
        function: function.to_string(),
        column: plain.then(|| column.to_owned()),
    })
}
