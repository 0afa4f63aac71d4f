//! Cuts a file of JSON into its records: one object a line, one after the other over many lines, or within an array,
//! also one that is a list of an answer (`{"events": [ … ]}`). Only depth and strings are looked at.

use super::lines::{Each, LONGEST};

/// Keys whose array holds the records, in what services and collectors answer: CloudWatch, Azure's hubs, Supabase,
/// Google, OpenTelemetry.
const LISTS: &[&[u8]] = &[
    b"events",
    b"records",
    b"result",
    b"results",
    b"entries",
    b"value",
    b"resourceLogs",
    b"scopeLogs",
    b"logRecords",
];

/// The JSON records of a file, whatever blocks it comes in.
#[derive(Default)]
pub(super) struct Values {
    /// What the blocks before had of the record at hand, and where in the file it begins.
    rest: Vec<u8>,
    start: u64,
    /// Brackets open within the record at hand; 0 between records.
    depth: usize,
    /// Which of them are arrays, the innermost in the lowest bit.
    arrays: u64,
    /// Brackets open around records.
    around: usize,
    in_string: bool,
    escaped: bool,
    /// The line at hand can't be read and is left.
    skipping: bool,
    /// Only blanks were seen in the line at hand.
    blank: Blank,
    /// The last byte that is no blank.
    before: u8,
}

/// How much of a line was seen.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Blank {
    /// Nothing.
    #[default]
    Start,
    /// More than nothing.
    Within,
}

