//! What is written about a node, under the names that the other forms give it.

use super::balance::{find_unquoted, items};
use crate::plan::read::figures::take_usage;
use crate::plan::{Property, Usage, Value};

/// Where a line's say goes: a node, a worker, planning or serialization.
pub(super) struct Target<'a> {
    /// `Node Type`, where it is a node or a worker of one.
    pub kind: &'a str,
    pub properties: &'a mut Vec<Property>,
    pub usage: &'a mut Usage,
}

impl Target<'_> {
    fn say(&mut self, name: &str, value: &str) {
        self.properties.push(text(name, value));
    }
}

pub(super) fn text(name: &str, value: &str) -> Property {
    Property {
        name: name.to_owned(),
        value: Value::Text(value.to_owned()),
    }
}

/// `Name: value`; a line without a colon is all name.
pub(super) fn split(line: &str) -> (&str, &str) {
    if let Some(name) = line.strip_suffix(':') {
        return (name, "");
    }
    match line.find(": ") {
        Some(at) => (
            line.get(..at).unwrap_or_default(),
            line.get(at + 2..).unwrap_or_default().trim(),
        ),
        None => (line, ""),
    }
}

/// Takes what a line says.
pub(super) fn take(line: &str, target: &mut Target<'_>) {
    let (name, value) = split(line);
    let done = match name {
        "Buffers" => buffers(value, target.usage),
        "I/O Timings" => timings(value, target.usage),
        "WAL" => wal(value, target.usage),
        "Sort Method" => sort_method(value, target),
        "Buckets" | "Batches" | "Planned Partitions" | "Hits" | "Storage" => parts(line, target),
        "Foreign File Size" => {
            target.say(name, value.strip_suffix(" b").unwrap_or(value));
            true
        }
        "Heap Blocks" => pairs(
            value,
            &[
                ("exact", "Exact Heap Blocks"),
                ("lossy", "Lossy Heap Blocks"),
            ],
            target,
        ),
        "Tuples" => pairs(
            value,
            &[
                ("inserted", "Tuples Inserted"),
                ("updated", "Tuples Updated"),
                ("deleted", "Tuples Deleted"),
                ("skipped", "Tuples Skipped"),
            ],
            target,
        ),
        "Memory" => pairs(
            value,
            &[("used", "Memory Used"), ("allocated", "Memory Allocated")],
            target,
        ),
        "Full-sort Groups" | "Pre-sorted Groups" => groups(line, name, target),
        "Sampling" => sampling(value, target),
        "Output"
        | "Sort Key"
        | "Presorted Key"
        | "Group Key"
        | "Hash Key"
        | "Params Evaluated"
        | "Conflict Arbiter Indexes" => {
            target.properties.push(Property {
                name: name.to_owned(),
                value: list(value),
            });
            true
        }
        _ => false,
    };
    if !done {
        target.say(name, value);
    }
}

pub(super) fn list(value: &str) -> Value {
    let items = items(value).into_iter();
    Value::List(items.map(|item| Value::Text(item.to_owned())).collect())
}

/// `shared hit=1 read=2, temp read=3 written=4`.
fn buffers(value: &str, usage: &mut Usage) -> bool {
    by_kind(value, "Shared", |kind, what, figure| {
        let what = capitalised(what);
        take_usage(usage, &format!("{kind} {what} Blocks"), figure)
    })
}

/// `shared read=0.1 write=0.2, temp read=0.3`; before PostgreSQL 15 without a kind.
fn timings(value: &str, usage: &mut Usage) -> bool {
    by_kind(value, "Shared", |kind, what, figure| {
        let what = capitalised(what);
        take_usage(usage, &format!("{kind} I/O {what} Time"), figure)
    })
}

