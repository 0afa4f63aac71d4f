//! Puts entries back into the order of time, for services that hand them out in another.
//!
//! A window of entries slides over the file, and the earliest of it goes out; entries of the same time keep the order
//! of the file. Files with the newest entry first, as consoles download them, get a window that takes nearly any such
//! file as a whole. Which it is shows in the first window, so it doesn't depend on how the file is cut into blocks.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::entry::{Entry, Join, number, split_once};

/// Entries that wait.
const WINDOW: usize = 4_096;
/// Entries, and bytes of them, that wait where the newest comes first.
const BACKWARD_WINDOW: usize = 1 << 21;
const BACKWARD_BYTES: usize = 512 << 20;
/// Entries of one millisecond that are put in order by their numbers.
const GROUP: usize = 1_024;

/// The window.
#[derive(Default)]
pub(super) struct Order {
    heap: BinaryHeap<Waiting>,
    bytes: usize,
    /// Entries so far, for the order of the file.
    count: i64,
    /// The place of the last entry; its further lines have the same.
    last: (i64, i64, u32),
    /// How often time went back, and how often on.
    back: usize,
    on: usize,
    /// Whether the newest comes first; `None` until the first window is full.
    backward: Option<bool>,
    /// What went out last, all in one millisecond.
    group: Vec<Waiting>,
}

struct Waiting {
    /// Time, place in the file, and number of the further line.
    key: (i64, i64, u32),
    entry: Entry<'static>,
    text: Vec<u8>,
}

impl Order {
    /// Takes an entry, and hands on those whose turn it is.
    pub(super) fn push(&mut self, entry: Entry<'_>, sink: &mut dyn FnMut(Entry<'_>)) {
        let key = if entry.join == Join::Line {
            (self.last.0, self.last.1, self.last.2 + 1)
        } else {
            self.count += 1;
            let time = entry.time.unwrap_or(self.last.0);
            match time.cmp(&self.last.0) {
                Ordering::Less => self.back += 1,
                Ordering::Greater => self.on += 1,
                Ordering::Equal => {}
            }
            (time, self.sign() * self.count, 0)
        };
        self.last = key;
        self.bytes += entry.text.len();
        self.heap.push(Waiting {
            key,
            text: entry.text.to_vec(),
            entry: Entry { text: b"", ..entry },
        });
        if self.backward.is_none() && self.heap.len() >= WINDOW {
            self.decide();
        }
        while self.is_full()
            && let Some(waiting) = self.heap.pop()
        {
            self.bytes -= waiting.text.len();
            self.group(waiting, sink);
        }
    }

    /// The file has ended.
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Entry<'_>)) {
        if self.backward.is_none() {
            self.decide();
        }
        while let Some(waiting) = self.heap.pop() {
            self.group(waiting, sink);
        }
        self.flush(sink);
    }

    fn is_full(&self) -> bool {
        if self.backward == Some(true) {
            self.heap.len() > BACKWARD_WINDOW || self.bytes > BACKWARD_BYTES
        } else {
            self.heap.len() > WINDOW || self.bytes > BACKWARD_BYTES
        }
    }

    /// Entries of the same time are backward too where the newest comes first.
    fn sign(&self) -> i64 {
        if self.backward == Some(true) { -1 } else { 1 }
    }

    fn decide(&mut self) {
        // The first entry came after none.
        let backward = self.back > 4 * self.on.saturating_sub(1);
        self.backward = Some(backward);
        if backward {
            self.last.1 = -self.last.1;
            let turn = |mut waiting: Waiting| {
                waiting.key.1 = -waiting.key.1;
                waiting
            };
            self.heap = self.heap.drain().map(turn).collect();
        }
    }

    fn group(&mut self, waiting: Waiting, sink: &mut dyn FnMut(Entry<'_>)) {
        let other = self
            .group
            .first()
            .is_some_and(|first| first.key.0.div_euclid(1_000) != waiting.key.0.div_euclid(1_000));
        if other || self.group.len() >= GROUP {
            self.flush(sink);
        }
        self.group.push(waiting);
    }

    fn flush(&mut self, sink: &mut dyn FnMut(Entry<'_>)) {
        let mut group = std::mem::take(&mut self.group);
        for at in by_numbers(&group) {
            if let Some(waiting) = group.get(at) {
                sink(Entry {
                    text: &waiting.text,
                    ..waiting.entry
                });
            }
        }
        group.clear();
        self.group = group;
    }
}

/// The order of a millisecond's entries: that of their time, but for each process that of the numbers in its lines.
fn by_numbers(group: &[Waiting]) -> Vec<usize> {
    // A numbered line and what follows it without a number move together.
    let mut units: Vec<(usize, usize)> = Vec::new();
    let mut processes: BTreeMap<i64, Vec<(i64, usize)>> = BTreeMap::new();
    for (at, waiting) in group.iter().enumerate() {
        let numbers = line_number(&waiting.text);
        match units.last_mut() {
            Some(unit) if numbers.is_none() => unit.1 = at + 1,
            _ => {
                if let Some((process, number)) = numbers {
                    processes
                        .entry(process)
                        .or_default()
                        .push((number, units.len()));
                }
                units.push((at, at + 1));
            }
        }
    }
    let mut places: Vec<usize> = (0..units.len()).collect();
    for lines in processes.values_mut() {
        let slots: Vec<usize> = lines.iter().map(|line| line.1).collect();
        lines.sort_unstable();
        for (slot, (_, unit)) in slots.iter().zip(lines.iter()) {
            if let Some(place) = places.get_mut(*slot) {
                *place = *unit;
            }
        }
    }
    places
        .iter()
        .filter_map(|unit| units.get(*unit))
        .flat_map(|(from, to)| *from..*to)
        .collect()
}

/// The process and the line's number in `… [1234]: [5-1] …`.
fn line_number(text: &[u8]) -> Option<(i64, i64)> {
    let head = text.get(..text.len().min(96))?;
    let at = memchr::memmem::find(head, b"]: [")?;
    let (before, after) = head.split_at_checked(at)?;
    let process = before.rsplit(|b| *b == b'[').next().and_then(number)?;
    let (line, _) = split_once(after.get(4..)?, b'-')?;
    Some((process, number(line)?))
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    /// The heap gives its greatest first: the earliest must be that.
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key)
    }
}
