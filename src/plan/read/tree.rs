//! What JSON, YAML and XML have in common: named values within maps and lists.
//!
//! The entries stand in one vector, parents before children, so that an input nested ten thousand deep needs no deep
//! stack, neither to be read nor to be dropped.

use std::borrow::Cow;
use std::ops::Range;

use crate::plan::value::{Property, Value};

/// Values nested deeper than this are told one behind another; nothing that a server writes comes near.
const DEEPEST: usize = 40;

/// A map, list or scalar of the tree, by its place.
pub(super) type Id = usize;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    Text(Cow<'a, str>),
    List,
    Map,
}

#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// Its name, where it is in a map.
    pub name: Cow<'a, str>,
    pub what: What<'a>,
    /// The first line of it, and the last.
    pub lines: (usize, usize),
    /// The place behind the last entry within it.
    end: Id,
}

/// A tree, which may hold several values beside each other at its top.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    entries: Vec<Entry<'a>>,
    open: Vec<Id>,
    /// The line where the input ended in the middle of a value.
    pub cut: Option<usize>,
    /// What could not be read, with its line.
    pub unread: Vec<(usize, Cow<'a, str>)>,
}

impl<'a> Tree<'a> {
    pub(super) fn open(&mut self, name: Cow<'a, str>, what: What<'a>, line: usize) {
        self.open.push(self.entries.len());
        self.push(name, what, line, line);
    }

    pub(super) fn scalar(
        &mut self,
        name: Cow<'a, str>,
        text: Cow<'a, str>,
        first: usize,
        last: usize,
    ) {
        self.push(name, What::Text(text), first, last);
    }

    fn push(&mut self, name: Cow<'a, str>, what: What<'a>, first: usize, last: usize) {
        let end = self.entries.len() + 1;
        self.entries.push(Entry {
            name,
            what,
            lines: (first, last),
            end,
        });
    }

    /// Closes the innermost map or list.
    pub(super) fn close(&mut self, line: usize) {
        let end = self.entries.len();
        if let Some(entry) = self.open.pop().and_then(|id| self.entries.get_mut(id)) {
            entry.end = end;
            entry.lines.1 = line;
        }
    }

    /// What the innermost open map or list is.
    pub(super) fn innermost(&self) -> Option<&What<'a>> {
        self.open
            .last()
            .and_then(|id| self.entries.get(*id))
            .map(|entry| &entry.what)
    }

    /// Whether a map, or else a list, is open anywhere.
    pub(super) fn is_open(&self, map: bool) -> bool {
        self.open
            .iter()
            .filter_map(|id| self.entries.get(*id))
            .any(|entry| (entry.what == What::Map) == map)
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn all(&self) -> Range<Id> {
        0..self.entries.len()
    }

    pub(super) fn get(&self, id: Id) -> Option<&Entry<'a>> {
        self.entries.get(id)
    }

    /// The place behind all that is within an entry.
    pub(super) fn after(&self, id: Id) -> Id {
        self.get(id).map_or(id + 1, |entry| entry.end.max(id + 1))
    }

    /// What stands directly in a map or list.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = (Id, &Entry<'a>)> {
        let end = self.after(id);
        let mut at = id + 1;
        std::iter::from_fn(move || {
            let here = at;
            let entry = (here < end).then(|| self.get(here)).flatten()?;
            at = self.after(here);
            Some((here, entry))
        })
    }

    /// What a map has under a name.
    pub(super) fn child(&self, id: Id, name: &str) -> Option<(Id, &Entry<'a>)> {
        self.children(id).find(|(_, entry)| entry.name == name)
    }

    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match &self.get(id)?.what {
            What::Text(text) => Some(text),
            What::List | What::Map => None,
        }
    }

    pub(super) fn number(&self, id: Id) -> Option<f64> {
        super::number(self.text(id)?)
    }

    /// All within an entry as a value to keep.
    pub(super) fn value(&self, id: Id) -> Value {
        self.value_within(id, 0)
    }

    fn value_within(&self, id: Id, depth: usize) -> Value {
        let Some(entry) = self.get(id) else {
            return Value::List(Vec::new());
        };
        if depth == DEEPEST {
            let texts = (id..self.after(id)).filter_map(|at| self.text(at));
            return Value::List(texts.map(|text| Value::Text(text.to_owned())).collect());
        }
        let children = self.children(id);
        match &entry.what {
            What::Text(text) => Value::Text(text.to_string()),
            What::List => Value::List(
                children
                    .map(|(at, _)| self.value_within(at, depth + 1))
                    .collect(),
            ),
            What::Map => Value::Group(
                children
                    .map(|(at, entry)| Property {
                        name: entry.name.to_string(),
                        value: self.value_within(at, depth + 1),
                    })
                    .collect(),
            ),
        }
    }
}
