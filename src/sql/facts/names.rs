//! Which table a name means: the scopes of a statement.

use super::{Column, Name, Table};
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// Something in FROM that columns may belong to.
#[derive(Debug)]
struct Source {
    /// The alias, else the name.
    name: Option<Name>,
    /// The index of the table, unless it is a sub-select or function.
    table: Option<u32>,
}

#[derive(Debug, Default)]
struct Scope {
    parent: Option<usize>,
    sources: Vec<Source>,
    /// The names that WITH defines here.
    queries: Vec<Name>,
}

/// The scopes of a statement and the tables found in them.
#[derive(Debug, Default)]
pub(super) struct Names {
    scopes: Vec<Scope>,
    pub(super) tables: Vec<Table>,
}

impl Names {
    /// Opens a scope.
    pub(super) fn open(&mut self, parent: Option<usize>) -> usize {
        self.scopes.push(Scope {
            parent,
            ..Scope::default()
        });
        self.scopes.len() - 1
    }

    /// Enters a name that WITH defines.
    pub(super) fn add_query(&mut self, scope: usize, name: &Ident) {
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.queries.push(fold(name));
        }
    }

    /// Enters a mention of a table, unless WITH defines the name.
    pub(super) fn add_table(&mut self, scope: usize, name: &ObjectName, alias: Option<&Ident>) {
        let mut parts = idents(name);
        let Some(last) = parts.pop() else {
            return;
        };
        let schema = parts.pop().map(fold);
        let name = fold(last);
        let alias = alias.map(fold);
        let known_as = alias.clone().unwrap_or_else(|| name.clone());
        if schema.is_none() && self.is_query(scope, &name) {
            self.add_source(scope, Some(known_as), None);
            return;
        }
        self.tables.push(Table {
            schema,
            name,
            alias,
        });
        let table = u32::try_from(self.tables.len() - 1).ok();
        self.add_source(scope, Some(known_as), table);
    }

    /// Enters a sub-select or function.
    pub(super) fn add_opaque(&mut self, scope: usize, alias: Option<&Ident>) {
        self.add_source(scope, alias.map(fold), None);
    }

    /// The table that `name` qualifies.
    pub(super) fn qualified(&self, scope: usize, name: &Ident) -> Option<u32> {
        let name = fold(name);
        let mut next = Some(scope);
        while let Some(scope) = next.and_then(|scope| self.scopes.get(scope)) {
            let found = scope
                .sources
                .iter()
                .find(|source| source.name.as_ref() == Some(&name));
            if let Some(source) = found {
                return source.table;
            }
            next = scope.parent;
        }
        None
    }

    /// The only table of a scope, to which a bare column must belong.
    fn only(&self, scope: usize) -> Option<u32> {
        match self.scopes.get(scope)?.sources.as_slice() {
            [source] => source.table,
            _ => None,
        }
    }

    /// The column that the parts of a name mean.
    pub(super) fn column(&self, scope: usize, parts: &[Ident]) -> Option<Column> {
        let (last, qualifier) = parts.split_last()?;
        let table = match qualifier {
            [] => self.only(scope),
            [.., table] => self.qualified(scope, table),
        };
        Some(Column {
            table,
            name: fold(last),
        })
    }

    /// How many items a scope has.
    pub(super) fn sources(&self, scope: usize) -> usize {
        self.scopes
            .get(scope)
            .map_or(0, |scope| scope.sources.len())
    }

    /// The table of the item at `place`, where there is one.
    pub(super) fn table_at(&self, scope: usize, place: usize) -> Option<u32> {
        self.scopes.get(scope)?.sources.get(place)?.table
    }

    fn add_source(&mut self, scope: usize, name: Option<Name>, table: Option<u32>) {
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.sources.push(Source { name, table });
        }
    }

    fn is_query(&self, scope: usize, name: &str) -> bool {
        let mut next = Some(scope);
        while let Some(scope) = next.and_then(|scope| self.scopes.get(scope)) {
            if scope.queries.iter().any(|query| *query == *name) {
                return true;
            }
            next = scope.parent;
        }
        false
    }
}

/// A name as the server folds it.
pub(super) fn fold(name: &Ident) -> Name {
    if name.quote_style.is_some() {
        name.value.as_str().into()
    } else {
        name.value.to_ascii_lowercase().into()
    }
}

/// The identifiers of a name.
pub(super) fn idents(name: &ObjectName) -> Vec<&Ident> {
    name.0.iter().filter_map(ObjectNamePart::as_ident).collect()
}
