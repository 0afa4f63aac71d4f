//! Cuts a CSV file into its rows; a quoted field may hold line ends.

use super::lines::{Each, LONGEST};

/// The rows of a file, whatever blocks it comes in.
#[derive(Default)]
pub(super) struct Rows {
    rest: Vec<u8>,
    start: u64,
    at: At,
}

/// Where in a row its reading has come to. Quotes count only where they can open or close a field, so that one that
/// is damaged costs two rows and not the rest of the file.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    FieldStart,
    Field,
    Quoted,
    /// Behind a quote within a quoted field.
    Quote,
}

impl Rows {
    /// Calls `each` with every row that ends in `block`, its line end included, and the file's byte it begins at.
    pub(super) fn feed(&mut self, block: &[u8], base: u64, each: Each<'_>) {
        let mut from = 0;
        for (at, byte) in block.iter().enumerate() {
            let ended = *byte == b'\n' && self.at != At::Quoted;
            self.at = match (self.at, byte) {
                (At::Quoted, b'"') => At::Quote,
                (At::FieldStart | At::Quote, b'"') | (At::Quoted, _) => At::Quoted,
                (_, b',' | b'\n') => At::FieldStart,
                // No field goes on behind its closing quote.
                (At::Quote, b'\r') | (At::FieldStart | At::Field, _) => At::Field,
                (At::Quote, _) => At::Quoted,
            };
            if ended {
                let row = block.get(from..=at).unwrap_or_default();
                if self.rest.is_empty() {
                    each(Ok(row), base + from as u64);
                } else {
                    self.rest.extend_from_slice(row);
                    each(Ok(&self.rest), self.start);
                    self.rest.clear();
                }
                from = at + 1;
            }
        }
        if let Some(rest) = block.get(from..).filter(|rest| !rest.is_empty()) {
            if self.rest.is_empty() {
                self.start = base + from as u64;
            }
            self.rest.extend_from_slice(rest);
        }
        if self.rest.len() > LONGEST {
            each(Err("a row of more than 64 MiB"), self.start);
            self.rest = Vec::new();
            self.at = At::Field;
        }
    }

    /// The last row, if no line end follows it.
    pub(super) fn finish(&mut self, each: Each<'_>) {
        if !self.rest.is_empty() {
            each(Ok(&self.rest), self.start);
            self.rest.clear();
        }
    }
}

/// The fields of a row, without their quotes.
pub(super) fn fields(row: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let mut rest = Some(super::entry::chomp(row));
    std::iter::from_fn(move || {
        let text = rest?;
        let mut field = Vec::new();
        let mut quoted = false;
        let mut end = text.len();
        for (at, byte) in text.iter().enumerate() {
            match byte {
                b'"' => {
                    // Two quotes within a quoted field are one.
                    if !quoted && at > 0 && text.get(at - 1) == Some(&b'"') {
                        field.push(b'"');
                    }
                    quoted = !quoted;
                }
                b',' if !quoted => {
                    end = at;
                    break;
                }
                other => field.push(*other),
            }
        }
        rest = text.get(end + 1..);
        Some(field)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_fields() {
        let text = b"a,\"b \"\"q\"\"\nc\",,\"\"\r\nd\n";
        let all = |block: usize| {
            let (mut rows, mut all) = (Rows::default(), Vec::new());
            for (n, part) in text.chunks(block).enumerate() {
                rows.feed(part, (n * block) as u64, &mut |row, at| {
                    all.push((row.unwrap().to_vec(), at));
                });
            }
            rows.finish(&mut |row, at| all.push((row.unwrap().to_vec(), at)));
            all
        };
        let whole = all(text.len());
        assert_eq!(whole.iter().map(|r| r.1).collect::<Vec<_>>(), [0, 19]);
        assert_eq!(
            fields(&whole[0].0).collect::<Vec<_>>(),
            [&b"a"[..], b"b \"q\"\nc", b"", b""]
        );
        for block in 1..text.len() {
            assert_eq!(all(block), whole);
        }
    }
}
