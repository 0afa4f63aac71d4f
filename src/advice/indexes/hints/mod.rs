//! What helps where no index does, and why nothing is to be done where that is so.
//!
//! | file | what it knows |
//! |---|---|
//! | `dates` | days, months and years as ranges of moments |
//! | `rewrite` | conditions that hide their column, written so that an index serves them |
//! | `page` | deep OFFSET, order by chance |
//! | `nothing` | why no index is wanted |

mod dates;
mod nothing;
mod page;
mod rewrite;

use super::outcome::Hint;
use super::scan::{Comparison, Condition, Reading, Scan};
use super::settings::IndexSettings;
use crate::catalog::{Catalog, Table};

/// What is said of a statement beside indexes.
#[must_use]
pub(super) fn hints(
    catalog: Option<&Catalog>,
    reading: &Reading,
    sql: &str,
    statement: usize,
    settings: &IndexSettings,
) -> Vec<Hint> {
    let mut said: Vec<Said> = Vec::new();
    for scan in &reading.scans {
        let table = catalog.and_then(|catalog| catalog.table(&scan.table));
        each(&scan.conditions, &mut |comparison| {
            said.extend(rewrite::rewrite(table, comparison));
        });
        said.extend(page::page(catalog, scan));
        if let (Some(catalog), Some(table)) = (catalog, table) {
            said.extend(nothing::nothing(catalog, table, scan, settings));
        }
    }
    said.extend(page::by_chance(sql));
    let mut hints: Vec<Hint> = Vec::new();
    for said in said {
        let hint = Hint {
            statement,
            rule: said.rule,
            title: said.title,
            is_fine: said.is_fine,
            code: said.code,
        };
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

/// A hint before it is known of which statement.
struct Said {
    rule: &'static str,
    title: String,
    code: String,
    is_fine: bool,
}

impl Said {
    fn to_do(rule: &'static str, title: String, code: String) -> Self {
        Self {
            rule,
            title,
            code,
            is_fine: false,
        }
    }

    fn fine(rule: &'static str, title: String) -> Self {
        Self {
            rule,
            title,
            code: String::new(),
            is_fine: true,
        }
    }
}

/// Every comparison of some conditions.
fn each(conditions: &[Condition], see: &mut dyn FnMut(&Comparison)) {
    for condition in conditions {
        match condition {
            Condition::One(comparison) => see(comparison),
            Condition::Any(branches) => {
                for branch in branches {
                    each(branch, see);
                }
            }
        }
    }
}

/// The type of a column, where it is known.
fn type_of<'a>(table: Option<&'a Table>, column: &str) -> Option<&'a str> {
    Some(table?.column(column)?.data_type.as_str())
}

/// The columns of a table's primary key.
fn primary<'a>(catalog: &'a Catalog, scan: &Scan) -> Option<Vec<&'a str>> {
    let of_table = catalog.indexes_of(&scan.table).iter();
    let mut primary = of_table.filter(|index| index.primary);
    primary.next()?.keys.iter().map(|k| k.as_column()).collect()
}
