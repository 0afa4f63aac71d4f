//! Queries: WITH, SELECT and UNION; what they sort, group and return.

use std::rc::Rc;

use sqlparser::ast::{
    Distinct, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident,
    LimitClause, OrderByExpr, OrderByKind, OrderBySort, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Value as Ast, WindowType,
};

use super::conditions::Found;
use super::read::Reader;
use super::scope::{Of, Outputs, fold, parts};
use super::{Count, SortKey, Term};

/// What a SELECT leaves for the rest of its query.
struct Block {
    scope: usize,
    outputs: Outputs,
    /// Names that ORDER BY may use, with what they stand for.
    items: Vec<(Option<String>, Option<Expr>)>,
    /// What DISTINCT ON or a window sorts by, when ORDER BY says nothing.
    sorted: Vec<OrderByExpr>,
    distinct_on: usize,
}

impl Reader<'_> {
    /// Reads a query; what it gives.
    pub(super) fn query(&mut self, query: &Query, within: Option<usize>) -> Option<Rc<Outputs>> {
        let around = self.block;
        let outer = self.scopes.open(within);
        if let Some(with) = &query.with {
            for table in &with.cte_tables {
                let name = fold(&table.alias.name);
                if with.recursive {
                    self.scopes.define(outer, name.clone(), None);
                }
                let outputs = self.query(&table.query, Some(outer));
                let outputs = match outputs {
                    Some(outputs) if !table.alias.columns.is_empty() => {
                        let mut named = (*outputs).clone();
                        for (column, name) in named.columns.iter_mut().zip(&table.alias.columns) {
                            column.0 = fold(&name.name);
                        }
                        Some(Rc::new(named))
                    }
                    outputs => outputs,
                };
                self.scopes.define(outer, name, outputs);
            }
        }
        let result = match query.body.as_ref() {
            SetExpr::Select(select) => {
                let mut block = self.select(select, outer);
                let bounded = self.bounds(query, &block);
                self.order(query, &block);
                block.outputs.is_plain &= !bounded;
                Some(Rc::new(block.outputs))
            }
            body => {
                let outputs = self.body(body, outer);
                let bounded = query.limit_clause.is_some() || query.fetch.is_some();
                outputs.map(|mut outputs| {
                    outputs.is_plain &= !bounded;
                    Rc::new(outputs)
                })
            }
        };
        self.block = around;
        result
    }

    fn body(&mut self, body: &SetExpr, within: usize) -> Option<Outputs> {
        match body {
            SetExpr::Select(select) => Some(self.select(select, within).outputs),
            SetExpr::Query(query) => self.query(query, Some(within)).map(|o| (*o).clone()),
            SetExpr::SetOperation { left, right, .. } => {
                let outputs = self.body(left, within);
                self.body(right, within);
                outputs.map(|outputs| Outputs {
                    columns: outputs
                        .columns
                        .into_iter()
                        .map(|(n, _)| (n, None))
                        .collect(),
                    is_plain: false,
                })
            }
            SetExpr::Values(values) => {
                self.subqueries(values, within);
                None
            }
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => {
                self.statement(statement, Some(within));
                None
            }
            SetExpr::Table(_) => None,
        }
    }

    fn select(&mut self, select: &Select, within: usize) -> Block {
        let scope = self.begin(Some(within));
        let block = self.block;
        let mut found = Found::new();
        self.from(&select.from, scope, &mut found);
        self.block = block;
        self.filter(select.selection.as_ref(), scope, &mut found);
        self.settle(found);
        self.block = block;
        let mut result = self.projection(select, scope);
        self.grouping(select, scope, &mut result);
        for expr in select.having.iter().chain(&select.qualify) {
            self.made(expr, scope);
            self.subqueries(expr, scope);
        }
        self.block = block;
        result
    }

    fn projection(&mut self, select: &Select, scope: usize) -> Block {
        let mut outputs = Outputs {
            columns: Vec::new(),
            is_plain: true,
        };
        let mut items = Vec::new();
        let mut sorted = Vec::new();
        let mut extremes = Vec::new();
        for item in &select.projection {
            let (expr, alias) = match item {
                SelectItem::UnnamedExpr(expr) => (expr, None),
                SelectItem::ExprWithAlias { expr, alias } => (expr, Some(fold(alias))),
                SelectItem::QualifiedWildcard(kind, _) => {
                    if let SelectItemQualifiedWildcardKind::ObjectName(name) = kind
                        && let Some((_, name)) = parts(name)
                    {
                        self.wildcard(scope, Some(&name), &mut outputs);
                    }
                    items.push((None, None));
                    continue;
                }
                SelectItem::Wildcard(_) => {
                    self.wildcard(scope, None, &mut outputs);
                    items.push((None, None));
                    continue;
                }
                SelectItem::ExprWithAliases { .. } => {
                    items.push((None, None));
                    continue;
                }
            };
            let made = self.made(expr, scope);
            // `count(t)` and `row_to_json(t)` take whole rows.
            if made.unknown {
                self.whole_rows(expr, scope);
            }
            self.subqueries(expr, scope);
            let term = self.term(expr, scope);
            let name = alias.clone().or_else(|| name_of(expr)).unwrap_or_default();
            let is_aggregate = is_aggregate(expr);
            outputs.is_plain &= !is_aggregate;
            if let Some(window) = window(expr) {
                outputs.is_plain = false;
                if sorted.is_empty() {
                    sorted = window;
                }
            }
            if let Some(argument) = extreme(expr) {
                extremes.push(self.term(argument, scope));
            } else {
                extremes.push(None);
            }
            outputs.columns.push((name, term));
            items.push((alias, Some(expr.clone())));
        }
        let ungrouped =
            matches!(&select.group_by, GroupByExpr::Expressions(list, _) if list.is_empty());
        let all: Option<Vec<(usize, Term)>> = extremes.into_iter().collect();
        if let (true, Some(all)) = (ungrouped, all)
            && let Some(scan) = all.first().map(|(scan, _)| *scan)
            && all.iter().all(|(other, _)| *other == scan)
            && let Some(scan) = self.scans.get_mut(scan)
        {
            scan.extremes = all.into_iter().map(|(_, term)| term).collect();
        }
        Block {
            scope,
            outputs,
            items,
            sorted,
            distinct_on: 0,
        }
    }

    fn grouping(&mut self, select: &Select, scope: usize, block: &mut Block) {
        let mut grouped: Vec<Expr> = Vec::new();
        if let GroupByExpr::Expressions(list, _) = &select.group_by {
            grouped.extend(list.iter().map(|expr| meant(expr, &block.items)));
        }
        match &select.distinct {
            Some(Distinct::Distinct) => {
                let items = block.items.iter();
                grouped.extend(items.filter_map(|(_, expr)| expr.clone()));
                block.outputs.is_plain = false;
            }
            Some(Distinct::On(list)) => {
                block.outputs.is_plain = false;
                block.distinct_on = list.len();
                block.sorted = list
                    .iter()
                    .map(|e| ascending(meant(e, &block.items)))
                    .collect();
            }
            _ => {}
        }
        if grouped.is_empty() {
            return;
        }
        block.outputs.is_plain = false;
        let terms: Vec<Option<(usize, Term)>> =
            grouped.iter().map(|expr| self.term(expr, scope)).collect();
        let terms: Option<Vec<(usize, Term)>> = terms.into_iter().collect();
        if let Some(terms) = terms
            && let Some(scan) = terms.first().map(|(scan, _)| *scan)
            && terms.iter().all(|(other, _)| *other == scan)
            && let Some(scan) = self.scans.get_mut(scan)
        {
            scan.group = terms.into_iter().map(|(_, term)| term).collect();
        }
    }

    fn wildcard(&mut self, scope: usize, name: Option<&str>, outputs: &mut Outputs) {
        let sources: Vec<_> = self
            .scopes
            .sources(scope)
            .iter()
            .filter(|source| name.is_none_or(|name| source.name == name))
            .cloned()
            .collect();
        for source in sources {
            match &source.of {
                Of::Scan(scan, columns) => {
                    self.reads_all(*scan);
                    for column in columns.iter().flatten() {
                        let term = Term::column(column.as_str());
                        outputs.columns.push((column.clone(), Some((*scan, term))));
                    }
                    if columns.is_none() {
                        outputs.is_plain = false;
                    }
                }
                Of::Rows(Some(rows)) => {
                    for (_, term) in &rows.columns {
                        if let Some((scan, term)) = term {
                            for column in &term.columns {
                                self.reads(*scan, column);
                            }
                        }
                    }
                    outputs.columns.extend(rows.columns.iter().cloned());
                    outputs.is_plain &= rows.is_plain;
                }
                Of::Rows(None) => outputs.is_plain = false,
            }
        }
    }

    /// Names of tables that stand for their rows.
    fn whole_rows(&mut self, expr: &Expr, scope: usize) {
        let text = expr.to_string().to_lowercase();
        for scan in self.own_scans(scope) {
            let alias = self.scans.get(scan).map(|s| s.alias.to_lowercase());
            if alias.is_some_and(|alias| text.contains(&alias)) {
                self.reads_all(scan);
            }
        }
    }

    /// LIMIT and OFFSET; whether there is any.
    fn bounds(&mut self, query: &Query, block: &Block) -> bool {
        let (mut limit, mut offset) = (None, None);
        match &query.limit_clause {
            Some(LimitClause::LimitOffset {
                limit: l,
                offset: o,
                ..
            }) => {
                limit = l.as_ref().and_then(count);
                offset = o.as_ref().and_then(|o| count(&o.value));
            }
            Some(LimitClause::OffsetCommaLimit {
                offset: o,
                limit: l,
            }) => {
                limit = count(l);
                offset = count(o);
            }
            None => {}
        }
        if let Some(fetch) = &query.fetch {
            limit = match &fetch.quantity {
                Some(quantity) => count(quantity),
                None => Some(Count::Constant(1)),
            };
        }
        for scan in self.own_scans(block.scope) {
            if let Some(scan) = self.scans.get_mut(scan) {
                scan.limit = limit;
                scan.offset = offset;
            }
        }
        limit.is_some() || offset.is_some()
    }

    fn order(&mut self, query: &Query, block: &Block) {
        let said: &[OrderByExpr] = match query.order_by.as_ref().map(|order| &order.kind) {
            Some(OrderByKind::Expressions(list)) => list,
            _ => &[],
        };
        let list = if said.is_empty() { &block.sorted } else { said };
        let mut keys: Vec<SortKey> = Vec::new();
        let mut owner = None;
        let mut whole = true;
        for item in list {
            let expr = meant(&item.expr, &block.items);
            self.subqueries(&expr, block.scope);
            let Some((scan, term)) = self.term(&expr, block.scope) else {
                whole = false;
                break;
            };
            if owner.is_some_and(|owner| owner != scan) {
                whole = false;
                break;
            }
            owner = Some(scan);
            let descending = matches!(item.options.sort, Some(OrderBySort::Desc));
            keys.push(SortKey {
                term,
                descending,
                nulls_first: item.options.nulls_first.unwrap_or(descending),
            });
        }
        // What comes behind is read all the same.
        for item in list {
            let expr = meant(&item.expr, &block.items);
            self.made(&expr, block.scope);
        }
        if let Some(scan) = owner.and_then(|owner| self.scans.get_mut(owner)) {
            scan.order = keys;
            scan.order_is_whole = whole;
        }
    }
}

