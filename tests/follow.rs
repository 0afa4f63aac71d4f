//! A log that is still written is followed, through rotation, until somebody has seen enough.

#![allow(
    clippy::expect_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pgloupe::analysis::{Analysis, Watch, analyse};
use pgloupe::capture::Options;
use pgloupe::rules::Settings;

/// Keeps the last preview, and cancels when it is told to.
#[derive(Default)]
struct Watcher {
    stop: AtomicBool,
    executions: AtomicUsize,
    last: Mutex<Option<Arc<Analysis>>>,
}

impl Watch for Watcher {
    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn wants_previews(&self) -> bool {
        true
    }

    fn preview(&self, analysis: Arc<Analysis>) {
        self.executions
            .store(analysis.workload.executions.len(), Ordering::Relaxed);
        *self.last.lock().expect("no panic") = Some(analysis);
    }
}

impl Watcher {
    /// Waits until a preview has so many executions.
    fn wait_for(&self, executions: usize) {
        let since = Instant::now();
        while self.executions.load(Ordering::Relaxed) != executions {
            assert!(
                since.elapsed() < Duration::from_secs(30),
                "{} executions in place of {executions}",
                self.executions.load(Ordering::Relaxed)
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn line(n: usize) -> String {
    format!(
        "2026-11-21 04:44:{:02}.926 UTC [1] LOG:  duration: 1.500 ms  statement: SELECT {n} FROM a\n",
        n % 60
    )
}

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("writable");
    file.write_all(text.as_bytes()).expect("written");
}

#[test]
fn a_growing_log_is_followed_through_rotation() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("postgresql.log");
    append(&path, &line(1));
    append(&path, &line(2));
    let watcher = Watcher::default();
    let options = Options {
        follow: true,
        ..Options::default()
    };
    let whole = thread::scope(|scope| {
        let following = scope.spawn(|| {
            let paths = std::slice::from_ref(&path);
            analyse(paths, &options, &Settings::default(), &watcher)
        });
        watcher.wait_for(2);
        // A record that is written in two steps is one.
        let third = line(3);
        let (begun, rest) = third.split_at(70);
        append(&path, begun);
        thread::sleep(Duration::from_millis(300));
        append(&path, rest);
        watcher.wait_for(3);
        append(&path, &line(4));
        watcher.wait_for(4);
        fs::rename(&path, folder.path().join("postgresql.log.1")).expect("renamed");
        append(&path, &line(5));
        watcher.wait_for(5);
        append(&path, &line(6));
        watcher.wait_for(6);
        watcher.stop.store(true, Ordering::Relaxed);
        following.join().expect("no panic").expect("readable")
    });
    assert_eq!(whole.workload.executions.len(), 6);
    assert_eq!(whole.workload.capture.files.len(), 2);
    assert_eq!(whole.workload.capture.warnings.total(), 0);
    let preview = watcher.last.lock().expect("no panic").take();
    // The first file's records can be read again from where it was moved to.
    let preview = preview.expect("a preview");
    let first = preview.workload.executions.iter().next().expect("one");
    let statement = preview.sources.statement(first.place).expect("readable");
    assert_eq!(statement.sql, "SELECT 1 FROM a");
}
