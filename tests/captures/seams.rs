//! However many threads read and wherever the pieces are cut, the report has the same bytes.

use std::fs;
use std::num::NonZero;

use pgloupe::capture::Options;

use crate::common::{fixture, open, text};
use crate::render;

/// A file is cut at its records, so that smaller pieces than a record only make it grow them.
const PIECES: [usize; 6] = [1, 7, 64, 1_000, 4_096, 1 << 20];

/// With pieces of a byte, a record is looked for its end again and again: a part of the file tells.
const TINY: usize = 12_000;

fn lines(bytes: &[u8], most: usize) -> Vec<u8> {
    let head = &bytes[..bytes.len().min(most)];
    let end = head
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    bytes[..end].to_vec()
}

fn check(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("capture.log");
    let report = |threads: usize, piece: usize| {
        let options = Options {
            threads: NonZero::new(threads),
            piece: NonZero::new(piece),
            ..Options::default()
        };
        text(&open(&file, &options).expect("readable"))
    };
    let parts = [
        (lines(bytes, TINY), &PIECES[..], &[1, 2, 8][..]),
        (bytes.to_vec(), &PIECES[3..], &[2][..]),
    ];
    for (part, pieces, threads) in parts {
        fs::write(&file, &part).expect("a temporary file");
        let expected = report(1, 1 << 20);
        for piece in pieces {
            for &threads in threads {
                let found = report(threads, *piece);
                assert!(
                    found == expected,
                    "{name}: {threads} threads, pieces of {piece}: {}",
                    first_difference(&found, &expected)
                );
            }
        }
    }
}

fn first_difference(found: &str, expected: &str) -> String {
    let mut pairs = found.lines().zip(expected.lines());
    pairs
        .find(|(a, b)| a != b)
        .map_or_else(String::new, |(a, b)| format!("{a} is not {b}"))
}

#[test]
fn plain_captures() {
    for name in [
        "captures/awkward.log",
        "captures/awkward.csv",
        "captures/awkward.json",
    ] {
        check(name, &fixture(name));
    }
    check("shop.log", &lines(&fixture("shop.log"), 150_000));
    check("pgbouncer.log", &fixture("pgbouncer.log"));
}

#[test]
fn wrapped_captures() {
    let events = render::events();
    let head: Vec<render::Event> = events.into_iter().take(120).collect();
    for form in render::WRAPPED {
        check(form.name, &(form.write)(&head));
    }
}
