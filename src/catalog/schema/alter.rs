//! ALTER TABLE.

use super::column::{Defined, column, generated};
use super::constraint::constraint;
use super::cursor::Cursor;
use super::draft::{Draft, Read};
use super::table::options;
use super::types::type_name;
use crate::catalog::{Name, ReplicaIdentity, TableKind};

/// `ALTER [FOREIGN] TABLE`, behind these words.
pub(super) fn alter(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    let if_exists = cursor.take_all("if exists");
    let only = cursor.take("only");
    let path = cursor.path().ok_or("its name can't be read")?;
    cursor.symbol("*");
    let name = draft.table_name(path);
    // What says nothing about a table says nothing about one that isn't known, either.
    let idle = cursor.is("owner") || cursor.is_any(&["enable", "disable", "cluster"]);
    if !draft.tables.contains_key(&name) {
        // `pg_dump` of old servers alters sequences and views in this way as well.
        let known = draft.sequences.contains_key(&name) || draft.indexes.contains_key(&name);
        return if if_exists || idle || known {
            Ok(())
        } else {
            Err(format!("there is no table {name} before it"))
        };
    }
    if cursor.take_all("rename to") {
        let new = cursor.name().ok_or("its new name can't be read")?;
        draft.move_table(&name, &Name::new(name.schema.clone(), new));
        return Ok(());
    }
    if cursor.take_all("set schema") {
        let schema = cursor.name().ok_or("its new schema can't be read")?;
        draft.move_table(&name, &Name::new(schema, name.name.clone()));
        return Ok(());
    }
    for mut action in cursor.rest().split() {
        self::action(draft, &mut action, &name, only)?;
    }
    Ok(())
}

fn action(draft: &mut Draft, cursor: &mut Cursor<'_>, name: &Name, only: bool) -> Read {
    if cursor.take("add") {
        add(draft, cursor, name, only)
    } else if cursor.take("alter") {
        cursor.take("column");
        alter_column(draft, cursor, name)
    } else if cursor.take("drop") {
        drop(draft, cursor, name)
    } else if cursor.take("rename") {
        rename(draft, cursor, name)
    } else if cursor.take_all("attach partition") {
        let part = cursor.path().ok_or("the partition can't be read")?;
        let part = draft.table_name(part);
        let bound = cursor.rest().text();
        let part = draft.table(&part)?;
        part.partition_of = Some(name.clone());
        part.partition_bound = Some(bound);
        draft.table(name)?.kind = TableKind::Partitioned;
        Ok(())
    } else if cursor.take_all("detach partition") {
        let part = cursor.path().ok_or("the partition can't be read")?;
        let part = draft.table_name(part);
        let part = draft.table(&part)?;
        part.partition_of = None;
        part.partition_bound = None;
        Ok(())
    } else if cursor.take("inherit") {
        let parent = cursor.path().ok_or("its parent can't be read")?;
        let parent = draft.table_name(parent);
        draft.table(name)?.inherits.push(parent);
        Ok(())
    } else if cursor.take_all("no inherit") {
        let parent = cursor.path().ok_or("its parent can't be read")?;
        let parent = draft.table_name(parent);
        draft.table(name)?.inherits.retain(|p| *p != parent);
        Ok(())
    } else if cursor.take_all("replica identity") {
        draft.table(name)?.replica_identity = replica_identity(cursor);
        Ok(())
    } else if cursor.take_all("validate constraint") {
        let constraint = cursor.name().unwrap_or_default();
        for key in &mut draft.foreign_keys {
            key.validated |= key.table == *name && key.name == constraint;
        }
        Ok(())
    } else if cursor.take("set") {
        if let Some(group) = cursor.group() {
            draft.table(name)?.options.extend(options(group));
        } else if cursor.is_any(&["logged", "unlogged"]) {
            draft.table(name)?.unlogged = cursor.is("unlogged");
        }
        Ok(())
    } else if cursor.take("reset") {
        let names = cursor.group().and_then(Cursor::names).unwrap_or_default();
        let set = &mut draft.table(name)?.options;
        set.retain(|option, _| !names.contains(option));
        Ok(())
    } else if cursor.is_any(&[
        "owner", "enable", "disable", "cluster", "force", "no", "of", "not", "options",
    ]) {
        Ok(())
    } else {
        Err(format!("'{}' is not expected there", cursor.next_text()))
    }
}

