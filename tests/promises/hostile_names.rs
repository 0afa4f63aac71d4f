//! Names that would do harm if someone forgot to quote them: everything is read, and what is written for people to run
//! does what it says.

use std::collections::{BTreeMap, BTreeSet};

use pgloupe::advice::quoted;
use pgloupe::live::activity::ActivityReader;
use pgloupe::live::catalog::{Options, read_catalog};
use pgloupe::live::explain::{Ask, plain};
use pgloupe::live::statements::{Names, Statements, Texts};
use pgloupe::rules::live::{LiveInput, LiveSettings, check};

use crate::admin::{Admin, Place, variable};
use crate::visitor;

const NAMES: &[&str] = &[
    "\"; drop table x; --",
    "a\"b",
    "'; select 1/0; --",
    "Ünïcode",
    "N12345678901234567890123456789012345678901234567890123456789_63",
    "$$ $1 \\ %s {}",
    "two\nlines; drop table x; --\t\r",
    " leading and trailing ",
    "select",
    "$user",
    "表🐘",
];

/// As the server quotes it, whatever it is.
fn by_server(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A schema, a table, columns, an index, a foreign key and a sequence of each name, and the table that one of the
/// names wants dropped.
fn fill(admin: &mut Admin) {
    admin.run("CREATE TABLE x (id int PRIMARY KEY); INSERT INTO x VALUES (1); GRANT SELECT ON x TO PUBLIC");
    for name in NAMES {
        let n = by_server(name);
        admin.run(&format!(
            "CREATE SCHEMA {n};
             CREATE TABLE {n}.{n} ({n} int, id bigserial PRIMARY KEY, \"to\" bigint,
                 CONSTRAINT {n} FOREIGN KEY (\"to\") REFERENCES {n}.{n} (id));
             CREATE INDEX ON {n}.{n} ({n}, \"to\");
             CREATE SEQUENCE {n}.\"sequence of {m}\";
             INSERT INTO {n}.{n} ({n}) SELECT generate_series(1, 50);
             GRANT USAGE ON SCHEMA {n} TO PUBLIC; GRANT SELECT ON {n}.{n} TO PUBLIC",
            m = name
                .replace('"', "\"\"")
                .chars()
                .take(20)
                .collect::<String>(),
        ));
    }
    admin.run("ANALYZE");
}

#[test]
fn are_read_as_they_are() {
    let Some(mut place) = Place::new("hostile") else {
        return;
    };
    if variable("PGLOUPE_TEST_PG_TCP").is_none() {
        return;
    }
    fill(&mut place.admin);
    // The schema of the extension is the name that we put into statements ourselves.
    let extension = by_server(NAMES[0]);
    place.admin.run(&format!(
        "CREATE EXTENSION pg_stat_statements SCHEMA {extension}"
    ));
    let name = place.name.clone();
    place
        .admin
        .run(&format!("GRANT pg_read_all_stats TO {name}"));
    let mut session = visitor::open(&place.url("PGLOUPE_TEST_PG_TCP")).unwrap();

    let catalog = read_catalog(&mut session, &Options::default()).unwrap();
    assert!(catalog.notes.is_empty(), "{:?}", catalog.notes);
    for name in NAMES {
        let table = catalog
            .tables
            .iter()
            .find(|table| table.name.schema == *name && table.name.name == *name);
        let table = table.unwrap_or_else(|| panic!("{name} is missing"));
        assert!(table.columns.iter().any(|column| column.name == *name));
        let ours = |found: &pgloupe::catalog::Name| found.schema == *name;
        assert_eq!(catalog.indexes.iter().filter(|i| ours(&i.table)).count(), 2);
        assert_eq!(
            catalog
                .foreign_keys
                .iter()
                .filter(|k| ours(&k.table))
                .count(),
            1
        );
        assert_eq!(
            catalog.sequences.iter().filter(|s| ours(&s.name)).count(),
            2
        );
    }

    let statements = Statements::open(&mut session).unwrap();
    let statements = statements.statements.expect("nothing is in the way");
    assert_eq!(statements.schema(), extension);
    let snapshot = statements.snapshot(&mut session).unwrap();
    let (mut texts, mut names) = (Texts::default(), Names::default());
    statements
        .fetch_texts(&mut session, &snapshot, &mut texts)
        .unwrap();
    Statements::fetch_names(&mut session, &snapshot, &mut names).unwrap();
    let activity = ActivityReader::open(&mut session).unwrap();
    activity.read(&mut session).unwrap();

    for name in NAMES {
        let n = by_server(name);
        let by_path = Ask {
            text: format!("SELECT * FROM {n} WHERE {n} = $1"),
            search_path: Some(n.clone()),
            ..Ask::default()
        };
        let with_value = Ask {
            text: format!("SELECT * FROM {n}.{n} WHERE {n}::text = $1"),
            values: vec![Some((*name).to_owned())],
            ..Ask::default()
        };
        let asks = match session.facts().major() {
            // They plan nothing for unknown values.
            ..12 => vec![with_value],
            // In a path that is the schema of the role.
            _ if *name == "$user" => vec![with_value],
            _ => vec![by_path, with_value],
        };
        for ask in asks {
            let explained = plain(&mut session, &ask).unwrap_or_else(|e| panic!("{ask:?}: {e}"));
            assert!(explained.json.contains("Plan"), "{explained:?}");
        }
        // A path is a list of names and nothing else.
        let wild = Ask {
            text: "SELECT 1".to_owned(),
            search_path: Some((*name).to_owned()),
            ..Ask::default()
        };
        drop(plain(&mut session, &wild));
    }
    assert_eq!(place.admin.value("SELECT count(*) FROM x"), "1");
}

/// What is written for people to run names the table that is meant.
#[test]
fn are_quoted_for_people() {
    let Some(mut place) = Place::new("quoted") else {
        return;
    };
    fill(&mut place.admin);
    for name in NAMES {
        let ours = format!("{0}.{0}", quoted(name));
        let server = by_server(name);
        let same = format!(
            "SELECT '{}'::regclass = '{}'::regclass",
            ours.replace('\'', "''"),
            format!("{server}.{server}").replace('\'', "''"),
        );
        assert_eq!(place.admin.value(&same), "t", "{ours}");
        place.admin.run(&format!(
            "BEGIN; CREATE INDEX ON {ours} ({}); SELECT {0} FROM {ours} LIMIT 1; ROLLBACK",
            quoted(name)
        ));
    }
    assert_eq!(place.admin.value("SELECT count(*) FROM x"), "1");
}

/// Each of the server's own words as a table and a column.
#[test]
fn and_words_of_the_language() {
    let Some(mut place) = Place::new("words") else {
        return;
    };
    let words = place.admin.rows("SELECT word FROM pg_get_keywords()");
    assert!(words.len() > 300);
    for word in words {
        let name = quoted(&word[0]);
        place.admin.run(&format!(
            "BEGIN; CREATE TABLE {name} ({name} int); CREATE INDEX ON {name} ({name});
             SELECT {name} FROM {name} WHERE {name} = 1 ORDER BY {name}; ROLLBACK"
        ));
    }
}

/// The fixes that the rules about a server write are run, and each works.
#[test]
fn are_quoted_in_fixes() {
    let Some(mut place) = Place::new("fixes") else {
        return;
    };
    if variable("PGLOUPE_TEST_PG_TCP").is_none() {
        return;
    }
    fill(&mut place.admin);
    for name in NAMES {
        let n = by_server(name);
        place.admin.run(&format!(
            "CREATE INDEX ON {n}.{n} ({n});
             CREATE TABLE {n}.small ({n} serial PRIMARY KEY);
             SELECT setval(pg_get_serial_sequence('{quoted}.small', '{plain}'), 2000000000);
             INSERT INTO {n}.small DEFAULT VALUES;
             CREATE SEQUENCE {n}.near AS int START 2000000000;
             SELECT nextval('{quoted}.near');
             ANALYZE {n}.small; DELETE FROM {n}.{n} WHERE id % 2 = 0",
            quoted = n.replace('\'', "''"),
            plain = name.replace('\'', "''"),
        ));
    }
    let name = place.name.clone();
    let all = "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA";
    for schema in NAMES {
        let schema = by_server(schema);
        place.admin.run(&format!(
            "{all} {schema} TO {name}; GRANT SELECT ON {schema}.small TO {name}"
        ));
    }
    // Counters arrive a little later.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let mut session = visitor::open(&place.url("PGLOUPE_TEST_PG_TCP")).unwrap();
    let catalog = read_catalog(&mut session, &Options::default()).unwrap();
    drop(session);
    let settings = LiveSettings {
        small_table_rows: 0,
        unused_index_mb: 0.0,
        unused_index_days: 0.0,
        analyze_share: 0.01,
        ..LiveSettings::default()
    };
    let findings = check(&LiveInput {
        catalog: Some(&catalog),
        statements: None,
        activity: None,
        settings: &settings,
    });
    let mut run: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for finding in &findings {
        for fix in &finding.suggestions {
            // Those for the whole server are not for this one, and what one rule drops another can't.
            let gone = |code: &String| fix.code.starts_with(code.as_str());
            if fix.code.starts_with("ALTER SYSTEM") || run.values().flatten().any(gone) {
                continue;
            }
            println!("{}: {}", finding.rule, fix.code);
            place.admin.run(&fix.code);
            run.entry(finding.rule)
                .or_default()
                .insert(fix.code.clone());
        }
    }
    for rule in [
        "foreign-key-without-index",
        "duplicate-index",
        "integer-key-near-end",
        "sequence-near-end",
        "unused-index",
    ] {
        let count = run.get(rule).map_or(0, BTreeSet::len);
        assert!(count >= NAMES.len(), "{rule}: {:#?}", run.get(rule));
    }
    assert_eq!(place.admin.value("SELECT count(*) FROM x"), "1");
    for name in NAMES {
        let n = by_server(name);
        let count = format!("SELECT count(*) FROM {n}.{n}");
        assert_eq!(place.admin.value(&count), "25", "{name}");
    }
}
