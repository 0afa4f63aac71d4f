//! One folder a rule in `fixtures/live`, what is known of a server a case: what the rule says of it is a snapshot.
//!
//! Files called `flagged-…` must have a finding of their rule, files called `clean-…` none. A case holds a catalog in
//! the form of its files, rows as `pg_stat_statements` has them, and sessions, with seconds in place of moments.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pgloupe::analysis::Analysis;
use pgloupe::catalog::{Catalog, open};
use pgloupe::live::activity::{Activity, Lock, Session};
use pgloupe::live::statements::{Key, Metric, Row, Snapshot, Text, TextKey, Texts, Values};
use pgloupe::rules::live::{LIVE_RULES, LiveInput, LiveSettings, Statements, check};
use pgloupe::rules::{Finding, Settings, Subject, Suppression};
use pgloupe::sql::Digester;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    catalog: Option<Catalog>,
    statements: Option<Vec<serde_json::Map<String, serde_json::Value>>>,
    sessions: Option<Vec<Client>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Client {
    pid: i32,
    user: Option<String>,
    application: Option<String>,
    kind: Option<String>,
    state: Option<String>,
    query: Option<String>,
    leader: Option<i32>,
    xmin_age: Option<i64>,
    transaction_s: Option<i64>,
    statement_s: Option<i64>,
    state_s: Option<i64>,
    blocked_by: Vec<i32>,
    waits_for: Option<String>,
    waits_s: Option<i64>,
}

const NOW: i64 = 1_760_000_000_000_000;

fn activity(clients: Vec<Client>) -> Activity {
    let ago = |seconds: Option<i64>| seconds.map(|s| NOW - s * 1_000_000);
    let sessions = clients.into_iter().map(|c| Session {
        pid: c.pid,
        user: c.user,
        application: c.application,
        kind: c.kind,
        state: c.state,
        query: c.query,
        leader: c.leader,
        xmin_age: c.xmin_age,
        transaction_at: ago(c.transaction_s),
        statement_at: ago(c.statement_s),
        state_at: ago(c.state_s),
        lock: c.waits_for.map(|relation| Lock {
            kind: "relation".to_owned(),
            mode: "ShareLock".to_owned(),
            relation: Some(relation),
            since: ago(c.waits_s),
        }),
        blocked_by: c.blocked_by,
        ..Session::default()
    });
    Activity {
        taken_at: NOW,
        sessions: sessions.collect(),
        ..Activity::default()
    }
}

/// Rows by the names of the view's columns.
fn statements(rows: Vec<serde_json::Map<String, serde_json::Value>>) -> (Snapshot, Texts) {
    let (mut snapshot, mut texts) = (Snapshot::default(), Texts::default());
    let mut digester = Digester::default();
    for (query, row) in (1..).zip(rows) {
        let key = Key {
            database: 1,
            user: 1,
            query,
            top_level: true,
        };
        let mut values = Values::default();
        for (column, value) in &row {
            match value.as_str() {
                Some(sql) => {
                    let text = Text::new(sql, sql.len() as u64, &mut digester);
                    texts.put(TextKey::from(key), Some(text));
                }
                None => values.set(Metric::of_column(column).expect("a column"), value.as_f64()),
            }
        }
        snapshot.rows.push(Row {
            key,
            since: None,
            minmax_since: None,
            values,
        });
    }
    (snapshot, texts)
}

