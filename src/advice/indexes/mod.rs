//! Which indexes to make for a load of statements, proven where somebody can be asked, and what else helps.
//!
//! | file | what it knows |
//! |---|---|
//! | `load`, `outcome`, `settings` | [`Load`] goes in, [`Advice`] comes out, [`IndexSettings`] bound it |
//! | `scan` | [`Scan`]: what a statement asks of each table that it reads |
//! | `candidates` | which indexes a scan could use |
//! | `costs` | [`Costs`]: who can say what statements would cost |
//! | `selectivity` | which part of a table a condition keeps |
//! | `write` | what keeping an index up to date costs |

mod candidates;
mod costs;
mod load;
mod outcome;
pub mod scan;
mod selectivity;
mod settings;
mod write;

pub use candidates::Candidate;
pub use costs::{Cost, Costs, Stopped};
pub use load::{Load, Statement};
pub use outcome::{Advice, Existing, Hint, Proof, Proposal, Served, Verdict, Warning};
pub use settings::IndexSettings;
pub use write::WriteCost;
