//! What a session waits for, in plain words.

use crate::live::activity::{Lock, Session};

/// Wait events and what they mean, after "It waits ".
const EVENTS: &[(&str, &str, &str)] = &[
    (
        "Client",
        "ClientRead",
        "for the application to send its next statement",
    ),
    (
        "Client",
        "ClientWrite",
        "for the application to take the rows that it asked for",
    ),
    (
        "IO",
        "DataFileRead",
        "for pages of a table or an index that are not in memory",
    ),
    (
        "IO",
        "DataFileExtend",
        "for a table or an index to grow on disk",
    ),
    (
        "IO",
        "DataFileWrite",
        "for pages to be written: shared_buffers may be too small for what is changed",
    ),
    ("IO", "DataFileSync", "for a file to reach the disk"),
    (
        "IO",
        "BufFileRead",
        "for a temporary file: work_mem was too small for its sort or hash",
    ),
    (
        "IO",
        "BufFileWrite",
        "for a temporary file: work_mem was too small for its sort or hash",
    ),
    (
        "IO",
        "WALSync",
        "for the write-ahead log to reach the disk, as each commit does",
    ),
    ("IO", "WALWrite", "for the write-ahead log to be written"),
    (
        "LWLock",
        "WALWrite",
        "for others to write the write-ahead log: many commit at once",
    ),
    (
        "LWLock",
        "WALInsert",
        "for its turn to add to the write-ahead log: many write at once",
    ),
    (
        "LWLock",
        "BufferContent",
        "for a page that others read or change at this moment",
    ),
    (
        "LWLock",
        "BufferMapping",
        "for the list of what is in shared_buffers: many look for pages at once",
    ),
    (
        "LWLock",
        "LockManager",
        "for the list of locks: many sessions use many tables or partitions",
    ),
    (
        "LWLock",
        "ProcArray",
        "for the list of transactions: many sessions take snapshots at once",
    ),
    ("BufferPin", "BufferPin", "for others to let go of a page"),
    ("IPC", "ExecuteGather", "for its parallel workers"),
    (
        "IPC",
        "BgWorkerStartup",
        "for its parallel workers to start",
    ),
    ("IPC", "BgWorkerShutdown", "for its parallel workers to end"),
    ("IPC", "ParallelFinish", "for its parallel workers to end"),
    ("IPC", "SyncRep", "for a standby to confirm its commit"),
    ("Timeout", "PgSleep", "because it asked to sleep"),
    (
        "Timeout",
        "VacuumDelay",
        "because vacuum rests between pages: vacuum_cost_delay",
    ),
    (
        "Timeout",
        "VacuumTruncate",
        "for a lock to give empty pages back",
    ),
];

/// A class of wait events, where the event itself has no words.
const CLASSES: &[(&str, &str)] = &[
    ("Activity", "for something to do"),
    ("BufferPin", "for others to let go of a page"),
    ("Client", "for its client"),
    ("Extension", "inside an extension"),
    ("InjectionPoint", "at a point for tests"),
    ("IO", "for the disk"),
    ("IPC", "for another process of the server"),
    ("Lock", "for a lock"),
    (
        "LWLock",
        "for its turn at something in the server's memory: many use it at once",
    ),
    ("Timeout", "for a time to pass"),
];

/// What it waits for: "for a lock on orders, …". `None` when it doesn't wait.
pub(super) fn wait(session: &Session) -> Option<String> {
    if let Some(lock) = &session.lock {
        return Some(locked(lock));
    }
    let (class, event) = session.wait.as_ref()?;
    let event_words = EVENTS.iter().find(|(c, e, _)| c == class && e == event);
    let class_words = || {
        CLASSES
            .iter()
            .find(|(c, _)| c == class)
            .map(|(_, words)| *words)
    };
    let words = event_words.map(|(_, _, words)| *words).or_else(class_words);
    Some(words.map_or_else(|| format!("for {class}: {event}"), ToOwned::to_owned))
}

/// A lock that is waited for.
fn locked(lock: &Lock) -> String {
    let table = lock.relation.as_deref();
    match (lock.kind.as_str(), table) {
        ("relation", Some(table)) => format!("for a lock on {table}, {}", mode(&lock.mode)),
        ("relation", None) => format!("for a lock on a table, {}", mode(&lock.mode)),
        ("transactionid", _) => {
            "for another transaction to end: both change the same row".to_owned()
        }
        ("tuple", Some(table)) => {
            format!("for its turn to change a row of {table} that several want")
        }
        ("tuple", None) => "for its turn to change a row that several want".to_owned(),
        ("extend", Some(table)) => format!("for its turn to make {table} larger"),
        ("virtualxid", _) => {
            "for a transaction of another session to end, as CREATE INDEX CONCURRENTLY does"
                .to_owned()
        }
        ("advisory", _) => "for an advisory lock, which the application gives a meaning".to_owned(),
        (kind, _) => format!("for a lock on {kind}, {}", mode(&lock.mode)),
    }
}

/// What a mode of a lock on a table is taken for, and what it keeps out.
fn mode(mode: &str) -> &str {
    match mode {
        "AccessShareLock" => "to read it",
        "RowShareLock" => "to lock rows of it, as SELECT FOR UPDATE does",
        "RowExclusiveLock" => "to change rows of it",
        "ShareUpdateExclusiveLock" => "to vacuum or analyse it, or to change its settings",
        "ShareLock" => "to keep others from changing it, as CREATE INDEX does",
        "ShareRowExclusiveLock" => "to add a foreign key or a trigger to it",
        "ExclusiveLock" => "to keep all but readers out",
        "AccessExclusiveLock" => {
            "to have it alone, as ALTER TABLE, TRUNCATE and DROP do: even readers wait behind it"
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_told_in_plain_words() {
        let waits = |class: &str, event: &str| Session {
            wait: Some((class.to_owned(), event.to_owned())),
            ..Session::default()
        };
        let locks = |kind: &str, mode: &str, relation: Option<&str>| Session {
            lock: Some(Lock {
                kind: kind.to_owned(),
                mode: mode.to_owned(),
                relation: relation.map(str::to_owned),
                since: None,
            }),
            ..waits("Lock", kind)
        };
        for (session, begin) in [
            (Session::default(), None),
            (waits("IO", "DataFileRead"), Some("for pages of a table")),
            (waits("IO", "SomethingNew"), Some("for the disk")),
            (waits("New", "Thing"), Some("for New: Thing")),
            (
                locks("relation", "AccessExclusiveLock", Some("orders")),
                Some("for a lock on orders, to have it alone"),
            ),
            (
                locks("transactionid", "ShareLock", None),
                Some("for another transaction to end"),
            ),
            (locks("page", "X", None), Some("for a lock on page, X")),
        ] {
            let got = wait(&session);
            let matches = match begin {
                Some(begin) => got.as_deref().is_some_and(|got| got.starts_with(begin)),
                None => got.is_none(),
            };
            assert!(matches, "{session:?}: {got:?}");
        }
    }
}