fn findings(path: &Path) -> Vec<Finding> {
    let text = std::fs::read_to_string(path).expect("a file that can be read");
    let mut case = if path.extension().is_some_and(|e| e == "sql") {
        Case {
            catalog: Some(open(&text).expect("definitions").catalog),
            statements: None,
            sessions: None,
        }
    } else {
        serde_json::from_str::<Case>(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    if let Some(catalog) = &mut case.catalog {
        catalog.sort();
    }
    let (snapshot, texts) = statements(case.statements.clone().unwrap_or_default());
    let ran = Statements::since_reset(&snapshot, &texts);
    let activity = case.sessions.map(activity);
    check(&LiveInput {
        catalog: case.catalog.as_ref(),
        statements: case.statements.is_some().then_some(&ran),
        activity: activity.as_ref(),
        settings: &LiveSettings::default(),
    })
}

fn cases(rule: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/live")
        .join(rule);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("a folder for {rule}: {e}"))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// All that a rule says, as text.
fn said(findings: &[Finding], rule: &str) -> String {
    let mut text = String::new();
    for f in findings.iter().filter(|f| f.rule == rule) {
        writeln!(
            text,
            "{} [{}, {} confidence]\n{}",
            f.title,
            f.severity.word(),
            f.confidence.word(),
            f.detail
        )
        .unwrap();
        writeln!(text, "about: {:?}", f.subject.as_ref().expect("a subject")).unwrap();
        for reason in &f.reasons {
            writeln!(text, "- {reason}").unwrap();
        }
        if f.cost.executions > 0 {
            writeln!(
                text,
                "cost: {} µs, {} executions",
                f.cost.db_time, f.cost.executions
            )
            .unwrap();
        }
        for s in &f.suggestions {
            writeln!(
                text,
                "{}: {}\n    {}",
                s.kind.name(),
                s.title,
                s.code.replace('\n', "\n    ")
            )
            .unwrap();
            if let Some(note) = &s.note {
                writeln!(text, "  {note}").unwrap();
            }
        }
        text.push('\n');
    }
    text
}

#[test]
fn every_case_of_every_rule() {
    for rule in LIVE_RULES {
        for case in cases(rule.name) {
            let name = case
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let said = said(&findings(&case), rule.name);
            assert_eq!(
                said.is_empty(),
                name.starts_with("clean-"),
                "{}/{name}:\n{said}",
                rule.name
            );
            if !said.is_empty() {
                insta::assert_snapshot!(format!("{}__{name}", rule.name), said);
            }
        }
    }
}

#[test]
fn every_rule_has_its_page_and_its_cases() {
    for rule in LIVE_RULES {
        assert!(rule.page.starts_with("# "), "{} has no page", rule.name);
        for heading in [
            "What it is",
            "Why it matters",
            "How it is found",
            "What it saves",
            "Known limits",
            "Use instead",
        ] {
            assert!(
                rule.page.contains(&format!("## {heading}\n")),
                "{}'s page has no part '{heading}'",
                rule.name
            );
        }
        let names: Vec<String> = cases(rule.name)
            .iter()
            .map(|c| c.display().to_string())
            .collect();
        for kind in ["flagged-", "clean-"] {
            assert!(
                names.iter().any(|n| n.contains(kind)),
                "{} has no case {kind}",
                rule.name
            );
        }
    }
}

#[test]
fn the_gravest_comes_first() {
    for rule in LIVE_RULES {
        for case in cases(rule.name) {
            let found = findings(&case);
            assert!(
                found.is_sorted_by(|a, b| a.severity >= b.severity),
                "{}",
                case.display()
            );
        }
    }
}

/// A team's file leaves out what is about one table, and nothing else.
#[test]
fn what_a_team_lives_with_is_left_out() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/live/duplicate-index/flagged-same.json");
    let all = findings(&case);
    let subject = all
        .iter()
        .find(|f| f.rule == "duplicate-index")
        .and_then(|f| f.subject.as_ref()?.name())
        .expect("a name");
    let left = |subject: &str| {
        let settings = Settings {
            ignore: vec![Suppression {
                subject: Some(subject.to_owned()),
                ..Suppression::default()
            }],
            ..Settings::default()
        };
        let analysis = Analysis::empty(settings).with_server(None, findings(&case));
        (analysis.findings.len(), analysis.suppressed.findings)
    };
    let about = |name: &str| {
        let is = |f: &&Finding| f.subject.as_ref().and_then(Subject::name).as_deref() == Some(name);
        all.iter().filter(is).count()
    };
    let n = about(&subject);
    assert_eq!(left(&subject), (all.len() - n, n));
    assert_eq!(left("public.no_such_*"), (all.len(), 0));
    let named = all
        .iter()
        .filter(|f| f.subject.as_ref().is_some_and(|s| s.name().is_some()));
    let named = named.count();
    assert_eq!(left("*"), (all.len() - named, named));
}
