//! Constraints, of tables and of columns.

use super::cursor::{Cursor, Path};
use super::draft::{Draft, Read, key_names};
use super::index::{include, key};
use crate::catalog::{ForeignKey, Index, Key, Name, TableKind, bare};

/// A constraint and its name.
#[derive(Debug)]
pub(super) struct Constraint {
    name: Option<String>,
    what: What,
}

#[derive(Debug)]
enum What {
    /// PRIMARY KEY, UNIQUE or EXCLUDE.
    Index(Box<Index>),
    /// PRIMARY KEY or UNIQUE that takes over an index.
    Takes {
        index: String,
        primary: bool,
    },
    Foreign(Box<ForeignKey>, Path),
    NotNull(String),
    /// CHECK and whatever else doesn't concern the catalog.
    Other,
}

/// Reads a constraint, of `column` where it stands behind one; `None` where none begins.
pub(super) fn constraint(
    cursor: &mut Cursor<'_>,
    column: Option<&str>,
) -> Read<Option<Constraint>> {
    let name = if cursor.take("constraint") {
        cursor.name()
    } else {
        None
    };
    let what = if cursor.take_all("primary key") {
        unique(cursor, column, true)?
    } else if cursor.take("unique") {
        unique(cursor, column, false)?
    } else if cursor.take_all("foreign key") {
        let columns = cursor.group().and_then(Cursor::names);
        let columns = columns.ok_or("the columns of its foreign key can't be read")?;
        cursor.take("references");
        foreign(cursor, columns)?
    } else if column.is_some() && cursor.take("references") {
        foreign(cursor, column.map(str::to_owned).into_iter().collect())?
    } else if cursor.take("exclude") {
        exclude(cursor)?
    } else if cursor.take("check") {
        cursor.group();
        What::Other
    } else if cursor.take_all("not null") {
        // Since 18 a table may have it among its constraints.
        let column = column.map(str::to_owned).or_else(|| cursor.name());
        What::NotNull(column.unwrap_or_default())
    } else if name.is_some() && cursor.take("null") {
        What::Other
    } else if name.is_some() {
        return Err(format!("'{}' is no constraint", cursor.next_text()));
    } else {
        return Ok(None);
    };
    let mut constraint = Constraint { name, what };
    attributes(cursor, &mut constraint, column.is_some());
    Ok(Some(constraint))
}

/// What may stand behind a constraint. Behind that of a column, NOT begins the next as well.
fn attributes(cursor: &mut Cursor<'_>, constraint: &mut Constraint, of_column: bool) {
    loop {
        if cursor.take_all("not valid") {
            if let What::Foreign(key, _) = &mut constraint.what {
                key.validated = false;
            }
        } else if cursor.take("with") {
            cursor.group();
        } else if cursor.take_all("using index tablespace") {
            cursor.name();
        } else if !cursor.take_all("no inherit") && !deferring(cursor) {
            break;
        }
        if of_column && cursor.at_end() {
            break;
        }
    }
}

/// Passes over when and whether a constraint is checked.
pub(super) fn deferring(cursor: &mut Cursor<'_>) -> bool {
    [
        "deferrable",
        "not deferrable",
        "initially deferred",
        "initially immediate",
        "enforced",
        "not enforced",
    ]
    .iter()
    .any(|words| cursor.take_all(words))
}

fn unique(cursor: &mut Cursor<'_>, column: Option<&str>, primary: bool) -> Read<What> {
    if cursor.take_all("using index") {
        let index = cursor.name().ok_or("its index has no name")?;
        return Ok(What::Takes { index, primary });
    }
    let nulls_not_distinct = cursor.take_all("nulls not distinct");
    cursor.take_all("nulls distinct");
    let columns = if let Some(column) = column {
        vec![column.to_owned()]
    } else {
        let names = cursor.group().and_then(Cursor::names);
        names.ok_or("the columns of its key can't be read")?
    };
    Ok(What::Index(Box::new(Index {
        keys: columns.into_iter().map(Key::column).collect(),
        include: include(cursor)?,
        unique: true,
        primary,
        nulls_not_distinct,
        ..Index::default()
    })))
}

