//! Sequences, made by themselves or with a column, and how far they are.

use super::cursor::{Cursor, lex};
use super::draft::{Draft, Read};
use super::types::type_name;
use crate::catalog::{Column, Name, Owner, Sequence};

/// `CREATE SEQUENCE`, behind these words.
pub(super) fn create(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    cursor.take_all("if not exists");
    let path = cursor.path().ok_or("its name can't be read")?;
    let mut sequence = Sequence {
        name: draft.new_name(path),
        ..Sequence::default()
    };
    options(draft, cursor, &mut sequence)?;
    // A serial or identity column has made it already where a statement says so twice.
    draft
        .sequences
        .entry(sequence.name.clone())
        .or_insert(sequence);
    Ok(())
}

/// `ALTER SEQUENCE`, behind these words.
pub(super) fn alter(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    cursor.take_all("if exists");
    let path = cursor.path().ok_or("its name can't be read")?;
    let name = draft.sequence_name(path);
    if cursor.is_any(&["owner", "rename", "set"]) {
        return Ok(());
    }
    let sequence = draft.sequences.get(&name).cloned();
    let mut sequence = sequence.ok_or_else(|| format!("there is no sequence {name} before it"))?;
    options(draft, cursor, &mut sequence)?;
    draft.sequences.insert(name, sequence);
    Ok(())
}

/// The sequence that a serial or identity column makes.
pub(super) fn owned(draft: &Draft, table: &Name, column: &Column) -> Sequence {
    Sequence {
        name: draft.choose(table, std::slice::from_ref(&column.name), "seq"),
        owner: Some(Owner {
            table: table.clone(),
            column: column.name.clone(),
        }),
        max: highest(&column.data_type),
        data_type: column.data_type.clone(),
        ..Sequence::default()
    }
}

/// What is said of a sequence: `START WITH 1 INCREMENT BY 1 …`.
pub(super) fn options(draft: &Draft, cursor: &mut Cursor<'_>, to: &mut Sequence) -> Read {
    let (mut min, mut max, mut start) = (None, None, None);
    let integer = |cursor: &mut Cursor<'_>| {
        let number = cursor.integer();
        number.ok_or_else(|| format!("'{}' stands where a number is expected", cursor.next_text()))
    };
    while !cursor.at_end() {
        if cursor.take("as") {
            to.data_type = cursor
                .name()
                .and_then(|name| type_name(Cursor::new(&name, &lex(&name))))
                .ok_or("its type can't be read")?;
            to.max = highest(&to.data_type);
        } else if cursor.take("increment") {
            cursor.take("by");
            to.increment = integer(cursor)?;
        } else if cursor.take("minvalue") {
            min = Some(integer(cursor)?);
        } else if cursor.take("maxvalue") {
            max = Some(integer(cursor)?);
        } else if cursor.take("start") {
            cursor.take("with");
            start = Some(integer(cursor)?);
        } else if cursor.take("cache") {
            integer(cursor)?;
        } else if cursor.take("restart") {
            cursor.take("with");
            to.last = cursor
                .integer()
                .map(|next| next.saturating_sub(to.increment));
        } else if cursor.take_all("no cycle") {
            to.cycle = false;
        } else if cursor.take("cycle") {
            to.cycle = true;
        } else if cursor.take_all("sequence name") {
            let path = cursor.path().ok_or("its name can't be read")?;
            to.name = draft.new_name(path);
        } else if cursor.take_all("owned by") {
            if cursor.take("none") {
                to.owner = None;
            } else {
                to.owner = Some(owning(draft, cursor)?);
            }
        } else if !["no minvalue", "no maxvalue", "logged", "unlogged"]
            .iter()
            .any(|words| cursor.take_all(words))
        {
            return Err(format!("'{}' is not expected there", cursor.next_text()));
        }
    }
    if to.increment < 0 {
        // It begins at -1 and goes down to the lowest number of its type.
        let lowest = -highest(&to.data_type) - 1;
        (to.min, to.max, to.start) = (min.unwrap_or(lowest), max.unwrap_or(-1), -1);
        to.start = start.unwrap_or(to.max);
    } else {
        to.min = min.unwrap_or(to.min);
        to.max = max.unwrap_or(to.max);
        to.start = start.or(min).unwrap_or(to.start);
    }
    Ok(())
}

/// `schema.table.column`.
fn owning(draft: &Draft, cursor: &mut Cursor<'_>) -> Read<Owner> {
    let mut names = Vec::new();
    while let Some(name) = cursor.name() {
        names.push(name);
        if !cursor.symbol(".") {
            break;
        }
    }
    let column = names.pop();
    let table = names.pop();
    let (Some(column), Some(name)) = (column, table) else {
        return Err("the column that owns it can't be read".to_owned());
    };
    let table = draft.table_name(super::cursor::Path {
        schema: names.pop(),
        name,
    });
    Ok(Owner { table, column })
}

/// The highest number of a type.
fn highest(data_type: &str) -> i64 {
    match data_type {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX,
    }
}

/// `setval('shop.orders_id_seq', 2000, true)`, behind the function's name: how far a sequence is.
pub(super) fn setval(draft: &mut Draft, cursor: &mut Cursor<'_>) -> Read {
    let mut group = cursor.group().ok_or("its arguments can't be read")?;
    let Some(name) = group.string() else {
        return Ok(());
    };
    let tokens = lex(&name);
    let path = Cursor::new(&name, &tokens).path();
    let name = draft.sequence_name(path.ok_or("the name of its sequence can't be read")?);
    group.symbol(",");
    let Some(value) = group.integer() else {
        return Ok(());
    };
    group.symbol(",");
    // `false`: the number is the next one, and none was given out.
    let called = !group.is("false");
    if let Some(sequence) = draft.sequences.get_mut(&name) {
        sequence.last = called.then_some(value);
    }
    Ok(())
}
