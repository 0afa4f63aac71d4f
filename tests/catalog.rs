//! What a dump says of a database is what its server says.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::path::Path;

use pgloupe::catalog::{Catalog, KeyOf, ReplicaIdentity, TableKind, from_json, open, to_json};

fn fixture(name: &str) -> Catalog {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/catalog")
        .join(name);
    let opened = open(&std::fs::read_to_string(path).expect("a fixture")).expect("a catalog");
    assert_eq!(opened.warnings, [], "{name}");
    opened.catalog
}

/// Takes out what one of the two can't know or writes in another way, and nothing else.
fn comparable(mut catalog: Catalog) -> Catalog {
    catalog.database = pgloupe::catalog::Database::default();
    // A dump takes plpgsql for granted, and leaves versions out.
    catalog.extensions.retain(|e| e.name != "plpgsql");
    for extension in &mut catalog.extensions {
        extension.version = None;
    }
    for table in &mut catalog.tables {
        table.definition = None;
        if matches!(table.kind, TableKind::View | TableKind::MaterializedView) {
            table.columns.clear();
        }
        if !matches!(table.kind, TableKind::Table | TableKind::Partitioned) {
            table.replica_identity = ReplicaIdentity::Default;
        }
        // The server leaves out a schema that is on the path.
        for default in table.columns.iter_mut().filter_map(|c| c.default.as_mut()) {
            *default = default.replace("'public.", "'");
        }
    }
    for index in &mut catalog.indexes {
        index.definition = None;
        for opclass in index.keys.iter_mut().filter_map(|k| k.opclass.as_mut()) {
            opclass.truncate(opclass.find('(').unwrap_or(opclass.len()));
        }
    }
    for sequence in &mut catalog.sequences {
        sequence.last = None;
    }
    catalog
}

#[test]
fn a_dump_says_what_the_server_says() {
    let (dump, live) = (
        comparable(fixture("dump-15.sql")),
        comparable(fixture("live-15.json")),
    );
    assert_eq!(dump.tables.len(), 19);
    assert_eq!(dump.indexes.len(), 28);
    assert_eq!(to_json(&dump).unwrap(), to_json(&live).unwrap());
}

/// Without names of schemas, casts and brackets, which the server adds, so do the statements that made it.
#[test]
fn what_people_write_says_the_same() {
    let names = |catalog: &Catalog| {
        let mut names: Vec<String> = Vec::new();
        for table in &catalog.tables {
            let columns = table
                .columns
                .iter()
                .map(|c| (&c.name, &c.data_type, c.not_null));
            if table.kind != TableKind::View && table.kind != TableKind::MaterializedView {
                names.push(format!(
                    "{} {:?} {:?}",
                    table.name,
                    table.kind,
                    columns.collect::<Vec<_>>()
                ));
            }
        }
        for i in &catalog.indexes {
            let keys = i.keys.iter().map(|key| match &key.of {
                KeyOf::Column(name) => {
                    (name.as_str(), key.descending, key.nulls_first, &key.opclass)
                }
                KeyOf::Expression(_) => ("", key.descending, key.nulls_first, &key.opclass),
            });
            names.push(format!(
                "{} {} {:?} {:?} {} {} {:?}",
                i.full_name(),
                i.method,
                keys.collect::<Vec<_>>(),
                i.include,
                i.unique,
                i.primary,
                i.partition_of
            ));
        }
        names.extend(catalog.foreign_keys.iter().map(|k| format!("{k:?}")));
        names
    };
    let made = comparable(fixture("make.sql"));
    assert_eq!(names(&made), names(&comparable(fixture("dump-15.sql"))));
    assert_eq!(made.sequences, comparable(fixture("dump-15.sql")).sequences);
}

#[test]
fn a_catalog_comes_back_from_its_file() {
    for name in ["dump-15.sql", "live-15.json"] {
        let catalog = fixture(name);
        let text = to_json(&catalog).unwrap();
        assert_eq!(from_json(&text).unwrap(), catalog, "{name}");
        assert_eq!(open(&text).unwrap().catalog, catalog, "{name}");
    }
}

#[test]
fn what_is_no_catalog_says_what_to_do() {
    for (text, says) in [
        ("", "no table is defined in it. Give a file"),
        ("hello", "line 1: 'hello' is left out"),
        ("{\"pgloupe\": \"0.1.0\"}", "no catalog of pgloupe"),
        ("PGDMP\u{1}\u{e}", "pg_restore --schema-only"),
        ("<html>", "no table is defined in it"),
    ] {
        let error = open(text).unwrap_err().to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}
