//! CREATE TABLE, CREATE FOREIGN TABLE and CREATE VIEW.

use std::collections::BTreeMap;

use super::column::column;
use super::constraint::{Constraint, constraint};
use super::cursor::Cursor;
use super::draft::{Draft, Read};
use crate::catalog::{Column, Index, Name, Table, TableKind};

/// `CREATE … TABLE`, behind these words.
pub(super) fn create(
    draft: &mut Draft,
    cursor: &mut Cursor<'_>,
    kind: TableKind,
    unlogged: bool,
) -> Read {
    let if_not_exists = cursor.take_all("if not exists");
    let path = cursor.path().ok_or("its name can't be read")?;
    let name = draft.new_name(path);
    if draft.tables.contains_key(&name) {
        return if if_not_exists {
            Ok(())
        } else {
            Err(format!("there is a table {name} before it"))
        };
    }
    draft.tables.insert(
        name.clone(),
        Table {
            name: name.clone(),
            kind,
            unlogged,
            ..Table::default()
        },
    );
    let read = content(draft, cursor, &name);
    // Half a table would say less than none.
    if read.is_err() {
        draft.tables.remove(&name);
    }
    read
}

fn content(draft: &mut Draft, cursor: &mut Cursor<'_>, name: &Name) -> Read {
    let mut constraints = Vec::new();
    if cursor.take_all("partition of") {
        let parent = cursor.path().ok_or("its parent can't be read")?;
        let parent = draft.table_name(parent);
        let columns = draft.table(&parent)?.columns.clone();
        let table = draft.table(name)?;
        table.columns = columns.into_iter().map(inherited).collect();
        table.partition_of = Some(parent);
        if let Some(elements) = cursor.group() {
            constraints = self::elements(draft, elements, name)?;
        }
        let bound = cursor.until(|c| c.is_any(&["partition", "using", "tablespace", "server"]));
        draft.table(name)?.partition_bound = Some(bound.text());
    } else if let Some(elements) = cursor.group() {
        // The parents' columns come first.
        let mut tail = *cursor;
        while !tail.at_end() && !tail.take("inherits") {
            tail.skip();
        }
        if let Some(parents) = tail.group() {
            inherit(draft, parents, name)?;
        }
        if is_list_of_names(elements) {
            return Err("its columns come from a query".to_owned());
        }
        constraints = self::elements(draft, elements, name)?;
    }
    tail(draft, cursor, name)?;
    for constraint in constraints {
        draft.constrain(name, constraint, false)?;
    }
    Ok(())
}

/// `CREATE TABLE t (a, b) AS SELECT …`: columns without types.
fn is_list_of_names(elements: Cursor<'_>) -> bool {
    let mut parts = elements.split().into_iter().peekable();
    parts.peek().is_some() && parts.all(|mut part| part.name().is_some() && part.at_end())
}

/// What stands in the brackets: columns, constraints and LIKE.
fn elements(draft: &mut Draft, elements: Cursor<'_>, name: &Name) -> Read<Vec<Constraint>> {
    let mut constraints = Vec::new();
    for mut element in elements.split() {
        if element.take("like") {
            like(draft, &mut element, name)?;
            continue;
        }
        if begins_constraint(element)
            && let Some(constraint) = constraint(&mut element, None)?
        {
            constraints.push(constraint);
            continue;
        }
        let mut defined = column(draft, name, element)?;
        constraints.append(&mut defined.constraints);
        draft.add_column(name, defined)?;
    }
    Ok(constraints)
}

/// Whether a constraint begins here. A column may be called `unique` only in quotes, but `exclude` without.
fn begins_constraint(mut cursor: Cursor<'_>) -> bool {
    if cursor.take("exclude") {
        return cursor.is("using") || cursor.is_symbol("(");
    }
    cursor.is_any(&["constraint", "primary", "unique", "foreign", "check", "not"])
}

