//! Plans: what `EXPLAIN` says, in whichever form it was written down, and where its time went.
//!
//! | file | what it knows |
//! |---|---|
//! | `node`, `value`, `usage` | the model: nodes in the order of the plan, with all that was written about them |
//! | `read` | from text, JSON, YAML and XML to the model, through whatever a terminal put around it |
//! | `timing` | the time, rows and buffers that are a node's own |
//! | `summary` | the same by table, by index and by kind of node |
//! | `shape` | which plans are the same but for their figures |
//! | `compare` | which nodes of two plans do the same work |
//! | `expression`, `relation` | conditions without constants, and tables by one name for all partitions |

mod compare;
mod expression;
mod node;
mod read;
mod relation;
mod shape;
mod summary;
mod timing;
mod usage;
mod value;

pub use compare::{Change, Comparison, Pair, Sides, compare};
pub use node::{Actual, Estimate, Node, Role, Worker};
pub use read::{Reading, Warning, read, read_log_record};
pub use shape::shape;
pub use summary::{Sum, by_index, by_kind, by_table};
pub use timing::{NodeTime, Outside, Timing, timing};
pub use usage::{Blocks, Usage, Wal};
pub use value::{Property, Value, find};

use std::ops::RangeInclusive;

/// How a plan was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `FORMAT TEXT`, what people read.
    Text,
    /// `FORMAT JSON`.
    Json,
    /// `FORMAT YAML`.
    Yaml,
    /// `FORMAT XML`.
    Xml,
}

/// What `EXPLAIN` said of one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How it was written down.
    pub format: Format,
    /// The nodes, parents before their children and children in the order of the text. A node's place here is its id.
    pub nodes: Vec<Node>,
    /// The statement, where the plan names it, as `auto_explain` does.
    pub query: Option<String>,
    /// The statement's parameters as `auto_explain` writes them: `$1 = '5', $2 = 'x'`.
    pub parameters: Option<String>,
    /// `Query Identifier`, as in `pg_stat_statements`.
    pub query_id: Option<i64>,
    /// Milliseconds that planning took.
    pub planning_ms: Option<f64>,
    /// Milliseconds from the start of the execution to its end: `Execution Time`, or `Total runtime` of old servers.
    pub execution_ms: Option<f64>,
    /// Milliseconds that the log gives for a plan of `auto_explain`, which has no `Execution Time`.
    pub duration_ms: Option<f64>,
    /// What planning read.
    pub planning_usage: Usage,
    /// Triggers that ran.
    pub triggers: Vec<Trigger>,
    /// What compiling expressions took, in all processes together.
    pub jit: Option<Jit>,
    /// `SERIALIZE`: what making the rows ready to send took.
    pub serialization: Option<Serialization>,
    /// Settings that differ from the server's defaults and bear on the plan.
    pub settings: Vec<(String, String)>,
    /// All else that stands beside the tree, by the names of `FORMAT JSON`.
    pub properties: Vec<Property>,
    /// The lines of the input that it stands on, counted from 1.
    pub lines: RangeInclusive<u32>,
}

/// A trigger that ran after a statement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trigger {
    /// Its name; for a foreign key that of the internal trigger, `RI_ConstraintTrigger_a_16394`.
    pub name: String,
    /// The constraint that it keeps.
    pub constraint: Option<String>,
    /// The table that it is on.
    pub relation: Option<String>,
    /// Milliseconds in all its calls; `None` with `TIMING OFF`.
    pub ms: Option<f64>,
    /// How often it was called.
    pub calls: f64,
    /// The line that it stands on, counted from 1.
    pub line: u32,
}

/// What compiling expressions took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jit {
    /// Functions that were compiled.
    pub functions: f64,
    /// What was done to them: inlining, optimization, expressions, deforming.
    pub options: Vec<(String, bool)>,
    /// Milliseconds, by part and in all.
    pub generation_ms: Option<f64>,
    /// Milliseconds of generation that were for deforming, since PostgreSQL 17.
    pub deform_ms: Option<f64>,
    /// Milliseconds.
    pub inlining_ms: Option<f64>,
    /// Milliseconds.
    pub optimization_ms: Option<f64>,
    /// Milliseconds.
    pub emission_ms: Option<f64>,
    /// Milliseconds in all.
    pub total_ms: Option<f64>,
}

/// What making the rows ready to send took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Serialization {
    /// Milliseconds; `None` with `TIMING OFF`.
    pub ms: Option<f64>,
    /// Kilobytes that would have been sent.
    pub output_kb: Option<f64>,
    /// `text` or `binary`.
    pub format: Option<String>,
    /// What it read, from TOAST tables above all.
    pub usage: Usage,
}

impl Plan {
    /// A plan without anything in it.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            nodes: Vec::new(),
            query: None,
            parameters: None,
            query_id: None,
            planning_ms: None,
            execution_ms: None,
            duration_ms: None,
            planning_usage: Usage::default(),
            triggers: Vec::new(),
            jit: None,
            serialization: None,
            settings: Vec::new(),
            properties: Vec::new(),
            lines: 0..=0,
        }
    }

    /// The node that everything hangs on.
    #[must_use]
    pub fn root(&self) -> Option<&Node> {
        self.nodes.first()
    }

    /// The children of a node, in the order of the plan.
    pub fn children(&self, id: usize) -> impl Iterator<Item = usize> + '_ {
        self.nodes
            .iter()
            .enumerate()
            .skip(id + 1)
            .filter(move |(_, node)| node.parent == Some(id))
            .map(|(at, _)| at)
    }

    /// The nodes of a node's subtree, itself first: they stand one behind another.
    #[must_use]
    pub fn subtree(&self, id: usize) -> std::ops::Range<usize> {
        let depth = self.nodes.get(id).map_or(0, |n| n.depth);
        let after = self.nodes.iter().skip(id + 1);
        id..id + 1 + after.take_while(|n| n.depth > depth).count()
    }

    /// Counts lines from another place: `by` lines stand before what was line 1.
    pub fn move_lines(&mut self, by: u32) {
        let moved = |lines: &RangeInclusive<u32>| {
            lines.start().saturating_add(by)..=lines.end().saturating_add(by)
        };
        self.lines = moved(&self.lines);
        for node in &mut self.nodes {
            node.lines = moved(&node.lines);
        }
        for trigger in &mut self.triggers {
            trigger.line = trigger.line.saturating_add(by);
        }
    }

    /// Whether the statement was run, so that there are rows and mostly times.
    #[must_use]
    pub fn is_analyzed(&self) -> bool {
        self.nodes
            .iter()
            .any(|n| !matches!(n.actual, Actual::Unknown))
    }

    /// Whether nodes have times: not with `TIMING OFF`, and not without `ANALYZE`.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.nodes.iter().any(|n| n.total_ms().is_some())
    }
}
