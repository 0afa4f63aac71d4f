//! The way of a wrapped file: it is cut into items, the wrappers are taken from each, what services have mixed up is put
//! in order, and the lines of a message are put together.

use super::assemble::Assembler;
use super::blocks::Blocks;
use super::detect::BOM;
use super::entry::{Entry, Join};
use super::layer::{self, Layer, Tally};
use super::lines::{Each, Lines};
use super::order::Order;
use super::rows::Rows;
use super::values::Values;
use super::{Unwrapped, Wrapper};

/// Takes a wrapped file apart, block by block. The result doesn't depend on where the blocks end.
pub(in crate::capture) struct Unwrapper {
    cutter: Cutter,
    layers: Vec<Layer>,
    order: Option<Order>,
    assembler: Assembler,
}

/// What cuts a file into items: the outermost wrapper tells.
enum Cutter {
    Lines(Lines),
    Values(Values),
    Blocks(Blocks),
    Rows(Rows),
}

impl Unwrapper {
    /// For a file in these wrappers, the outermost first. `year_hint` is the year of its first line, for BSD stamps where
    /// no record has a time of its own.
    pub(in crate::capture) fn new(wrappers: &[Wrapper], year_hint: i64) -> Self {
        let sorted = wrappers.iter().any(|w| w.is_out_of_order());
        Self {
            cutter: match wrappers.first() {
                Some(Wrapper::JournalExport) => Cutter::Blocks(Blocks::default()),
                Some(Wrapper::SupabaseCsv) => Cutter::Rows(Rows::default()),
                Some(wrapper) if wrapper.is_json() && *wrapper != Wrapper::Docker => {
                    Cutter::Values(Values::default())
                }
                _ => Cutter::Lines(Lines::default()),
            },
            layers: wrappers
                .iter()
                .map(|wrapper| Layer::new(*wrapper, year_hint))
                .collect(),
            order: sorted.then(Order::default),
            assembler: Assembler::new(sorted),
        }
    }

    /// Takes the next block of the file (any cut, not only whole lines), which begins at byte `base` of the file.
    pub(in crate::capture) fn feed(&mut self, block: &[u8], base: u64, out: &mut Unwrapped) {
        self.cut(out, |cutter, each| match cutter {
            Cutter::Lines(lines) => lines.feed(block, base, each),
            Cutter::Values(values) => values.feed(block, base, each),
            Cutter::Blocks(blocks) => blocks.feed(block, base, each),
            Cutter::Rows(rows) => rows.feed(block, base, each),
        });
    }

    /// The file has ended.
    pub(in crate::capture) fn finish(&mut self, out: &mut Unwrapped) {
        self.cut(out, |cutter, each| match cutter {
            Cutter::Lines(lines) => lines.finish(each),
            Cutter::Values(values) => values.finish(each),
            Cutter::Blocks(blocks) => blocks.finish(each),
            Cutter::Rows(rows) => rows.finish(each),
        });
        let Self {
            layers,
            order,
            assembler,
            ..
        } = self;
        let mut tally = Tally::default();
        layer::finish(layers, &mut tally, &mut |entry| match order {
            Some(order) => order.push(entry, &mut |entry| assembler.take(&entry, out)),
            None => assembler.take(&entry, out),
        });
        if let Some(order) = order {
            order.finish(&mut |entry| assembler.take(&entry, out));
        }
        assembler.finish(out);
        tally.into(out);
    }

    fn cut(&mut self, out: &mut Unwrapped, cut: impl FnOnce(&mut Cutter, Each<'_>)) {
        let Self {
            cutter,
            layers,
            order,
            assembler,
        } = self;
        let mut tally = Tally::default();
        cut(cutter, &mut |item, offset| {
            let text = match item {
                Ok(text) => text,
                Err(what) => {
                    tally.broken.push((offset, what));
                    return;
                }
            };
            let mut item = first(offset, text);
            if offset == 0 {
                item.text = text.strip_prefix(BOM).unwrap_or(text);
            }
            layer::pass(layers, item, &mut tally, &mut |entry| match order {
                Some(order) => order.push(entry, &mut |entry| assembler.take(&entry, out)),
                None => assembler.take(&entry, out),
            });
        });
        tally.into(out);
    }
}

impl Tally {
    fn into(mut self, out: &mut Unwrapped) {
        out.broken.append(&mut self.broken);
        out.left_out += self.left_out;
    }
}

/// An item as it stands in the file.
pub(super) fn first(offset: u64, text: &[u8]) -> Entry<'_> {
    Entry {
        text,
        offset,
        time: None,
        process: 0,
        stream: 0,
        join: Join::Tell,
        partial: false,
    }
}
