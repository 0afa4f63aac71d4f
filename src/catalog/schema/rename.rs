//! What has to change wherever a table, a column or a constraint is named, when it gets another name or goes.

use super::draft::Draft;
use crate::catalog::{KeyOf, Name};

impl Draft {
    /// Gives a table another name, or moves it to another schema with its indexes and sequences.
    pub(super) fn move_table(&mut self, old: &Name, new: &Name) {
        if let Some(mut table) = self.tables.remove(old) {
            table.name.clone_from(new);
            self.tables.insert(new.clone(), table);
        }
        let follow = |name: &mut Name| {
            if name == old {
                name.clone_from(new);
            }
        };
        for table in self.tables.values_mut() {
            table.partition_of.iter_mut().for_each(follow);
            table.inherits.iter_mut().for_each(follow);
        }
        for key in &mut self.foreign_keys {
            follow(&mut key.table);
            follow(&mut key.references);
        }
        let indexes = std::mem::take(&mut self.indexes).into_values();
        self.indexes = indexes
            .map(|mut index| {
                follow(&mut index.table);
                (index.full_name(), index)
            })
            .collect();
        for sequence in self.sequences.values_mut() {
            sequence.owner.iter_mut().for_each(|o| follow(&mut o.table));
        }
    }

    pub(super) fn rename_column(&mut self, table: &Name, old: &str, new: &str) {
        let follow = |name: &mut String| {
            if name == old {
                new.clone_into(name);
            }
        };
        let columns = self.tables.get_mut(table).map(|t| t.columns.iter_mut());
        columns
            .into_iter()
            .flatten()
            .for_each(|column| follow(&mut column.name));
        for index in self.indexes.values_mut().filter(|i| i.table == *table) {
            index.include.iter_mut().for_each(follow);
            for key in &mut index.keys {
                if let KeyOf::Column(name) = &mut key.of {
                    follow(name);
                }
            }
        }
        for key in &mut self.foreign_keys {
            if key.table == *table {
                key.columns.iter_mut().for_each(follow);
            }
            if key.references == *table {
                key.referenced.iter_mut().for_each(follow);
            }
        }
        let owners = self.sequences.values_mut().filter_map(|s| s.owner.as_mut());
        owners
            .filter(|owner| owner.table == *table)
            .for_each(|owner| follow(&mut owner.column));
    }

    pub(super) fn rename_constraint(&mut self, table: &Name, old: &str, new: &str) {
        for key in &mut self.foreign_keys {
            if key.table == *table && key.name == old {
                new.clone_into(&mut key.name);
            }
        }
        if let Some(mut index) = self.indexes.remove(&Name::new(&table.schema, old)) {
            new.clone_into(&mut index.name);
            index.constraint = Some(new.to_owned());
            self.indexes.insert(index.full_name(), index);
        }
    }

    /// Forgets a table and all that goes with it.
    pub(super) fn drop_table(&mut self, name: &Name) {
        self.tables.remove(name);
        let parts: Vec<Name> = self
            .tables
            .values()
            .filter(|t| t.partition_of.as_ref() == Some(name))
            .map(|t| t.name.clone())
            .collect();
        self.indexes.retain(|_, index| index.table != *name);
        self.foreign_keys
            .retain(|key| key.table != *name && key.references != *name);
        self.sequences
            .retain(|_, s| s.owner.as_ref().is_none_or(|o| o.table != *name));
        for part in parts {
            self.drop_table(&part);
        }
    }
}
