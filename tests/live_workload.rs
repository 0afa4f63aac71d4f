//! Live statistics go the way of an export: what the views and rules know of it. Needs no server.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::sync::Arc;

use pgloupe::analysis::{Patient, analyse};
use pgloupe::capture::Options;
use pgloupe::live::statements::{
    Columns, Header, Hidden, Key, Metric, Names, Row, Snapshot, Text, Texts, Values, difference,
};
use pgloupe::live::workload::{Content, spool};
use pgloupe::rules::Settings;
use pgloupe::sql::{Digester, Fingerprint};

const TEXTS: [&str; 3] = [
    "SELECT * FROM orders WHERE note LIKE $1 /* \"ä\" */",
    "UPDATE orders SET a = $1\n WHERE id = $2",
    "SELECT 1",
];

fn fingerprint(sql: &str) -> Fingerprint {
    Digester::default().digest(sql.as_bytes()).fingerprint
}

/// A snapshot: calls and milliseconds of each text, and a row whose text is lost.
fn snapshot(taken_at: i64, numbers: [(f64, f64); 4]) -> Snapshot {
    let names = [
        "userid",
        "dbid",
        "queryid",
        "query",
        "calls",
        "total_exec_time",
        "max_exec_time",
        "rows",
    ];
    let rows = (1..).zip(numbers).map(|(query, (calls, time))| Row {
        key: Key {
            database: 1,
            user: 2,
            query,
            top_level: true,
        },
        since: None,
        minmax_since: None,
        values: Values::default()
            .with(Metric::Calls, calls)
            .with(Metric::TotalTime, time)
            .with(Metric::MaxTime, time / 2.0)
            .with(Metric::Rows, calls * 3.0),
    });
    Snapshot {
        header: Header {
            taken_at,
            ..Header::default()
        },
        columns: Columns::choose(&names.map(str::to_owned)).unwrap(),
        rows: rows.collect(),
        hidden: Hidden {
            rows: 2,
            calls: taken_at as f64,
            time: taken_at as f64,
        },
    }
}

/// Calls and microseconds of each text.
type Expected = [(usize, u64, u64)];

#[test]
fn what_a_snapshot_says_is_what_the_workload_has() {
    let earlier = snapshot(10, [(1.0, 5.0), (4.0, 2.5), (9.0, 1.0), (1.0, 1.0)]);
    let later = snapshot(20, [(3.0, 9_005.0), (5.0, 3.75), (9.0, 1.0), (2.0, 3.0)]);
    let mut texts = Texts::default();
    for (query, sql) in (1..).zip(TEXTS) {
        let key = Key {
            database: 1,
            user: 2,
            query,
            top_level: true,
        };
        texts.put(
            key.into(),
            Some(Text::new(sql, 0, &mut Digester::default())),
        );
    }
    let mut names = Names::default();
    names.databases.insert(1, Arc::from("shop"));
    let between = difference(&earlier, &later).unwrap();

    // What did nothing in between isn't there.
    let cases: [(Content<'_>, &Expected, u64); 2] = [
        (
            Content::Since(&later),
            &[(0, 3, 9_005_000), (1, 5, 3_750), (2, 9, 1_000)],
            6,
        ),
        (
            Content::Between(&between),
            &[(0, 2, 9_000_000), (1, 1, 1_250)],
            5,
        ),
    ];
    for (content, expected, rows) in cases {
        let spooled = spool("app@db:5432/shop", content, &texts, &names).unwrap();
        assert_eq!(spooled.path().file_name().unwrap(), "app@db_5432_shop.json");
        let paths = [spooled.path().to_owned()];
        let analysis =
            analyse(&paths, &Options::default(), &Settings::default(), &Patient).unwrap();
        let workload = &analysis.workload;
        assert_eq!(workload.capture.events, rows);
        assert_eq!(
            workload.capture.files[0].format.name(),
            "pg-stat-statements"
        );
        for (text, calls, micros) in expected {
            let print = fingerprint(TEXTS[*text]);
            let query = workload
                .queries
                .iter()
                .find(|q| q.fingerprint == print)
                .unwrap();
            assert_eq!(
                (query.stats.executions, query.stats.total),
                (*calls, *micros),
                "{}",
                TEXTS[*text]
            );
            assert_eq!(query.stats.rows, Some(calls * 3));
            // The row can be looked at, line by line.
            assert!(analysis.sources.line(query.row.unwrap()).unwrap() >= 1);
        }
        assert_eq!(workload.queries.len(), expected.len());
        // Rows without a text are told of, not dropped.
        let warnings = format!("{:?}", workload.capture.warnings);
        assert!(warnings.contains('3'), "{warnings}");
    }
}
