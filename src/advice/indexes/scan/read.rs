//! From a statement to its scans.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;

use sqlparser::ast::{
    self, Assignment, AssignmentTarget, Expr, FromTable, OnConflictAction, OnInsert, Query,
    SelectItem, Statement, TableObject, UpdateTableFromKind, Visit, Visitor,
};

use super::conditions::{Found, Place};
use super::scope::{Of, Outputs, Scopes, parts};
use super::{Against, Comparison, Condition, Op, Reading, Scan, Term};
use crate::catalog::{Catalog, Name, Table};
use crate::sql::{Class, tokens, with_statement};

/// What a statement asks of the tables that it reads; `None` when it can't be read, or reads and changes no tables by
/// its nature. Names without a schema are looked for along `search_path`, then as the catalog does.
#[must_use]
pub fn read(sql: &str, catalog: Option<&Catalog>, search_path: Option<&str>) -> Option<Reading> {
    let path = search_path.map(schemas).unwrap_or_default();
    let whole = |text: &str| {
        with_statement(text, |statement| {
            let mut reader = Reader::new(catalog, path.clone());
            reader.statement(statement, None)?;
            Some(reader.finish())
        })
    };
    if let Some(reading) = whole(sql) {
        return Some(reading);
    }
    // What a framework wrote before its driver put the values in.
    let (text, count) = numbered(sql);
    let mut reading = (count > 0).then(|| whole(&text)).flatten()?;
    reading.notes.push(
        "its placeholders were read as parameters, as it has not the form that a server takes"
            .to_owned(),
    );
    Some(reading)
}

/// The schemas of a search path, without `"$user"`, which nobody knows here.
fn schemas(path: &str) -> Vec<String> {
    path.split(',')
        .map(|part| match part.trim().strip_prefix('"') {
            Some(quoted) => quoted.trim_end_matches('"').replace("\"\"", "\""),
            None => part.trim().to_lowercase(),
        })
        .filter(|name| !name.is_empty() && name != "$user")
        .collect()
}

/// The text with `?`, `%s` and named placeholders as `$n`, and how many there were.
fn numbered(sql: &str) -> (String, usize) {
    let mut out = String::with_capacity(sql.len());
    let mut count = 0;
    for (class, range) in tokens(sql) {
        let piece = sql.get(range).unwrap_or_default();
        let is_own = class == Class::Parameter && !piece.starts_with('$');
        if is_own || piece == "?" {
            count += 1;
            out.push('$');
            out.push_str(&count.to_string());
        } else {
            out.push_str(piece);
        }
    }
    (out, count)
}

/// Reads one statement.
pub(super) struct Reader<'a> {
    pub(super) catalog: Option<&'a Catalog>,
    path: Vec<String>,
    pub(super) scopes: Scopes,
    pub(super) scans: Vec<Scan>,
    /// The columns that are read of each scan; `None` for all.
    used: Vec<Option<BTreeSet<String>>>,
    assigned: Vec<(Name, String)>,
    notes: Vec<String>,
    /// The query block that is being read, and how many there were.
    pub(super) block: usize,
    pub(super) blocks: usize,
    /// How many views are around.
    pub(super) views: usize,
}

impl<'a> Reader<'a> {
    fn new(catalog: Option<&'a Catalog>, path: Vec<String>) -> Self {
        Self {
            catalog,
            path,
            scopes: Scopes::default(),
            scans: Vec::new(),
            used: Vec::new(),
            assigned: Vec::new(),
            notes: Vec::new(),
            block: 0,
            blocks: 0,
            views: 0,
        }
    }

    fn finish(mut self) -> Reading {
        for (scan, used) in self.scans.iter_mut().zip(self.used) {
            scan.columns = used.map(|columns| columns.into_iter().collect());
        }
        Reading {
            scans: self.scans,
            assigned: self.assigned,
            notes: self.notes,
        }
    }

