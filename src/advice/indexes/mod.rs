//! Which indexes to make for a load of statements, proven where somebody can be asked, and what else helps.
//!
//! | file | what it knows |
//! |---|---|
//! | `load`, `outcome`, `settings` | [`Load`] goes in, [`Advice`] comes out, [`IndexSettings`] bound it |
//! | `scan` | [`Scan`]: what a statement asks of each table that it reads |
//! | `candidates` | which indexes a scan could use |
//! | `costs` | [`Costs`]: who can say what statements would cost |
//! | `write` | what keeping an index up to date costs |
//! | `estimate/` | what statements cost by the statistics of their tables |
//! | `existing/` | what the indexes that exist are worth, and which of them may go |
//! | `size/` | how large an index is when it is new, and how long building it takes |
//! | `columns` | the columns that an index looks at |
//! | `share`, `sample`, `words` | what a predicate keeps; what is inside the values that statistics hold |

mod candidates;
mod columns;
mod costs;
pub mod estimate;
pub mod existing;
mod load;
mod outcome;
mod sample;
pub mod scan;
mod selectivity;
mod settings;
mod share;
#[cfg(test)]
mod shop;
pub mod size;
mod words;
pub mod write;

pub use candidates::Candidate;
pub use costs::{Cost, Costs, Stopped};
pub use load::{Load, Statement};
pub use outcome::{Advice, Existing, Hint, Proof, Proposal, Served, Verdict, Warning};
pub use settings::IndexSettings;
pub use write::WriteCost;
