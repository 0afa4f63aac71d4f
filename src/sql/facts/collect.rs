//! Statements and queries, in the order that readers expect: the main one first.

use super::condition::Place;
use super::names::{self, Names};
use super::{
    Bound, Clause, Column, Facts, Insert, Join, JoinKind, Name, OrderKey, Predicate, Selected,
};
use crate::sql::kind::Kind;
use sqlparser::ast::{
    self, Assignment, AssignmentTarget, Expr, FromTable, ObjectName, OnConflictAction, OnInsert,
    Query, SelectItem, SetExpr, SetOperator, SetQuantifier, Statement, TableObject,
    UpdateTableFromKind, Visit, Visitor,
};
use std::ops::ControlFlow;

/// The facts of a statement that reads or changes rows; `None` for others.
pub(super) fn collect(statement: &Statement) -> Option<Facts> {
    let mut collector = Collector {
        facts: Found::default(),
        names: Names::default(),
    };
    collector.statement(statement, None)?;
    Some(facts(collector))
}

/// Facts whose lists still grow.
#[derive(Default)]
pub(super) struct Found {
    kind: Option<Kind>,
    pub(super) selected: Vec<Selected>,
    pub(super) predicates: Vec<Predicate>,
    pub(super) joins: Vec<Join>,
    pub(super) group_by: Vec<Column>,
    pub(super) order_by: Vec<OrderKey>,
    pub(super) limit: Option<Bound>,
    pub(super) offset: Option<Bound>,
    pub(super) aggregates: bool,
    pub(super) distinct: bool,
    pub(super) subqueries: bool,
    insert: Option<Box<Insert>>,
    assigned: Vec<Column>,
}

fn facts(Collector { facts, names }: Collector) -> Facts {
    Facts {
        kind: facts.kind.unwrap_or(Kind::Unknown),
        tables: names.tables.into(),
        selected: facts.selected.into(),
        predicates: facts.predicates.into(),
        joins: facts.joins.into(),
        group_by: facts.group_by.into(),
        order_by: facts.order_by.into(),
        limit: facts.limit,
        offset: facts.offset,
        aggregates: facts.aggregates,
        distinct: facts.distinct,
        subqueries: facts.subqueries,
        locking: None,
        insert: facts.insert,
        assigned: facts.assigned.into(),
    }
}

/// Fills the facts while it walks over the tree.
pub(super) struct Collector {
    pub(super) facts: Found,
    pub(super) names: Names,
}

impl Collector {
    /// The main statement, or with `within` one inside of WITH.
    fn statement(&mut self, statement: &Statement, within: Option<usize>) -> Option<()> {
        let nested = within.is_some();
        match statement {
            Statement::Query(query) => {
                self.query(query, within, nested);
                return Some(());
            }
            Statement::Insert(insert) => self.insert(insert, within, nested),
            Statement::Update(update) => self.update(update, within, nested),
            Statement::Delete(delete) => self.delete(delete, within, nested),
            Statement::Merge(merge) => self.merge(merge, within, nested),
            _ => return None,
        }
        Some(())
    }

    pub(super) fn set_kind(&mut self, kind: Kind, nested: bool) {
        if !nested {
            self.facts.kind = Some(kind);
        }
    }

    fn insert(&mut self, insert: &ast::Insert, within: Option<usize>, nested: bool) {
        self.set_kind(Kind::Insert, nested);
        let scope = self.names.open(within);
        if let TableObject::TableName(name) = &insert.table {
            let alias = insert.table_alias.as_ref().map(|alias| &alias.alias);
            self.names.add_table(scope, name, alias);
        }
        let rows = match insert.source.as_ref().map(|query| query.body.as_ref()) {
            Some(SetExpr::Values(values)) => u32::try_from(values.rows.len()).ok(),
            Some(_) => None,
            None => Some(1),
        };
        if !nested {
            let columns = insert.columns.iter().filter_map(last_name).collect();
            self.facts.insert = Some(Box::new(Insert {
                columns,
                rows,
                on_conflict: insert.on.is_some(),
            }));
        }
        if let Some(query) = &insert.source {
            self.query(query, within, true);
        }
        if let Some(OnInsert::OnConflict(conflict)) = &insert.on
            && let OnConflictAction::DoUpdate(update) = &conflict.action
        {
            self.assignments(&update.assignments, scope, nested);
            self.clause(update.selection.as_ref(), Clause::Where, scope, nested);
        }
        self.returning(insert.returning.as_deref(), scope, nested);
    }

