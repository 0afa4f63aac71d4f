//! The catalog while it is being read: what names mean, and how the server names what has no name.

use std::collections::{BTreeMap, BTreeSet};

use super::cursor::Path;
use crate::catalog::{Catalog, Extension, ForeignKey, Index, Name, Sequence, Server, Table};

/// What a statement says, or why it can't be read: a sentence without a full stop.
pub(super) type Read<T = ()> = Result<T, String>;

/// The catalog so far.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) tables: BTreeMap<Name, Table>,
    pub(super) indexes: BTreeMap<Name, Index>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) sequences: BTreeMap<Name, Sequence>,
    pub(super) extensions: Vec<Extension>,
    pub(super) schemas: BTreeSet<String>,
    pub(super) server: Server,
    pub(super) database: crate::catalog::Database,
    /// Where names without a schema are looked for now.
    pub(super) path: Vec<String>,
    /// Where the database will look for them.
    pub(super) final_path: Vec<String>,
    /// Indexes of a partitioned table that its partitions get by themselves.
    pub(super) spreading: BTreeSet<Name>,
}

impl Default for Draft {
    fn default() -> Self {
        let public = || vec!["public".to_owned()];
        Self {
            tables: BTreeMap::new(),
            indexes: BTreeMap::new(),
            foreign_keys: Vec::new(),
            sequences: BTreeMap::new(),
            extensions: Vec::new(),
            schemas: public().into_iter().collect(),
            server: Server::default(),
            database: crate::catalog::Database::default(),
            path: public(),
            final_path: public(),
            spreading: BTreeSet::new(),
        }
    }
}

impl Draft {
    /// The name of something that is being made.
    pub(super) fn new_name(&self, path: Path) -> Name {
        let schema = path.schema.or_else(|| self.path.first().cloned());
        Name::new(schema.unwrap_or_else(|| "public".to_owned()), path.name)
    }

    /// The name of something that is there, as `there` tells; where it isn't, the name that it would have.
    fn known(&self, path: Path, there: impl Fn(&Name) -> bool) -> Name {
        if path.schema.is_none() {
            let mut on_path = self.path.iter().map(|s| Name::new(s, &path.name));
            if let Some(name) = on_path.find(there) {
                return name;
            }
        }
        self.new_name(path)
    }

    pub(super) fn table_name(&self, path: Path) -> Name {
        self.known(path, |name| self.tables.contains_key(name))
    }

    pub(super) fn index_name(&self, path: Path) -> Name {
        self.known(path, |name| self.indexes.contains_key(name))
    }

    pub(super) fn sequence_name(&self, path: Path) -> Name {
        self.known(path, |name| self.sequences.contains_key(name))
    }

    pub(super) fn table(&mut self, name: &Name) -> Read<&mut Table> {
        self.tables
            .get_mut(name)
            .ok_or_else(|| format!("there is no table {name} before it"))
    }

    /// A name that the server would choose, as nothing of that schema has it: `orders_customer_id_idx`.
    pub(super) fn choose(&self, table: &Name, columns: &[String], label: &str) -> Name {
        let base = object_name(&table.name, &columns.join("_"), label);
        let mut name = Name::new(table.schema.clone(), base);
        let mut count = 0_u32;
        while self.is_taken(&name) {
            count += 1;
            let label = format!("{label}{count}");
            name.name = object_name(&table.name, &columns.join("_"), &label);
        }
        name
    }

    fn is_taken(&self, name: &Name) -> bool {
        self.tables.contains_key(name)
            || self.indexes.contains_key(name)
            || self.sequences.contains_key(name)
    }

    /// The catalog, with what the server adds by itself.
    pub(super) fn finish(mut self) -> Catalog {
        self.spread();
        let primary: BTreeMap<Name, Vec<String>> = self
            .indexes
            .values()
            .filter(|index| index.primary)
            .map(|index| (index.table.clone(), columns(index)))
            .collect();
        for key in &mut self.foreign_keys {
            if key.referenced.is_empty() {
                key.referenced = primary.get(&key.references).cloned().unwrap_or_default();
            }
        }
        let mut catalog = Catalog {
            server: self.server,
            database: self.database,
            search_path: self.final_path,
            schemas: self.schemas.into_iter().collect(),
            extensions: self.extensions,
            tables: self.tables.into_values().collect(),
            indexes: self.indexes.into_values().collect(),
            foreign_keys: self.foreign_keys,
            sequences: self.sequences.into_values().collect(),
            ..Catalog::default()
        };
        catalog.sort();
        catalog
    }

