//! FROM: tables, what stands in their place, and joins.

use std::collections::BTreeSet;
use std::rc::Rc;

use sqlparser::ast::{
    JoinConstraint, JoinOperator, ObjectName, TableAlias, TableFactor, TableWithJoins,
};

use super::conditions::{Found, Place};
use super::read::Reader;
use super::scope::{Meaning, Of, Outputs, Source, fold, parts};
use super::{Against, Op};
use crate::catalog::{Name, Table, TableKind};

/// Views within views: nobody looks deeper.
const DEEPEST_VIEW: usize = 8;

impl Reader<'_> {
    pub(super) fn from(&mut self, tables: &[TableWithJoins], scope: usize, found: &mut Found) {
        for table in tables {
            let mut left = self.factor(&table.relation, scope, found);
            for join in &table.joins {
                let right = self.factor(&join.relation, scope, found);
                self.join(&join.join_operator, scope, &left, &right, found);
                left.extend(right);
            }
        }
    }

    /// Enters an item of FROM; the scans that it brings.
    pub(super) fn factor(
        &mut self,
        factor: &TableFactor,
        scope: usize,
        found: &mut Found,
    ) -> BTreeSet<usize> {
        let first = self.scans.len();
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => self.table(name, alias.as_ref(), scope),
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                let outputs = self.query(subquery, Some(scope));
                self.rows_of(alias.as_ref(), outputs, scope);
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => self.from(std::slice::from_ref(table_with_joins), scope, found),
            TableFactor::Table { alias, .. }
            | TableFactor::TableFunction { alias, .. }
            | TableFactor::Function { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::JsonTable { alias, .. } => {
                self.rows_of(alias.as_ref(), None, scope);
            }
            _ => self.rows_of(None, None, scope),
        }
        (first..self.scans.len()).collect()
    }

    fn rows_of(&mut self, alias: Option<&TableAlias>, outputs: Option<Rc<Outputs>>, scope: usize) {
        let outputs = match (outputs, alias) {
            // `AS t(a, b)` gives the columns other names; of a function, all the names it has.
            (Some(outputs), Some(alias)) if !alias.columns.is_empty() => {
                let mut named = (*outputs).clone();
                for (column, name) in named.columns.iter_mut().zip(&alias.columns) {
                    column.0 = fold(&name.name);
                }
                Some(Rc::new(named))
            }
            (None, Some(alias)) if !alias.columns.is_empty() => Some(Rc::new(Outputs {
                columns: alias
                    .columns
                    .iter()
                    .map(|c| (fold(&c.name), None))
                    .collect(),
                is_plain: false,
            })),
            (outputs, _) => outputs,
        };
        let name = alias.map(|alias| fold(&alias.name)).unwrap_or_default();
        let of = Of::Rows(outputs);
        self.scopes.add(scope, Source { name, of });
    }

    fn table(&mut self, name: &ObjectName, alias: Option<&TableAlias>, scope: usize) {
        let Some((schema, name)) = parts(name) else {
            return;
        };
        let known_as = alias.map_or_else(|| name.clone(), |alias| fold(&alias.name));
        if schema.is_none()
            && let Some(defined) = self.scopes.query(scope, &name)
        {
            let of = Of::Rows(defined.0);
            self.scopes.add(scope, Source { name: known_as, of });
            return;
        }
        let is_systems = |schema: &str| schema == "information_schema" || schema.starts_with("pg_");
        if schema.as_deref().is_some_and(is_systems)
            || (schema.is_none() && name.starts_with("pg_"))
        {
            self.scopes.add(
                scope,
                Source {
                    name: known_as,
                    of: Of::Rows(None),
                },
            );
            return;
        }
        if self.catalog.is_none() {
            let table = Name::new(schema.unwrap_or_default(), name);
            self.scan(table, known_as, None, scope);
            return;
        }
        let Some(table) = self.find(schema.as_deref(), &name) else {
            let full = match &schema {
                Some(schema) => format!("{schema}.{name}"),
                None => name,
            };
            self.note(format!(
                "there is no table {full} in the catalog; is another search path needed?"
            ));
            let of = Of::Rows(None);
            self.scopes.add(scope, Source { name: known_as, of });
            return;
        };
        match table.kind {
            TableKind::View => {
                let of = Of::Rows(self.view(table));
                self.scopes.add(scope, Source { name: known_as, of });
            }
            TableKind::Foreign => {
                self.note(format!(
                    "{} is a table of another server: an index on it has to be made there",
                    table.name
                ));
                let of = Of::Rows(None);
                self.scopes.add(scope, Source { name: known_as, of });
            }
            _ => {
                let columns = table.columns.iter().map(|c| c.name.clone()).collect();
                self.scan(table.name.clone(), known_as, Some(columns), scope);
            }
        }
    }

    fn scan(
        &mut self,
        table: Name,
        alias: String,
        columns: Option<BTreeSet<String>>,
        scope: usize,
    ) {
        let at = self.add_scan(table, alias.clone());
        let of = Of::Scan(at, columns);
        self.scopes.add(scope, Source { name: alias, of });
    }

    /// What a view gives: its own query is read as if it stood in the place of its name.
    fn view(&mut self, table: &Table) -> Option<Rc<Outputs>> {
        let definition = table.definition.as_deref()?;
        if self.views >= DEEPEST_VIEW {
            return None;
        }
        self.views += 1;
        let outputs = crate::sql::with_statement(definition, |statement| {
            // The statement is on another thread's stack there; it is taken out as it is.
            Some(statement.clone())
        });
        let outputs = match outputs {
            Some(sqlparser::ast::Statement::Query(query)) => self.query(&query, None),
            _ => None,
        };
        self.views -= 1;
        outputs
    }

    fn join(
        &mut self,
        join: &JoinOperator,
        scope: usize,
        left: &BTreeSet<usize>,
        right: &BTreeSet<usize>,
        found: &mut Found,
    ) {
        let (constraint, narrowed) = match join {
            JoinOperator::Join(it)
            | JoinOperator::Inner(it)
            | JoinOperator::CrossJoin(it)
            | JoinOperator::Semi(it)
            | JoinOperator::LeftSemi(it) => {
                (it, left.union(right).copied().collect::<BTreeSet<_>>())
            }
            // Rows of the side that is kept are wanted whether the condition holds or not.
            JoinOperator::Left(it) | JoinOperator::LeftOuter(it) => (it, right.clone()),
            JoinOperator::Right(it) | JoinOperator::RightOuter(it) => (it, left.clone()),
            JoinOperator::FullOuter(it) => (it, BTreeSet::new()),
            _ => return,
        };
        match constraint {
            JoinConstraint::On(condition) => {
                let outer = self.scopes.outer_scans(scope);
                let place = Place {
                    scope,
                    negated: false,
                    only: Some(&narrowed),
                    outer: &outer,
                };
                self.condition(condition, place, found);
            }
            JoinConstraint::Using(names) => {
                let names: Vec<String> = names
                    .iter()
                    .filter_map(|name| parts(name).map(|(_, name)| name))
                    .collect();
                self.using(&names, scope, left, right, &narrowed, found);
            }
            JoinConstraint::Natural | JoinConstraint::None => {}
        }
    }

    fn using(
        &mut self,
        names: &[String],
        scope: usize,
        left: &BTreeSet<usize>,
        right: &BTreeSet<usize>,
        narrowed: &BTreeSet<usize>,
        found: &mut Found,
    ) {
        for name in names {
            let has = |side: &BTreeSet<usize>| {
                self.scopes.sources(scope).iter().rev().find_map(|source| {
                    match (&source.of, source.meaning(name)?) {
                        (Of::Scan(scan, _), Meaning::Term(_, term)) if side.contains(scan) => {
                            Some((*scan, term))
                        }
                        _ => None,
                    }
                })
            };
            let (Some(a), Some(b)) = (has(left), has(right)) else {
                continue;
            };
            self.reads(a.0, name);
            self.reads(b.0, name);
            for (one, other) in [(a.clone(), b.clone()), (b, a)] {
                if narrowed.contains(&one.0) {
                    Self::compare(one, Op::Eq, Against::Other(other.0, other.1), found);
                }
            }
        }
    }
}