    fn update(&mut self, update: &ast::Update, within: Option<usize>, nested: bool) {
        self.set_kind(Kind::Update, nested);
        let scope = self.names.open(within);
        self.from(std::slice::from_ref(&update.table), scope, nested);
        if let Some(
            UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables),
        ) = &update.from
        {
            self.from(tables, scope, nested);
        }
        self.assignments(&update.assignments, scope, nested);
        self.clause(update.selection.as_ref(), Clause::Where, scope, nested);
        self.returning(update.returning.as_deref(), scope, nested);
    }

    fn delete(&mut self, delete: &ast::Delete, within: Option<usize>, nested: bool) {
        self.set_kind(Kind::Delete, nested);
        let scope = self.names.open(within);
        let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
        self.from(tables, scope, nested);
        if let Some(tables) = &delete.using {
            self.from(tables, scope, nested);
        }
        self.clause(delete.selection.as_ref(), Clause::Where, scope, nested);
        self.returning(delete.returning.as_deref(), scope, nested);
    }

    fn merge(&mut self, merge: &ast::Merge, within: Option<usize>, nested: bool) {
        self.set_kind(Kind::Merge, nested);
        let scope = self.names.open(within);
        self.factor(&merge.table, scope, nested);
        self.factor(&merge.source, scope, nested);
        self.clause(Some(&merge.on), Clause::On, scope, nested);
        for clause in &merge.clauses {
            self.clause(clause.predicate.as_ref(), Clause::Where, scope, nested);
        }
        self.subqueries(&merge.clauses, scope);
    }

    pub(super) fn query(&mut self, query: &Query, within: Option<usize>, nested: bool) {
        let outer = self.names.open(within);
        if let Some(with) = &query.with {
            self.facts.subqueries = true;
            for table in &with.cte_tables {
                self.names.add_query(outer, &table.alias.name);
            }
        }
        let scope = self.body(&query.body, outer, nested);
        if !nested {
            self.order_and_limit(query, scope);
        }
        if let Some(order) = &query.order_by {
            self.subqueries(order, scope);
        }
        if let Some(with) = &query.with {
            for table in &with.cte_tables {
                self.query(&table.query, Some(outer), true);
            }
        }
    }

    /// Walks over SELECT, UNION and what else a query can be; returns the scope of its first SELECT.
    pub(super) fn body(&mut self, body: &SetExpr, within: usize, nested: bool) -> usize {
        match body {
            SetExpr::Select(select) => self.select(select, within, nested),
            SetExpr::Query(query) => {
                self.query(query, Some(within), nested);
                within
            }
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => {
                let all = matches!(set_quantifier, SetQuantifier::All);
                if !nested && *op == SetOperator::Union && !all {
                    self.facts.distinct = true;
                }
                let scope = self.body(left, within, nested);
                self.body(right, within, nested);
                scope
            }
            SetExpr::Values(values) => {
                self.set_kind(Kind::Select, nested);
                self.subqueries(values, within);
                within
            }
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => {
                self.modification(statement, within, nested);
                within
            }
            SetExpr::Table(_) => within,
        }
    }

    /// `WITH … INSERT`: the scope of WITH is around it, but it is still the main statement.
    fn modification(&mut self, statement: &Statement, within: usize, nested: bool) {
        match statement {
            Statement::Insert(insert) => self.insert(insert, Some(within), nested),
            Statement::Update(update) => self.update(update, Some(within), nested),
            Statement::Delete(delete) => self.delete(delete, Some(within), nested),
            Statement::Merge(merge) => self.merge(merge, Some(within), nested),
            _ => {}
        }
    }

    fn assignments(&mut self, assignments: &[Assignment], scope: usize, nested: bool) {
        for assignment in assignments {
            let names: &[ObjectName] = match &assignment.target {
                AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
                AssignmentTarget::Tuple(names) => names,
            };
            for name in names.iter().filter_map(last_name) {
                if !nested {
                    let table = self.names.table_at(scope, 0);
                    self.facts.assigned.push(Column { table, name });
                }
            }
        }
        for assignment in assignments {
            self.subqueries(assignment, scope);
        }
    }

    pub(super) fn returning(&mut self, items: Option<&[SelectItem]>, scope: usize, nested: bool) {
        if let Some(items) = items
            && !nested
        {
            self.projection(items, scope);
        }
    }

    pub(super) fn condition_of(
        &mut self,
        condition: Option<&Expr>,
        clause: Clause,
        scope: usize,
        nested: bool,
    ) {
        if let Some(condition) = condition {
            let place = Place {
                scope,
                clause,
                kind: JoinKind::Inner,
                nested,
                conjunct: true,
                negated: false,
            };
            self.condition(condition, place);
        }
    }

    pub(super) fn clause(
        &mut self,
        condition: Option<&Expr>,
        clause: Clause,
        scope: usize,
        nested: bool,
    ) {
        self.condition_of(condition, clause, scope, nested);
        if let Some(condition) = condition {
            self.subqueries(condition, scope);
        }
    }

    /// Walks over the sub-selects within a part of the tree.
    pub(super) fn subqueries(&mut self, part: &impl Visit, scope: usize) {
        let mut finder = Subqueries {
            collector: self,
            scope,
            depth: 0,
        };
        // It never breaks off.
        if let ControlFlow::Break(never) = part.visit(&mut finder) {
            match never {}
        }
    }
}

struct Subqueries<'a> {
    collector: &'a mut Collector,
    scope: usize,
    /// How many queries are around: those within a query are its own affair.
    depth: usize,
}

impl Visitor for Subqueries<'_> {
    type Break = std::convert::Infallible;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        if self.depth == 0 {
            self.collector.facts.subqueries = true;
            self.collector.query(query, Some(self.scope), true);
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

/// The last part of a name, folded.
pub(super) fn last_name(name: &ObjectName) -> Option<Name> {
    names::idents(name).last().map(|name| names::fold(name))
}
