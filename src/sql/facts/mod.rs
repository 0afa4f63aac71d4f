//! What a statement does to which tables and columns, read from its syntax tree.
//!
//! | file | what it knows |
//! |---|---|
//! | `mend` | rewrites what the server takes and the parser does not |
//! | `guard` | which texts are too large or too deep to be parsed |
//! | `collect`, `from`, `select` | statements and queries, tables, what a query returns |
//! | `condition`, `operand` | predicates and joins in WHERE, ON and HAVING |
//! | `names` | which table a column belongs to |
//! | `name`, `share`, `selection` | names and select lists that statements share |
//! | `locking` | FOR UPDATE and its kin |

mod collect;
mod condition;
mod from;
mod guard;
mod locking;
mod mend;
mod name;
mod names;
mod operand;
mod select;
mod selection;
mod share;

pub use name::Name;
pub use selection::Selection;

use super::kind::Kind;
use name::Pool;
use selection::Lists;
use serde::{Deserialize, Serialize};
use sqlparser::ast::Statement;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// What is known of a statement. Names are as the server folds them: in lower case unless quoted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The sort of the statement.
    pub kind: Kind,
    /// The tables, each once per mention that can have an alias of its own: those of the main
    /// statement first, then those of sub-selects and WITH. Sub-selects, functions and the names that
    /// WITH defines are no tables.
    pub tables: Box<[Table]>,
    /// What the main statement returns: its select list or RETURNING.
    pub selected: Selection,
    /// Conditions on columns, those of the main statement first.
    pub predicates: Box<[Predicate]>,
    /// Columns of two tables that a condition equates.
    pub joins: Box<[Join]>,
    /// The columns of the main statement's GROUP BY. Expressions are left out.
    pub group_by: Box<[Column]>,
    /// The main statement's ORDER BY.
    pub order_by: Box<[OrderKey]>,
    /// The main statement's LIMIT or FETCH FIRST.
    pub limit: Option<Bound>,
    /// The main statement's OFFSET.
    pub offset: Option<Bound>,
    /// Whether the select list of the main statement has an aggregate function.
    pub aggregates: bool,
    /// Whether the main statement has DISTINCT, or UNION without ALL.
    pub distinct: bool,
    /// Whether there is any sub-select or WITH.
    pub subqueries: bool,
    /// FOR UPDATE and its kin, in the main statement.
    pub locking: Option<Locking>,
    /// What an INSERT says of its target.
    pub insert: Option<Box<Insert>>,
    /// The columns that an UPDATE (or ON CONFLICT DO UPDATE) sets.
    pub assigned: Box<[Column]>,
}

/// A mention of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Table {
    /// The schema, when the statement names it.
    pub schema: Option<Name>,
    /// The name without the schema.
    pub name: Name,
    /// The alias, when it has one.
    pub alias: Option<Name>,
}

/// A column, and the table that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Column {
    /// The index of the table in [`Facts::tables`], when the statement tells which it is.
    pub table: Option<u32>,
    /// The name of the column.
    pub name: Name,
}

/// An item of a select list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Selected {
    /// What it is.
    pub item: Item,
    /// The name given by AS.
    pub alias: Option<Name>,
}

/// What an item of a select list is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// Nothing but a column, or a cast of one.
    Column(Column),
    /// `*`, or `t.*` with the index of that table in [`Facts::tables`].
    All(Option<u32>),
    /// The call of a function of this name: `count`.
    Function(Name),
    /// Anything else.
    Expression,
}

impl Selected {
    /// The column, when the item is nothing but a column (or a cast of one).
    #[must_use]
    pub fn column(&self) -> Option<&Column> {
        match &self.item {
            Item::Column(column) => Some(column),
            _ => None,
        }
    }

    /// Whether the item is `*` or `t.*`.
    #[must_use]
    pub fn is_all(&self) -> bool {
        matches!(self.item, Item::All(_))
    }
}

/// A condition on a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicate {
    /// The column.
    pub column: Column,
    /// How it is compared.
    pub op: Op,
    /// Whether NOT stands before it, as in NOT IN and IS NOT NULL.
    pub negated: bool,
    /// What it is compared with.
    pub value: Value,
    /// Whether it must hold for every row: joined to the others by AND alone, not inside of OR or
    /// NOT. Only such a condition narrows an index scan.
    pub conjunct: bool,
    /// The function or operator around the column, as in `lower(x) = $1`; a plain index on the
    /// column does not serve it.
    pub function: Option<Name>,
    /// The clause that it stands in.
    pub clause: Clause,
    /// Whether it belongs to a sub-select or to WITH.
    pub nested: bool,
}

