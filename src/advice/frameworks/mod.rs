//! The words of each framework, one file each: which loader, which method, which option says a fix.
//!
//! A file has one function for each kind of fix and a [`Words`] that names them; [`words`] leads there from a target.

mod django;
mod ecto;
mod gorm;
mod hibernate;
mod javascript;
mod laravel;
mod prisma;
mod python;
mod rails;
mod sequelize;
mod sqlalchemy;
mod typeorm;

use super::Target;
use super::batch::Batch;
use super::cache::Caching;
use super::fix::Fix;
use super::loading::Loading;
use super::page::Page;
use super::plain;
use super::reading::Reading;

/// How one framework says each kind of fix; `None` where it has no words for it.
pub(super) struct Words {
    /// Load related rows together.
    pub eager: fn(&Loading<'_>) -> Option<Fix>,
    /// Write many rows at once.
    pub batch: fn(&Batch<'_>) -> Option<Fix>,
    /// Read one page, after the last row of the page before.
    pub page: fn(&Page<'_>) -> Option<Fix>,
    /// Read all rows, a page at a time.
    pub read_all: fn(&Page<'_>) -> Option<Fix>,
    /// Learn whether there is a next page without counting.
    pub has_next: fn(&Reading<'_>) -> Option<Fix>,
    /// Remember answers.
    pub cache: fn(&Caching<'_>) -> Option<Fix>,
    /// Have fewer or shorter round trips.
    pub together: fn() -> Fix,
    /// What `together` does, in a sentence.
    pub together_title: &'static str,
}

/// The words of a target.
pub(super) fn words(target: Target) -> &'static Words {
    match target {
        Target::SqlAlchemy => &sqlalchemy::WORDS,
        Target::Django => &django::WORDS,
        Target::Rails => &rails::WORDS,
        Target::Sequelize => &sequelize::WORDS,
        Target::TypeOrm => &typeorm::WORDS,
        Target::Prisma => &prisma::WORDS,
        Target::Hibernate => &hibernate::WORDS,
        Target::Laravel => &laravel::WORDS,
        Target::Ecto => &ecto::WORDS,
        Target::Gorm => &gorm::WORDS,
        Target::Sql => &plain::WORDS,
    }
}

/// Says what `query` is, where code stands on it because its conditions can't be said.
fn on_query(fix: Fix, reading: &Reading<'_>) -> Fix {
    fix.note_if(
        reading.conditions.is_none(),
        "query is the query as it is now, without its order and limit.",
    )
}