/// `LIKE other INCLUDING …`.
fn like(draft: &mut Draft, cursor: &mut Cursor<'_>, name: &Name) -> Read {
    let other = cursor
        .path()
        .ok_or("the table that it is like can't be read")?;
    let other = draft.table_name(other);
    let (mut all, mut defaults, mut indexes) = (false, false, false);
    while !cursor.at_end() {
        let including = cursor.take("including");
        match cursor.name().as_deref() {
            Some("all") => all = including,
            Some("defaults") => defaults = including,
            Some("indexes") => indexes = including,
            _ => {}
        }
    }
    let mut columns = draft.table(&other)?.columns.clone();
    if !(all || defaults) {
        for column in &mut columns {
            column.default = None;
        }
    }
    draft
        .table(name)?
        .columns
        .extend(columns.into_iter().map(inherited));
    if all || indexes {
        let theirs: Vec<Index> = draft
            .indexes
            .values()
            .filter(|i| i.table == other)
            .cloned()
            .collect();
        for index in theirs {
            draft.copy_index(&index, name, None);
        }
    }
    Ok(())
}

fn inherit(draft: &mut Draft, parents: Cursor<'_>, name: &Name) -> Read {
    for mut parent in parents.split() {
        let parent = parent.path().ok_or("its parent can't be read")?;
        let parent = draft.table_name(parent);
        let columns = draft.table(&parent)?.columns.clone();
        let table = draft.table(name)?;
        table.inherits.push(parent);
        for column in columns.into_iter().map(inherited) {
            if table.column(&column.name).is_none() {
                table.columns.push(column);
            }
        }
    }
    Ok(())
}

/// A parent's column as its child has it: an identity stays with the parent.
fn inherited(column: Column) -> Column {
    Column {
        identity: None,
        statistics: None,
        ..column
    }
}

/// What stands behind the brackets.
fn tail(draft: &mut Draft, cursor: &mut Cursor<'_>, name: &Name) -> Read {
    while !cursor.at_end() {
        if cursor.take("inherits") || cursor.take("options") {
            cursor.group();
        } else if cursor.take_all("partition by") {
            let key = cursor.until(|c| c.is_any(&["using", "with", "tablespace"]));
            let table = draft.table(name)?;
            table.kind = TableKind::Partitioned;
            table.partition_key = Some(partition_key(key));
        } else if cursor.take("with") {
            let options = cursor.group().map(options).unwrap_or_default();
            draft.table(name)?.options = options;
        } else if cursor.take("using") || cursor.take("tablespace") || cursor.take("server") {
            cursor.name();
        } else if cursor.take_all("on commit") {
            cursor.rest();
        } else if cursor.take("as") {
            return Err("its columns come from a query".to_owned());
        } else if !cursor.take_all("without oids") {
            return Err(format!("'{}' is not expected there", cursor.next_text()));
        }
    }
    Ok(())
}

/// `RANGE (a)`, as the server writes it.
fn partition_key(mut key: Cursor<'_>) -> String {
    let method = key.name().unwrap_or_default().to_ascii_uppercase();
    format!("{method} {}", key.text())
}

/// Storage parameters: `fillfactor='70', toast.autovacuum_enabled=off`.
pub(super) fn options(cursor: Cursor<'_>) -> BTreeMap<String, String> {
    let parts = cursor.split().into_iter().filter_map(|mut part| {
        let name = part.path()?;
        let name = match name.schema {
            Some(schema) => format!("{schema}.{}", name.name),
            None => name.name,
        };
        let value = if part.symbol("=") {
            part.string().unwrap_or_else(|| part.text())
        } else {
            "true".to_owned()
        };
        Some((name, value))
    });
    parts.collect()
}

/// `CREATE [MATERIALIZED] VIEW`, behind these words. What its columns are only the server knows, unless they are named.
pub(super) fn view(draft: &mut Draft, cursor: &mut Cursor<'_>, kind: TableKind) -> Read {
    cursor.take_all("if not exists");
    let path = cursor.path().ok_or("its name can't be read")?;
    let name = draft.new_name(path);
    let names = cursor.group().and_then(Cursor::names).unwrap_or_default();
    while !cursor.at_end() && !cursor.take("as") {
        cursor.skip();
    }
    let mut query = cursor.source();
    let lower = query.to_ascii_lowercase();
    if let Some(end) = lower.rfind("with ")
        && lower.ends_with("data")
    {
        query = query.get(..end).unwrap_or(query);
    }
    let table = Table {
        name: name.clone(),
        kind,
        columns: names
            .into_iter()
            .map(|name| Column {
                name,
                ..Column::default()
            })
            .collect(),
        definition: Some(query.trim_end().to_owned()),
        ..Table::default()
    };
    draft.tables.insert(name, table);
    Ok(())
}
