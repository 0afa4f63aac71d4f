//! Which wrappers lie around a log, by the first lines of a file.
//!
//! A wrapper is taken for one only if nearly all lines have its form *and* what it wraps is a PostgreSQL log, or another
//! wrapper of one. Forms are strict: none of them is one that a `log_line_prefix` makes.

use super::entry::{Entry, chomp};
use super::head::{Head, head};
use super::layer::{self, Layer, Tally};
use super::unwrapper::first;
use super::values::Values;
use super::{
    Wrapper, azure, cloudsql, cloudwatch, compose, cri, generic, heroku, object, operator, pod,
    rows, stamped, supabase, syslog,
};

/// The UTF-8 byte order mark that some editors put at the start of a file.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Wrappers around each other that are looked for.
const DEEPEST: usize = 3;
/// Lines or records that are looked at.
const LOOKED_AT: usize = 500;

/// In this order they are tried: where a line has the form of several, the first is the stricter.
const TRIED: &[Wrapper] = &[
    Wrapper::Docker,
    Wrapper::JournalJson,
    Wrapper::CloudWatchEvents,
    Wrapper::Azure,
    Wrapper::CloudSql,
    Wrapper::Operator,
    Wrapper::Supabase,
    Wrapper::Json,
    Wrapper::SupabaseCsv,
    Wrapper::JournalExport,
    Wrapper::Cri,
    Wrapper::Heroku,
    Wrapper::Syslog5424,
    Wrapper::Syslog,
    Wrapper::CloudWatchTail,
    Wrapper::Stamped,
    Wrapper::Pod,
    Wrapper::Compose,
];

/// Which wrappers lie around the log in a file, the outermost first; none for a plain log, or none at all.
///
/// `sample` is the start of the file and may end inside a line.
pub(in crate::capture) fn detect(sample: &[u8]) -> Vec<Wrapper> {
    let sample = sample.strip_prefix(BOM).unwrap_or(sample);
    if sample.starts_with(b"__CURSOR=") || sample.starts_with(b"__REALTIME_TIMESTAMP=") {
        return vec![Wrapper::JournalExport];
    }
    let mut lines: Vec<Vec<u8>> = sample
        .split(|b| *b == b'\n')
        .take(LOOKED_AT)
        .map(<[u8]>::to_vec)
        .collect();
    // The last line may be cut off, unless it is the only one.
    if lines.len() > 1 && lines.len() < LOOKED_AT {
        lines.pop();
    }
    let objects = if matches!(sample.trim_ascii_start().first(), Some(b'{' | b'[')) {
        objects(sample)
    } else {
        Vec::new()
    };
    chain(&lines, &objects, 0).unwrap_or_default()
}

/// The records of a file of JSON; none when most of it is something else.
fn objects(sample: &[u8]) -> Vec<Vec<u8>> {
    let (mut all, mut others) = (Vec::new(), 0);
    Values::default().feed(sample, 0, &mut |item, _| match item {
        Ok(object) if all.len() < LOOKED_AT => all.push(object.to_vec()),
        Ok(_) => {}
        Err(_) => others += 1,
    });
    if others > all.len() {
        all.clear();
    }
    all
}

/// The wrappers around what PostgreSQL wrote in these lines; `None` when it didn't.
fn chain(lines: &[Vec<u8>], objects: &[Vec<u8>], depth: usize) -> Option<Vec<Wrapper>> {
    if depth < DEEPEST {
        for wrapper in TRIED {
            let items = if wrapper.is_json() { objects } else { lines };
            if let Some(inner) = wraps(*wrapper, items, depth) {
                let mut all = vec![*wrapper];
                all.extend(inner);
                return Some(all);
            }
        }
    }
    let plain = lines.iter().any(|line| match head(chomp(line)) {
        Head::Message(_) | Head::Csv => true,
        Head::Json => operator::is_csv_record(line),
        Head::Detail(_) | Head::Tab | Head::Other => false,
    });
    plain.then(Vec::new)
}

