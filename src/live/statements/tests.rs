//! Differences of snapshots, as a table of what can happen between two looks.

use super::columns::tests::names;
use super::snapshot::Raw;
use super::*;

/// A statement: its number, since when it counts, its calls and its milliseconds.
type Line = (i64, Option<i64>, f64, f64);

/// A snapshot at this moment: rows, and hidden ones as (calls, milliseconds).
fn snapshot(version: &str, at: i64, lines: &[Line], hidden: &[(f64, f64)]) -> Snapshot {
    let columns = Columns::choose(&names(version)).unwrap();
    let numbers = |calls: f64, time: f64| {
        let known = |metric| match metric {
            Metric::Calls => Some(calls),
            Metric::TotalTime => Some(time),
            Metric::MinTime | Metric::MaxTime | Metric::StddevTime => Some(1.5),
            _ => Some(0.0),
        };
        columns.metrics().map(known).collect()
    };
    let shown = lines.iter().map(|(query, since, calls, time)| Raw {
        query: Some(*query),
        since: *since,
        top_level: columns.toplevel.then_some(true),
        numbers: numbers(*calls, *time),
        ..Raw::default()
    });
    let hidden = hidden.iter().map(|(calls, time)| Raw {
        numbers: numbers(*calls, *time),
        ..Raw::default()
    });
    let has_info = columns.toplevel;
    let header = Header {
        taken_at: at,
        server: ServerId {
            started_at: 1,
            system: Some(7),
            address: None,
        },
        user: "app".to_owned(),
        has_info,
        reset_at: None,
        evictions: has_info.then_some(0),
        ..Header::default()
    };
    let rows: Vec<Raw> = shown.chain(hidden).collect();
    Snapshot::new(header, columns, rows)
}

/// What is expected of a statement: its number, calls, milliseconds, and how sure that is.
type Expected = (i64, f64, f64, Sureness);

fn check(what: &str, earlier: &Snapshot, later: &Snapshot, expected: &[Expected], full: bool) {
    let found = difference(earlier, later).unwrap_or_else(|error| panic!("{what}: {error}"));
    let got: Vec<Expected> = found
        .deltas
        .iter()
        .map(|d| {
            (
                d.key.query,
                d.values.calls(),
                d.values.total_time(),
                d.sureness,
            )
        })
        .collect();
    assert_eq!(got, expected, "{what}");
    assert_eq!(
        found.confidence.is_full(),
        full,
        "{what}: {:?}",
        found.confidence
    );
    assert_eq!(found.confidence.line().is_none(), full, "{what}");
}

use Sureness::{About, AtLeast, AtMost, Exact};

#[test]
fn nothing_special() {
    for version in ["1.6", "1.8", "1.9", "1.10", "1.11", "1.12"] {
        let since = version.ends_with("11").then_some(50);
        let earlier = snapshot(
            version,
            100,
            &[(1, since, 10.0, 5.0), (2, since, 1.0, 9.0)],
            &[],
        );
        let lines = [
            (1, since, 14.0, 8.0),
            (2, since, 1.0, 9.0),
            (3, Some(150), 2.0, 1.0),
        ];
        let later = snapshot(version, 200, &lines, &[]);
        check(
            version,
            &earlier,
            &later,
            &[(1, 4.0, 3.0, Exact), (3, 2.0, 1.0, Exact)],
            true,
        );
        let found = difference(&earlier, &later).unwrap();
        let [old, new] = found.deltas.as_slice() else {
            panic!("two")
        };
        assert_eq!(old.values.get(Metric::MeanTime), Some(0.75), "{version}");
        for metric in [Metric::MinTime, Metric::MaxTime, Metric::StddevTime] {
            assert_eq!(old.values.get(metric), None, "{version} {metric:?}");
            assert_eq!(new.values.get(metric), Some(1.5), "{version} {metric:?}");
        }
        assert_eq!((found.from, found.to), (100, 200));
    }
}

#[test]
fn resets() {
    let earlier = snapshot("1.10", 100, &[(1, None, 10.0, 5.0)], &[]);
    let mut later = snapshot("1.10", 200, &[(1, None, 14.0, 8.0)], &[]);
    // From never to some time is a reset as well, even where a counter has overtaken its old value.
    later.header.reset_at = Some(150);
    let all = [(1, 14.0, 8.0, AtLeast(Why::Reset))];
    check("first reset", &earlier, &later, &all, false);
    let found = difference(&earlier, &later).unwrap();
    assert_eq!(found.confidence.reset_at, Some(150));
    let mut earlier = earlier;
    earlier.header.reset_at = Some(50);
    check("another reset", &earlier, &later, &all, false);
    earlier.header.reset_at = Some(150);
    check(
        "the same reset",
        &earlier,
        &later,
        &[(1, 4.0, 3.0, Exact)],
        true,
    );
    earlier.header.evictions = Some(3);
    check("fewer evictions", &earlier, &later, &all, false);
}

