//! Look-ups by name. All lists are in the order of their names, so each is found by bisection.

use super::{Catalog, Column, ForeignKey, Index, Name, Sequence, Setting, Table};

impl Catalog {
    /// Puts all lists into the order that look-ups rest on; whoever fills a catalog calls this at the end.
    pub fn sort(&mut self) {
        self.settings.sort_by(|a, b| a.name.cmp(&b.name));
        self.schemas.sort();
        self.extensions.sort_by(|a, b| a.name.cmp(&b.name));
        self.tables.sort_by(|a, b| a.name.cmp(&b.name));
        self.indexes
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        self.foreign_keys
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        self.sequences.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// The table of this name.
    #[must_use]
    pub fn table(&self, name: &Name) -> Option<&Table> {
        let at = self.tables.binary_search_by(|t| t.name.cmp(name)).ok()?;
        self.tables.get(at)
    }

    /// The table that a statement means by a name with or without a schema, both without quotes. Without one, the
    /// search path tells; an application may have a path of its own, so a table of that name elsewhere is meant when
    /// there is only one.
    #[must_use]
    pub fn find(&self, schema: Option<&str>, name: &str) -> Option<&Table> {
        if let Some(schema) = schema {
            return self.table(&Name::new(schema, name));
        }
        let on_path = self
            .search_path
            .iter()
            .find_map(|schema| self.table(&Name::new(schema, name)));
        on_path.or_else(|| {
            let mut named = self.tables.iter().filter(|t| t.name.name == name);
            let first = named.next()?;
            named.next().is_none().then_some(first)
        })
    }

    /// The indexes of a table.
    #[must_use]
    pub fn indexes_of(&self, table: &Name) -> &[Index] {
        stretch(&self.indexes, table, |index| &index.table)
    }

    /// The foreign keys that a table has.
    #[must_use]
    pub fn foreign_keys_of(&self, table: &Name) -> &[ForeignKey] {
        stretch(&self.foreign_keys, table, |key| &key.table)
    }

    /// The foreign keys that lead to a table; this looks at all of them.
    pub fn references_to<'a>(&'a self, table: &'a Name) -> impl Iterator<Item = &'a ForeignKey> {
        self.foreign_keys
            .iter()
            .filter(move |key| key.references == *table)
    }

    /// The sequence of this name.
    #[must_use]
    pub fn sequence(&self, name: &Name) -> Option<&Sequence> {
        let at = self.sequences.binary_search_by(|s| s.name.cmp(name)).ok()?;
        self.sequences.get(at)
    }

    /// A setting of the server.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        let at = self
            .settings
            .binary_search_by(|s| s.name.as_str().cmp(name));
        self.settings.get(at.ok()?)
    }
}

impl Table {
    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// The stretch of a list that belongs to a table.
fn stretch<'a, T>(list: &'a [T], table: &Name, of: impl Fn(&T) -> &Name) -> &'a [T] {
    let start = list.partition_point(|item| of(item) < table);
    let end = list.partition_point(|item| of(item) <= table);
    list.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_for_as_the_server_does() {
        let table = |schema: &str, name: &str| Table {
            name: Name::new(schema, name),
            ..Table::default()
        };
        let key = |schema: &str, name: &str| ForeignKey {
            table: Name::new(schema, name),
            references: Name::new("a", "both"),
            ..ForeignKey::default()
        };
        let mut catalog = Catalog {
            search_path: vec!["b".to_owned(), "a".to_owned()],
            tables: vec![
                table("c", "twice"),
                table("a", "both"),
                table("d", "twice"),
                table("b", "both"),
                table("c", "once"),
                table("a", "own"),
            ],
            foreign_keys: vec![key("b", "x"), key("a", "x"), key("b", "x"), key("b", "y")],
            ..Catalog::default()
        };
        catalog.sort();
        for (schema, name, found) in [
            (None, "both", Some("b")),
            (None, "own", Some("a")),
            (None, "once", Some("c")),
            (None, "twice", None),
            (None, "none", None),
            (Some("d"), "twice", Some("d")),
            (Some("a"), "twice", None),
        ] {
            let schema_found = catalog.find(schema, name).map(|t| t.name.schema.as_str());
            assert_eq!(schema_found, found, "{schema:?} {name}");
        }
        let count = |schema, name| catalog.foreign_keys_of(&Name::new(schema, name)).len();
        assert_eq!(
            [count("b", "x"), count("b", "y"), count("z", "x")],
            [2, 1, 0]
        );
        assert_eq!(catalog.references_to(&Name::new("a", "both")).count(), 4);
    }
}
