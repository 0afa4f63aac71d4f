//! What must hold of each reader, whatever it reads.

use crate::capture::detect::Format;
use crate::capture::explained;
use crate::capture::interpret::{interpret, parameter_values, untabbed};
use crate::capture::prefix::{self, Prefix};
use crate::capture::record::Record;
use crate::capture::records::records;
use crate::capture::wrap::{Unwrapped, Unwrapper};
use crate::capture::{
    csv as csvlog, json as jsonlog, pgbouncer as pooler, phrases as wordings, stderr as textlog,
};
use crate::capture::{prepared as preparing, time as times, totals as exports, wrap as wrappers};
use crate::sql as language;

use super::corpus::WRAPPERS;

/// What a reader has read: where it begins, and all that it says.
type Read = Vec<(u64, String)>;

pub(super) fn stderr(whole: &[u8], damaged: &[u8]) {
    for text in [
        "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
        "%m [%p] %q%u@%d ",
        "",
    ] {
        let prefix = Prefix::parse(text).unwrap();
        assert!(textlog::last_start(damaged, &prefix) <= damaged.len());
        for tabbed in [true, false] {
            let format = Format::Stderr {
                prefix: prefix.clone(),
                explained: None,
                tabbed,
            };
            in_order(whole, damaged, |bytes| read(bytes, &format));
        }
    }
}

pub(super) fn csv(whole: &[u8], damaged: &[u8]) {
    assert!(csvlog::last_end(damaged) <= damaged.len());
    in_order(whole, damaged, |bytes| read(bytes, &Format::Csv));
}

pub(super) fn json(whole: &[u8], damaged: &[u8]) {
    assert!(jsonlog::last_end(damaged) <= damaged.len());
    in_order(whole, damaged, |bytes| read(bytes, &Format::Json));
}

fn read(bytes: &[u8], format: &Format) -> Read {
    let mut found = Vec::new();
    let mut each = |record: Record<'_>| {
        let meaning = format!("{:?}", interpret(&record));
        parameter_values(&String::from_utf8_lossy(&untabbed(&record.detail)));
        found.push((record.offset, format!("{record:?} {meaning}")));
    };
    let mut broken = |at, _| assert!(at < bytes.len() as u64);
    records(bytes, 0, format, &mut each, &mut broken);
    found
}

pub(super) fn pgbouncer(whole: &[u8], damaged: &[u8]) {
    assert!(pooler::last_start(damaged) <= damaged.len());
    in_order(whole, damaged, |bytes| {
        let mut found = Vec::new();
        let mut stray = |at| assert!(at < bytes.len() as u64);
        pooler::records(
            bytes,
            0,
            &mut |p| found.push((p.offset, format!("{p:?}"))),
            &mut stray,
        );
        found
    });
}

/// Offsets ascend and lie inside, and what stands before the damage is read the same.
fn in_order(whole: &[u8], damaged: &[u8], read: impl Fn(&[u8]) -> Read) {
    let (before, after) = (read(whole), read(damaged));
    assert!(after.is_sorted_by(|a, b| a.0 < b.0));
    assert!(
        after
            .last()
            .is_none_or(|last| last.0 < damaged.len() as u64)
    );
    let pairs = whole.iter().zip(damaged);
    let same = pairs.take_while(|(a, b)| a == b).count() as u64;
    // A record is over where the next has begun, which that one's first line tells: the one after it stands behind it.
    let untouched = before
        .iter()
        .filter(|record| record.0 <= same)
        .count()
        .saturating_sub(2);
    assert_eq!(
        after.get(..untouched),
        before.get(..untouched),
        "damaged from byte {same}"
    );
}

pub(super) fn totals(_: &[u8], damaged: &[u8]) {
    let Some(form) = exports::detect(damaged) else {
        return;
    };
    let inside = |at: u64| assert!(at <= damaged.len() as u64, "{at} of {}", damaged.len());
    exports::rows(
        damaged,
        form,
        &mut |row| inside(row.offset),
        &mut |at, _| inside(at),
    );
}

