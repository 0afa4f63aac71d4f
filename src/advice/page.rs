//! A page of a query that begins after the last row of the page before.

use super::names::snake;
use super::reading::Reading;
use super::statement::{Select, items};
use crate::sql::quoted;
use crate::sql::{Bound, Class, OrderKey, Selected};
use crate::workload::Query;

/// Rows of a page where the query doesn't say.
pub(super) const PAGE: u64 = 100;

/// A query with the order that its pages follow.
#[derive(Clone, Debug)]
pub(super) struct Page<'a> {
    /// The query.
    pub reading: Reading<'a>,
    /// The clauses of its text.
    pub select: Select<'a>,
    /// The keys of the order, the last of which tells rows apart.
    pub keys: Vec<PageKey>,
    /// How many rows a page has; `None` where a parameter tells.
    pub rows: Option<u64>,
}

/// A key of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageKey {
    /// What it sorts by, as SQL.
    pub sql: String,
    /// The column of the query's first table, where it is nothing else.
    pub column: Option<String>,
    /// What its value in the last row may be called: `last_created_at`.
    pub variable: String,
    /// Whether the order descends.
    pub descending: bool,
    /// `NULLS FIRST` or `NULLS LAST`, when said.
    pub nulls: Option<&'static str>,
}

impl<'a> Page<'a> {
    /// Reads a query; `None` where a condition can't say where a page begins: rows that are grouped or united.
    pub(super) fn of(query: &'a Query) -> Option<Self> {
        let reading = Reading::of(query)?;
        let facts = reading.facts;
        if facts.aggregates || !facts.group_by.is_empty() {
            return None;
        }
        let select = Select::read(&query.sql).filter(reads_tables)?;
        let texts = select.order.map(items).unwrap_or_default();
        let mut keys = Vec::new();
        for (key, text) in facts.order_by.iter().zip(texts) {
            keys.push(page_key(&reading, key, text));
            if is_own(&reading, keys.last()) {
                break;
            }
        }
        if !is_own(&reading, keys.last()) {
            let descending = keys.last().is_some_and(|k| k.descending);
            let column = reading.key.name.clone();
            // DISTINCT sorts by nothing else than what it selects; a lone column of it tells its rows apart.
            let selected =
                |s: &Selected| s.is_all() || s.column().is_some_and(|c| c.name == column.as_str());
            let known = !facts.distinct || facts.selected.iter().any(selected);
            let column = match (&*facts.selected, known) {
                (_, true) => column,
                ([alone], false) => alone.column()?.name.to_string(),
                _ => return None,
            };
            let added = PageKey {
                sql: qualified(&reading, 0, &column),
                variable: format!("last_{}", snake(&column)),
                column: Some(column),
                descending,
                nulls: None,
            };
            if !keys.contains(&added) {
                keys.push(added);
            }
        }
        let rows = match facts.limit {
            Some(Bound::Constant(rows)) => Some(rows),
            Some(_) => None,
            None => Some(PAGE),
        };
        Some(Self {
            reading,
            select,
            keys,
            rows,
        })
    }

    /// The columns of the order; `None` where it has an expression or another table's column.
    pub(super) fn columns(&self) -> Option<Vec<&str>> {
        self.keys.iter().map(|k| k.column.as_deref()).collect()
    }

    /// Whether all keys descend, or none does, so that rows can be compared as one.
    pub(super) fn one_way(&self) -> bool {
        self.keys.iter().all(|k| k.descending) || self.keys.iter().all(|k| !k.descending)
    }

    /// The ways in which a row comes after the last one, where keys go different ways: beyond it in the first key, or
    /// the same in that and beyond it in the next, and so on. `equal` and `beyond` write a comparison of a key with
    /// its value, the latter with its sign.
    pub(super) fn ways(
        &self,
        names: &[String],
        values: &[String],
        equal: impl Fn(&str, &str) -> String,
        beyond: impl Fn(&str, &str, &'static str) -> String,
    ) -> Vec<Vec<String>> {
        let pairs: Vec<(&String, &String)> = names.iter().zip(values).collect();
        let way = |(at, key): (usize, &PageKey)| {
            let same = pairs.iter().take(at).map(|(n, v)| equal(n, v));
            let last = pairs
                .get(at)
                .map(|(n, v)| beyond(n, v, Self::comparison(key)));
            same.chain(last).collect()
        };
        self.keys.iter().enumerate().map(way).collect()
    }

    /// The comparison of the first key, which is that of all when they go one way.
    pub(super) fn sign(&self) -> &'static str {
        self.keys.first().map_or(">", Self::comparison)
    }

    /// The comparison that a page's rows pass in this key.
    pub(super) fn comparison(key: &PageKey) -> &'static str {
        if key.descending { "<" } else { ">" }
    }

    /// Whether rows with NULL in a key would be left out: all but the own key may have it.
    pub(super) fn may_be_null(&self) -> Vec<&str> {
        let others = self
            .keys
            .iter()
            .filter(|k| !is_own(&self.reading, Some(*k)));
        others
            .map(|k| k.column.as_deref().unwrap_or(&k.sql))
            .collect()
    }

    /// How many rows a page has: a number, or a variable of the application.
    pub(super) fn rows(&self, variable: &str) -> String {
        self.rows
            .map_or_else(|| variable.to_owned(), |n| n.to_string())
    }
}

/// Whether a query reads from tables, not from the rows of another query.
pub(super) fn reads_tables(select: &Select<'_>) -> bool {
    !select.from.to_ascii_uppercase().contains("(SELECT")
}

fn is_own(reading: &Reading<'_>, key: Option<&PageKey>) -> bool {
    key.is_some_and(|k| k.column.as_deref() == Some(reading.key.name.as_str()))
}

fn page_key(reading: &Reading<'_>, key: &OrderKey, text: &str) -> PageKey {
    let table = key.column.as_ref().map(|c| c.table.unwrap_or(0));
    let name = key.column.as_ref().map(|c| c.name.to_string());
    let sql = match (&name, table) {
        (Some(name), Some(table)) => qualified(reading, table, name),
        _ => without_direction(text),
    };
    let variable = match &name {
        Some(name) => format!("last_{}", snake(name)),
        None => "last_value".to_owned(),
    };
    PageKey {
        sql,
        column: name.filter(|_| table == Some(0)),
        variable,
        descending: key.descending,
        nulls: key
            .nulls_first
            .map(|first| if first { "NULLS FIRST" } else { "NULLS LAST" }),
    }
}

/// A column with its table's alias or name before it.
pub(super) fn qualified(reading: &Reading<'_>, table: u32, column: &str) -> String {
    let name = reading
        .facts
        .tables
        .get(table as usize)
        .map_or(reading.table, |t| t.alias.as_deref().unwrap_or(&t.name));
    format!("{}.{}", quoted(name), quoted(column))
}

/// A key of ORDER BY without the words that say which way it goes.
fn without_direction(text: &str) -> String {
    let words = ["ASC", "DESC", "NULLS", "FIRST", "LAST"];
    let tokens = super::statement::tokens(text);
    let kept = tokens.iter().rposition(|(class, word)| {
        *class != Class::Space && !words.iter().any(|w| word.eq_ignore_ascii_case(w))
    });
    let kept = kept.map_or(0, |at| at + 1);
    tokens.iter().take(kept).map(|(_, text)| *text).collect()
}
