//! A burst of look-ups with all that its fix needs to know.

use super::condition::{Condition, Operator, conditions};
use super::names::{plural, singular, snake, stem};
use super::reading::{Aggregate, OwnKey, Sort, aggregate, own_key};
use super::relation::{Load, Relation, RelationKind};
use super::statement::{within_count, within_exists};
use super::target::Target;
use crate::sql::{self, Column, Facts, Op, Predicate, Value};
use crate::workload::Query;
use std::borrow::Cow;

/// A burst of look-ups, ready to be put into one framework's words.
#[derive(Clone, Debug)]
pub(super) struct Loading<'a> {
    /// The framework.
    pub target: Target,
    /// The relations from the outermost parent to this one.
    pub path: &'a [Relation],
    /// The burst's own relation, the last of the path.
    pub relation: &'a Relation,
    /// Further relations of the same parent that are one with it.
    pub siblings: &'a [Relation],
    /// The burst's query.
    pub child: &'a Query,
    /// The part of its text that reads the rows: without EXISTS or a count around it.
    pub text: &'a str,
    /// What the syntax tree of that part says.
    facts: Option<Cow<'a, Facts>>,
    /// The child's column (or the join table's) that is compared with one value at a time.
    pub column: String,
    /// The column that tells the child's rows apart.
    pub key: OwnKey,
    /// Further conditions of the query; `None` where the framework's words can't say one of them.
    pub conditions: Option<Vec<Condition>>,
    /// Its ORDER BY, as far as columns of the child go.
    pub order: Vec<Sort>,
    /// How many rows each parent gets, where the query limits them.
    pub top: Option<Top>,
    /// What it asks of its rows, when it asks for an aggregate.
    pub aggregate: Aggregate,
    /// The columns that it reads.
    pub columns: Vec<String>,
    /// Whether it joins the parent and finds rows by the parent's own key.
    pub by_parent: bool,
}

/// How many rows each parent gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Top {
    /// The first alone.
    One,
    /// The first few.
    Few,
}

impl<'a> Loading<'a> {
    /// What `target` needs to know; `None` for an empty path.
    pub(super) fn of(
        path: &'a [Relation],
        siblings: &'a [Relation],
        child: &'a Query,
        target: Target,
    ) -> Option<Self> {
        let relation = path.last()?;
        let (text, whole) = core(child, relation.load);
        let facts = whole.as_deref();
        let found_by = facts.and_then(|facts| looked_up_by(relation, facts));
        let further = facts.and_then(|facts| {
            conditions(facts, text, |p| {
                found_by.is_some_and(|key| p.column == key.column) || implied(p, target)
            })
        });
        let order = facts.map(order).unwrap_or_default();
        let top = match relation.load {
            Load::First => Some(Top::One),
            Load::Rows if many(relation) && facts.is_some_and(|f| f.limit.is_some()) => {
                Some(Top::Few)
            }
            _ => None,
        };
        // A condition on the parent's own key stands for the key of the child that the query joins it by.
        let direct = |p: &&Predicate| {
            p.column.table.is_none_or(|t| t == 0) || relation.kind == RelationKind::ManyToMany
        };
        let named = match relation.kind {
            RelationKind::BelongsTo | RelationKind::Ancestors => "id",
            _ => relation.key.as_str(),
        };
        let column = found_by.map_or_else(
            || named.to_owned(),
            |p| {
                let own = direct(&p).then(|| p.column.name.to_string());
                own.or_else(|| joined_by(facts, &p.column))
                    .unwrap_or_else(|| named.to_owned())
            },
        );
        let columns = facts.into_iter().flat_map(|f| f.selected.iter());
        let columns = columns
            .filter_map(|s| s.column())
            .map(|c| c.name.to_string());
        let columns = columns.collect();
        let key = facts.map_or_else(
            || OwnKey {
                name: "id".to_owned(),
                known: false,
            },
            |facts| own_key(facts, &relation.child),
        );
        let aggregate = facts
            .and_then(|facts| aggregate(text, facts))
            .unwrap_or_else(Aggregate::count);
        Some(Self {
            target,
            path,
            relation,
            siblings,
            child,
            text,
            column,
            key,
            conditions: further,
            order,
            top,
            aggregate,
            columns,
            by_parent: found_by.is_some_and(|p| !direct(&p)),
            facts: whole,
        })
    }

    /// What the syntax tree of the part that reads the rows says.
    pub(super) fn facts(&self) -> Option<&Facts> {
        self.facts.as_deref()
    }

    /// The further conditions that can be said.
    pub(super) fn filters(&self) -> &[Condition] {
        self.conditions.as_deref().unwrap_or_default()
    }

    /// Whether the query asks for more than the framework's words can say here.
    pub(super) fn asks_more(&self) -> bool {
        self.conditions.is_none()
    }

    /// Whether a question about the rows of a join table needs those of the child, too.
    pub(super) fn asks_child(&self) -> bool {
        !self.filters().is_empty() || self.aggregate.column.is_some()
    }

    /// The columns of rows that are read already, but for the key.
    pub(super) fn deferred(&self) -> Vec<&str> {
        let others = self.columns.iter().filter(|c| **c != self.key.name);
        others.map(String::as_str).collect()
    }

