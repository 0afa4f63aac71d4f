//! The file of snapshots, and files that are none.

use super::*;
use crate::live::statements::{Key, Metric, TextKey, Values};

/// Snapshots of `count` statements, each called by `word` and its number.
fn snapshot(count: i64, word: &str) -> (Snapshot, Texts, Names) {
    let names = [
        "userid",
        "dbid",
        "queryid",
        "query",
        "calls",
        "total_time",
        "rows",
    ];
    let columns = Columns::choose(&names.map(str::to_owned)).unwrap();
    let mut texts = Texts::default();
    let mut digester = Digester::default();
    let rows = (0..count).map(|n| {
        let key = Key {
            database: 1,
            user: 2,
            query: n.wrapping_mul(0x5851_F42D_4C95_7F2D),
            top_level: true,
        };
        let sql = format!("SELECT a, b, c FROM {word}_{n} WHERE a = $1 ORDER BY b LIMIT $2");
        texts.put(
            key.into(),
            Some(Text::new(&sql, sql.len() as u64, &mut digester)),
        );
        let values = Values::default()
            .with(Metric::Calls, (n * n) as f64)
            .with(Metric::Rows, 1.0)
            .with(Metric::TotalTime, (n as f64).sqrt());
        Row {
            key,
            since: None,
            minmax_since: None,
            values,
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|row| row.key);
    let mut names = Names::default();
    names.roles.insert(2, Arc::from("app"));
    let snapshot = Snapshot {
        header: Header {
            taken_at: 5,
            ..Header::default()
        },
        columns,
        rows,
        hidden: Hidden {
            rows: 1,
            calls: 2.0,
            time: 0.1,
        },
    };
    (snapshot, texts, names)
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.sqlite");
    (folder, path)
}

/// Runs statements on a file behind our back.
fn tamper(path: &Path, sql: &'static str) {
    use sqlx::Executor as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn snapshots_come_back() {
    let (_folder, path) = file();
    let (first, texts, names) = snapshot(100, "a");
    let (second, more, _) = snapshot(50, "b");
    let mut history = History::open(&path).unwrap();
    let one = history.record("x", &first, &texts, &names).unwrap();
    // Another window has it open as well.
    let mut other = History::open(&path).unwrap();
    let two = other.record("x", &second, &more, &names).unwrap();
    let three = history.record("y", &first, &texts, &names).unwrap();
    for (id, snapshot, texts) in [
        (one, &first, &texts),
        (two, &second, &more),
        (three, &first, &texts),
    ] {
        let loaded = history.load(id).unwrap();
        assert_eq!(&loaded.snapshot, snapshot);
        assert_eq!(loaded.names, names);
        let all = snapshot
            .rows
            .iter()
            .all(|row| loaded.texts.get(row.key) == texts.get(row.key));
        assert!(all && loaded.texts.len() == texts.len());
    }
    let list = history.list("x").unwrap();
    assert_eq!(
        list.iter().map(|e| (e.id, e.rows)).collect::<Vec<_>>(),
        [(two, 50), (one, 100)]
    );
    assert_eq!(list[0].hidden, second.hidden);
    assert_eq!(history.targets().unwrap(), ["x", "y"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let rights = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(rights & 0o777, 0o600);
    }
}

#[test]
fn what_is_old_goes_with_its_texts() {
    let (_folder, path) = file();
    let (first, texts, names) = snapshot(100, "a");
    let (second, more, _) = snapshot(50, "b");
    let mut history = History::open(&path).unwrap();
    let one = history.record("x", &first, &texts, &names).unwrap();
    let two = history.record("y", &second, &more, &names).unwrap();
    assert_eq!(history.prune(Duration::from_mins(1)).unwrap(), 0);
    tamper(
        &path,
        "UPDATE snapshot SET recorded_at = recorded_at - 61000000 WHERE target = 'x'",
    );
    assert_eq!(history.prune(Duration::from_mins(1)).unwrap(), 1);
    assert!(matches!(
        history.load(one),
        Err(HistoryError::NoSnapshot { .. })
    ));
    assert_eq!(history.load(two).unwrap().texts.len(), 50);
    assert_eq!(history.targets().unwrap(), ["y"]);
    // A text that went and is met again is there again, in another window too.
    let again = history.record("x", &first, &texts, &names).unwrap();
    let key = TextKey::from(first.rows[0].key);
    let row = first.rows[0].key;
    assert_eq!(TextKey::from(row), key);
    assert_eq!(history.load(again).unwrap().texts.get(row), texts.get(row));
    // A retention longer than time itself forgets nothing.
    assert_eq!(history.prune(Duration::MAX).unwrap(), 0);
}

#[test]
fn a_window_knows_that_another_has_forgotten_texts() {
    let (_folder, path) = file();
    let (first, texts, names) = snapshot(10, "a");
    let (second, more, _) = snapshot(5, "b");
    let mut history = History::open(&path).unwrap();
    history.record("x", &first, &texts, &names).unwrap();
    let mut other = History::open(&path).unwrap();
    other.record("y", &second, &more, &names).unwrap();
    tamper(
        &path,
        "UPDATE snapshot SET recorded_at = 0 WHERE target = 'x'",
    );
    other.prune(Duration::from_mins(1)).unwrap();
    let again = history.record("x", &first, &texts, &names).unwrap();
    let loaded = history.load(again).unwrap();
    assert!(
        first
            .rows
            .iter()
            .all(|row| loaded.texts.get(row.key) == texts.get(row.key))
    );
}

#[test]
fn files_that_are_left_as_they_are() {
    type Damage = fn(&Path);
    let cases: [(&str, Damage, &str); 5] = [
        (
            "no database",
            |p| std::fs::write(p, "this is my diary\n".repeat(500)).unwrap(),
            "is damaged",
        ),
        (
            "another program's",
            |p| tamper(p, "CREATE TABLE t (a); INSERT INTO t VALUES (1)"),
            "another program",
        ),
        (
            "a newer form",
            |p| tamper(p, "PRAGMA user_version = 7"),
            "newer pgloupe (form 7, this one knows 1)",
        ),
        (
            "another application",
            |p| tamper(p, "PRAGMA application_id = 7"),
            "another program",
        ),
        (
            "a folder",
            |p| {
                std::fs::remove_file(p).unwrap();
                std::fs::create_dir(p).unwrap();
            },
            "can't be used",
        ),
    ];
    for (what, damage, says) in cases {
        let (_folder, path) = file();
        let (first, texts, names) = snapshot(3, "a");
        if what != "another program's" {
            let mut history = History::open(&path).unwrap();
            history.record("x", &first, &texts, &names).unwrap();
            history.close().unwrap();
        }
        damage(&path);
        let before = std::fs::read(&path).ok();
        let error = History::open(&path).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(says), "{what}: {error}");
        assert!(error.contains("history.sqlite"), "{what}: {error}");
        assert_eq!(std::fs::read(&path).ok(), before, "{what} was changed");
    }
}

#[test]
fn damage_inside_costs_what_it_hits() {
    let (_folder, path) = file();
    let (first, texts, names) = snapshot(100, "a");
    let mut history = History::open(&path).unwrap();
    let one = history.record("x", &first, &texts, &names).unwrap();
    let two = history.record("x", &first, &texts, &names).unwrap();
    let three = history.record("x", &first, &texts, &names).unwrap();
    tamper(
        &path,
        "UPDATE snapshot SET body = substr(body, 1, 50) WHERE id = 1",
    );
    tamper(&path, "UPDATE snapshot SET header = '{' WHERE id = 2");
    for id in [one, two] {
        assert!(
            matches!(history.load(id), Err(HistoryError::DamagedSnapshot { .. })),
            "{id}"
        );
    }
    assert_eq!(history.load(three).unwrap().snapshot, first);
    assert_eq!(history.list("x").unwrap().len(), 2);
    // Nobody knows which texts the damaged one has: none is forgotten.
    tamper(&path, "UPDATE snapshot SET recorded_at = 0 WHERE id = 2");
    assert_eq!(history.prune(Duration::from_mins(1)).unwrap(), 1);
    assert_eq!(history.load(three).unwrap().texts.len(), 100);
}

#[test]
fn ten_thousand_statements() {
    let (_folder, path) = file();
    let (first, texts, names) = snapshot(10_000, "a");
    let mut history = History::open(&path).unwrap();
    let took = |begun: std::time::Instant| begun.elapsed().as_millis();
    let begun = std::time::Instant::now();
    history.record("x", &first, &texts, &names).unwrap();
    let new = took(begun);
    let begun = std::time::Instant::now();
    let id = history.record("x", &first, &texts, &names).unwrap();
    let known = took(begun);
    let begun = std::time::Instant::now();
    assert_eq!(history.load(id).unwrap().snapshot.rows.len(), 10_000);
    let bytes = history.list("x").unwrap()[0].bytes;
    // Ten numbers of eight bytes each, unpacked.
    assert!(bytes < 10_000 * 80 / 3, "{bytes} bytes");
    let loaded = took(begun);
    assert!(
        known < 3_000,
        "first {new} ms, again {known} ms, loaded in {loaded} ms, {bytes} bytes"
    );
}
