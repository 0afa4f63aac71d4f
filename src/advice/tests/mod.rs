//! Every target times every kind of fix, as text to be read.

mod cases;

use super::{Suggestion, Target};
use crate::capture::{Batch, NewQuery, Place, QueryTotals};
use crate::sql;
use crate::workload::{Builder, CaptureSummary, DEFAULT_GAP, Query, Workload};
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