/// Whether a wrapper lies around these items, and which lie within it.
fn wraps(wrapper: Wrapper, items: &[Vec<u8>], depth: usize) -> Option<Vec<Wrapper>> {
    let formed = match wrapper {
        Wrapper::SupabaseCsv => {
            let named = |name: &[u8]| {
                items
                    .first()
                    .is_some_and(|row| rows::fields(row).any(|field| field == name))
            };
            return (depth == 0 && named(b"event_message")).then(Vec::new);
        }
        Wrapper::JournalExport => return None,
        _ => items
            .iter()
            .filter(|item| has_form(wrapper, chomp(item)))
            .count(),
    };
    let blank = |item: &&Vec<u8>| item.trim_ascii().is_empty();
    // What CloudWatch's tail and its like show of a message's further lines has no wrapper.
    let further = |item: &&Vec<u8>| !head(item).is_start() && !wrapper.is_json();
    let others = items
        .iter()
        .filter(|item| !has_form(wrapper, chomp(item)) && !blank(item) && !further(item))
        .count();
    if formed == 0 || others > 1 + formed / 5 || formed <= others {
        return None;
    }
    // Collectors that read Docker's files leave the line's end out, which tells Docker's whole lines from pieces.
    let ends_line =
        |item: &Vec<u8>| object::get(item, "log").is_some_and(|log| log.ends_with(b"\\n\""));
    if wrapper == Wrapper::Docker && !items.iter().any(ends_line) {
        return None;
    }
    let mut layers = [Layer::new(wrapper, 1970)];
    let mut inner: Vec<Vec<u8>> = Vec::new();
    let mut tally = Tally::default();
    for item in items {
        let item: Entry<'_> = first(0, item);
        layer::pass(&mut layers, item, &mut tally, &mut |entry| {
            // Records of several lines are looked at by their first.
            let line = entry.text.split(|b| *b == b'\n').next();
            inner.push(if entry.text.starts_with(b"{") {
                entry.text.to_vec()
            } else {
                line.unwrap_or_default().to_vec()
            });
        });
    }
    if tally.bare > inner.len() {
        return None;
    }
    let objects: Vec<Vec<u8>> = inner
        .iter()
        .filter(|text| text.starts_with(b"{"))
        .cloned()
        .collect();
    chain(&inner, &objects, depth + 1)
}

/// Whether an item has the form of a wrapper.
fn has_form(wrapper: Wrapper, item: &[u8]) -> bool {
    let has = |key| object::get(item, key).is_some();
    // A jsonlog and what is made of a csvlog are no wrappers.
    let plain = || has("error_severity");
    match wrapper {
        Wrapper::Docker => {
            object::get(item, "log").is_some_and(|log| log.starts_with(b"\""))
                && has("time")
                && has("stream")
                && !has("kubernetes")
        }
        Wrapper::JournalJson => {
            has("MESSAGE") && (has("__REALTIME_TIMESTAMP") || has("__CURSOR") || has("_PID"))
        }
        Wrapper::CloudWatchEvents => cloudwatch::is_event(item),
        Wrapper::Azure => azure::is_record(item),
        Wrapper::CloudSql => cloudsql::is_entry(item),
        Wrapper::Operator => operator::is_line(item),
        Wrapper::Supabase => supabase::is_row(item),
        Wrapper::Json => !plain() && generic::text(item).is_some(),
        Wrapper::SupabaseCsv | Wrapper::JournalExport => false,
        Wrapper::Cri => cri::is_line(item),
        Wrapper::Heroku => heroku::is_line(item),
        Wrapper::Syslog5424 => syslog::header_5424(item).is_some(),
        Wrapper::Syslog => syslog::is_line(item),
        Wrapper::CloudWatchTail => {
            cloudwatch::tail(item).is_some_and(|(_, _, text)| cloudwatch::begins_log(text))
                && !stamped::text(item).is_some_and(cloudwatch::begins_log)
        }
        Wrapper::Stamped => stamped::text(item).is_some(),
        Wrapper::Pod => pod::is_line(item),
        Wrapper::Compose => compose::is_line(item),
    }
}
