//! XML into a tree. What is cut or damaged is read as far as it goes.

use std::borrow::Cow;

use super::entity;
use super::tree::{Tree, What};

/// Reads the element that begins at `at` of `text`, on the line numbered `line`; gives also where it ends.
pub(super) fn read(text: &str, at: usize, line: usize) -> (Tree<'_>, usize) {
    let mut reader = Reader {
        text,
        at,
        line,
        tree: Tree::default(),
        open: Vec::new(),
        groups: Groups::default(),
    };
    while reader.step() {}
    for element in std::mem::take(&mut reader.open).iter().rev() {
        if element.in_tree {
            reader.tree.close(reader.line);
        }
    }
    (reader.tree, reader.at)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    tree: Tree<'a>,
    open: Vec<Element<'a>>,
    /// Which of an incremental sort's groups come next, which the server's tags don't say.
    groups: Groups,
}

#[derive(Default)]
struct Groups {
    /// How many were seen in this node.
    seen: usize,
    /// How many kinds of space were seen in this group.
    spaces: usize,
    /// Whether a sort of this group stayed in memory.
    in_memory: bool,
}

impl Groups {
    /// What the other forms call an element.
    fn name(&mut self, tag: &str) -> Option<&'static str> {
        match tag {
            "Plan" => *self = Self::default(),
            "Incremental-Sort-Groups" => {
                self.seen += 1;
                self.spaces = 0;
                self.in_memory = false;
                return Some(if self.seen == 1 {
                    "Full-sort Groups"
                } else {
                    "Pre-sorted Groups"
                });
            }
            "Sort-Space" => {
                self.spaces += 1;
                return Some(if self.spaces == 1 && self.in_memory {
                    "Sort Space Memory"
                } else {
                    "Sort Space Disk"
                });
            }
            _ => {}
        }
        None
    }
}

struct Element<'a> {
    tag: &'a str,
    line: usize,
    /// Where its text begins.
    start: usize,
    /// Whether it has elements in it, and so is a map or list of the tree.
    in_tree: bool,
}

impl<'a> Reader<'a> {
    /// Reads up to the end of a tag; whether more is to come.
    fn step(&mut self) -> bool {
        let Some((text, tag)) = self.tag() else {
            self.tree.cut = Some(self.line);
            self.line += lines(self.text.get(self.at..).unwrap_or_default());
            self.at = self.text.len();
            return false;
        };
        self.line += lines(text);
        if let Some(name) = tag.strip_prefix('/') {
            self.close(name.trim(), text);
        } else if !tag.starts_with(['?', '!']) {
            self.begin(tag);
        }
        self.line += lines(tag);
        !self.open.is_empty() || tag.starts_with(['?', '!'])
    }

    /// The text before the next tag, and the tag; steps behind it.
    fn tag(&mut self) -> Option<(&'a str, &'a str)> {
        let rest = self.text.get(self.at..)?;
        let (text, behind) = rest.split_once('<')?;
        let (tag, _) = behind.split_once('>')?;
        self.at += text.len() + tag.len() + 2;
        Some((text, tag))
    }

    fn begin(&mut self, tag: &'a str) {
        let end = tag.find(|c: char| c.is_whitespace() || c == '/');
        let name = tag.get(..end.unwrap_or(tag.len())).unwrap_or_default();
        self.enter_parent(name);
        if tag.ends_with('/') {
            self.tree
                .scalar(plain_name(name), "".into(), self.line, self.line);
            return;
        }
        self.open.push(Element {
            tag: name,
            line: self.line,
            start: self.at,
            in_tree: false,
        });
    }

    /// Makes the element around one called `child` a list or map of the tree.
    fn enter_parent(&mut self, child: &str) {
        let Some(parent) = self.open.last_mut().filter(|parent| !parent.in_tree) else {
            return;
        };
        parent.in_tree = true;
        let plural = parent.tag.strip_suffix('s') == Some(child);
        let what = if child == "Item" || plural {
            What::List
        } else {
            What::Map
        };
        let name = self.groups.name(parent.tag).map(Cow::Borrowed);
        let name = name.unwrap_or_else(|| plain_name(parent.tag));
        self.tree.open(name, what, parent.line);
    }

    fn close(&mut self, name: &'a str, text: &'a str) {
        if !self.open.iter().rev().any(|element| element.tag == name) {
            self.tree.unread.push((self.line, name.into()));
            return;
        }
        while let Some(element) = self.open.pop() {
            if element.in_tree {
                self.tree.close(self.line);
            } else {
                let whole = self.text.get(element.start..self.at);
                let whole =
                    whole.and_then(|whole| whole.rfind("</").and_then(|end| whole.get(..end)));
                let value = entity::plain(whole.unwrap_or(text));
                let value = if value.trim().is_empty() {
                    "".into()
                } else {
                    value
                };
                if element.tag == "Item" {
                    self.groups.in_memory |= !value.starts_with("external");
                }
                let name = if self.is_in_settings() {
                    Cow::Borrowed(element.tag)
                } else {
                    plain_name(element.tag)
                };
                self.tree.scalar(name, value, element.line, self.line);
            }
            if element.tag == name {
                return;
            }
        }
    }

    /// The names of settings are written as they are.
    fn is_in_settings(&self) -> bool {
        self.open
            .last()
            .is_some_and(|parent| parent.tag == "Settings")
    }
}

fn lines(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// `I-O-Read-Time` is `I/O Read Time`: the server writes a hyphen for all that a tag can't have.
fn plain_name(tag: &str) -> Cow<'_, str> {
    if let Some(rest) = tag.strip_prefix("I-O-") {
        return format!("I/O {}", rest.replace('-', " ")).into();
    }
    let names = [
        ("Full-sort-Groups", "Full-sort Groups"),
        ("Pre-sorted-Groups", "Pre-sorted Groups"),
        ("One-Time-Filter", "One-Time Filter"),
    ];
    if let Some((_, name)) = names.iter().find(|(name, _)| *name == tag) {
        return Cow::Borrowed(name);
    }
    if tag.contains('-') {
        tag.replace('-', " ").replace(" I O ", " I/O ").into()
    } else {
        tag.into()
    }
}
