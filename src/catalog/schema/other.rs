//! What else bears on the catalog: schemas, extensions, the search path, the database, and what is dropped.

use super::cursor::{Cursor, Path, lex};
use super::draft::{Draft, Read};
use crate::catalog::Extension;

/// `CREATE SCHEMA`, behind these words. It may hold statements, which are left out.
pub(super) fn schema(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    cursor.take_all("if not exists");
    // Without a name it is called as its owner.
    cursor.take("authorization");
    let name = cursor.name();
    draft.schemas.insert(name.ok_or("its name can't be read")?);
    if cursor.take("authorization") {
        cursor.name();
    }
    if cursor.at_end() {
        Ok(())
    } else {
        Err("what is defined within it is left out".to_owned())
    }
}

/// `CREATE EXTENSION`, behind these words.
pub(super) fn extension(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    cursor.take_all("if not exists");
    let mut extension = Extension {
        name: cursor.name().ok_or("its name can't be read")?,
        ..Extension::default()
    };
    while !cursor.at_end() {
        if cursor.take("schema") {
            extension.schema = cursor.name();
        } else if cursor.take("version") {
            extension.version = cursor.string().or_else(|| cursor.name());
        } else {
            cursor.skip();
        }
    }
    if !draft.extensions.iter().any(|e| e.name == extension.name) {
        draft.extensions.push(extension);
    }
    Ok(())
}

/// `SET`, behind this word.
pub(super) fn set(draft: &mut Draft, cursor: &mut Cursor<'_>) {
    if !cursor.take("session") {
        cursor.take("local");
    }
    if let Some(path) = search_path(cursor) {
        draft.path = path;
    }
}

/// `search_path = a, "B"` or `search_path TO …`; `None` for other settings.
fn search_path(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    if cursor.take("schema") {
        return Some(cursor.string().into_iter().collect());
    }
    if !cursor.take("search_path") {
        return None;
    }
    if !cursor.symbol("=") {
        cursor.take("to");
    }
    if cursor.is("default") {
        return Some(vec!["public".to_owned()]);
    }
    let parts = cursor.rest().split().into_iter();
    Some(
        parts
            .filter_map(|mut part| part.string().or_else(|| part.name()))
            .filter(|name| !name.is_empty() && name != "$user" && name != "pg_catalog")
            .collect(),
    )
}

/// `SELECT`, behind this word: `pg_dump` sets the search path and sequences with functions.
pub(super) fn select(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    match cursor.path() {
        Some(Path { name, .. }) if name == "setval" => super::sequence::setval(draft, cursor),
        Some(Path { name, .. }) if name == "set_config" => {
            let mut group = cursor.group().ok_or("its arguments can't be read")?;
            if group.string().as_deref() == Some("search_path") {
                group.symbol(",");
                let list = format!("search_path = {}", group.string().unwrap_or_default());
                let tokens = lex(&list);
                draft.path = search_path(&mut Cursor::new(&list, &tokens)).unwrap_or_default();
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// `CREATE DATABASE`, behind these words.
pub(super) fn database(draft: &mut Draft, cursor: &mut Cursor<'_>) {
    draft.database.name = cursor.name();
    while !cursor.at_end() {
        if cursor.take("encoding") {
            cursor.symbol("=");
            draft.database.encoding = cursor.string();
        } else if cursor.take("locale") || cursor.take("lc_collate") {
            cursor.symbol("=");
            draft.database.collation = cursor.string();
        } else {
            cursor.skip();
        }
    }
}

/// `ALTER DATABASE` and `ALTER ROLE`, behind these words: where the application's names will be looked for.
pub(super) fn alter_database(draft: &mut Draft, cursor: &mut Cursor<'_>) {
    while !cursor.at_end() && !cursor.take("set") {
        cursor.skip();
    }
    if let Some(path) = search_path(cursor) {
        draft.final_path = path;
    }
}

/// `DROP`, behind this word.
pub(super) fn drop(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    let materialized = cursor.take("materialized") || cursor.take("foreign");
    let Some(kind) = cursor.name() else {
        return Err("what it drops can't be read".to_owned());
    };
    if !["table", "view", "index", "sequence", "schema"].contains(&kind.as_str()) && !materialized {
        return Ok(());
    }
    cursor.take("concurrently");
    cursor.take_all("if exists");
    for mut part in cursor.rest().split() {
        let path = part.path().ok_or("its name can't be read")?;
        match kind.as_str() {
            "index" => {
                let name = draft.index_name(path);
                draft.indexes.remove(&name);
            }
            "sequence" => {
                let name = draft.sequence_name(path);
                draft.sequences.remove(&name);
            }
            "schema" => drop_schema(draft, &path.name),
            _ => {
                let name = draft.table_name(path);
                draft.drop_table(&name);
            }
        }
    }
    Ok(())
}

fn drop_schema(draft: &mut Draft, schema: &str) {
    draft.schemas.remove(schema);
    draft.tables.retain(|name, _| name.schema != schema);
    draft.indexes.retain(|name, _| name.schema != schema);
    draft.sequences.retain(|name, _| name.schema != schema);
    draft
        .foreign_keys
        .retain(|key| key.table.schema != schema && key.references.schema != schema);
}
