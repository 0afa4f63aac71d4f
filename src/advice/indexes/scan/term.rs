//! Terms: what of an expression belongs to which scan, and how it is written.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Query, Value as Ast,
    Visit, VisitMut, Visitor, VisitorMut,
};

use super::Term;
use super::read::Reader;
use super::scope::{Meaning, parts};
use crate::catalog::KeyOf;
use crate::sql::{Class, quoted, tokens};

/// What an expression is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    /// The scans whose columns are in it.
    pub(super) scans: BTreeSet<usize>,
    /// Whether a value from elsewhere is in it.
    pub(super) elsewhere: bool,
    /// Whether a name is in it that can't be told.
    pub(super) unknown: bool,
    /// Whether there is a sub-select in it.
    pub(super) subquery: bool,
}

impl Reader<'_> {
    /// What an expression is made of; its columns count as read.
    pub(super) fn made(&mut self, expr: &Expr, scope: usize) -> Made {
        let mut walk = Walk {
            reader: self,
            scope,
            made: Made::default(),
            depth: 0,
        };
        match expr.visit(&mut walk) {
            ControlFlow::Continue(()) => {}
            ControlFlow::Break(never) => match never {},
        }
        walk.made
    }

    /// The term that an expression is, and the scan it belongs to.
    pub(super) fn term(&mut self, expr: &Expr, scope: usize) -> Option<(usize, Term)> {
        let made = self.made(expr, scope);
        let mut scans = made.scans.iter();
        let (Some(scan), None) = (scans.next().copied(), scans.next()) else {
            return None;
        };
        if made.elsewhere || made.unknown || made.subquery {
            return None;
        }
        let (inner, collation) = without_collation(expr);
        let mut term = self.plain(inner, scope, scan)?;
        term.collation = collation;
        Some((scan, term))
    }

    fn plain(&mut self, expr: &Expr, scope: usize, scan: usize) -> Option<Term> {
        match expr {
            Expr::Nested(inner) => return self.plain(inner, scope, scan),
            Expr::Identifier(name) => {
                return self.meant(scope, std::slice::from_ref(name));
            }
            Expr::CompoundIdentifier(names) => return self.meant(scope, names),
            // `varchar::text` changes nothing: the server's index on the column serves it.
            Expr::Cast {
                expr: inner,
                data_type: DataType::Text | DataType::Varchar(None),
                ..
            } => {
                if let Some(term) = self.plain(inner, scope, scan)
                    && let Some(column) = term.as_column()
                    && self.is_text(scan, column)
                {
                    return Some(term);
                }
            }
            _ => {}
        }
        let mut columns = Vec::new();
        let mut bare = expr.clone();
        let mut strip = Strip {
            reader: self,
            scope,
            columns: &mut columns,
        };
        if VisitMut::visit(&mut bare, &mut strip).is_break() {
            return None;
        }
        let mut calls = Vec::new();
        list_calls(expr, &mut calls);
        Some(Term {
            of: KeyOf::Expression(compact(&bare.to_string())),
            columns,
            calls,
            collation: None,
        })
    }

    fn meant(&mut self, scope: usize, names: &[Ident]) -> Option<Term> {
        match self.scopes.column(scope, names)? {
            Meaning::Term(_, term) => Some(term),
            Meaning::Elsewhere => None,
        }
    }

    fn is_text(&self, scan: usize, column: &str) -> bool {
        let table = self.scans.get(scan).map(|s| &s.table);
        let known = self
            .catalog
            .zip(table)
            .and_then(|(catalog, name)| catalog.table(name)?.column(column));
        known.is_some_and(|column| {
            let name = column.data_type.as_str();
            name == "text" || name.starts_with("character varying") || name == "character varying"
        })
    }

    /// The text of a condition without the names of tables.
    pub(super) fn bare_text(&mut self, expr: &Expr, scope: usize) -> String {
        let mut columns = Vec::new();
        let mut bare = expr.clone();
        let mut strip = Strip {
            reader: self,
            scope,
            columns: &mut columns,
        };
        // A name that can't be told stays as it is; the text is for reading then.
        let told = VisitMut::visit(&mut bare, &mut strip).is_continue();
        compact(&if told {
            bare.to_string()
        } else {
            expr.to_string()
        })
    }
}

/// An expression without COLLATE around it.
fn without_collation(expr: &Expr) -> (&Expr, Option<String>) {
    match expr {
        Expr::Collate { expr, collation } => (expr, parts(collation).map(|(_, name)| name)),
        Expr::Nested(inner) => without_collation(inner),
        other => (other, None),
    }
}

/// Looks at all names of an expression, but not at those within its sub-selects.
struct Walk<'r, 'a> {
    reader: &'r mut Reader<'a>,
    scope: usize,
    made: Made,
    depth: usize,
}

