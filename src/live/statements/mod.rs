//! What every statement cost, from `pg_stat_statements`: totals, snapshots and what ran between two of them.
//!
//! | file | what it knows |
//! |---|---|
//! | `metric`, `values` | [`Metric`]: the numbers by whatever names; [`Values`]: those of one statement |
//! | `columns` | [`Columns`]: which of them a server has, and how they are selected |
//! | `probe`, `diagnose` | what the server and the role allow; [`Obstacle`]: what is in the way, with the lines to mend it |
//! | `read` | [`Statements`]: one round trip for all numbers, texts once |
//! | `snapshot` | [`Snapshot`]: all statements at one moment, hidden ones counted |
//! | `texts` | [`Texts`], [`Names`]: what is fetched once |
//! | `difference`, `confidence` | [`difference()`]: what ran in between, and how far that is certain |

mod columns;
mod confidence;
mod diagnose;
mod difference;
mod metric;
mod probe;
mod read;
mod snapshot;
#[cfg(test)]
mod tests;
mod texts;
mod values;

pub use columns::Columns;
pub use confidence::{Confidence, NotComparable};
pub use diagnose::{Case, Obstacle, diagnose};
pub use difference::{Delta, Difference, Sureness, Why, difference};
pub use metric::{METRICS, Metric, Nature};
pub use probe::{Extension, Probe};
pub use read::{Opened, Statements};
pub use snapshot::{Header, Hidden, Key, Row, ServerId, Snapshot};
pub use texts::{LONGEST_TEXT, Names, Text, TextKey, Texts};
pub use values::Values;