    /// Gives each partition the indexes of its parent that no statement gave it.
    fn spread(&mut self) {
        let parents: Vec<Name> = std::mem::take(&mut self.spreading).into_iter().collect();
        let mut open: Vec<(Name, Index)> = parents
            .into_iter()
            .filter_map(|name| Some((name.clone(), self.indexes.get(&name)?.clone())))
            .collect();
        while let Some((name, index)) = open.pop() {
            let partitions: Vec<Name> = self
                .tables
                .values()
                .filter(|t| t.partition_of.as_ref() == Some(&index.table))
                .map(|t| t.name.clone())
                .collect();
            for table in partitions {
                let attached = self.indexes.values().any(|other| {
                    other.table == table
                        && (other.partition_of.as_ref() == Some(&name) || same(other, &index))
                });
                if attached {
                    continue;
                }
                let own = self.copy_index(&index, &table, Some(name.clone()));
                open.push((own.full_name(), own));
            }
        }
    }

    /// Gives a table an index like that of another, by a name that the server would choose.
    pub(super) fn copy_index(
        &mut self,
        index: &Index,
        table: &Name,
        partition_of: Option<Name>,
    ) -> Index {
        let name = match (index.primary, index.exclusion, &index.constraint) {
            (true, ..) => self.choose(table, &[], "pkey"),
            (_, true, _) => self.choose(table, &key_names(index), "excl"),
            (.., Some(_)) => self.choose(table, &key_names(index), "key"),
            _ => self.choose(table, &key_names(index), "idx"),
        };
        let own = Index {
            table: table.clone(),
            name: name.name.clone(),
            constraint: index.constraint.as_ref().map(|_| name.name.clone()),
            partition_of,
            definition: None,
            ..index.clone()
        };
        self.indexes.insert(name, own.clone());
        own
    }
}

/// The columns among an index's keys.
fn columns(index: &Index) -> Vec<String> {
    let keys = index.keys.iter();
    keys.filter_map(|key| key.as_column().map(str::to_owned))
        .collect()
}

/// Whether two indexes hold the same of their tables.
fn same(a: &Index, b: &Index) -> bool {
    let of = |i: &Index| (i.method.clone(), i.unique, i.primary, i.predicate.clone());
    of(a) == of(b) && a.keys == b.keys && a.include == b.include
}

/// What an index's columns are called in a name that the server chooses: a function's name, or `expr`, for an expression.
pub(super) fn key_names(index: &Index) -> Vec<String> {
    let keys = index.keys.iter().map(|key| match &key.of {
        crate::catalog::KeyOf::Column(name) => name.clone(),
        crate::catalog::KeyOf::Expression(text) => {
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let function = text
                .split_once('(')
                .map(|(name, _)| name)
                .filter(|name| !name.is_empty() && name.chars().all(word));
            let bare = function.map(|name| name.rsplit('.').next().unwrap_or(name));
            bare.unwrap_or("expr").to_ascii_lowercase()
        }
    });
    keys.chain(index.include.iter().cloned()).collect()
}

/// `first_second_label`, the longer of the first two cut until it has room in a name.
pub(super) fn object_name(first: &str, second: &str, label: &str) -> String {
    const ROOM: usize = 63;
    let extra = label.len() + 1 + usize::from(!second.is_empty());
    let (mut first, mut second) = (first.to_owned(), second.to_owned());
    while first.len() + second.len() + extra > ROOM && first.len() + second.len() > 0 {
        if first.len() > second.len() {
            first.pop();
        } else {
            second.pop();
        }
    }
    if second.is_empty() {
        format!("{first}_{label}")
    } else {
        format!("{first}_{second}_{label}")
    }
}