fn exclude(cursor: &mut Cursor<'_>) -> Read<What> {
    let method = if cursor.take("using") {
        cursor.name()
    } else {
        None
    };
    let parts = cursor.group().ok_or("what it excludes can't be read")?;
    let keys = parts.split().into_iter().map(|mut part| {
        // `customer_id WITH =`
        key(part.until(|c| c.is("with")))
    });
    Ok(What::Index(Box::new(Index {
        method: method.unwrap_or_else(|| "btree".to_owned()),
        keys: keys.collect::<Read<_>>()?,
        include: include(cursor)?,
        predicate: cursor
            .take("where")
            .then(|| cursor.group())
            .flatten()
            .map(|group| bare(&group.text()).to_owned()),
        exclusion: true,
        ..Index::default()
    })))
}

fn foreign(cursor: &mut Cursor<'_>, columns: Vec<String>) -> Read<What> {
    let target = cursor
        .path()
        .ok_or("the table that it references can't be read")?;
    let mut key = ForeignKey {
        columns,
        referenced: cursor
            .group()
            .map_or(Some(Vec::new()), Cursor::names)
            .ok_or("the columns that it references can't be read")?,
        ..ForeignKey::default()
    };
    loop {
        if cursor.take("match") {
            cursor.skip();
        } else if cursor.take_all("on delete") {
            key.on_delete = action(cursor);
        } else if cursor.take_all("on update") {
            key.on_update = action(cursor);
        } else {
            break;
        }
    }
    Ok(What::Foreign(Box::new(key), target))
}

fn action(cursor: &mut Cursor<'_>) -> Option<String> {
    for (words, action) in [
        ("cascade", Some("CASCADE")),
        ("restrict", Some("RESTRICT")),
        ("set null", Some("SET NULL")),
        ("set default", Some("SET DEFAULT")),
        ("no action", None),
    ] {
        if cursor.take_all(words) {
            // `SET NULL (a, b)` names the columns to set.
            cursor.group();
            return action.map(str::to_owned);
        }
    }
    None
}

impl Draft {
    /// Adds a constraint to a table. `only` tells that partitions are left out.
    pub(super) fn constrain(&mut self, table: &Name, constraint: Constraint, only: bool) -> Read {
        let Constraint { name, what } = constraint;
        match what {
            What::Other => {}
            What::NotNull(column) => self.not_null(table, &column),
            What::Foreign(mut key, target) => {
                key.name = name.unwrap_or_else(|| self.foreign_key_name(table, &key.columns));
                key.references = self.table_name(target);
                key.table = table.clone();
                self.foreign_keys.push(*key);
            }
            What::Takes { index, primary } => {
                let old = Name::new(table.schema.clone(), index);
                let mut index = self
                    .indexes
                    .remove(&old)
                    .ok_or_else(|| format!("there is no index {old} before it"))?;
                index.name = name.unwrap_or(index.name);
                index.constraint = Some(index.name.clone());
                index.primary = primary;
                self.indexes.insert(index.full_name(), index);
            }
            What::Index(mut index) => {
                let label = match (index.primary, index.exclusion) {
                    (true, _) => "pkey",
                    (_, true) => "excl",
                    _ => "key",
                };
                let columns = if index.primary {
                    Vec::new()
                } else {
                    key_names(&index)
                };
                let full = name.map_or_else(
                    || self.choose(table, &columns, label),
                    |name| Name::new(table.schema.clone(), name),
                );
                index.name.clone_from(&full.name);
                index.constraint = Some(full.name.clone());
                index.table = table.clone();
                if index.primary {
                    for key in &index.keys {
                        self.not_null(table, key.as_column().unwrap_or_default());
                    }
                }
                let partitioned = self.tables.get(table).map(|t| t.kind);
                if partitioned == Some(TableKind::Partitioned) && !only {
                    self.spreading.insert(full.clone());
                }
                self.indexes.insert(full, *index);
            }
        }
        Ok(())
    }

    fn not_null(&mut self, table: &Name, column: &str) {
        let columns = self.tables.get_mut(table).map(|t| t.columns.iter_mut());
        if let Some(column) = columns.into_iter().flatten().find(|c| c.name == column) {
            column.not_null = true;
        }
    }

    fn foreign_key_name(&self, table: &Name, columns: &[String]) -> String {
        let mut label = "fkey".to_owned();
        for count in 1.. {
            let name = super::draft::object_name(&table.name, &columns.join("_"), &label);
            let taken = self
                .foreign_keys
                .iter()
                .any(|key| key.table == *table && key.name == name);
            if !taken {
                return name;
            }
            label = format!("fkey{count}");
        }
        label
    }
}
