//! Every target times every kind of fix, as text to be read.

mod cases;
mod texts;

use super::{Load, Relation, RelationKind, Suggestion, Target, eager_loading, recognise};
use crate::capture::{Batch, NewQuery, Place, QueryTotals};
use crate::sql;
use crate::workload::{Builder, CaptureSummary, DEFAULT_GAP, Query, Tags, Workload};
use std::fmt::Write as _;

/// A workload in which each of these statements ran once.
fn workload(statements: &[&str]) -> Workload {
    let mut builder = Builder::new(CaptureSummary::default(), DEFAULT_GAP);
    let mut batch = Batch::default();
    for statement in statements {
        let digest = sql::Digester::default().digest(statement.as_bytes());
        batch.queries.push(NewQuery {
            fingerprint: digest.fingerprint,
            kind: digest.kind,
            sql: sql::normalise(statement.as_bytes()),
            summary: String::new(),
        });
        batch.totals.push(QueryTotals {
            fingerprint: digest.fingerprint,
            place: Place::default(),
            calls: 1,
            total: 1,
            min: None,
            max: None,
            planning: 0,
            rows: None,
        });
    }
    builder.add(batch);
    builder.finish()
}

/// The query of a statement.
fn query(statement: &str) -> Query {
    workload(&[statement]).queries.remove(0)
}

#[test]
fn every_target_says_every_fix() {
    for target in Target::ALL {
        let mut text = String::new();
        for (name, suggestions) in cases::all(target) {
            writeln!(text, "=== {name}").unwrap();
            for it in suggestions {
                let Suggestion {
                    kind,
                    title,
                    code,
                    note,
                    guessed,
                    ..
                } = it;
                writeln!(text, "--- {}: {title}\n{code}", kind.name()).unwrap();
                if let Some(note) = note {
                    writeln!(text, "note: {note}").unwrap();
                }
                if !guessed.is_empty() {
                    writeln!(text, "guessed: {}", guessed.join(", ")).unwrap();
                }
            }
            text.push('\n');
        }
        insta::with_settings!({snapshot_path => "expected", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(target.name(), text);
        });
    }
}

#[test]
fn titles_are_one_for_all_targets() {
    let all: Vec<_> = Target::ALL.into_iter().collect();
    for case in cases::eager() {
        let suggestions = case.suggest(&all);
        let first = suggestions.first().map(|s| s.title.clone());
        assert!(suggestions.iter().all(|s| Some(&s.title) == first.as_ref()));
        assert!(!suggestions.is_empty(), "{}", case.name);
        for s in &suggestions {
            assert!(!s.code.contains("()\n()"), "{}", s.code);
            for guess in &s.guessed {
                let last = guess.rsplit('.').next().unwrap_or(guess);
                assert!(s.code.contains(last), "{} has no {guess}", s.code);
            }
        }
    }
}

#[test]
fn aliases_tell_what_models_are_called() {
    let relation = |child: &str| Relation {
        kind: RelationKind::LookUp,
        parent: String::new(),
        child: child.to_owned(),
        key: "id".to_owned(),
        through: None,
        other_keys: Vec::new(),
        load: Load::Rows,
    };
    for (target, sql, want) in [
        (
            Target::Sequelize,
            "SELECT \"id\", \"stop_id\" AS \"stopId\" FROM \"parcels\" AS \"Shipment\" WHERE \"Shipment\".\"stop_id\" = 7",
            "await Shipment.findAll({ where: { stopId: ids } });",
        ),
        (
            Target::TypeOrm,
            "SELECT \"Shipment\".\"id\" AS \"Shipment_id\" FROM \"parcels\" \"Shipment\" WHERE \"Shipment\".\"id\" = 7",
            "await dataSource.getRepository(Shipment).findBy({ id: In(ids) });",
        ),
    ] {
        let suggestions = eager_loading(&[relation("parcels")], &[], &query(sql), &[target]);
        let found = suggestions.first().unwrap();
        assert_eq!(found.code.replace("stopIds", "ids"), want);
        assert_eq!(found.guessed, [""; 0]);
    }
}

#[test]
fn the_framework_in_use_comes_first_and_plain_sql_second() {
    let check = |statements: &[&str], tag: Option<&str>, want: Target| {
        let mut workload = workload(statements);
        workload.tags.extend(tag.map(|name| Tags {
            framework: Some(name.to_owned()),
            ..Tags::default()
        }));
        let targets = recognise(&workload);
        let mut sorted = targets.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, Target::ALL, "{statements:?}");
        assert_eq!(targets.first(), Some(&want), "{statements:?}");
        let sql = targets.iter().position(|t| *t == Target::Sql);
        assert!(sql < Some(2), "{statements:?}");
    };
    let rails = "SELECT \"books\".* FROM \"books\" WHERE \"books\".\"id\" = $1 LIMIT $2";
    let by_hand = "select name from staff where id = $1";
    check(&[rails, by_hand, "BEGIN"], None, Target::Rails);
    check(&[by_hand], None, Target::Sql);
    check(&[], None, Target::Sql);
    check(&[rails], Some("flask:3.1"), Target::SqlAlchemy);
    check(&[by_hand], Some("psycopg2"), Target::Sql);
    check(
        &["INSERT INTO \"a\"(\"b\") VALUES ($1) RETURNING \"id\""],
        None,
        Target::TypeOrm,
    );
}