/// The first byte tells the wrapper.
pub(super) fn wrap(_: &[u8], damaged: &[u8]) {
    let Some((tag, file)) = damaged.split_first() else {
        return;
    };
    let (wrapper, _) = WRAPPERS[usize::from(*tag) % WRAPPERS.len()];
    let mut found = wrappers::detect(file);
    if found.is_empty() {
        found.push(wrapper);
    }
    for wrappers in [vec![wrapper], found] {
        let unwrap = |block: usize| {
            let mut unwrapper = Unwrapper::new(&wrappers, 2026);
            let (mut out, mut at) = (Unwrapped::default(), 0);
            for part in file.chunks(block.max(1)) {
                unwrapper.feed(part, at, &mut out);
                at += part.len() as u64;
            }
            unwrapper.finish(&mut out);
            out
        };
        let out = unwrap(file.len());
        assert!(out.origins.is_sorted_by_key(|o| o.at));
        for origin in &out.origins {
            assert!(origin.at <= out.bytes.len() && origin.offset < file.len() as u64);
        }
        assert!(out.broken.iter().all(|b| b.0 <= file.len() as u64));
        let block = file.len() / 7 + 1;
        assert!(unwrap(block) == out, "{wrappers:?} by {block}");
    }
}

pub(super) fn infer(_: &[u8], damaged: &[u8]) {
    let lines: Vec<&[u8]> = damaged
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .collect();
    let Some((found, explained)) = prefix::infer(&lines) else {
        return;
    };
    assert!((0.0..=1.0).contains(&explained));
    assert!(Prefix::parse(found.as_str()).is_ok(), "{}", found.as_str());
    for line in lines {
        if let Some(read) = found.line(line) {
            assert!(line.ends_with(read.message));
        }
    }
}

pub(super) fn phrases(_: &[u8], damaged: &[u8]) {
    let found = wordings::phrase(damaged);
    if let Some(wordings::Phrase::Ran { sql, .. } | wordings::Phrase::Step { sql, .. }) = found {
        assert!(damaged.ends_with(sql));
    }
    wordings::detail(damaged);
    wordings::severity(damaged);
    if let Some((_, len)) = wordings::level_at(damaged) {
        assert!(len <= damaged.len());
    }
}

pub(super) fn time(_: &[u8], damaged: &[u8]) {
    let inside = |len: usize| assert!(len <= damaged.len());
    for read in [
        times::stamp,
        times::stamp_in_plain_zone,
        times::stamp_without_zone,
        times::iso,
    ] {
        if let Some(stamp) = read(damaged) {
            inside(stamp.len);
        }
    }
    if let Some((_, len)) = times::epoch(damaged) {
        inside(len);
    }
    if let Some(stamp) = times::bsd(damaged) {
        for year in [0, 1970, 2026, 9_999] {
            stamp.micros(year);
        }
    }
}

pub(super) fn explained(_: &[u8], damaged: &[u8]) {
    explained::explained(damaged);
}

pub(super) fn prepared(_: &[u8], damaged: &[u8]) {
    assert!(damaged.ends_with(preparing::without_name(damaged)));
    assert!(preparing::body(damaged).is_none_or(|body| damaged.ends_with(body)));
    let list = preparing::parameters(damaged);
    parameter_values(&String::from_utf8_lossy(&list));
}

pub(super) fn sql(_: &[u8], damaged: &[u8]) {
    let text = String::from_utf8_lossy(damaged);
    let digest = language::Digester::default().digest(damaged);
    assert_eq!(language::Digester::default().digest(damaged), digest);
    let normal = language::normalise(damaged);
    drop(language::summary(&normal));
    drop(language::facts(&normal));
    drop(language::tags(damaged));
    drop(language::slots(damaged));
    drop(language::bind(&text, &[Some("it's"), None, Some("$1")]));
    drop(language::pretty(&text));
    let mut end = 0;
    for (_, range) in language::tokens(&text) {
        assert_eq!(range.start, end);
        end = range.end;
        assert!(text.is_char_boundary(end));
    }
    assert_eq!(end, text.len());
    let mut end = 0;
    for range in language::split(&text) {
        assert!(range.start >= end && text.get(range.clone()).is_some());
        end = range.end;
    }
}
