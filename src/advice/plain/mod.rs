//! Fixes in plain SQL, made from the query's own text so that they can be run as they are.

mod batch;
mod eager;
mod page;
mod repeat;
mod tree;

pub(super) use batch::{copy, update_all, upsert_all};
pub(super) use eager::{one_statement, parent_key};
pub(super) use page::estimate;
pub(super) use tree::recursive;

use super::frameworks::Words;
use super::names::singular;
use crate::sql::Table;
use crate::sql::quoted;

/// How SQL says each fix.
pub(super) const WORDS: Words = Words {
    eager: eager::eager,
    batch: batch::batch,
    page: page::page,
    read_all: page::cursor,
    has_next: page::has_next,
    cache: repeat::cache,
    together: repeat::together,
    together_title: "Answer queries that don't need each other in one round trip",
};

/// A table as a statement names it: with its schema, where that is said.
pub(super) fn table_name(table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&table.name)),
        None => quoted(&table.name),
    }
}

/// A name for something that stands beside a table: another one where the table is called so itself.
pub(super) fn beside(table: &str, name: &str) -> String {
    if singular(table) == singular(name) {
        format!("all_{name}")
    } else {
        name.to_owned()
    }
}
