//! A node of a plan.

use std::ops::RangeInclusive;

use super::Usage;
use super::value::{Property, Value, find};

/// What a node is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The first, or only, input.
    Outer,
    /// The second input of a join.
    Inner,
    /// One of the inputs of an Append or of a bitmap node.
    Member,
    /// The input of a Subquery Scan.
    Subquery,
    /// Run at most once, by whoever asks first for what it gives: `InitPlan 1 (returns $0)`. CTEs are run so too.
    InitPlan,
    /// Run by an expression of its parent: `SubPlan 2`.
    SubPlan,
}

/// What the planner expected, for one loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Cost up to the first row.
    pub startup_cost: f64,
    /// Cost in all.
    pub total_cost: f64,
    /// Rows.
    pub rows: f64,
    /// Bytes of a row.
    pub width: f64,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Actual {
    /// The statement was explained only.
    Unknown,
    /// The statement was run, but not this node.
    Never,
    /// Averages of one loop, rounded as the server rounds them.
    Ran {
        /// Milliseconds up to the first row; `None` with `TIMING OFF`.
        startup_ms: Option<f64>,
        /// Milliseconds in all; `None` with `TIMING OFF`.
        total_ms: Option<f64>,
        /// Rows; whole numbers before PostgreSQL 18.
        rows: f64,
        /// How often it ran, in all processes together.
        loops: f64,
    },
}

/// What one parallel worker did in a node, with `VERBOSE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker {
    /// Its number, from 0.
    pub number: u32,
    /// What happened in it.
    pub actual: Actual,
    /// What it read and wrote.
    pub usage: Usage,
    /// All else that is written about it.
    pub properties: Vec<Property>,
}

/// A node of a plan. Names are those of `FORMAT JSON`, whichever form it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The node that it hangs on.
    pub parent: Option<usize>,
    /// How many nodes stand above it.
    pub depth: usize,
    /// What it is to its parent; `None` for the root.
    pub role: Option<Role>,
    /// What an init plan, sub plan or CTE is called: `CTE recent`, `InitPlan 1 (returns $0)`.
    pub subplan: Option<String>,
    /// `Node Type`: `Seq Scan`, `Hash Join`, `Aggregate`, `ModifyTable`.
    pub kind: String,
    /// What the text form calls it, without what it reads: `Parallel Seq Scan`, `Hash Left Join`,
    /// `Finalize HashAggregate`, `Update`.
    pub title: String,
    /// Whether processes share its work.
    pub parallel_aware: bool,
    /// `Schema`, with `VERBOSE`.
    pub schema: Option<String>,
    /// `Relation Name`.
    pub relation: Option<String>,
    /// `Alias`, where it differs from the relation, or names a function, CTE or subquery.
    pub alias: Option<String>,
    /// `Index Name`.
    pub index: Option<String>,
    /// What was expected; `None` with `COSTS OFF`.
    pub estimate: Option<Estimate>,
    /// What happened.
    pub actual: Actual,
    /// What it and the nodes below it read and wrote.
    pub usage: Usage,
    /// What each worker did, with `VERBOSE`.
    pub workers: Vec<Worker>,
    /// All else that is written about it, in order, by the names of `FORMAT JSON`: `Filter`, `Sort Key`,
    /// `Rows Removed by Filter`, `Join Type`, `Strategy`.
    pub properties: Vec<Property>,
    /// The lines of the input that are its own, counted from 1: its heading and what is written about it, without the
    /// nodes below.
    pub lines: RangeInclusive<u32>,
}

impl Node {
    /// A node of which nothing is known but what it is called.
    #[must_use]
    pub fn new(kind: impl Into<String>, line: u32) -> Self {
        let kind = kind.into();
        Self {
            parent: None,
            depth: 0,
            role: None,
            subplan: None,
            title: kind.clone(),
            kind,
            parallel_aware: false,
            schema: None,
            relation: None,
            alias: None,
            index: None,
            estimate: None,
            actual: Actual::Unknown,
            usage: Usage::default(),
            workers: Vec::new(),
            properties: Vec::new(),
            lines: line..=line,
        }
    }

    /// What is written under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        find(&self.properties, name)
    }

    /// The text under `name`: `Filter`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// The number under `name`: `Rows Removed by Filter`.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.number()
    }

    /// The texts under `name`: `Sort Key`.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<&str> {
        self.get(name).map(Value::texts).unwrap_or_default()
    }

    /// How often it ran; 0 if never or not known.
    #[must_use]
    pub fn loops(&self) -> f64 {
        match self.actual {
            Actual::Ran { loops, .. } => loops,
            Actual::Never | Actual::Unknown => 0.0,
        }
    }

    /// Rows of one loop.
    #[must_use]
    pub fn rows(&self) -> Option<f64> {
        match self.actual {
            Actual::Ran { rows, .. } => Some(rows),
            Actual::Never | Actual::Unknown => None,
        }
    }

    /// Milliseconds of one loop.
    #[must_use]
    pub fn total_ms(&self) -> Option<f64> {
        match self.actual {
            Actual::Ran { total_ms, .. } => total_ms,
            Actual::Never | Actual::Unknown => None,
        }
    }

    /// Whether it ran.
    #[must_use]
    pub fn ran(&self) -> bool {
        self.loops() > 0.0
    }

    /// Its schema and relation, as far as they are known: `public.orders`.
    #[must_use]
    pub fn qualified_relation(&self) -> Option<String> {
        let relation = self.relation.as_deref()?;
        Some(match &self.schema {
            Some(schema) => format!("{schema}.{relation}"),
            None => relation.to_owned(),
        })
    }
}
