//! Plans that the server would make if there were indexes that aren't there, by the extension HypoPG.
//!
//! | file | what it knows |
//! |---|---|
//! | `support` | [`support()`]: whether HypoPG can be used here, and what to do if not |
//! | `laboratory` | [`Laboratory`]: texts that were looked at once and can be planned again and again |
//! | `unit` | one transaction of it |
//! | `correct` | what HypoPG's costs leave out |
//!
//! Hypothetical indexes live in the memory of one backend and outlive its transactions, so each unit of work takes
//! them away at its beginning and at its end. They are seen by plain EXPLAIN only; nothing is built or written.

mod correct;
mod laboratory;
mod support;
mod unit;

pub use laboratory::{Answer, Laboratory, Planned, Question};
pub use support::{Support, support};
