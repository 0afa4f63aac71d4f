//! One wrapper of a chain: takes it from an item and hands on what was wrapped.

use rustc_hash::FxHashMap;

use super::entry::{Entry, Join, Read, chomp};
use super::lines::LONGEST;
use super::syslog::Syslog;
use super::{
    Wrapper, azure, cloudsql, cloudwatch, compose, cri, docker, generic, heroku, journal, operator,
    pod, rows, stamped, supabase,
};

/// A wrapper and what its lines before tell of those to come.
pub(super) struct Layer {
    wrapper: Wrapper,
    syslog: Syslog,
    /// The names in the first row of a CSV.
    names: Vec<Vec<u8>>,
    /// Lines that go on in a later entry of their stream, and the entry that each began with.
    held: FxHashMap<u64, (Entry<'static>, Vec<u8>)>,
    /// Where the last entry came from: lines without a wrapper go on with it.
    last: Option<Entry<'static>>,
    scratch: (Vec<u8>, Vec<u8>),
}

/// What a chain of wrappers counts on its way.
#[derive(Default)]
pub(super) struct Tally {
    pub broken: Vec<(u64, &'static str)>,
    pub left_out: u64,
    /// Further lines that look as if they had no wrapper at all.
    pub bare: usize,
}

impl Layer {
    pub(super) fn new(wrapper: Wrapper, year: i64) -> Self {
        Self {
            wrapper,
            syslog: Syslog::new(year),
            names: Vec::new(),
            held: FxHashMap::default(),
            last: None,
            scratch: (Vec::new(), Vec::new()),
        }
    }
}

/// Takes the wrappers of `layers`, the outermost first, from an item.
pub(super) fn pass(
    layers: &mut [Layer],
    item: Entry<'_>,
    tally: &mut Tally,
    sink: &mut dyn FnMut(Entry<'_>),
) {
    let Some((layer, inner)) = layers.split_first_mut() else {
        sink(item);
        return;
    };
    let Layer {
        wrapper,
        syslog,
        names,
        held,
        last,
        scratch,
    } = layer;
    let entry = match read(*wrapper, item, syslog, names, scratch) {
        Read::Entry(entry) => entry,
        Read::Nothing => return,
        Read::LeftOut => {
            tally.left_out += 1;
            return;
        }
        Read::Broken(what) => {
            tally.broken.push((item.offset, what));
            return;
        }
        Read::Further => {
            let text = chomp(item.text);
            tally.bare += usize::from(super::head::head(text).is_start());
            match last {
                _ if text.is_empty() => return,
                Some(last) => Entry {
                    text,
                    offset: item.offset,
                    join: Join::Line,
                    ..*last
                },
                None => {
                    tally
                        .broken
                        .push((item.offset, "a line without its wrapper"));
                    return;
                }
            }
        }
    };
    *last = Some(without_text(entry));
    if entry.partial {
        let start = || (without_text(entry), Vec::new());
        let (_, text) = held.entry(entry.stream).or_insert_with(start);
        text.extend_from_slice(entry.text);
        if text.len() < LONGEST {
            return;
        }
    } else if held.is_empty() {
        pass(inner, entry, tally, sink);
        return;
    }
    match held.remove(&entry.stream) {
        Some((first, mut text)) => {
            if !entry.partial {
                text.extend_from_slice(entry.text);
            }
            pass(
                inner,
                Entry {
                    text: &text,
                    ..first
                },
                tally,
                sink,
            );
        }
        None => pass(inner, entry, tally, sink),
    }
}

/// The file has ended: lines whose end never came go on as they are.
pub(super) fn finish(layers: &mut [Layer], tally: &mut Tally, sink: &mut dyn FnMut(Entry<'_>)) {
    let Some((layer, inner)) = layers.split_first_mut() else {
        return;
    };
    let mut held: Vec<_> = layer.held.drain().map(|(_, held)| held).collect();
    held.sort_by_key(|(first, _)| first.offset);
    for (first, text) in &held {
        pass(inner, Entry { text, ..*first }, tally, sink);
    }
    finish(inner, tally, sink);
}

fn without_text(entry: Entry<'_>) -> Entry<'static> {
    Entry {
        text: b"",
        offset: entry.offset,
        time: entry.time,
        process: entry.process,
        stream: entry.stream,
        join: entry.join,
        partial: false,
    }
}

fn read<'a>(
    wrapper: Wrapper,
    item: Entry<'a>,
    syslog: &mut Syslog,
    names: &mut Vec<Vec<u8>>,
    scratch: &'a mut (Vec<u8>, Vec<u8>),
) -> Read<'a> {
    // A tab alone is an empty line of a message.
    let blank = item.text.iter().all(|b| matches!(b, b' ' | b'\r' | b'\n'));
    let (text, scratch) = (&mut scratch.0, &mut scratch.1);
    match wrapper {
        _ if blank => Read::Nothing,
        Wrapper::Docker => docker::read(item, scratch),
        Wrapper::Cri => cri::read(item),
        Wrapper::Stamped => stamped::read(item),
        Wrapper::Pod => pod::read(item),
        Wrapper::Compose => compose::read(item),
        Wrapper::JournalExport => journal::read_export(item, syslog, scratch),
        Wrapper::JournalJson => journal::read_json(item, syslog, text, scratch),
        Wrapper::Syslog => syslog.read(item, scratch),
        Wrapper::Syslog5424 => syslog.read_5424(item, scratch),
        Wrapper::Heroku => heroku::read(item, syslog, scratch),
        Wrapper::CloudWatchTail => cloudwatch::read_tail(item),
        Wrapper::CloudWatchEvents => cloudwatch::read_event(item, scratch),
        Wrapper::CloudSql => cloudsql::read(item, scratch),
        Wrapper::Azure => azure::read(item, scratch),
        Wrapper::Operator => operator::read(item, scratch),
        Wrapper::Supabase => supabase::read(item, scratch),
        Wrapper::SupabaseCsv if names.is_empty() => {
            *names = rows::fields(item.text).collect();
            Read::Nothing
        }
        Wrapper::SupabaseCsv => supabase::read_row(item, names, scratch),
        Wrapper::Json => generic::read(item, scratch),
    }
}
