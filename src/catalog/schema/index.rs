//! CREATE INDEX, and the keys of indexes.

use super::cursor::{Cursor, Path};
use super::draft::{Draft, Read, key_names};
use crate::catalog::{Index, Key, KeyOf, Name, TableKind, bare};

/// `CREATE [UNIQUE] INDEX`, behind these words.
pub(super) fn create(
    draft: &mut Draft,
    cursor: &mut Cursor<'_>,
    unique: bool,
    source: &str,
) -> Read {
    cursor.take("concurrently");
    let if_not_exists = cursor.take_all("if not exists");
    let name = if cursor.is("on") { None } else { cursor.name() };
    if !cursor.take("on") {
        return Err(format!(
            "'{}' stands where ON is expected",
            cursor.next_text()
        ));
    }
    let only = cursor.take("only");
    let table = cursor.path().ok_or("its table can't be read")?;
    let table = draft.table_name(table);
    let kind = draft.table(&table)?.kind;
    let mut index = Index {
        table: table.clone(),
        unique,
        ..Index::default()
    };
    if cursor.take("using") {
        index.method = cursor.name().ok_or("its access method can't be read")?;
    }
    let keys = cursor.group().ok_or("its columns can't be read")?;
    index.keys = keys.split().into_iter().map(key).collect::<Read<_>>()?;
    index.include = include(cursor)?;
    while !cursor.at_end() {
        if cursor.take_all("nulls not distinct") {
            index.nulls_not_distinct = true;
        } else if cursor.take("where") {
            index.predicate = Some(bare(&cursor.rest().text()).to_owned());
        } else if cursor.take("with") {
            cursor.group();
        } else if cursor.take("tablespace") {
            cursor.name();
        } else if !cursor.take_all("nulls distinct") {
            return Err(format!("'{}' is not expected there", cursor.next_text()));
        }
    }
    let full = name.map_or_else(
        || draft.choose(&table, &key_names(&index), "idx"),
        |name| Name::new(table.schema.clone(), name),
    );
    if draft.indexes.contains_key(&full) {
        return if if_not_exists {
            Ok(())
        } else {
            Err(format!("there is an index {full} before it"))
        };
    }
    index.name.clone_from(&full.name);
    index.definition = Some(source.to_owned());
    if kind == TableKind::Partitioned && !only {
        draft.spreading.insert(full.clone());
    }
    draft.indexes.insert(full, index);
    Ok(())
}

/// `ALTER INDEX`, behind these words.
pub(super) fn alter(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    cursor.take_all("if exists");
    let name = cursor.path().ok_or("its name can't be read")?;
    let name = draft.index_name(name);
    if cursor.take_all("attach partition") {
        let part = cursor.path().ok_or("the index to attach can't be read")?;
        let part = draft.index_name(part);
        let part = draft.indexes.get_mut(&part);
        part.ok_or("there is no such index to attach before it")?
            .partition_of = Some(name);
    } else if cursor.take_all("rename to") {
        let new = cursor.name().ok_or("its new name can't be read")?;
        rename(draft, &name, new)?;
    }
    Ok(())
}

fn rename(draft: &mut Draft, name: &Name, new: String) -> Read {
    let index = draft.indexes.remove(name);
    let mut index = index.ok_or_else(|| format!("there is no index {name} before it"))?;
    if index.constraint.is_some() {
        index.constraint = Some(new.clone());
    }
    index.name = new;
    draft.indexes.insert(index.full_name(), index);
    Ok(())
}

/// `INCLUDE (a, b)`, where it stands.
pub(super) fn include(cursor: &mut Cursor<'_>) -> Read<Vec<String>> {
    if !cursor.take("include") {
        return Ok(Vec::new());
    }
    let names = cursor.group().and_then(Cursor::names);
    names.ok_or_else(|| "the columns that it includes can't be read".to_owned())
}

/// One key: a column or an expression, and how it is sorted.
pub(super) fn key(mut cursor: Cursor<'_>) -> Read<Key> {
    let whole = cursor;
    let of = column_or_expression(&mut cursor)
        .ok_or_else(|| format!("the key '{}' can't be read", whole.text()))?;
    let mut key = Key {
        of,
        ..Key::column("")
    };
    while !cursor.at_end() {
        if cursor.take("collate") {
            key.collation = cursor.path().map(|path| path.name);
        } else if cursor.take("desc") {
            key.descending = true;
            key.nulls_first = true;
        } else if cursor.take_all("nulls first") {
            key.nulls_first = true;
        } else if cursor.take_all("nulls last") {
            key.nulls_first = false;
        } else if !cursor.take("asc") {
            let Some(Path { name, .. }) = cursor.path().filter(|_| key.opclass.is_none()) else {
                return Err(format!("the key '{}' can't be read", whole.text()));
            };
            let parameters = cursor.group().map(|g| format!("({})", g.text()));
            key.opclass = Some(name + &parameters.unwrap_or_default());
        }
    }
    Ok(key)
}

fn column_or_expression(cursor: &mut Cursor<'_>) -> Option<KeyOf> {
    let start = *cursor;
    if let Some(group) = cursor.group() {
        return Some(KeyOf::Expression(bare(&group.text()).to_owned()));
    }
    let path = cursor.path()?;
    if cursor.group().is_some() {
        return Some(KeyOf::Expression(start.before(cursor).text()));
    }
    Some(KeyOf::Column(path.name))
}
