//! A process that is killed leaves no backend behind: none at all on the server, and behind a pooler, whose
//! connections stay, none that still does something for it.

use std::time::{Duration, Instant};

use crate::admin::{Place, variable};
use crate::visitor::{self, Then};

/// The promise.
const PATIENCE: Duration = Duration::from_secs(6);

/// Waits until our role has as many backends in these states as `enough` wants.
fn wait(place: &mut Place, states: &[&str], enough: impl Fn(usize) -> bool) -> Duration {
    let began = Instant::now();
    loop {
        let count = place.backends(states);
        if enough(count) {
            return began.elapsed();
        }
        assert!(
            began.elapsed() < 2 * PATIENCE,
            "after {:?}: {count} backends",
            began.elapsed()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Kills a process once it has a backend in state `from`, and waits for that to have gone from all of `states`.
fn check(test: &str, by: &str, then: Then, from: &str, states: &[&str]) {
    let Some(mut place) = Place::new(test) else {
        return;
    };
    if variable(by).is_none() {
        return;
    }
    let mut process = visitor::process(&place.url(by), then, |command| command);
    // As long as it asks, it is busy: it stays once it has been in the state for a while.
    let mut seen = 0;
    while seen < 10 {
        wait(&mut place, &[from], |count| count == 1);
        std::thread::sleep(Duration::from_millis(20));
        seen = if place.backends(&[from]) == 1 {
            seen + 1
        } else {
            0
        };
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let took = wait(&mut place, states, |count| count == 0);
    println!("{test}: {took:?}");
    assert!(took < PATIENCE, "{test}: {took:?}");
}

const BUSY: &[&str] = &[
    "active",
    "idle in transaction",
    "idle in transaction (aborted)",
];

#[test]
fn when_it_waits() {
    check("waits", "PGLOUPE_TEST_PG_TCP", Then::Stay, "idle", &[]);
}

#[test]
fn when_it_is_in_a_transaction() {
    check(
        "transaction",
        "PGLOUPE_TEST_PG_TCP",
        Then::StayInTransaction,
        "idle in transaction",
        &[],
    );
}

#[test]
fn when_a_statement_runs() {
    check("runs", "PGLOUPE_TEST_PG_TCP", Then::Run, "active", &[]);
}

#[test]
fn behind_a_pooler_when_a_statement_runs() {
    check("ran", "PGLOUPE_TEST_PGBOUNCER", Then::Run, "active", BUSY);
}

#[test]
fn behind_a_pooler() {
    check(
        "pooled",
        "PGLOUPE_TEST_PGBOUNCER",
        Then::StayInTransaction,
        "idle in transaction",
        BUSY,
    );
}
