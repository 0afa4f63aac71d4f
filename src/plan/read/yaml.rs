//! The YAML that the server writes into a tree: no more of the language than that.

use std::borrow::Cow;

use super::json;
use super::page::Page;
use super::tree::{Tree, What};

/// Reads what begins in the line `at`; gives also the line behind it.
pub(super) fn read(page: &Page, at: usize) -> (Tree<'_>, usize) {
    let mut reader = Reader {
        page,
        tree: Tree::default(),
        open: Vec::new(),
        waiting: None,
        base: indent(page.line(at)),
        seen_plan: false,
    };
    let mut next = at;
    while next < page.count() {
        if page.line(next).trim().is_empty() {
            next += 1;
            continue;
        }
        match reader.line(next) {
            Some(after) => next = after,
            None => break,
        }
    }
    reader.settle(0, false, at);
    let last = next.saturating_sub(1);
    while reader.open.pop().is_some() {
        reader.tree.close(last);
    }
    (reader.tree, next)
}

/// Whether a plan in YAML may begin in this line.
pub(super) fn begins(line: &str) -> bool {
    let text = line.trim_start();
    let text = text.strip_prefix("- ").unwrap_or(text);
    text.trim_end() == "Plan:"
        || text.starts_with("Node Type: ")
        || text.starts_with("Query Text: \"")
}

struct Reader<'a> {
    page: &'a Page,
    tree: Tree<'a>,
    /// The columns of the maps and lists that are open, and whether each is a list.
    open: Vec<(usize, bool)>,
    /// A name whose value, a map or list, comes in the next lines: its column, itself and its line.
    waiting: Option<(usize, Cow<'a, str>, usize)>,
    base: usize,
    seen_plan: bool,
}

impl<'a> Reader<'a> {
    /// Reads a line and those that its value goes on in; `None` if it isn't part of this.
    fn line(&mut self, at: usize) -> Option<usize> {
        let whole = self.page.line(at);
        let mut column = indent(whole);
        if column < self.base {
            return None;
        }
        let mut text = whole.trim();
        // A list of lists has two marks in a line.
        while let Some(item) = text
            .strip_prefix("- ")
            .or(text.strip_prefix('-').filter(|t| t.is_empty()))
        {
            self.settle(column, true, at);
            self.close_to(column, true, at);
            if self.open.last() != Some(&(column, true)) {
                self.begin(Cow::default(), column, true, at);
            }
            let item = item.trim_start();
            column += text.len() - item.len();
            text = item;
            if name_and_value(text).is_some() {
                self.begin(Cow::default(), column, false, at);
            } else if !text.starts_with('-') {
                return Some(self.value(Cow::default(), text, at));
            }
        }
        let (name, value) = name_and_value(text)?;
        self.settle(column, false, at);
        self.close_to(column, false, at);
        if self.open.is_empty() {
            self.begin(Cow::default(), column, false, at);
        }
        if column == self.base && matches!(name, "Plan" | "Query Text") {
            if self.seen_plan {
                return None;
            }
            self.seen_plan = name == "Plan";
        }
        if value.is_empty() {
            self.waiting = Some((column, Cow::Borrowed(name), at));
            return Some(at + 1);
        }
        Some(self.value(Cow::Borrowed(name), value, at))
    }

    fn begin(&mut self, name: Cow<'a, str>, column: usize, list: bool, at: usize) {
        let what = if list { What::List } else { What::Map };
        self.tree.open(name, what, at);
        self.open.push((column, list));
    }

    /// Decides what a name without a value has, now that the next line is known.
    fn settle(&mut self, column: usize, list: bool, at: usize) {
        let Some((from, name, line)) = self.waiting.take() else {
            return;
        };
        if column > from || list && column == from {
            self.begin(name, column, list, line);
        } else {
            self.close_to(from, false, at);
            self.tree.scalar(name, "".into(), line, line);
        }
    }

    /// Closes what stands deeper in, and the lists that a map's line in their column ends.
    fn close_to(&mut self, column: usize, list: bool, at: usize) {
        while let Some((open, is_list)) = self.open.last()
            && (*open > column || *open == column && *is_list && !list)
        {
            self.open.pop();
            self.tree.close(at.saturating_sub(1));
        }
    }

    /// Takes a value, and gives the line behind it.
    fn value(&mut self, name: Cow<'a, str>, value: &'a str, at: usize) -> usize {
        if !value.starts_with(['"', '[']) {
            self.tree.scalar(name, value.into(), at, at);
            return at + 1;
        }
        // Quotes and lists in brackets are those of JSON, and may have been folded.
        let start = self.page.start(at) + self.page.line(at).rfind(value).unwrap_or_default();
        let list = value.starts_with('[');
        let (items, end) = json::read_value(self.page.text(), start, at);
        let after = at + super::lines_in(self.page.text(), start, end) + 1;
        if items.cut.is_some() {
            self.tree.cut = Some(at);
            return self.page.count();
        }
        let mut texts = items
            .all()
            .filter_map(|id| items.text(id))
            .map(|text| Cow::Owned(text.to_owned()));
        if list {
            self.tree.open(name, What::List, at);
            for text in texts {
                self.tree.scalar(Cow::default(), text, at, after - 1);
            }
            self.tree.close(after - 1);
        } else {
            let text = texts.next().unwrap_or_default();
            self.tree.scalar(name, text, at, after - 1);
        }
        after
    }
}

/// `Node Type: "Sort"`; the value is empty where a map or list follows.
fn name_and_value(text: &str) -> Option<(&str, &str)> {
    if text.starts_with(['"', '[', '(']) {
        return None;
    }
    match text.find(": ") {
        Some(at) => Some((text.get(..at)?, text.get(at + 2..)?.trim())),
        None => Some((text.strip_suffix(':')?, "")),
    }
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).count()
}
