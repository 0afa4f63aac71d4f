//! JSON into a tree. What is cut or damaged is read as far as it goes.

use std::borrow::Cow;

use super::tree::{Tree, What};

/// Reads the value that begins at `at` of `text`, on the line numbered `line`; gives also where it ends.
pub(super) fn read(text: &str, at: usize, line: usize) -> (Tree<'_>, usize) {
    let mut reader = Reader {
        text,
        at,
        line,
        name: None,
        tree: Tree::default(),
    };
    while reader.step() {}
    while reader.tree.depth() > 0 {
        reader.tree.close(reader.line);
    }
    (reader.tree, reader.at)
}

/// Reads a text in quotes, or a list, alone: what YAML has for values.
pub(super) fn read_value(text: &str, at: usize, line: usize) -> (Tree<'_>, usize) {
    if text.as_bytes().get(at) != Some(&b'"') {
        return read(text, at, line);
    }
    let mut reader = Reader {
        text,
        at,
        line,
        name: None,
        tree: Tree::default(),
    };
    reader.string();
    (reader.tree, reader.at)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// The name before the value to come.
    name: Option<Cow<'a, str>>,
    tree: Tree<'a>,
}

impl<'a> Reader<'a> {
    /// Reads a mark, a name or a scalar; whether more is to come.
    fn step(&mut self) -> bool {
        self.space();
        let Some(byte) = self.peek() else {
            self.tree.cut = Some(self.line);
            return false;
        };
        match byte {
            b'{' | b'[' => {
                let what = if byte == b'{' { What::Map } else { What::List };
                let name = self.name.take().unwrap_or_default();
                self.tree.open(name, what, self.line);
                self.at += 1;
            }
            b'}' | b']' => {
                self.at += 1;
                return self.close(byte == b'}');
            }
            b',' | b':' => self.at += 1,
            b'"' => return self.string(),
            _ => return self.word(),
        }
        true
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek().filter(|b| b.is_ascii_whitespace() || *b == 0) {
            self.line += usize::from(byte == b'\n');
            self.at += 1;
        }
    }

    fn close(&mut self, map: bool) -> bool {
        self.name = None;
        if !self.tree.is_open(map) {
            let mark = if map { "}" } else { "]" };
            self.tree.unread.push((self.line, mark.into()));
            return self.tree.depth() > 0;
        }
        // What is still open within it has lost its own mark.
        while self
            .tree
            .innermost()
            .is_some_and(|what| (*what == What::Map) != map)
        {
            self.tree.close(self.line);
        }
        self.tree.close(self.line);
        self.tree.depth() > 0
    }

    fn string(&mut self) -> bool {
        let line = self.line;
        let Some(text) = self.quoted() else {
            self.tree.cut = Some(line);
            self.at = self.text.len();
            return false;
        };
        self.put(text, line);
        true
    }

    /// A text is a name if it stands in a map before a colon, else a value.
    fn put(&mut self, text: Cow<'a, str>, line: usize) {
        let in_map = self.tree.innermost() == Some(&What::Map);
        if in_map && self.name.is_none() {
            self.space();
            if self.peek() == Some(b':') {
                self.at += 1;
                self.name = Some(text);
            } else if self.peek().is_some() {
                self.tree.unread.push((line, text));
            }
            return;
        }
        let name = self.name.take().unwrap_or_default();
        self.tree.scalar(name, text, line, self.line);
    }

    /// A number, `true`, `null`, or what has lost its quotes.
    fn word(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(['{', '}', '[', ']', ',', ':', '"', '\n', '\r']);
        let word = end.and_then(|end| {
            let more = rest.get(end..)?.bytes().any(|b| !b.is_ascii_whitespace());
            rest.get(..end).filter(|_| more)
        });
        let Some(word) = word else {
            // The end of the input may be in the middle of a number.
            self.tree.cut = Some(self.line);
            self.at = self.text.len();
            return false;
        };
        self.at += word.len();
        self.put(Cow::Borrowed(word.trim()), self.line);
        true
    }

    /// The text between quotes. A line break in it is no part of it, for the server escapes its own: something folded
    /// the line.
    fn quoted(&mut self) -> Option<Cow<'a, str>> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut made: Option<String> = None;
        let (mut from, mut at) = (start, start);
        loop {
            let next = memchr::memchr3(b'"', b'\\', b'\n', bytes.get(at..)?)? + at;
            match bytes.get(next)? {
                b'"' if !ends_string(bytes.get(next + 1..).unwrap_or_default()) => {
                    // A quote that has lost its backslash.
                    made.get_or_insert_default()
                        .push_str(self.text.get(from..=next)?);
                    at = next + 1;
                }
                b'"' => {
                    self.at = next + 1;
                    let tail = self.text.get(from..next)?;
                    return Some(match made {
                        None => Cow::Borrowed(tail),
                        Some(made) => Cow::Owned(made + tail),
                    });
                }
                b'\n' => {
                    self.line += 1;
                    let made = made.get_or_insert_default();
                    let folded = self.text.get(from..next)?;
                    made.push_str(folded.strip_suffix('\r').unwrap_or(folded));
                    at = next + 1;
                }
                _ => {
                    let made = made.get_or_insert_default();
                    made.push_str(self.text.get(from..next)?);
                    at = escape(self.text, next, made)?;
                }
            }
            from = at;
        }
    }
}

/// Whether what follows a quote is what follows a string.
fn ends_string(behind: &[u8]) -> bool {
    let next = behind.iter().find(|b| !matches!(b, b' ' | b'\t'));
    next.is_none_or(|b| matches!(b, b',' | b':' | b'}' | b']' | b'\n' | b'\r'))
}

/// Adds what the escape at `at` stands for; gives where it ends.
pub(super) fn escape(text: &str, at: usize, out: &mut String) -> Option<usize> {
    let mark = text.get(at + 1..)?.chars().next()?;
    let plain = match mark {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        '"' | '\\' | '/' => mark,
        'u' => {
            if let Some((letter, end)) = unicode(text, at) {
                out.push(letter);
                return Some(end);
            }
            // No escape, then; it stays as it is.
            out.push('\\');
            mark
        }
        _ => {
            out.push('\\');
            mark
        }
    };
    out.push(plain);
    Some(at + 1 + mark.len_utf8())
}

/// `\u00e4`, or two of them for a letter beyond the first plane.
fn unicode(text: &str, at: usize) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let first = unit(at)?;
    if (0xd800..0xdc00).contains(&first) {
        let second = unit(at + 6).filter(|low| (0xdc00..0xe000).contains(low))?;
        let letter = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Some((char::from_u32(letter)?, at + 12));
    }
    Some((char::from_u32(first)?, at + 6))
}
