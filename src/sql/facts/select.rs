//! What a query returns, and in what order: select list, GROUP BY, ORDER BY, LIMIT.

use super::collect::{Collector, last_name};
use super::names;
use super::operand::{arguments, number};
use super::{Bound, Clause, Column, Item, OrderKey, Selected};
use crate::sql::kind::Kind;
use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, LimitClause, OrderByExpr, OrderByKind, OrderBySort, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, Value as Literal,
};

impl Collector {
    pub(super) fn select(&mut self, select: &Select, within: usize, nested: bool) -> usize {
        self.set_kind(Kind::Select, nested);
        let scope = self.names.open(Some(within));
        self.from(&select.from, scope, nested);
        if !nested {
            self.facts.distinct |=
                matches!(select.distinct, Some(Distinct::Distinct | Distinct::On(_)));
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

    pub(super) fn projection(&mut self, items: &[SelectItem], scope: usize) {
        for item in items {
            let selected = self.selected(item, scope);
            self.facts.selected.push(selected);
        }
        self.facts.aggregates |= items.iter().any(has_aggregate);
    }

    fn selected(&self, item: &SelectItem, scope: usize) -> Selected {
        let alias = match item {
            SelectItem::ExprWithAlias { alias, .. } => Some(names::fold(alias)),
            _ => None,
        };
        let item = match item {
            SelectItem::UnnamedExpr(expr)
            | SelectItem::ExprWithAlias { expr, .. }
            | SelectItem::ExprWithAliases { expr, .. } => self.item(expr, scope),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let idents = names::idents(name);
                let qualifier = idents.last();
                Item::All(qualifier.and_then(|it| self.names.qualified(scope, it)))
            }
            SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => Item::All(None),
        };
        Selected { item, alias }
    }

    fn item(&self, expr: &Expr, scope: usize) -> Item {
        if let Expr::Function(function) = expr {
            let name = last_name(&function.name);
            return name.map_or(Item::Expression, Item::Function);
        }
        match self.operand(expr, scope) {
            Some((column, None)) => Item::Column(column),
            Some((column, Some(cast))) if cast.starts_with("::") => Item::Column(column),
            _ => Item::Expression,
        }
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
                    selected.column().cloned()
                }
                _ => None,
            },
            Expr::Identifier(name) => {
                let folded = names::fold(name);
                let aliased = |it: &&Selected| it.alias.as_ref() == Some(&folded);
                match self.facts.selected.iter().find(aliased) {
                    Some(selected) => selected.column().cloned(),
                    None => self.names.column(scope, std::slice::from_ref(name)),
                }
            }
            _ => match self.operand(item, scope)? {
                (column, None) => Some(column),
                _ => None,
            },
        }
    }

    pub(super) fn order_and_limit(&mut self, query: &Query, scope: usize) {
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
}

fn bound(expr: &Expr) -> Option<Bound> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => bound(inner),
        Expr::Value(literal) => match &literal.value {
            Literal::Number(digits, _) => Some(Bound::Constant(digits.parse().unwrap_or(u64::MAX))),
            Literal::Placeholder(name) => {
                Some(number(name).map_or(Bound::Expression, Bound::Parameter))
            }
            // LIMIT NULL is no limit.
            Literal::Null => None,
            _ => Some(Bound::Expression),
        },
        _ => Some(Bound::Expression),
    }
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
            let name = last_name(&function.name);
            let known = name.is_some_and(|name| AGGREGATES.contains(&name.as_str()));
            let aggregate = known && function.over.is_none();
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
    "any_value",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "every",
    "json_agg",
    "json_arrayagg",
    "json_object_agg",
    "json_objectagg",
    "jsonb_agg",
    "jsonb_object_agg",
    "max",
    "min",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "range_agg",
    "range_intersect_agg",
    "regr_count",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
    "xmlagg",
];
