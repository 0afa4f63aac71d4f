//! Cuts a condition at the words that join its parts.

/// The parts of `condition` between `word` on its outermost level, each without the brackets around it. Texts, quoted
/// names, brackets and CASE keep together what they hold.
pub(super) fn cut<'a>(condition: &'a str, word: &str) -> Vec<&'a str> {
    let inner = stripped(condition);
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, depth, found) in Words::of(inner) {
        if depth == 0 && found == word {
            parts.extend(inner.get(start..at).map(stripped));
            start = at + word.len();
        }
    }
    parts.extend(inner.get(start..).map(stripped));
    parts.retain(|part| !part.is_empty());
    parts
}

/// Without spaces and the brackets that enclose all of it.
fn stripped(mut text: &str) -> &str {
    loop {
        text = text.trim();
        match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            Some(inner) if closes_never(inner) => text = inner,
            _ => return text,
        }
    }
}

/// Whether no bracket closes in it that hadn't opened in it, so that brackets around it belong together.
fn closes_never(text: &str) -> bool {
    let mut words = Words::of(text);
    while words.next().is_some() {}
    words.lowest >= 0
}

/// Words outside of texts and quoted names, with their place and how deep in brackets they stand.
struct Words<'a> {
    text: &'a str,
    at: usize,
    depth: i32,
    lowest: i32,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            lowest: 0,
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The place behind what is quoted from `at` on. A doubled quote ends one piece and begins the next, which comes
    /// to the same.
    fn behind_quoted(&self, at: usize, quote: u8) -> usize {
        let rest = self.text.as_bytes().get(at + 1..).unwrap_or_default();
        let end = memchr::memchr(quote, rest).map_or(rest.len(), |n| n + 1);
        at + 1 + end
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = (usize, i32, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let byte = self.byte(self.at)?;
            match byte {
                b'\'' | b'"' => self.at = self.behind_quoted(self.at, byte),
                b'(' | b'[' => {
                    self.depth += 1;
                    self.at += 1;
                }
                b')' | b']' => {
                    self.depth -= 1;
                    self.lowest = self.lowest.min(self.depth);
                    self.at += 1;
                }
                _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                    let start = self.at;
                    while self.byte(self.at).is_some_and(|b| {
                        b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
                    }) {
                        self.at += 1;
                    }
                    let word = self.text.get(start..self.at)?;
                    match word {
                        "CASE" => self.depth += 1,
                        "END" => self.depth -= 1,
                        _ => {}
                    }
                    return Some((start, self.depth, word));
                }
                _ => self.at += 1,
            }
        }
    }
}
