//! Finding the few templates that a message may be of.

use std::iter;

use rustc_hash::FxHashMap;

use super::template::Template;

/// Templates by the first bytes that a message has to have.
#[derive(Debug)]
pub(super) struct Index<T> {
    /// By eight bytes.
    by_head: FxHashMap<u64, Vec<Item<T>>>,
    /// By one byte: those that begin with fewer than eight.
    by_byte: FxHashMap<u8, Vec<Item<T>>>,
    numbers: Vec<Item<T>>,
    /// They begin with a text of any kind; only a detail's do.
    open: Vec<Item<T>>,
}

/// A template and what it stands for.
#[derive(Debug)]
pub(super) struct Item<T> {
    pub template: Template,
    pub value: T,
}

impl<T> Index<T> {
    /// Sorts templates in. Those that come first are tried first.
    pub(super) fn new(items: Vec<Item<T>>) -> Self {
        let mut index = Self {
            by_head: FxHashMap::default(),
            by_byte: FxHashMap::default(),
            numbers: Vec::new(),
            open: Vec::new(),
        };
        for item in items {
            let head = item.template.head();
            let place = match (head.first_chunk(), head.first()) {
                (Some(head), _) => index.by_head.entry(u64::from_le_bytes(*head)).or_default(),
                (None, Some(byte)) => index.by_byte.entry(*byte).or_default(),
                (None, None) if item.template.begins_with_number() => &mut index.numbers,
                (None, None) => &mut index.open,
            };
            place.push(item);
        }
        index
    }

    /// The templates that fit the first bytes of `message`.
    pub(super) fn candidates<'i>(&'i self, message: &[u8]) -> impl Iterator<Item = &'i Item<T>> {
        let first = message.first();
        let by_head = message
            .first_chunk()
            .and_then(|head| self.by_head.get(&u64::from_le_bytes(*head)));
        let by_byte = first.and_then(|byte| self.by_byte.get(byte));
        let numbers = first
            .filter(|byte| byte.is_ascii_digit())
            .map(|_| &self.numbers);
        by_head
            .into_iter()
            .chain(by_byte)
            .chain(numbers)
            .chain(iter::once(&self.open))
            .flatten()
    }
}
