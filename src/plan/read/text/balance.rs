//! Quotes and brackets of an expression: where it goes on in the next line, and where its list has commas.

/// What is open behind the text that was fed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Balance {
    quote: Option<u8>,
    /// Whether the quote is one of `E'…'`, in which a backslash hides the next letter.
    escapes: bool,
    depth: i32,
    before: u8,
}

impl Balance {
    /// What is open behind `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut balance = Self::default();
        balance.feed(text);
        balance
    }

    /// Goes on with `text`.
    pub(super) fn feed(&mut self, text: &str) {
        let mut hidden = false;
        for byte in text.bytes() {
            if hidden {
                hidden = false;
            } else {
                hidden = self.step(byte);
            }
        }
    }

    /// Takes one byte; whether it hides the next.
    fn step(&mut self, byte: u8) -> bool {
        match self.quote {
            Some(b'\'') if byte == b'\\' && self.escapes => return true,
            Some(quote) => {
                if byte == quote {
                    self.quote = None;
                }
            }
            None => match byte {
                b'\'' | b'"' => {
                    self.quote = Some(byte);
                    self.escapes = byte == b'\'' && matches!(self.before, b'E' | b'e');
                }
                b'(' | b'[' | b'{' => self.depth += 1,
                b')' | b']' | b'}' => self.depth -= 1,
                _ => {}
            },
        }
        self.before = byte;
        false
    }

    pub(super) fn is_quoted(self) -> bool {
        self.quote.is_some()
    }

    pub(super) fn is_even(self) -> bool {
        self.quote.is_none() && self.depth == 0
    }
}

/// The items of a list, at the commas that stand in no quotes and no brackets.
pub(super) fn items(list: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut balance, mut hidden, mut from) = (Balance::default(), false, 0);
    for (at, byte) in list.bytes().enumerate() {
        if byte == b',' && balance.is_even() && !hidden {
            items.extend(list.get(from..at));
            from = at + 1;
        }
        hidden = !hidden && balance.step(byte);
    }
    items.extend(list.get(from..));
    items.into_iter().map(str::trim).collect()
}

/// Where `needle` stands first in no double quotes.
pub(super) fn find_unquoted(text: &str, needle: &str) -> Option<usize> {
    let mut quoted = false;
    let first = needle.bytes().next()?;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == first && !quoted && text.get(at..)?.starts_with(needle) {
            return Some(at);
        }
    }
    None
}
