//! What names mean: tables, columns, and rows that come from elsewhere.

use std::collections::BTreeSet;
use std::rc::Rc;

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::Term;

/// What a query gives: its columns by name, and the scan whose term each of them is, where it is no more than that.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs {
    pub(super) columns: Vec<(String, Option<(usize, Term)>)>,
    /// Whether conditions on it hold for the rows of its scans as well: nothing is grouped, cut off or combined.
    pub(super) is_plain: bool,
}

/// Something in FROM.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Its alias, else its name.
    pub(super) name: String,
    pub(super) of: Of,
}

/// What a source is.
#[derive(Clone, Debug)]
pub(super) enum Of {
    /// A table, by its scan, with the names of its columns where they are known.
    Scan(usize, Option<BTreeSet<String>>),
    /// Rows of a query, or of something else with columns that aren't known.
    Rows(Option<Rc<Outputs>>),
}

/// Where names are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) parent: Option<usize>,
    pub(super) sources: Vec<Source>,
    pub(super) queries: Vec<(String, Option<Rc<Outputs>>)>,
}

/// What a column's name means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning {
    /// A term of a scan: a column of a table, or what a query gives under that name.
    Term(usize, Term),
    /// A value that comes from elsewhere.
    Elsewhere,
}

/// A query that WITH defines; what it gives isn't known of a recursive one.
#[derive(Clone, Debug)]
pub(super) struct Defined(pub(super) Option<Rc<Outputs>>);

/// All scopes of a statement.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    all: Vec<Scope>,
}

impl Scopes {
    pub(super) fn open(&mut self, parent: Option<usize>) -> usize {
        self.all.push(Scope {
            parent,
            ..Scope::default()
        });
        self.all.len() - 1
    }

    pub(super) fn add(&mut self, scope: usize, source: Source) {
        if let Some(scope) = self.all.get_mut(scope) {
            scope.sources.push(source);
        }
    }

    pub(super) fn define(&mut self, scope: usize, name: String, outputs: Option<Rc<Outputs>>) {
        if let Some(scope) = self.all.get_mut(scope) {
            scope.queries.retain(|(known, _)| *known != name);
            scope.queries.push((name, outputs));
        }
    }

    pub(super) fn sources(&self, scope: usize) -> &[Source] {
        self.all.get(scope).map_or(&[], |s| &s.sources)
    }

    /// The query that WITH defines under a name.
    pub(super) fn query(&self, scope: usize, name: &str) -> Option<Defined> {
        self.upwards(scope).find_map(|scope| {
            let found = scope.queries.iter().find(|(known, _)| known == name)?;
            Some(Defined(found.1.clone()))
        })
    }

    /// The source of this name, the innermost first.
    pub(super) fn named(&self, scope: usize, name: &str) -> Option<&Source> {
        self.upwards(scope)
            .find_map(|scope| scope.sources.iter().find(|source| source.name == name))
    }

    /// What a column's name means; `None` when that can't be told.
    pub(super) fn column(&self, scope: usize, parts: &[Ident]) -> Option<Meaning> {
        let (last, qualifier) = parts.split_last()?;
        let name = fold(last);
        if let Some(table) = qualifier.last() {
            return self.named(scope, &fold(table))?.column(&name);
        }
        for scope in self.upwards(scope) {
            // A source that is known to have the column goes before those of which nobody knows.
            if let Some(known) = scope.sources.iter().find_map(|s| s.known(&name)) {
                return Some(known);
            }
            let mut open = scope.sources.iter().filter(|s| s.is_open());
            if let (Some(only), None) = (open.next(), open.next()) {
                return only.column(&name);
            }
            if scope.sources.iter().any(Source::is_open) {
                return None;
            }
        }
        None
    }

    /// The scans of the blocks around a scope.
    pub(super) fn outer_scans(&self, scope: usize) -> BTreeSet<usize> {
        let around = self.upwards(scope).skip(1);
        let sources = around.flat_map(|scope| &scope.sources);
        sources
            .flat_map(|source| match &source.of {
                Of::Scan(scan, _) => vec![*scan],
                Of::Rows(Some(rows)) => {
                    let terms = rows.columns.iter().filter_map(|(_, term)| term.as_ref());
                    terms.map(|(scan, _)| *scan).collect()
                }
                Of::Rows(None) => Vec::new(),
            })
            .collect()
    }

    fn upwards(&self, scope: usize) -> impl Iterator<Item = &Scope> {
        let mut next = Some(scope);
        std::iter::from_fn(move || {
            let scope = self.all.get(next?)?;
            next = scope.parent;
            Some(scope)
        })
    }
}

impl Source {
    /// What a column's name without its table means here.
    pub(super) fn meaning(&self, name: &str) -> Option<Meaning> {
        self.column(name)
    }

    fn column(&self, name: &str) -> Option<Meaning> {
        match &self.of {
            Of::Scan(scan, None) => Some(Meaning::Term(*scan, Term::column(name))),
            Of::Scan(scan, Some(columns)) => columns
                .contains(name)
                .then(|| Meaning::Term(*scan, Term::column(name))),
            Of::Rows(_) => Some(self.known(name).unwrap_or(Meaning::Elsewhere)),
        }
    }

    fn known(&self, name: &str) -> Option<Meaning> {
        match &self.of {
            Of::Scan(scan, Some(columns)) => columns
                .contains(name)
                .then(|| Meaning::Term(*scan, Term::column(name))),
            Of::Rows(Some(outputs)) => {
                let (_, term) = outputs.columns.iter().find(|(known, _)| known == name)?;
                Some(match term {
                    Some((scan, term)) if outputs.is_plain => Meaning::Term(*scan, term.clone()),
                    _ => Meaning::Elsewhere,
                })
            }
            Of::Scan(_, None) | Of::Rows(None) => None,
        }
    }

    /// Whether it may have columns that nobody knows.
    fn is_open(&self) -> bool {
        matches!(self.of, Of::Scan(_, None) | Of::Rows(None))
    }
}

/// A name as the server folds it.
pub(super) fn fold(name: &Ident) -> String {
    if name.quote_style.is_some() {
        name.value.clone()
    } else {
        name.value.to_lowercase()
    }
}

/// The schema and the name that an object's name has.
pub(super) fn parts(name: &ObjectName) -> Option<(Option<String>, String)> {
    let mut idents = name.0.iter().rev().filter_map(ObjectNamePart::as_ident);
    let last = fold(idents.next()?);
    Some((idents.next().map(fold), last))
}
