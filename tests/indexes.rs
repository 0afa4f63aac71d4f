//! The index advisor on the cases of `fixtures/indexes`: every right index, every right refusal.
//!
//! With a server that has HypoPG the planner is asked; the same cases are answered from its catalog alone, and from
//! nothing but the statements.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stderr,
    dead_code,
    reason = "a test that fails by panicking has done its work, one that is left out says so, and helpers are shared"
)]

#[path = "live/common.rs"]
mod common;

use std::fmt::Write as _;

use common::{Admin, open, server};
use pgloupe::advice::indexes::{IndexAdvice, Proof, existing_serves};
use pgloupe::analysis::indexes::{advise_on_indexes, of_lines};
use pgloupe::catalog::Catalog;
use pgloupe::live::Session;
use pgloupe::live::catalog::{Options, read_catalog};
use pgloupe::live::hypothetical::{Support, support};
use pgloupe::report::{indexes_json, indexes_text};
use pgloupe::rules::Settings;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    sql: Vec<String>,
    /// Sets of indexes that are right; an empty one is a refusal.
    accept: Vec<Vec<String>>,
    /// Rules that have to speak.
    #[serde(default)]
    advice: Vec<String>,
}

fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/indexes/cases.json");
    let text = std::fs::read_to_string(path).expect("the cases can be read");
    serde_json::from_str(&text).expect("the cases are JSON")
}

/// The library of the cases on the test server, with HypoPG where the server has it.
fn library(name: &str) -> Option<Session> {
    let mut server = server()?;
    let admin = Admin::new(&server.target, server.password.as_ref());
    admin.run(&format!("drop database if exists {name}"));
    // A collation that is not by characters alone, as applications have it.
    admin.run(&format!(
        "create database {name} template template0 locale 'C.UTF-8'"
    ));
    name.clone_into(&mut server.target.database);
    let admin = Admin::new(&server.target, server.password.as_ref());
    admin.run(include_str!("../fixtures/indexes/schema.sql"));
    admin.run("create extension pg_trgm");
    if std::env::var("PGLOUPE_TEST_HYPOPG").is_ok() {
        admin.run("create extension hypopg");
    }
    Some(open(&server))
}

fn advise(sql: &[String], catalog: Option<&Catalog>, session: Option<&mut Session>) -> IndexAdvice {
    let mut lines = String::new();
    for text in sql {
        writeln!(lines, "{}", serde_json::json!({ "sql": text })).unwrap();
    }
    let load = of_lines(&lines).load;
    advise_on_indexes(load, catalog, session, &Settings::default(), &mut |_| true).unwrap()
}

fn proposed(advice: &IndexAdvice) -> Vec<String> {
    let mut all: Vec<String> = advice
        .advice
        .proposals
        .iter()
        .map(|p| p.short.clone())
        .collect();
    all.sort();
    all
}

/// What is wrong with an answer; `None` when nothing is.
fn wrong(case: &Case, advice: &IndexAdvice) -> Option<String> {
    let got = proposed(advice);
    let right = case.accept.iter().any(|accepted| {
        let mut accepted = accepted.clone();
        accepted.sort();
        accepted == got
    });
    let said: Vec<&str> = advice.advice.hints.iter().map(|h| h.rule).collect();
    let missing = case
        .advice
        .iter()
        .find(|rule| !said.contains(&rule.as_str()));
    match (right, missing) {
        (true, None) => None,
        (false, _) => Some(format!("{}: {got:?} for {:?}", case.id, case.sql)),
        (true, Some(rule)) => Some(format!("{}: {said:?} without {rule}", case.id)),
    }
}