/// How a column is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `=`, IS NOT DISTINCT FROM, IS TRUE, or a bare boolean column
    Eq,
    /// `<>`
    NotEq,
    /// `<`, `<=`, `>` or `>=`
    Range,
    /// BETWEEN
    Between,
    /// IN
    In,
    /// `= ANY (…)`
    Any,
    /// LIKE
    Like,
    /// ILIKE
    ILike,
    /// IS NULL
    IsNull,
    /// A regular expression: `~`, `~*`, SIMILAR TO.
    Regex,
    /// An operator that GIN and `GiST` indexes serve: `@>`, `<@`, `&&`, `@@`, `?`, `?|`, `?&`.
    Contains,
    /// Any other operator.
    Other,
}

/// What a column is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// The parameter of this number.
    Parameter(u32),
    /// A constant that stands in the text.
    Constant,
    /// Another column.
    Column(Column),
    /// A sub-select.
    Subquery,
    /// Anything else, also two bounds of which not both are parameters.
    Expression,
}

/// Where a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// WHERE
    Where,
    /// ON
    On,
    /// HAVING
    Having,
}

/// Two columns that a join equates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The column on the left of `=`.
    pub left: Column,
    /// The column on the right of `=`.
    pub right: Column,
    /// The kind of the join; a join in WHERE is an inner one.
    pub kind: JoinKind,
}

/// The kind of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKind {
    /// INNER JOIN, CROSS JOIN, or a condition in WHERE.
    Inner,
    /// LEFT JOIN
    Left,
    /// RIGHT JOIN
    Right,
    /// FULL JOIN
    Full,
}

/// An item of ORDER BY.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderKey {
    /// The column, also when named by its alias or its place in the select list; `None` for an
    /// expression.
    pub column: Option<Column>,
    /// Whether the order descends.
    pub descending: bool,
    /// NULLS FIRST or NULLS LAST, when said.
    pub nulls_first: Option<bool>,
}

/// The value of LIMIT or OFFSET.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// A number in the text.
    Constant(u64),
    /// The parameter of this number.
    Parameter(u32),
    /// An expression.
    Expression,
}

/// FOR UPDATE and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Locking {
    /// How strong the lock is.
    pub strength: Strength,
    /// What happens to rows that are locked already.
    pub wait: Wait,
}

/// The strength of a row lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// FOR KEY SHARE
    KeyShare,
    /// FOR SHARE
    Share,
    /// FOR NO KEY UPDATE
    NoKeyUpdate,
    /// FOR UPDATE
    Update,
}

/// What a locking query does about rows that others have locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// It waits.
    Block,
    /// NOWAIT
    NoWait,
    /// SKIP LOCKED
    SkipLocked,
}

/// What an INSERT says of its target, which is the first table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insert {
    /// The columns; empty when the statement names none.
    pub columns: Box<[Name]>,
    /// The rows of VALUES; `None` for INSERT … SELECT. A normalised text has one.
    pub rows: Option<u32>,
    /// Whether there is an ON CONFLICT clause.
    pub on_conflict: bool,
}

/// Reads a normalised statement; see [`super::normalise()`]. `None` when it is not a SELECT, INSERT,
/// UPDATE, DELETE or MERGE, when the parser cannot read it, or when it is larger than 256 KiB or
/// nested too deeply to be parsed safely.
#[must_use]
pub fn facts(normalised: &str) -> Option<Facts> {
    FactReader::default().facts(normalised)
}

/// Reads the facts of one statement after another; equal names and select lists in them share their memory.
#[derive(Debug, Default)]
pub struct FactReader {
    names: Pool,
    lists: Lists,
}

impl FactReader {
    /// As [`facts()`].
    pub fn facts(&mut self, normalised: &str) -> Option<Facts> {
        let (tokens, depth) = guard::tokens(normalised)?;
        let mended = mend::mend(normalised, &tokens);
        let mut facts = guard::with_stack(depth, || one_statement(&mended, collect::collect))?;
        facts.locking = locking::locking(&tokens);
        share::share_names(&mut facts, &mut self.names);
        self.lists.share(&mut facts.selected, &mut self.names);
        Some(facts)
    }
}

impl Facts {
    /// The table that a column belongs to, when the statement tells which it is.
    #[must_use]
    pub fn table_of(&self, column: &Column) -> Option<&Table> {
        self.tables.get(column.table? as usize)
    }
}

/// Hands the syntax tree of `sql` to `read`; `None` when it is not one statement that the parser knows, or one too
/// large or too deep for it.
pub fn with_statement<T: Send>(
    sql: &str,
    read: impl FnOnce(&Statement) -> Option<T> + Send,
) -> Option<T> {
    let (tokens, depth) = guard::tokens(sql)?;
    let mended = mend::mend(sql, &tokens);
    guard::with_stack(depth, || one_statement(&mended, read))
}

fn one_statement<T>(sql: &str, read: impl FnOnce(&Statement) -> Option<T>) -> Option<T> {
    let statements = Parser::new(&PostgreSqlDialect {})
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_statements())
        .ok()?;
    match statements.as_slice() {
        [statement] => read(statement),
        _ => None,
    }
}
