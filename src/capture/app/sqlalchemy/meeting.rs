//! Which of several waiting statements some parameters belong to.

use rustc_hash::FxHashMap;

use super::super::given::Given;
use super::super::placeholders::{self, Style};
use super::super::regions::Region;
use super::given;
use super::line::Kind;

/// The records of a block, and what has been learnt of those that wait.
pub(super) struct Meeting<'a> {
    block: &'a [u8],
    regions: &'a [Region<'a, Kind>],
    shapes: FxHashMap<usize, Shape>,
}

/// What a statement's parameters must be like.
#[derive(Default)]
struct Shape {
    /// Their names in order, each once.
    names: Vec<Vec<u8>>,
    /// How many there are, where they have no names.
    count: usize,
    /// Whether the log leaves out a part of the text.
    partial: bool,
}

impl<'a> Meeting<'a> {
    pub(super) fn new(block: &'a [u8], regions: &'a [Region<'a, Kind>]) -> Self {
        Self {
            block,
            regions,
            shapes: FxHashMap::default(),
        }
    }

    /// Of the statements that wait, oldest first, the one that these parameters are for: of the same thread, the first
    /// whose placeholders they fit, or else the first.
    pub(super) fn choose(&mut self, open: &[usize], closing: usize) -> Option<usize> {
        let parameters = self.regions.get(closing)?;
        let thread = |at: &usize| {
            self.regions
                .get(*at)
                .map(|region| &region.head.prefix.thread)
        };
        let mut candidates: Vec<usize> = Vec::new();
        for (number, at) in open.iter().enumerate() {
            if thread(at) == Some(&parameters.head.prefix.thread) {
                candidates.push(number);
            }
        }
        let first = *candidates.first()?;
        if candidates.len() == 1 {
            return Some(first);
        }
        let Some(given) = given(self.block, parameters) else {
            return Some(first);
        };
        let keys = given.keys.clone().map(sorted);
        candidates
            .into_iter()
            .find(|number| {
                open.get(*number)
                    .is_some_and(|at| self.shape(*at).fits(&given, keys.as_deref()))
            })
            .or(Some(first))
    }

    fn shape(&mut self, at: usize) -> &Shape {
        let (block, regions) = (self.block, self.regions);
        self.shapes.entry(at).or_insert_with(|| {
            let Some(region) = regions.get(at) else {
                return Shape::default();
            };
            let text = region.body(block);
            let style = placeholders::style(&text);
            Shape {
                names: sorted(
                    placeholders::names(&text)
                        .into_iter()
                        .map(<[u8]>::to_vec)
                        .collect(),
                ),
                count: match style {
                    Style::Named | Style::None => 0,
                    style => placeholders::rewrite(&text, style, false).count,
                },
                partial: memchr::memmem::find(&text, b" characters truncated ... ").is_some(),
            }
        })
    }
}

impl Shape {
    /// `keys` are those of `given`, sorted.
    fn fits(&self, given: &Given, keys: Option<&[Vec<u8>]>) -> bool {
        let Some(keys) = keys else {
            return self.names.is_empty()
                && (self.count == given.values.len() || given.left_out.is_some());
        };
        if self.partial {
            is_part(&self.names, keys)
        } else if given.left_out.is_some() {
            is_part(keys, &self.names)
        } else {
            self.names == keys
        }
    }
}

/// Whether all of one sorted list are in another.
fn is_part(part: &[Vec<u8>], whole: &[Vec<u8>]) -> bool {
    part.iter().all(|one| whole.binary_search(one).is_ok())
}

fn sorted(mut names: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    names.sort_unstable();
    names.dedup();
    names
}