impl Visitor for Walk<'_, '_> {
    type Break = std::convert::Infallible;

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.made.subquery = true;
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        let names = match expr {
            Expr::Identifier(name) => std::slice::from_ref(name),
            Expr::CompoundIdentifier(names) => names.as_slice(),
            _ => return ControlFlow::Continue(()),
        };
        match self.reader.scopes.column(self.scope, names) {
            Some(Meaning::Term(scan, term)) => {
                for column in &term.columns {
                    self.reader.reads(scan, column);
                }
                self.made.scans.insert(scan);
            }
            Some(Meaning::Elsewhere) => self.made.elsewhere = true,
            None => self.made.unknown = true,
        }
        ControlFlow::Continue(())
    }
}

/// Writes columns without their tables, and names as the server keeps them.
struct Strip<'r, 'a> {
    reader: &'r Reader<'a>,
    scope: usize,
    columns: &'r mut Vec<String>,
}

impl VisitorMut for Strip<'_, '_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let names = match expr {
            Expr::Identifier(name) => vec![name.clone()],
            Expr::CompoundIdentifier(names) => names.clone(),
            Expr::Function(function) => {
                for part in &mut function.name.0 {
                    if let sqlparser::ast::ObjectNamePart::Identifier(ident) = part
                        && ident.quote_style.is_none()
                    {
                        ident.value = ident.value.to_lowercase();
                    }
                }
                return ControlFlow::Continue(());
            }
            _ => return ControlFlow::Continue(()),
        };
        let Some(Meaning::Term(_, term)) = self.reader.scopes.column(self.scope, &names) else {
            return ControlFlow::Break(());
        };
        let Some(column) = term.as_column() else {
            return ControlFlow::Break(());
        };
        if !self.columns.iter().any(|known| known == column) {
            self.columns.push(column.to_owned());
        }
        *expr = Expr::Identifier(Ident::new(quoted(column)));
        ControlFlow::Continue(())
    }
}

/// JSON arrows and casts without spaces around them, as people write them.
pub(super) fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut skip_space = false;
    let mut is_type = false;
    for (class, range) in tokens(text) {
        let Some(piece) = text.get(range) else {
            continue;
        };
        if class == Class::Space && skip_space {
            continue;
        }
        skip_space =
            class == Class::Operator && matches!(piece, "->" | "->>" | "#>" | "#>>" | "::");
        if skip_space {
            out.truncate(out.trim_end().len());
        }
        // Types are written in capitals by the printer, and by nobody else.
        if is_type {
            out.push_str(&piece.to_lowercase());
        } else {
            out.push_str(piece);
        }
        is_type = piece == "::";
    }
    out
}

/// The functions, operators and casts of an expression, from the outside to the inside.
fn list_calls(expr: &Expr, calls: &mut Vec<String>) {
    let mut both = |name: String, parts: &[&Expr]| {
        calls.push(name);
        for part in parts {
            list_calls(part, calls);
        }
    };
    match expr {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::TypedString(_)
        | Expr::Interval(_) => {}
        Expr::Nested(inner) => list_calls(inner, calls),
        Expr::Collate { expr, .. } => list_calls(expr, calls),
        Expr::Cast {
            expr, data_type, ..
        } => both(
            format!("::{}", data_type.to_string().to_lowercase()),
            &[expr],
        ),
        Expr::BinaryOp { left, op, right } => both(op.to_string(), &[left, right]),
        Expr::UnaryOp { op, expr } => both(op.to_string().to_lowercase(), &[expr]),
        Expr::Extract { expr, .. } => both("extract".to_owned(), &[expr]),
        Expr::AtTimeZone { timestamp, .. } => both("timezone".to_owned(), &[timestamp]),
        Expr::Substring { expr, .. } => both("substring".to_owned(), &[expr]),
        Expr::Trim { expr, .. } => both("trim".to_owned(), &[expr]),
        Expr::Ceil { expr, .. } => both("ceil".to_owned(), &[expr]),
        Expr::Floor { expr, .. } => both("floor".to_owned(), &[expr]),
        Expr::Position { expr, r#in } => both("position".to_owned(), &[expr, r#in]),
        Expr::Function(function) => {
            let name = parts(&function.name).map_or_else(|| "?".to_owned(), |(_, name)| name);
            let mut inner = Vec::new();
            if let FunctionArguments::List(list) = &function.args {
                for argument in &list.args {
                    if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
                    | FunctionArg::Named {
                        arg: FunctionArgExpr::Expr(expr),
                        ..
                    } = argument
                    {
                        inner.push(expr);
                    }
                }
            }
            both(name, &inner);
        }
        Expr::Case { .. } => calls.push("case".to_owned()),
        // What isn't known here is taken for something that no index can have.
        _ => calls.push("?".to_owned()),
    }
}

/// The names in it don't matter here.
pub(super) fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(value.value, Ast::Null),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => is_null(inner),
        _ => false,
    }
}