#[test]
fn one_statement_begins_anew() {
    // Seen by a counter that fell, which may be any of them.
    for (calls, time) in [(3.0, 8.0), (14.0, 2.0)] {
        let earlier = snapshot(
            "1.10",
            100,
            &[(1, None, 10.0, 5.0), (2, None, 1.0, 1.0)],
            &[],
        );
        let later = snapshot(
            "1.10",
            200,
            &[(1, None, calls, time), (2, None, 2.0, 1.5)],
            &[],
        );
        let expected = [
            (1, calls, time, AtLeast(Why::Replaced)),
            (2, 1.0, 0.5, Exact),
        ];
        check("fell", &earlier, &later, &expected, false);
    }
    // Seen by since when it counts, though all counters have overtaken.
    let earlier = snapshot("1.11", 100, &[(1, Some(50), 10.0, 5.0)], &[]);
    let later = snapshot("1.11", 200, &[(1, Some(150), 14.0, 8.0)], &[]);
    check(
        "since",
        &earlier,
        &later,
        &[(1, 14.0, 8.0, AtLeast(Why::Replaced))],
        false,
    );
}

#[test]
fn evictions() {
    let earlier = snapshot(
        "1.10",
        100,
        &[(1, None, 10.0, 5.0), (2, None, 1.0, 1.0)],
        &[],
    );
    let mut later = snapshot(
        "1.10",
        200,
        &[(1, None, 14.0, 8.0), (3, None, 1.0, 1.0)],
        &[],
    );
    later.header.evictions = Some(2);
    let expected = [
        (1, 4.0, 3.0, About(Why::Evictions)),
        (3, 1.0, 1.0, AtLeast(Why::Evictions)),
    ];
    check("counted", &earlier, &later, &expected, false);
    let found = difference(&earlier, &later).unwrap().confidence;
    assert_eq!((found.evictions, found.gone), (Some(2), 1));

    // Before 1.9 nobody counts them; that a statement is gone tells.
    let earlier = snapshot(
        "1.8",
        100,
        &[(1, None, 10.0, 5.0), (2, None, 1.0, 1.0)],
        &[],
    );
    let later = snapshot(
        "1.8",
        200,
        &[(1, None, 14.0, 8.0), (3, None, 1.0, 1.0)],
        &[],
    );
    check("not counted", &earlier, &later, &expected, false);

    // From 1.11 on each statement tells by itself whether it was thrown out.
    let earlier = snapshot("1.11", 100, &[(1, Some(50), 10.0, 5.0)], &[]);
    let mut later = snapshot("1.11", 200, &[(1, Some(50), 14.0, 8.0)], &[]);
    later.header.evictions = Some(1);
    check("told", &earlier, &later, &[(1, 4.0, 3.0, Exact)], false);
}

#[test]
fn hidden_statements() {
    let earlier = snapshot("1.10", 100, &[(1, None, 1.0, 10.0)], &[(5.0, 100.0)]);
    let later = snapshot(
        "1.10",
        200,
        &[(1, None, 2.0, 40.0)],
        &[(7.0, 110.0), (1.0, 80.0)],
    );
    check("hidden", &earlier, &later, &[(1, 1.0, 30.0, Exact)], false);
    let found = difference(&earlier, &later).unwrap().confidence;
    assert_eq!(
        (found.hidden.rows, found.hidden.calls, found.hidden.time),
        (2, 3.0, 90.0)
    );
    assert_eq!(
        found.line().unwrap(),
        "delta unreliable: 2 statements of other roles are hidden, so 75 % of the time is unseen"
    );

    // A role that sees more shows totals of statements whose beginning nobody has seen.
    let mut later = snapshot(
        "1.10",
        200,
        &[(1, None, 2.0, 40.0), (9, None, 3.0, 20.0)],
        &[],
    );
    later.header.user = "boss".to_owned();
    let expected = [
        (1, 1.0, 30.0, Exact),
        (9, 3.0, 20.0, AtMost(Why::NewlyVisible)),
    ];
    check("newly visible", &earlier, &later, &expected, false);
}

#[test]
fn what_can_not_be_compared() {
    type Change = fn(&mut Snapshot);
    let base = || snapshot("1.10", 100, &[(1, None, 1.0, 1.0)], &[]);
    let cases: [(Change, Option<NotComparable>); 7] = [
        (|_| {}, None),
        (
            |s| s.header.server.started_at = 2,
            Some(NotComparable::Restarted),
        ),
        (
            |s| {
                s.header.server = ServerId {
                    started_at: 2,
                    system: None,
                    address: Some("a".to_owned()),
                }
            },
            Some(NotComparable::OtherServer),
        ),
        (
            |s| s.header.server.system = Some(8),
            Some(NotComparable::OtherServer),
        ),
        // One server has several addresses.
        (|s| s.header.server.address = Some("a".to_owned()), None),
        (|s| s.header.taken_at = 50, Some(NotComparable::WrongOrder)),
        (
            |s| s.columns = Columns::choose(&names("1.8")).unwrap(),
            Some(NotComparable::Updated),
        ),
    ];
    for (number, (change, expected)) in cases.into_iter().enumerate() {
        let mut later = base();
        later.header.taken_at = 200;
        change(&mut later);
        assert_eq!(difference(&base(), &later).err(), expected, "case {number}");
    }
}

#[test]
fn notes() {
    let earlier = snapshot("1.10", 100, &[(1, None, 1.0, 1.0)], &[]);
    let mut later = earlier.clone();
    later.header.taken_at = 200;
    later.header.max = Some(1);
    later.header.track_io_timing = Some(false);
    later.header.track_planning = Some(false);
    let found = difference(&earlier, &later).unwrap();
    assert!(found.deltas.is_empty());
    let notes = found.confidence.notes();
    for (note, word) in notes.iter().zip([
        "pg_stat_statements.max",
        "track_io_timing",
        "track_planning",
    ]) {
        assert!(note.contains(word), "{note}");
    }
    assert_eq!(notes.len(), 3);
}