    /// A variable for the values that rows are looked up by, in small letters with `_`.
    pub(super) fn values(&self) -> String {
        let by_id =
            self.relation.kind != RelationKind::LookUp || self.column.eq_ignore_ascii_case("id");
        if by_id {
            "ids".to_owned()
        } else {
            plural(&snake(&self.column))
        }
    }

    /// The keys that lead to the child: more than one where several columns of the parent do.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.relation.key)
            .chain(&self.relation.other_keys)
            .map(String::as_str)
    }
}

/// The part of a query that reads the rows which it asks about: without `EXISTS (…)` or `SELECT count(*) FROM (…)`
/// around it.
fn core(query: &Query, load: Load) -> (&str, Option<Cow<'_, Facts>>) {
    let text = query.sql.as_str();
    let inner = match load {
        Load::Exists => within_exists(text),
        Load::Count => within_count(text),
        _ => None,
    };
    let inner = inner.and_then(|inner| Some((inner, sql::facts(inner)?)));
    match inner {
        Some((inner, facts)) if load == Load::Exists || counts_rows(&facts) => {
            (inner, Some(Cow::Owned(facts)))
        }
        _ => (text, query.facts().map(Cow::Borrowed)),
    }
}

/// Whether counting the rows of a query needs nothing but its tables and conditions.
fn counts_rows(facts: &Facts) -> bool {
    let folded = facts.aggregates || facts.distinct || !facts.group_by.is_empty();
    !folded && facts.limit.is_none() && facts.offset.is_none()
}

/// Whether a relation leads to any number of rows.
pub(super) fn many(relation: &Relation) -> bool {
    matches!(
        relation.kind,
        RelationKind::HasMany | RelationKind::ManyToMany | RelationKind::SelfReference
    )
}

/// The attribute that leads from a parent to its child by `key`, in small letters with `_`.
///
/// Collections are called after the child's table, without the parent's name before it: the `items` of an order are
/// `order_items`. A single row is called after its key.
pub(super) fn attribute(relation: &Relation, key: &str) -> String {
    match relation.kind {
        RelationKind::HasMany | RelationKind::ManyToMany => {
            without_parent(relation, &plural(&snake(&relation.child)))
        }
        RelationKind::OneToOne => without_parent(relation, &singular(&snake(&relation.child))),
        RelationKind::SelfReference => "children".to_owned(),
        RelationKind::BelongsTo | RelationKind::LookUp => {
            stem(key).map_or_else(|| singular(&snake(&relation.child)), snake)
        }
        RelationKind::Ancestors => stem(key).map_or_else(|| "parent".to_owned(), snake),
    }
}

fn without_parent(relation: &Relation, name: &str) -> String {
    let parent = format!("{}_", singular(&snake(&relation.parent)));
    match name.strip_prefix(&parent) {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => name.to_owned(),
    }
}

/// The condition that finds rows by the relation's key.
pub(super) fn looked_up_by<'a>(relation: &Relation, facts: &'a Facts) -> Option<&'a Predicate> {
    let by_value = |p: &&Predicate| {
        p.conjunct
            && !p.negated
            && matches!(p.op, Op::Eq | Op::In | Op::Any)
            && matches!(p.value, Value::Parameter(_))
    };
    let equal = || facts.predicates.iter().filter(by_value);
    let own = own_key(facts, &relation.child).name;
    let by_own =
        || equal().find(|p| p.column.name.as_str() == own && p.column.table.is_none_or(|t| t == 0));
    match relation.kind {
        RelationKind::BelongsTo | RelationKind::Ancestors => by_own().or_else(|| equal().next()),
        _ => equal()
            .find(|p| p.column.name.as_str() == relation.key)
            .or_else(by_own)
            .or_else(|| equal().next()),
    }
}

/// The column of the child that a query joins to another table's column.
fn joined_by(facts: Option<&Facts>, to: &Column) -> Option<String> {
    let own = |c: &Column| c.table == Some(0);
    facts?
        .joins
        .iter()
        .find_map(|join| match (&join.left, &join.right) {
            (other, column) | (column, other) if other == to && own(column) => {
                Some(column.name.to_string())
            }
            _ => None,
        })
}

fn order(facts: &Facts) -> Vec<Sort> {
    let own = facts.order_by.iter().filter_map(|key| {
        let column = key
            .column
            .as_ref()
            .filter(|c| c.table.is_none_or(|t| t == 0))?;
        Some(Sort {
            column: column.name.to_string(),
            descending: key.descending,
        })
    });
    own.collect()
}

/// Whether a framework adds a condition by itself: rows that are marked as deleted, and the types that a polymorphic
/// key or a shared table tell.
fn implied(predicate: &Predicate, target: Target) -> bool {
    let column = snake(&predicate.column.name);
    let deleted = predicate.op == Op::IsNull
        && !predicate.negated
        && ["deleted_at", "discarded_at"].contains(&column.as_str());
    let typed = matches!(predicate.op, Op::Eq | Op::In)
        && (column == "type" || column == "dtype" || column.ends_with("_type"));
    match target {
        Target::Rails | Target::Laravel | Target::Hibernate => deleted || typed,
        Target::Sequelize | Target::TypeOrm | Target::Gorm => deleted,
        _ => false,
    }
}

/// Whether a condition compares with a value.
pub(super) fn takes_value(condition: &Condition) -> bool {
    !matches!(
        condition.operator,
        Operator::IsNull | Operator::NotNull | Operator::IsTrue | Operator::IsFalse
    )
}
