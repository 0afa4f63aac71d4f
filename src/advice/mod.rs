//! The fixes: code that a developer can copy, in the words of the framework in use.
//!
//! | file | what it knows |
//! |---|---|
//! | `suggestion`, `target` | [`Suggestion`], [`Target`]: what is given out, and for what |
//! | `relation` | [`Relation`]: how the rows of two tables hang together |
//! | `eager_loading`, `batch`, `pagination`, `cache`, `round_trips`, `slow_query` | one kind of fix each: its title, and who says it |
//! | `loading`, `reading`, `condition`, `page` | what a query says, as far as a fix needs to know |
//! | `statement`, `parameters`, `casts` | a statement's text taken apart, and written anew |
//! | `names` | names of tables, classes, attributes and variables |
//! | `frameworks/` | one framework a file: its words for each kind of fix |
//! | `plain/` | the same in SQL, made from the query's own text |
//! | `recognise/` | which framework wrote a capture's statements |
//! | [`indexes`] | which indexes to make for many statements, and what else helps |

mod batch;
mod cache;
mod casts;
mod condition;
mod eager_loading;
mod fix;
#[allow(
    clippy::unnecessary_wraps,
    reason = "a framework may have no words for a fix, and those that have some for all answer alike"
)]
mod frameworks;
pub mod indexes;
mod loading;
mod names;
mod page;
mod pagination;
mod parameters;
#[allow(clippy::unnecessary_wraps, reason = "as those of a framework")]
mod plain;
mod reading;
mod recognise;
mod relation;
mod round_trips;
mod slow_query;
mod statement;
mod suggestion;
mod target;

#[cfg(test)]
mod tests;

pub use crate::sql::quoted;
pub use batch::{WriteLoop, batch};
pub use cache::{CacheScope, cache};
pub use eager_loading::eager_loading;
pub use names::{class_name, plural, singular, spoken, stem, words};
pub use pagination::{count_per_page, page_loop, pagination};
pub use recognise::recognise;
pub use relation::{Load, Relation, RelationKind};
pub use round_trips::fewer_round_trips;
pub use slow_query::{condition, slow_query};
pub use suggestion::{Suggestion, SuggestionKind};
pub use target::Target;
