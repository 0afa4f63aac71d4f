//! What a statement asks of each table that it reads: the input of all thoughts about indexes.
//!
//! | file | what it knows |
//! |---|---|
//! | `read` | statements, and the state while one is read |
//! | `select`, `from` | queries, what they sort, group and return; tables, views and joins |
//! | `conditions`, `comparison`, `operators`, `values` | conditions, each given to the scan that it is about |
//! | `term` | what of an expression belongs to which scan, and how it is written |
//! | `scope` | what names mean |

mod comparison;
mod conditions;
mod from;
mod operators;
mod read;
mod scope;
mod select;
mod term;
mod values;

pub use read::read;

use crate::catalog::{KeyOf, Name};

/// One mention of a table in a statement, and what is asked of it there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The table as the catalog has it; without a catalog as the statement names it, the schema then empty where it
    /// names none.
    pub table: Name,
    /// How the rest of the statement names it: its alias, else its name.
    pub alias: String,
    /// The query block it stands in, counted from 0 in the order of the text; scans of one block are joined.
    pub block: usize,
    /// Conditions that all hold for each row that the statement wants of it, joins included.
    pub conditions: Vec<Condition>,
    /// The order that its block asks for, as far as the keys from the first on are terms of this scan. DISTINCT ON
    /// and a window's PARTITION BY and ORDER BY count where the block has no ORDER BY.
    pub order: Vec<SortKey>,
    /// Whether [`Scan::order`] is all of the block's order.
    pub order_is_whole: bool,
    /// Terms that its block groups by, or that DISTINCT tells apart, when all of them are of this scan.
    pub group: Vec<Term>,
    /// How many rows the block wants.
    pub limit: Option<Count>,
    /// How many rows the block skips.
    pub offset: Option<Count>,
    /// Terms of which the block wants the smallest or the largest value, when it returns nothing but such.
    pub extremes: Vec<Term>,
    /// The columns of the table that the statement reads, sorted; `None` for all of them.
    pub columns: Option<Vec<String>>,
    /// Whether the statement changes or deletes rows of it.
    pub is_target: bool,
}

/// A condition on the rows of one scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A comparison.
    One(Comparison),
    /// One of these holds, each of them a list of conditions that hold together. All of it is about this scan.
    Any(Vec<Vec<Condition>>),
}

/// A comparison of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is compared: one term, or those of a row: `(created_at, id) < (…)`. Turned so that it stands on the left.
    pub terms: Vec<Term>,
    /// How.
    pub op: Op,
    /// With what.
    pub against: Against,
    /// The condition as the statement has it, names of columns without that of the table: fit for the predicate of a
    /// partial index where it holds only constants.
    pub text: String,
}

/// A column, or an expression over columns of one scan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// What it is; an expression without the table's name, written compactly: `lower(email)`, `attrs->>'color'`,
    /// `a + b`, `created_at::date`.
    pub of: KeyOf,
    /// The columns in it, each once.
    pub columns: Vec<String>,
    /// The functions, operators and casts around them from the outside to the inside: `lower`, `->>`, `::date`.
    pub calls: Vec<String>,
    /// The collation that COLLATE gives it.
    pub collation: Option<String>,
}

/// How a term is compared. `Not…` are conditions that no index search serves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `=`, also IS NOT DISTINCT FROM.
    Eq,
    /// IN, `= ANY`; the count of values where it is known.
    In(Option<usize>),
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// BETWEEN; [`Against::Values`] has the bounds.
    Between,
    /// LIKE, `~~`
    Like,
    /// ILIKE, `~~*`
    ILike,
    /// `~`, `~*` or SIMILAR TO; whether case counts.
    Regex(bool),
    /// IS NULL
    IsNull,
    /// IS NOT NULL
    NotNull,
    /// A boolean term alone, or IS TRUE, `= true`.
    IsTrue,
    /// NOT a boolean term, or IS FALSE, `= false`.
    IsFalse,
    /// `<>`
    NotEq,
    /// NOT IN, `<> ALL`.
    NotIn,
    /// NOT LIKE and all else that NOT stands before.
    Not,
    /// Any other operator, as it is written: `@>`, `?`, `&&`, `@@`, `<->`.
    Operator(String),
}

/// What a term is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// Nothing: IS NULL, a boolean.
    Nothing,
    /// Constants and parameters: one, or those of IN, BETWEEN or a row.
    Values(Vec<Value>),
    /// An expression without columns that is known when the statement begins: `now() - interval '1 day'`.
    Known,
    /// A term of another scan, by its position in the list: a join, or an outer block's row.
    Other(usize, Term),
    /// A value of a row that comes from elsewhere: WITH, a function, VALUES.
    Row,
    /// Another term of the same scan.
    Same,
    /// A sub-select that does not look at rows of this scan; the position of its first scan, where it has one.
    Subquery(Option<usize>),
    /// Anything else.
    Unknown,
}

/// A constant, or a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A constant: its value as text without quotes, and what kind of literal it is.
    Literal(String, Literal),
    /// NULL.
    Null,
    /// `$n`
    Parameter(u32),
}

/// What kind of literal a constant is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Digits without a point.
    Integer,
    /// With a point or an exponent.
    Decimal,
    /// A string in quotes, which takes the type of what it is compared with.
    Text,
    /// TRUE or FALSE.
    Boolean,
    /// A string with a type: `date '2026-01-01'`, `'x'::text`.
    Typed(String),
}

/// A key of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// What is sorted by.
    pub term: Term,
    /// Whether the order descends.
    pub descending: bool,
    /// Whether NULLs come first, said or by default (they do where it descends).
    pub nulls_first: bool,
}

/// The value of LIMIT or OFFSET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// A number in the text.
    Constant(u64),
    /// A parameter or an expression.
    Unknown,
}

/// What a statement asks of the tables it reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its scans, in the order of the text.
    pub scans: Vec<Scan>,
    /// Columns that it assigns to, with their tables.
    pub assigned: Vec<(Name, String)>,
    /// What could not be made sense of, a sentence each without a full stop: an unknown table, a view.
    pub notes: Vec<String>,
}

impl Term {
    /// A column.
    #[must_use]
    pub fn column(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            of: KeyOf::Column(name.clone()),
            columns: vec![name],
            calls: Vec::new(),
            collation: None,
        }
    }

    /// The column's name, when it is nothing but one.
    #[must_use]
    pub fn as_column(&self) -> Option<&str> {
        match &self.of {
            KeyOf::Column(name) => Some(name),
            KeyOf::Expression(_) => None,
        }
    }
}
