//! Which indexes to make for a load of statements, proven where somebody can be asked, and what else helps.
//!
//! | file | what it knows |
//! |---|---|
//! | `load`, `outcome`, `settings` | [`Load`] goes in, [`Advice`] comes out, [`IndexSettings`] bound it |
//! | [`scan`] | [`scan::Scan`]: what a statement asks of each table that it reads |
//! | `study` | what there is to decide; `assumed` is a catalog for when there is none |
//! | `candidates/` | which indexes a scan could use |
//! | `hints/` | what helps where no index does |
//! | `selectivity` | the part of the rows that conditions keep |
//! | `select/` | the smallest set that saves the most |
//! | `planner`, `values` | costs by a server's planner; values to plan with |
//! | `advise` | all of it put together; `answered` is its result with what it is for |
//! | `short`, `name` | how an index is called |
//! | `costs` | [`Costs`]: who can say what statements would cost |
//! | `write` | what keeping an index up to date costs |
//! | `estimate/` | what statements cost by the statistics of their tables |
//! | `existing/` | what the indexes that exist are worth, and which of them may go |
//! | `size/` | how large an index is when it is new, and how long building it takes |
//! | `columns` | the columns that an index looks at |
//! | `share`, `sample`, `words` | what a predicate keeps; what is inside the values that statistics hold |

mod advise;
mod answered;
mod assumed;
mod candidates;
mod columns;
mod costs;
pub mod estimate;
pub mod existing;
mod hints;
mod load;
mod migration;
mod name;
mod outcome;
mod planner;
mod sample;
pub mod scan;
mod select;
mod selectivity;
mod settings;
mod share;
#[cfg(test)]
mod shop;
mod short;
pub mod size;
mod study;
mod values;
mod words;
pub mod write;

pub use advise::advise;
pub use answered::{IndexAdvice, PlanPair};
pub use candidates::{Candidate, existing_serves};
pub use costs::{Cost, Costs, Stopped};
pub use estimate::Estimates;
pub use load::{Load, Statement};
pub use migration::suggestions;
pub use outcome::{Advice, Existing, Hint, Proof, Proposal, Served, Verdict, Warning};
pub use planner::Planner;
pub use select::Progress;
pub use settings::IndexSettings;
pub use short::short;
pub use study::{Study, study};
pub use write::WriteCost;