fn by_kind(
    value: &str,
    default: &str,
    mut take: impl FnMut(&str, &str, Option<f64>) -> bool,
) -> bool {
    let mut kind = default.to_owned();
    let mut all = true;
    for word in value.split([' ', ',']).filter(|word| !word.is_empty()) {
        match word.split_once('=') {
            Some((what, figure)) => all &= take(&kind, what, super::super::number(figure)),
            // PostgreSQL 15 once said `shared/local`.
            None => kind = capitalised(word.split('/').next().unwrap_or(word)),
        }
    }
    all
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// `records=1 fpi=2 bytes=3 buffers full=4`.
fn wal(value: &str, usage: &mut Usage) -> bool {
    let value = value.replace("buffers full", "buffers_full");
    let mut all = true;
    for word in value.split_whitespace() {
        let (name, figure) = word.split_once('=').unwrap_or((word, ""));
        let name = match name {
            "records" => "WAL Records",
            "fpi" => "WAL FPI",
            "bytes" => "WAL Bytes",
            "buffers_full" => "WAL Buffers Full",
            _ => "",
        };
        all &= take_usage(usage, name, super::super::number(figure));
    }
    all
}

/// `quicksort  Memory: 25kB`.
fn sort_method(value: &str, target: &mut Target<'_>) -> bool {
    let (method, space) = value.split_once("  ").unwrap_or((value, ""));
    target.say("Sort Method", method);
    if let Some((kind, used)) = space.trim().split_once(": ") {
        target.say("Sort Space Used", plain(used));
        target.say("Sort Space Type", kind);
    }
    true
}

/// A figure without its unit.
fn plain(figure: &str) -> &str {
    let figure = figure.trim();
    figure.strip_suffix("kB").unwrap_or(figure).trim_end()
}

/// `Buckets: 1024 (originally 512)  Batches: 1  Memory Usage: 9kB`: several in a line, two blanks between.
fn parts(line: &str, target: &mut Target<'_>) -> bool {
    for part in line.split("  ").filter(|part| !part.trim().is_empty()) {
        let (name, value) = split(part.trim());
        let (value, original) = match value.split_once(" (originally ") {
            Some((value, original)) => (value, original.strip_suffix(')')),
            None => (value, None),
        };
        let hash = target.kind == "Hash";
        let name = match name {
            "Buckets" => "Hash Buckets",
            "Batches" if hash => "Hash Batches",
            "Batches" => "HashAgg Batches",
            "Memory Usage" => "Peak Memory Usage",
            "Hits" => "Cache Hits",
            "Misses" => "Cache Misses",
            "Evictions" => "Cache Evictions",
            "Overflows" => "Cache Overflows",
            name => name,
        };
        target.say(name, plain(value));
        if let Some(original) = original {
            target.say(&format!("Original {name}"), original);
        }
    }
    true
}

/// `exact=11 lossy=2`.
fn pairs(value: &str, names: &[(&str, &str)], target: &mut Target<'_>) -> bool {
    let words: Vec<_> = value.split_whitespace().collect();
    let pair = |word: &&str| {
        let (short, figure) = word.split_once('=')?;
        let (_, name) = names.iter().find(|(name, _)| *name == short)?;
        Some((*name, plain(figure).to_owned()))
    };
    let Some(pairs) = words.iter().map(pair).collect::<Option<Vec<_>>>() else {
        return false;
    };
    for (name, figure) in pairs {
        target.say(name, &figure);
    }
    true
}

/// `Full-sort Groups: 1  Sort Method: quicksort  Average Memory: 26kB  Peak Memory: 26kB`.
fn groups(line: &str, name: &str, target: &mut Target<'_>) -> bool {
    let mut group = Vec::new();
    for part in line.split("  ").filter(|part| !part.trim().is_empty()) {
        match split(part.trim()) {
            (first, value) if first == name => group.push(text("Group Count", value)),
            ("Sort Method" | "Sort Methods", value) => group.push(Property {
                name: "Sort Methods Used".to_owned(),
                value: list(value),
            }),
            (what, value) => {
                let (which, kind) = what.split_once(' ').unwrap_or((what, ""));
                let space = format!("Sort Space {kind}");
                let figure = text(&format!("{which} Sort Space Used"), plain(value));
                match group.iter_mut().find(|known| known.name == space) {
                    Some(Property {
                        value: Value::Group(figures),
                        ..
                    }) => figures.push(figure),
                    _ => group.push(Property {
                        name: space,
                        value: Value::Group(vec![figure]),
                    }),
                }
            }
        }
    }
    target.properties.push(Property {
        name: name.to_owned(),
        value: Value::Group(group),
    });
    true
}

/// `bernoulli ('10'::real) REPEATABLE ('1'::double precision)`.
fn sampling(value: &str, target: &mut Target<'_>) -> bool {
    let (call, seed) = match find_unquoted(value, ") REPEATABLE (") {
        Some(at) => (
            value.get(..=at).unwrap_or_default(),
            value.get(at + 14..).and_then(|seed| seed.strip_suffix(')')),
        ),
        None => (value, None),
    };
    let Some((method, arguments)) = call
        .split_once(" (")
        .and_then(|(method, rest)| Some((method, rest.strip_suffix(')')?)))
    else {
        return false;
    };
    target.say("Sampling Method", method);
    target.properties.push(Property {
        name: "Sampling Parameters".to_owned(),
        value: list(arguments),
    });
    if let Some(seed) = seed {
        target.say("Repeatable Seed", seed);
    }
    true
}

/// Whether a line is of the form `Name: value`, with a name as the server and its extensions write them.
pub(super) fn looks_named(line: &str) -> bool {
    let (name, value) = split(line);
    (line.ends_with(':') || !value.is_empty())
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.len() <= 60
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '_' | '(' | ')'))
}