#[test]
fn the_planner_confirms_every_right_index_and_every_refusal() {
    let Some(mut session) = library("indexes_planner") else {
        return;
    };
    if !matches!(support(&mut session).unwrap(), Support::Ready { .. }) {
        assert!(std::env::var("PGLOUPE_TEST_HYPOPG").is_err());
        eprintln!("left out: the server has no HypoPG");
        return;
    }
    let catalog = read_catalog(&mut session, &Options { values: true }).unwrap();
    let all = cases();
    let mut bad = Vec::new();
    for case in &all {
        let advice = advise(&case.sql, Some(&catalog), Some(&mut session));
        bad.extend(wrong(case, &advice));
        for proposal in &advice.advice.proposals {
            let served = existing_serves(&catalog, &proposal.index);
            assert!(served.is_none(), "{}: exists already", proposal.short);
            let searched = matches!(proposal.index.method.as_str(), "gin" | "gist");
            let proof = if searched {
                Proof::Estimate
            } else {
                Proof::Planner
            };
            assert_eq!(proposal.proof, proof, "{}", proposal.short);
        }
    }
    assert!(
        bad.is_empty(),
        "{} of {} are wrong:\n{}",
        bad.len(),
        all.len(),
        bad.join("\n")
    );
    // The whole of it as one load: the same bytes each time, in whatever order the statements come.
    let mut load: Vec<String> = all.iter().flat_map(|case| case.sql.clone()).collect();
    let first = advise(&load, Some(&catalog), Some(&mut session));
    let bytes = indexes_json(&first).unwrap();
    for turn in 0..20 {
        let again = advise(&load, Some(&catalog), Some(&mut session));
        if turn % 2 == 0 && turn > 0 {
            assert_eq!(proposed(&again), proposed(&first), "turned by {turn}");
        } else if turn == 0 {
            assert_eq!(indexes_json(&again).unwrap(), bytes);
        }
        load.rotate_left(7);
    }
    assert!(indexes_text(&first, 20).contains("CREATE INDEX CONCURRENTLY"));
    // Nothing is left in the session, and nothing was made.
    let after = read_catalog(&mut session, &Options { values: false }).unwrap();
    assert_eq!(after.indexes.len(), catalog.indexes.len());
}

#[test]
fn statistics_alone_find_most_of_them() {
    let Some(mut session) = library("indexes_estimate") else {
        return;
    };
    let catalog = read_catalog(&mut session, &Options { values: true }).unwrap();
    let all = cases();
    let mut bad = Vec::new();
    for case in &all {
        let advice = advise(&case.sql, Some(&catalog), None);
        bad.extend(wrong(case, &advice));
        let proofs = advice.advice.proposals.iter().map(|p| p.proof);
        assert!(proofs.into_iter().all(|p| p == Proof::Estimate));
    }
    let right = all.len() - bad.len();
    eprintln!("{right} of {} by statistics alone", all.len());
    assert!(right * 100 >= all.len() * 80, "{}", bad.join("\n"));
}

#[test]
fn without_a_catalog_all_is_advice() {
    for case in cases() {
        let advice = advise(&case.sql, None, None);
        for proposal in &advice.advice.proposals {
            assert_eq!(proposal.proof, Proof::Advice, "{}", case.id);
            assert_eq!(proposal.bytes, None, "{}", case.id);
        }
    }
    let one = advise(
        &["SELECT * FROM loans WHERE reader_id = 7 AND id > 3".to_owned()],
        None,
        None,
    );
    assert_eq!(proposed(&one), ["loans(reader_id)"]);
    assert_eq!(one.advice.notes.len(), 1);
}

#[test]
fn what_cannot_be_looked_at_is_said_and_the_rest_goes_on() {
    let Some(mut session) = library("indexes_bad") else {
        return;
    };
    let catalog = read_catalog(&mut session, &Options { values: true }).unwrap();
    let texts = [
        "SELECT * FROM loans WHERE reader_id = 5 AND receipt = 'R-c4",
        "SELECT * FROM nowhere WHERE a = 1",
        "SELECT * FROM loans WHERE book_id = %s",
        "SELECT pg_sleep(1) FROM loans WHERE fee = 3",
        "DROP TABLE loans",
        "SELECT * FROM loans WHERE reader_id = 7",
    ];
    let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    let advice = advise(&texts, Some(&catalog), Some(&mut session));
    assert!(proposed(&advice).contains(&"loans(reader_id)".to_owned()));
    // `pg_sleep` is refused before it is sent; what can't be read or isn't there is said as well.
    for (statement, text) in texts.iter().enumerate().take(5) {
        let mut said = advice.advice.warnings.iter();
        assert!(said.any(|w| w.statement == statement), "{text}");
    }
}