/// What an item of ORDER BY or GROUP BY means: an alias or a place of the select list, or what it says.
fn meant(expr: &Expr, items: &[(Option<String>, Option<Expr>)]) -> Expr {
    let item = match expr {
        Expr::Value(literal) => match &literal.value {
            Ast::Number(digits, _) => {
                let place = digits.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                place.and_then(|place| items.get(place))
            }
            _ => None,
        },
        Expr::Identifier(name) => {
            let name = fold(name);
            let aliased = |item: &&(Option<String>, _)| item.0.as_ref() == Some(&name);
            items.iter().find(aliased)
        }
        _ => None,
    };
    item.and_then(|(_, expr)| expr.clone())
        .unwrap_or_else(|| expr.clone())
}

fn ascending(expr: Expr) -> OrderByExpr {
    OrderByExpr {
        expr,
        options: sqlparser::ast::OrderByOptions {
            sort: None,
            nulls_first: None,
        },
        with_fill: None,
    }
}

fn count(expr: &Expr) -> Option<Count> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => count(inner),
        Expr::Value(literal) => match &literal.value {
            Ast::Number(digits, _) => Some(match digits.parse() {
                Ok(number) => Count::Constant(number),
                Err(_) => Count::Unknown,
            }),
            // LIMIT NULL is no limit.
            Ast::Null => None,
            _ => Some(Count::Unknown),
        },
        _ => Some(Count::Unknown),
    }
}

