//! Statements, queries and FROM: what the tree says, in the order that readers expect.

use super::condition::{Place, arguments, number};
use super::names::{self, Names};
use super::{
    Bound, Clause, Column, Facts, Insert, Join, JoinKind, OrderKey, Selected,
};
use crate::sql::kind::Kind;
use sqlparser::ast::{
    self, Assignment, AssignmentTarget, Distinct, Expr, FromTable, GroupByExpr, JoinConstraint,
    JoinOperator, LimitClause, ObjectName, OnConflictAction, OnInsert, OrderByExpr, OrderByKind, OrderBySort,
    Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, Statement, TableFactor,
    TableObject, TableWithJoins, UpdateTableFromKind, Value as Literal, Visit, Visitor,
};
use std::ops::ControlFlow;

/// The facts of a statement that reads or changes rows; `None` for others.
pub(super) fn collect(statement: &Statement) -> Option<Facts> {
    let mut collector = Collector {
        facts: empty(),
        names: Names::default(),
    };
    collector.statement(statement, None)?;
    collector.facts.tables = std::mem::take(&mut collector.names.tables);
    Some(collector.facts)
}

fn empty() -> Facts {
    Facts {
        kind: Kind::Unknown,
        tables: Vec::new(),
        selected: Vec::new(),
        predicates: Vec::new(),
        joins: Vec::new(),
        group_by: Vec::new(),
        order_by: Vec::new(),
        limit: None,
        offset: None,
        aggregates: false,
        distinct: false,
        subqueries: false,
        locking: None,
        insert: None,
        assigned: Vec::new(),
    }
}

/// Fills the facts while it walks over the tree.
pub(super) struct Collector {
    pub(super) facts: Facts,
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