    /// The table that a name means.
    pub(super) fn find(&self, schema: Option<&str>, name: &str) -> Option<&'a Table> {
        let catalog = self.catalog?;
        let on_path = self.path.iter().filter(|_| schema.is_none());
        let mut on_path = on_path.filter_map(|s| catalog.table(&Name::new(s.as_str(), name)));
        on_path.next().or_else(|| catalog.find(schema, name))
    }

    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds a scan; its number.
    pub(super) fn add_scan(&mut self, table: Name, alias: String) -> usize {
        self.scans.push(Scan {
            table,
            alias,
            block: self.block,
            ..Scan::default()
        });
        self.used.push(Some(BTreeSet::new()));
        self.scans.len() - 1
    }

    /// A column of a scan is read.
    pub(super) fn reads(&mut self, scan: usize, column: &str) {
        if let Some(Some(columns)) = self.used.get_mut(scan)
            && !columns.contains(column)
        {
            columns.insert(column.to_owned());
        }
    }

    /// All columns of a scan are read.
    pub(super) fn reads_all(&mut self, scan: usize) {
        if let Some(used) = self.used.get_mut(scan) {
            *used = None;
        }
    }

    /// A condition on a scan that another part of the statement brings.
    pub(super) fn narrow(&mut self, scan: usize, condition: Condition) {
        if let Some(scan) = self.scans.get_mut(scan)
            && !scan.conditions.contains(&condition)
        {
            scan.conditions.push(condition);
        }
    }

    pub(super) fn compare(term: (usize, Term), op: Op, against: Against, found: &mut Found) {
        found
            .entry(term.0)
            .or_default()
            .push(Condition::One(Comparison {
                terms: vec![term.1],
                op,
                against,
                text: String::new(),
            }));
    }

    pub(super) fn settle(&mut self, found: Found) {
        for (scan, conditions) in found {
            for condition in conditions {
                self.narrow(scan, condition);
            }
        }
    }

    /// The main statement, or with `within` one inside of WITH.
    pub(super) fn statement(&mut self, statement: &Statement, within: Option<usize>) -> Option<()> {
        match statement {
            Statement::Query(query) => {
                self.query(query, within);
            }
            Statement::Insert(insert) => self.insert(insert, within),
            Statement::Update(update) => self.update(update, within),
            Statement::Delete(delete) => self.delete(delete, within),
            Statement::Merge(merge) => self.merge(merge, within),
            _ => return None,
        }
        Some(())
    }

    fn insert(&mut self, insert: &ast::Insert, within: Option<usize>) {
        if let Some(query) = &insert.source {
            self.query(query, within);
        }
        let Some(OnInsert::OnConflict(conflict)) = &insert.on else {
            return;
        };
        if let (OnConflictAction::DoUpdate(update), TableObject::TableName(name)) =
            (&conflict.action, &insert.table)
            && let Some((schema, name)) = parts(name)
        {
            let table = match self.find(schema.as_deref(), &name) {
                Some(table) => table.name.clone(),
                None => Name::new(schema.unwrap_or_default(), name),
            };
            self.assign(&update.assignments, &table);
        }
    }

    fn update(&mut self, update: &ast::Update, within: Option<usize>) {
        let scope = self.begin(within);
        let mut found = Found::new();
        let target = self.scans.len();
        self.from(std::slice::from_ref(&update.table), scope, &mut found);
        self.target(target);
        if let Some(
            UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables),
        ) = &update.from
        {
            self.from(tables, scope, &mut found);
        }
        if let Some(table) = self.scans.get(target).map(|scan| scan.table.clone()) {
            self.assign(&update.assignments, &table);
        }
        for assignment in &update.assignments {
            self.made(&assignment.value, scope);
            self.subqueries(&assignment.value, scope);
        }
        self.filter(update.selection.as_ref(), scope, &mut found);
        self.settle(found);
        self.returning(update.returning.as_deref(), scope);
    }

    fn delete(&mut self, delete: &ast::Delete, within: Option<usize>) {
        let scope = self.begin(within);
        let mut found = Found::new();
        let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
        let target = self.scans.len();
        self.from(tables, scope, &mut found);
        self.target(target);
        if let Some(tables) = &delete.using {
            self.from(tables, scope, &mut found);
        }
        self.filter(delete.selection.as_ref(), scope, &mut found);
        self.settle(found);
        self.returning(delete.returning.as_deref(), scope);
    }

    fn merge(&mut self, merge: &ast::Merge, within: Option<usize>) {
        let scope = self.begin(within);
        let mut found = Found::new();
        let target = self.scans.len();
        self.factor(&merge.table, scope, &mut found);
        self.target(target);
        self.factor(&merge.source, scope, &mut found);
        self.filter(Some(&merge.on), scope, &mut found);
        self.settle(found);
        self.subqueries(&merge.clauses, scope);
    }

    /// Opens a block with a scope of its own.
    pub(super) fn begin(&mut self, within: Option<usize>) -> usize {
        self.block = self.blocks;
        self.blocks += 1;
        self.scopes.open(within)
    }

    fn target(&mut self, at: usize) {
        if let Some(scan) = self.scans.get_mut(at) {
            scan.is_target = true;
            self.reads_all(at);
        }
    }

    pub(super) fn filter(&mut self, expr: Option<&Expr>, scope: usize, found: &mut Found) {
        if let Some(expr) = expr {
            let outer = self.scopes.outer_scans(scope);
            let place = Place {
                scope,
                negated: false,
                only: None,
                outer: &outer,
            };
            self.condition(expr, place, found);
        }
    }

    fn returning(&mut self, items: Option<&[SelectItem]>, scope: usize) {
        for item in items.unwrap_or_default() {
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                self.made(expr, scope);
                self.subqueries(expr, scope);
            }
        }
    }

    fn assign(&mut self, assignments: &[Assignment], table: &Name) {
        for assignment in assignments {
            let names: &[ast::ObjectName] = match &assignment.target {
                AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
                AssignmentTarget::Tuple(names) => names,
            };
            for (_, column) in names.iter().filter_map(parts) {
                self.assigned.push((table.clone(), column));
            }
        }
    }

    /// Reads the sub-selects within a part of the tree, but not those within these.
    pub(super) fn subqueries(&mut self, part: &impl Visit, scope: usize) {
        let mut finder = Subqueries {
            reader: self,
            scope,
            depth: 0,
        };
        match part.visit(&mut finder) {
            ControlFlow::Continue(()) => {}
            ControlFlow::Break(never) => match never {},
        }
    }

    /// The scans that are in a scope itself.
    pub(super) fn own_scans(&self, scope: usize) -> Vec<usize> {
        let sources = self.scopes.sources(scope).iter();
        sources
            .filter_map(|source| match source.of {
                Of::Scan(scan, _) => Some(scan),
                Of::Rows(_) => None,
            })
            .collect()
    }
}

struct Subqueries<'r, 'a> {
    reader: &'r mut Reader<'a>,
    scope: usize,
    depth: usize,
}

impl Visitor for Subqueries<'_, '_> {
    type Break = std::convert::Infallible;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        if self.depth == 0 {
            let _: Option<Rc<Outputs>> = self.reader.query(query, Some(self.scope));
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}
