//! The tables, sub-selects and joins of FROM.

use super::collect::{Collector, last_name};
use super::condition::Place;
use super::{Clause, Column, Join, JoinKind};
use sqlparser::ast::{JoinConstraint, JoinOperator, TableFactor, TableWithJoins};

impl Collector {
    pub(super) fn from(&mut self, tables: &[TableWithJoins], scope: usize, nested: bool) {
        for table in tables {
            self.factor(&table.relation, scope, nested);
            for join in &table.joins {
                let left = self.names.sources(scope);
                self.factor(&join.relation, scope, nested);
                self.join(&join.join_operator, scope, left, nested);
            }
        }
        for table in tables {
            let joins = table.joins.iter().map(|join| &join.relation);
            for factor in std::iter::once(&table.relation).chain(joins) {
                self.derived(factor, scope);
            }
        }
    }

    pub(super) fn factor(&mut self, factor: &TableFactor, scope: usize, nested: bool) {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => {
                let alias = alias.as_ref().map(|alias| &alias.name);
                self.names.add_table(scope, name, alias);
            }
            TableFactor::Table { alias, .. }
            | TableFactor::Derived { alias, .. }
            | TableFactor::TableFunction { alias, .. }
            | TableFactor::Function { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::JsonTable { alias, .. } => {
                let alias = alias.as_ref().map(|alias| &alias.name);
                self.names.add_opaque(scope, alias);
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => self.from(std::slice::from_ref(table_with_joins), scope, nested),
            _ => self.names.add_opaque(scope, None),
        }
    }

    /// The sub-selects in FROM, whose tables come after those beside them.
    fn derived(&mut self, factor: &TableFactor, scope: usize) {
        match factor {
            TableFactor::Derived { subquery, .. } => {
                self.facts.subqueries = true;
                self.query(subquery, Some(scope), true);
            }
            TableFactor::NestedJoin { .. } => {}
            other => self.subqueries(other, scope),
        }
    }

    fn join(&mut self, join: &JoinOperator, scope: usize, right: usize, nested: bool) {
        let (kind, constraint) = match join {
            JoinOperator::Join(it) | JoinOperator::Inner(it) | JoinOperator::CrossJoin(it) => {
                (JoinKind::Inner, it)
            }
            JoinOperator::Left(it) | JoinOperator::LeftOuter(it) => (JoinKind::Left, it),
            JoinOperator::Right(it) | JoinOperator::RightOuter(it) => (JoinKind::Right, it),
            JoinOperator::FullOuter(it) => (JoinKind::Full, it),
            _ => return,
        };
        match constraint {
            JoinConstraint::On(condition) => {
                let place = Place {
                    scope,
                    clause: Clause::On,
                    kind,
                    nested,
                    conjunct: true,
                    negated: false,
                };
                self.condition(condition, place);
                self.subqueries(condition, scope);
            }
            JoinConstraint::Using(columns) => {
                for name in columns.iter().filter_map(last_name) {
                    let side = |place: usize| Column {
                        table: self.names.table_at(scope, place),
                        name: name.clone(),
                    };
                    let (left, right) = (side(right.saturating_sub(1)), side(right));
                    self.facts.joins.push(Join { left, right, kind });
                }
            }
            JoinConstraint::Natural | JoinConstraint::None => {}
        }
    }
}