    fn set_kind(&mut self, kind: Kind, nested: bool) {
        if !nested {
            self.facts.kind = kind;
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
            Some(SetExpr::Values(values)) => Some(values.rows.len()),
            Some(_) => None,
            None => Some(1),
        };
        if !nested {
            let columns = insert.columns.iter().filter_map(last_name).collect();
            self.facts.insert = Some(Insert {
                columns,
                rows,
                on_conflict: insert.on.is_some(),
            });
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

    fn query(&mut self, query: &Query, within: Option<usize>, nested: bool) {
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
    fn body(&mut self, body: &SetExpr, within: usize, nested: bool) -> usize {
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

    fn select(&mut self, select: &Select, within: usize, nested: bool) -> usize {
        self.set_kind(Kind::Select, nested);
        let scope = self.names.open(Some(within));
        self.from(&select.from, scope, nested);
        if !nested {
            self.facts.distinct |= matches!(
                select.distinct,
                Some(Distinct::Distinct | Distinct::On(_))
            );
            self.projection(&select.projection, scope);
            self.group_by(&select.group_by, scope);
        }
        self.condition_of(select.selection.as_ref(), Clause::Where, scope, nested);
        self.condition_of(select.having.as_ref(), Clause::Having, scope, nested);
        self.subqueries(&select.projection, scope);
        self.subqueries(&select.selection, scope);
        self.subqueries(&select.having, scope);
        scope
    }

    fn from(&mut self, tables: &[TableWithJoins], scope: usize, nested: bool) {
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

    fn factor(&mut self, factor: &TableFactor, scope: usize, nested: bool) {
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

    fn condition_of(
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

    fn clause(&mut self, condition: Option<&Expr>, clause: Clause, scope: usize, nested: bool) {
        self.condition_of(condition, clause, scope, nested);
        if let Some(condition) = condition {
            self.subqueries(condition, scope);
        }
    }

    fn projection(&mut self, items: &[SelectItem], scope: usize) {
        for item in items {
            let selected = self.selected(item, scope);
            self.facts.selected.push(selected);
        }
        self.facts.aggregates |= items.iter().any(has_aggregate);
    }

    fn selected(&self, item: &SelectItem, scope: usize) -> Selected {
        let mut selected = Selected {
            column: None,
            all: false,
            table: None,
            function: None,
            alias: None,
        };
        let expr = match item {
            SelectItem::UnnamedExpr(expr) => expr,
            SelectItem::ExprWithAlias { expr, alias } => {
                selected.alias = Some(names::fold(alias));
                expr
            }
            SelectItem::ExprWithAliases { expr, .. } => expr,
            SelectItem::Wildcard(_) => {
                selected.all = true;
                return selected;
            }
            SelectItem::QualifiedWildcard(kind, _) => {
                selected.all = true;
                if let SelectItemQualifiedWildcardKind::ObjectName(name) = kind {
                    let idents = names::idents(name);
                    let qualifier = idents.last();
                    selected.table = qualifier.and_then(|it| self.names.qualified(scope, it));
                }
                return selected;
            }
        };
        match expr {
            Expr::Function(function) => {
                let name = names::idents(&function.name);
                selected.function = name.last().map(|name| names::fold(name));
            }
            _ => {
                selected.column = match self.operand(expr, scope) {
                    Some((column, None)) => Some(column),
                    Some((column, Some(cast))) if cast.starts_with("::") => Some(column),
                    _ => None,
                };
            }
        }
        selected
    }

    fn group_by(&mut self, group_by: &GroupByExpr, scope: usize) {
        if let GroupByExpr::Expressions(items, _) = group_by {
            for item in items {
                if let Some(column) = self.key(item, scope) {
                    self.facts.group_by.push(column);
                }
            }
        }
    }

    /// The column of an item of ORDER BY or GROUP BY: by name, by alias or by place.
    fn key(&self, item: &Expr, scope: usize) -> Option<Column> {
        match item {
            Expr::Value(literal) => match &literal.value {
                Literal::Number(digits, _) => {
                    let place: usize = digits.parse().ok()?;
                    let selected = self.facts.selected.get(place.checked_sub(1)?)?;
                    selected.column.clone()
                }
                _ => None,
            },
            Expr::Identifier(name) => {
                let folded = names::fold(name);
                let aliased = |it: &&Selected| it.alias.as_ref() == Some(&folded);
                match self.facts.selected.iter().find(aliased) {
                    Some(selected) => selected.column.clone(),
                    None => self.names.column(scope, std::slice::from_ref(name)),
                }
            }
            _ => match self.operand(item, scope)? {
                (column, None) => Some(column),
                _ => None,
            },
        }
    }

    fn order_and_limit(&mut self, query: &Query, scope: usize) {
        if let Some(order) = &query.order_by
            && let OrderByKind::Expressions(items) = &order.kind
        {
            for item in items {
                let key = self.order_key(item, scope);
                self.facts.order_by.push(key);
            }
        }
        match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                self.facts.limit = limit.as_ref().and_then(bound);
                self.facts.offset = offset.as_ref().and_then(|offset| bound(&offset.value));
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                self.facts.limit = bound(limit);
                self.facts.offset = bound(offset);
            }
            None => {}
        }
        if let Some(fetch) = &query.fetch {
            self.facts.limit = match &fetch.quantity {
                Some(quantity) => bound(quantity),
                None => Some(Bound::Constant(1)),
            };
        }
    }

    fn order_key(&self, item: &OrderByExpr, scope: usize) -> OrderKey {
        OrderKey {
            column: self.key(&item.expr, scope),
            descending: matches!(item.options.sort, Some(OrderBySort::Desc)),
            nulls_first: item.options.nulls_first,
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
        self.subqueries(&assignments.to_vec(), scope);
    }

    fn returning(&mut self, items: Option<&[SelectItem]>, scope: usize, nested: bool) {
        if let Some(items) = items
            && !nested
        {
            self.projection(items, scope);
        }
    }

    /// Walks over the sub-selects within a part of the tree.
    fn subqueries(&mut self, part: &impl Visit, scope: usize) {
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

fn bound(expr: &Expr) -> Option<Bound> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => bound(inner),
        Expr::Value(literal) => match &literal.value {
            Literal::Number(digits, _) => Some(Bound::Constant(digits.parse().unwrap_or(u64::MAX))),
            Literal::Placeholder(name) => Some(number(name).map_or(Bound::Expression, Bound::Parameter)),
            // LIMIT NULL is no limit.
            Literal::Null => None,
            _ => Some(Bound::Expression),
        },
        _ => Some(Bound::Expression),
    }
}

fn last_name(name: &ObjectName) -> Option<String> {
    names::idents(name).last().map(|name| names::fold(name))
}

fn has_aggregate(item: &SelectItem) -> bool {
    match item {
        SelectItem::UnnamedExpr(expr)
        | SelectItem::ExprWithAlias { expr, .. }
        | SelectItem::ExprWithAliases { expr, .. } => is_aggregate(expr),
        _ => false,
    }
}

fn is_aggregate(expr: &Expr) -> bool {
    match expr {
        Expr::Function(function) => {
            let name = last_name(&function.name).unwrap_or_default();
            let aggregate = AGGREGATES.contains(&name.as_str()) && function.over.is_none();
            aggregate || arguments(&function.args).any(is_aggregate)
        }
        Expr::Nested(inner)
        | Expr::Cast { expr: inner, .. }
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner) => is_aggregate(inner),
        Expr::BinaryOp { left, right, .. } => is_aggregate(left) || is_aggregate(right),
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            let ends = operand.iter().chain(else_result).any(|it| is_aggregate(it));
            ends || conditions
                .iter()
                .any(|it| is_aggregate(&it.condition) || is_aggregate(&it.result))
        }
        _ => false,
    }
}

/// Table 9.62 and following of the manual ("Aggregate Functions").
const AGGREGATES: &[&str] = &[
    "any_value", "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr",
    "count", "covar_pop", "covar_samp", "every", "json_agg", "json_arrayagg", "json_object_agg",
    "json_objectagg", "jsonb_agg", "jsonb_object_agg", "max", "min", "mode", "percentile_cont",
    "percentile_disc", "range_agg", "range_intersect_agg", "regr_count", "stddev", "stddev_pop",
    "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance", "xmlagg",
];