fn add(draft: &mut Draft, cursor: &mut Cursor<'_>, name: &Name, only: bool) -> Read {
    if !cursor.is("column")
        && let Some(constraint) = constraint(cursor, None)?
    {
        return draft.constrain(name, constraint, only);
    }
    cursor.take("column");
    cursor.take_all("if not exists");
    let mut defined = column(draft, name, cursor.rest())?;
    let constraints = std::mem::take(&mut defined.constraints);
    draft.add_column(name, defined)?;
    for constraint in constraints {
        draft.constrain(name, constraint, only)?;
    }
    Ok(())
}

fn alter_column(draft: &mut Draft, cursor: &mut Cursor<'_>, table: &Name) -> Read {
    let name = cursor.name().ok_or("its column can't be read")?;
    let column = draft
        .table(table)?
        .columns
        .iter_mut()
        .find(|c| c.name == name);
    let column = column.ok_or_else(|| format!("{table} has no column {name}"))?;
    if cursor.take_all("set default") {
        column.default = Some(cursor.rest().text());
    } else if cursor.take_all("drop default") {
        column.default = None;
    } else if cursor.take_all("set not null") {
        column.not_null = true;
    } else if cursor.take_all("drop not null") {
        column.not_null = false;
    } else if cursor.take_all("drop identity") {
        column.identity = None;
    } else if cursor.take_all("drop expression") {
        column.generated = None;
    } else if cursor.take("type") || cursor.take_all("set data type") {
        let written = cursor.until(|c| c.is("using") || c.is("collate"));
        column.data_type =
            type_name(written).ok_or_else(|| format!("the new type of {name} can't be read"))?;
    } else if cursor.take("add") {
        let mut defined = Defined::of(column.clone());
        generated(draft, table, cursor, &mut defined)?;
        let (column, sequence) = defined.parts();
        draft.add_sequence(sequence);
        for old in &mut draft.table(table)?.columns {
            if old.name == name {
                old.clone_from(&column);
            }
        }
    }
    Ok(())
}

fn drop(draft: &mut Draft, cursor: &mut Cursor<'_>, table: &Name) -> Read {
    if cursor.take("constraint") {
        cursor.take_all("if exists");
        let name = cursor.name().ok_or("its constraint can't be read")?;
        draft
            .foreign_keys
            .retain(|key| key.table != *table || key.name != name);
        draft
            .indexes
            .retain(|_, index| index.table != *table || index.constraint.as_ref() != Some(&name));
        return Ok(());
    }
    cursor.take("column");
    cursor.take_all("if exists");
    let name = cursor.name().ok_or("its column can't be read")?;
    draft.table(table)?.columns.retain(|c| c.name != name);
    draft.indexes.retain(|_, index| {
        let holds = index.keys.iter().any(|k| k.as_column() == Some(&name));
        index.table != *table || !(holds || index.include.contains(&name))
    });
    draft
        .foreign_keys
        .retain(|key| key.table != *table || !key.columns.contains(&name));
    draft.sequences.retain(|_, sequence| {
        let owner = sequence.owner.as_ref();
        owner.is_none_or(|o| o.table != *table || o.column != name)
    });
    Ok(())
}

/// `RENAME [COLUMN] a TO b` and `RENAME CONSTRAINT a TO b`.
fn rename(draft: &mut Draft, cursor: &mut Cursor<'_>, table: &Name) -> Read {
    let constraint = cursor.take("constraint");
    if !constraint {
        cursor.take("column");
    }
    let (Some(old), true, Some(new)) = (cursor.name(), cursor.take("to"), cursor.name()) else {
        return Err("what it renames can't be read".to_owned());
    };
    if constraint {
        draft.rename_constraint(table, &old, &new);
    } else {
        draft.rename_column(table, &old, &new);
    }
    Ok(())
}

fn replica_identity(cursor: &mut Cursor<'_>) -> ReplicaIdentity {
    if cursor.take_all("using index") {
        return cursor
            .name()
            .map_or(ReplicaIdentity::Default, ReplicaIdentity::Index);
    }
    match cursor.name().as_deref() {
        Some("full") => ReplicaIdentity::Full,
        Some("nothing") => ReplicaIdentity::Nothing,
        _ => ReplicaIdentity::Default,
    }
}