/// The name that a column of a query gets.
fn name_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) => Some(fold(name)),
        Expr::CompoundIdentifier(names) => names.last().map(fold as fn(&Ident) -> String),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => name_of(inner),
        Expr::Function(function) => parts(&function.name).map(|(_, name)| name),
        _ => None,
    }
}

/// The argument of a min or max alone.
fn extreme(expr: &Expr) -> Option<&Expr> {
    let Expr::Function(function) = expr else {
        return None;
    };
    let (_, name) = parts(&function.name)?;
    if !matches!(name.as_str(), "min" | "max") || function.over.is_some() {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] if function.filter.is_none() => {
            Some(argument)
        }
        _ => None,
    }
}

fn is_aggregate(expr: &Expr) -> bool {
    const SOME: &[&str] = &[
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "array_agg",
        "string_agg",
        "json_agg",
        "jsonb_agg",
        "bool_and",
        "bool_or",
        "every",
        "json_object_agg",
        "jsonb_object_agg",
        "any_value",
    ];
    match expr {
        Expr::Function(function) => {
            let name = parts(&function.name).map(|(_, name)| name);
            let known = name.is_some_and(|name| SOME.contains(&name.as_str()));
            known && function.over.is_none()
        }
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_aggregate(inner),
        Expr::BinaryOp { left, right, .. } => is_aggregate(left) || is_aggregate(right),
        _ => false,
    }
}

/// What a window function sorts by: its partition, then its order.
fn window(expr: &Expr) -> Option<Vec<OrderByExpr>> {
    let Expr::Function(function) = expr else {
        return None;
    };
    match function.over.as_ref()? {
        WindowType::WindowSpec(spec) => {
            let partition = spec.partition_by.iter().cloned().map(ascending);
            Some(partition.chain(spec.order_by.iter().cloned()).collect())
        }
        WindowType::NamedWindow(_) => Some(Vec::new()),
    }
}