impl Values {
    /// Calls `each` with every record that ends in `block` and the file's byte it begins at, and with
    /// what can't be read.
    pub(super) fn feed(&mut self, block: &[u8], base: u64, each: Each<'_>) {
        // Where the record at hand begins in this block; it may have begun in one before.
        let mut from = 0;
        let mut at = 0;
        while let Some(byte) = block.get(at).copied() {
            if self.skipping {
                match memchr::memchr(b'\n', block.get(at..).unwrap_or_default()) {
                    Some(newline) => at += newline,
                    None => return,
                }
                self.skipping = false;
                self.blank = Blank::Start;
                at += 1;
                continue;
            }
            if self.in_string {
                at = self.string(block, at, base, &mut from, each);
                continue;
            }
            let line_start = self.blank == Blank::Start;
            self.blank = if byte == b'\n' {
                Blank::Start
            } else {
                Blank::Within
            };
            if self.depth > 0 && byte == b'{' && line_start && !self.may_hold_object() {
                each(Err("a record that doesn't end"), self.start);
                self.give_up();
            }
            if self.depth == 0 {
                match byte {
                    b'{' => {
                        (self.start, from) = (base + at as u64, at);
                        (self.depth, self.arrays) = (1, 0);
                        self.rest.clear();
                    }
                    b'[' => self.around += 1,
                    b']' | b'}' => self.around = self.around.saturating_sub(1),
                    b'"' if self.around > 0 => self.in_string = true,
                    // Between records may stand a byte order mark, or the mark that some put before each record.
                    b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf | 0x1e => {}
                    _ if self.around > 0 && !line_start => {}
                    _ => {
                        each(Err("not JSON"), base + at as u64);
                        self.skipping = true;
                    }
                }
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' => self.open(0),
                    b'[' if self.depth == 1
                        && self.is_list(block.get(from..at).unwrap_or_default()) =>
                    {
                        (self.depth, self.around) = (0, self.around + 2);
                        self.rest.clear();
                    }
                    b'[' => self.open(1),
                    b'}' | b']' => {
                        self.depth -= 1;
                        self.arrays >>= 1;
                        if self.depth == 0 {
                            let end = block.get(from..=at).unwrap_or_default();
                            if self.rest.is_empty() {
                                each(Ok(end), self.start);
                            } else {
                                self.rest.extend_from_slice(end);
                                each(Ok(&self.rest), self.start);
                                self.rest.clear();
                            }
                        }
                    }
                    _ => {}
                }
            }
            if !byte.is_ascii_whitespace() {
                self.before = byte;
            }
            at += 1;
        }
        if self.depth > 0 && !self.skipping {
            self.rest
                .extend_from_slice(block.get(from..).unwrap_or_default());
            if self.rest.len() > LONGEST {
                each(Err("a record of more than 64 MiB"), self.start);
                self.give_up();
                self.skipping = true;
            }
        }
    }

    /// The file has ended.
    pub(super) fn finish(&mut self, each: Each<'_>) {
        if self.depth > 0 {
            each(Err("a record that doesn't end"), self.start);
            self.give_up();
        }
    }

    /// Goes on in a string; returns where to go on behind it.
    fn string(
        &mut self,
        block: &[u8],
        at: usize,
        base: u64,
        from: &mut usize,
        each: Each<'_>,
    ) -> usize {
        if self.escaped {
            self.escaped = false;
            if block.get(at) != Some(&b'\n') {
                return at + 1;
            }
        }
        let rest = block.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
            return block.len();
        };
        match rest.get(found) {
            Some(b'"') => (self.in_string, self.before) = (false, b'"'),
            Some(b'\\') => self.escaped = true,
            _ => {
                // No string of JSON goes over a line: the record is cut off.
                let start = if self.depth > 0 {
                    self.start
                } else {
                    base + (at + found) as u64
                };
                each(Err("a record that is cut off"), start);
                self.give_up();
                self.blank = Blank::Start;
                *from = at + found + 1;
            }
        }
        at + found + 1
    }

    fn open(&mut self, array: u64) {
        self.depth += 1;
        self.arrays = self.arrays << 1 | array;
    }

    /// Whether an object may stand where the record at hand has come to; where it may not, the record was cut off and
    /// the object is the next one.
    fn may_hold_object(&self) -> bool {
        self.before == b':' || (self.arrays & 1 == 1 && matches!(self.before, b'[' | b','))
    }

    fn give_up(&mut self) {
        self.rest.clear();
        (self.depth, self.in_string, self.escaped) = (0, false, false);
    }

    /// Whether the array that begins now holds records: whether its key is one of [`LISTS`].
    fn is_list(&self, now: &[u8]) -> bool {
        const LONGEST_KEY: usize = 64;
        let mut tail = Vec::new();
        if now.len() < LONGEST_KEY {
            let needed = self.rest.len().saturating_sub(LONGEST_KEY);
            tail.extend_from_slice(self.rest.get(needed..).unwrap_or_default());
        }
        let needed = now.len().saturating_sub(LONGEST_KEY);
        tail.extend_from_slice(now.get(needed..).unwrap_or_default());
        let key = tail
            .trim_ascii_end()
            .strip_suffix(b":")
            .map(<[u8]>::trim_ascii_end);
        let Some(key) = key.and_then(|key| key.strip_suffix(b"\"")) else {
            return false;
        };
        LISTS
            .iter()
            .any(|list| key.strip_suffix(*list).is_some_and(|k| k.ends_with(b"\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, block: usize) -> (Vec<(String, u64)>, Vec<u64>) {
        let mut values = Values::default();
        let (mut all, mut bad) = (Vec::new(), Vec::new());
        for (n, part) in text.as_bytes().chunks(block).enumerate() {
            values.feed(part, (n * block) as u64, &mut |record, at| match record {
                Ok(record) => all.push((String::from_utf8_lossy(record).into_owned(), at)),
                Err(_) => bad.push(at),
            });
        }
        values.finish(&mut |_, at| bad.push(at));
        (all, bad)
    }

    fn check(text: &str, expected: &[&str], broken: &[u64]) {
        let whole = values(text, text.len().max(1));
        let records: Vec<_> = whole.0.iter().map(|r| r.0.as_str()).collect();
        assert_eq!(records, expected, "{text}");
        assert_eq!(whole.1, broken, "{text}");
        for (record, at) in &whole.0 {
            assert!(text[usize::try_from(*at).unwrap()..].starts_with(record.as_str()));
        }
        for block in 1..text.len() {
            assert_eq!(values(text, block), whole, "{text} by {block}");
        }
    }

    #[test]
    fn records_in_every_arrangement() {
        check(
            "{\"a\":\"}\\\"\"}\n{\"b\":[{}]}\r\n",
            &["{\"a\":\"}\\\"\"}", "{\"b\":[{}]}"],
            &[],
        );
        check(
            "[\n  {\"a\": 1},\n  {\"a\": 2}\n]\n",
            &["{\"a\": 1}", "{\"a\": 2}"],
            &[],
        );
        check(
            "[\n{\n\"a\": 1\n},\n{\n\"a\": 2\n}\n]\n",
            &["{\n\"a\": 1\n}", "{\n\"a\": 2\n}"],
            &[],
        );
        check(
            "{\n  \"events\" : [\n {\"m\":\"x\"}, {\"m\":\"y\"}],\n  \"token\": \"f/{\", \"n\": 3, \"o\": {}, \"searched\": []\n}\n{\"m\":\"z\"}",
            &["{\"m\":\"x\"}", "{\"m\":\"y\"}", "{}", "{\"m\":\"z\"}"],
            &[],
        );
        check(
            "{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"logRecords\":[{\"body\":1}]}]}]}",
            &["{\"body\":1}"],
            &[],
        );
    }

    #[test]
    fn damage_costs_only_its_own_record() {
        check("{\"a\":\"x\n{\"b\":1}\n", &["{\"b\":1}"], &[0]);
        check("{\"a\":{\"c\":1,\n{\"b\":1}\n", &["{\"b\":1}"], &[0]);
        check("{\"a\":1,\n{\"b\":1}\n", &["{\"b\":1}"], &[0]);
        check("garbage {\n{\"b\":1}\n", &["{\"b\":1}"], &[0]);
        check("{\"b\":1}\n{\"a\":{", &["{\"b\":1}"], &[8]);
        check("}}]]\n{\"b\":1}", &["{\"b\":1}"], &[]);
        check("", &[], &[]);
    }
}
