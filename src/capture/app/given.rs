//! Lists of parameters as logs print them: `{'pk_1': 11}`, `(5, 'x')`, `[{…}, {…}]`, `[["id", 7]]`, `[12,"x"]`.

use super::literal::{self, Value};

/// The name of a parameter.
pub(super) type Key = Vec<u8>;

/// What a log gives for the parameters of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    /// Their names, where they have some.
    pub keys: Option<Vec<Key>>,
    /// Those of the first set, where there are several.
    pub values: Vec<Value>,
    /// How many values stand before those that the log leaves out.
    pub left_out: Option<usize>,
    /// Parameter sets.
    pub sets: u32,
    /// Where it ends in the text.
    pub end: usize,
}

/// Reads the parameters of one execution of a statement.
pub(super) fn one(text: &[u8]) -> Option<Given> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let mut given = reader.set()?;
    given.end = reader.at;
    Some(given)
}

/// Reads the parameters of a statement that Python's drivers may have executed with many sets at once.
pub(super) fn many(text: &[u8]) -> Option<Given> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let outer = reader.at;
    let close = match (text.get(outer), text.get(outer + 1)) {
        (Some(b'['), Some(b'{' | b'(')) => b']',
        (Some(b'('), Some(b'{')) => b')',
        _ => return one(text),
    };
    reader.at += 1;
    let mut given = reader.set()?;
    let mut total = None;
    loop {
        reader.blanks();
        match reader.peek()? {
            b',' => reader.at += 1,
            b'{' | b'(' | b'[' => {
                reader.at = literal::bracketed(text, reader.at);
                given.sets = given.sets.saturating_add(1);
            }
            byte if byte == close => break,
            _ => total = Some(reader.total_sets()?),
        }
    }
    given.sets = total.unwrap_or(given.sets);
    given.end = reader.at + 1;
    Some(given)
}

/// Values with commas in between, up to the end of the text: `5, "x", null`.
pub(super) fn bare(text: &[u8]) -> Option<Given> {
    let mut reader = Reader { text, at: 0 };
    let given = reader.items(None)?;
    (reader.at == text.len()).then_some(given)
}

/// Reads `[["id", 7], ["LIMIT", 1]]`: pairs of a name that says nothing, and a value.
pub(super) fn pairs(text: &[u8]) -> Option<Given> {
    let mut reader = Reader { text, at: 0 };
    let mut given = Given {
        sets: 1,
        ..Given::default()
    };
    reader.eat(b'[')?;
    loop {
        reader.blanks();
        match reader.peek()? {
            b',' => reader.at += 1,
            b'[' => {
                let mut pair = reader.set()?;
                given.values.push(pair.values.pop()?);
            }
            b']' => {
                given.end = reader.at + 1;
                return Some(given);
            }
            _ => return None,
        }
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// `{…}`, `(…)` or `[…]`.
    fn set(&mut self) -> Option<Given> {
        let open = self.peek()?;
        self.at += 1;
        match open {
            b'{' => self.named(),
            b'(' => self.items(Some(b')')),
            b'[' => self.items(Some(b']')),
            _ => None,
        }
    }

    fn named(&mut self) -> Option<Given> {
        let (mut keys, mut values, mut left_out) = (Vec::new(), Vec::new(), None);
        loop {
            self.blanks();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(Given {
                        keys: Some(keys),
                        values,
                        left_out,
                        sets: 1,
                        end: self.at,
                    });
                }
                b'.' => {
                    self.left_out()?;
                    left_out = Some(values.len());
                }
                quote @ (b'\'' | b'"') => {
                    let (key, end) = literal::string(self.text, self.at, quote)?;
                    self.at = end;
                    self.colon()?;
                    keys.push(key.into_bytes());
                    values.push(self.value()?);
                }
                _ => {
                    let rest = self.text.get(self.at..)?;
                    let near = rest.get(..LONGEST_WORD).unwrap_or(rest);
                    let key = near.get(..memchr::memchr2(b':', b'=', near)?)?;
                    self.at += key.len();
                    self.colon()?;
                    keys.push(key.trim_ascii().to_vec());
                    values.push(self.value()?);
                }
            }
        }
    }

    fn colon(&mut self) -> Option<()> {
        self.blanks();
        if self.eat(b':').is_none() {
            // Ruby's `=>`
            self.eat(b'=')?;
            self.eat(b'>')?;
        }
        self.blanks();
        Some(())
    }

    /// Up to `close`, or to the end of the text.
    fn items(&mut self, close: Option<u8>) -> Option<Given> {
        let (mut values, mut left_out) = (Vec::new(), None);
        loop {
            self.blanks();
            let next = self.peek();
            if next == close {
                self.at += usize::from(close.is_some());
                return Some(Given {
                    keys: None,
                    values,
                    left_out,
                    sets: 1,
                    end: self.at,
                });
            }
            match next? {
                b',' => self.at += 1,
                b'.' => {
                    self.left_out()?;
                    left_out = Some(values.len());
                }
                b')' | b']' | b'}' => return None,
                _ => values.push(self.value()?),
            }
        }
    }

    fn value(&mut self) -> Option<Value> {
        let (value, end) = literal::value(self.text, self.at)?;
        // A value takes at least a byte, or it is none.
        (end > self.at).then(|| {
            self.at = end;
            value
        })
    }

    /// `... 400 parameters truncated ... `, or Node's `... 400 more items`.
    fn left_out(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        self.at += literal::left_out(rest)?;
        Some(())
    }

    /// The number in `... displaying 10 of 15 total bound parameter sets ...`.
    fn total_sets(&mut self) -> Option<u32> {
        const END: &[u8] = b" total bound parameter sets ...";
        let rest = self.text.get(self.at..)?;
        let near = rest.get(..LONGEST_WORD).unwrap_or(rest);
        let middle = near.strip_prefix(b"... displaying ")?;
        let end = memchr::memmem::find(middle, END)?;
        let total = middle.get(..end)?.rsplit(|byte| *byte == b' ').next()?;
        self.at += near.len() - middle.len() + end + END.len();
        std::str::from_utf8(total).ok()?.parse().ok()
    }
}

const LONGEST_WORD: usize = 128;
