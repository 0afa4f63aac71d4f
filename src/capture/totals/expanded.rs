//! An export as psql prints it after `\x`: a line for every value, and a heading above every row.

use std::borrow::Cow;

use super::column::{Column, column};
use super::row::{Builder, Totals};

/// Whether the text begins with such a row, whole or not.
pub(super) fn detect(text: &[u8]) -> bool {
    let mut lines = super::lines(text).skip_while(|(_, line)| line.trim().is_empty());
    let begins = lines.next().is_some_and(|(_, line)| is_heading(&line));
    let columns: Vec<_> = lines
        .take_while(|(_, line)| !is_heading(line))
        .map(|(_, line)| line.split_once('|').and_then(|(name, _)| column(name)))
        .collect();
    begins && super::enough(&columns)
}

/// Reads all rows. Lines that are no values are one warning for each row.
pub(super) fn rows(
    text: &[u8],
    base: u64,
    each: &mut dyn FnMut(Totals<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut row: Option<Row> = None;
    for (at, line) in super::lines(text) {
        let offset = base + at as u64;
        if is_heading(&line) {
            if let Some(row) = row.replace(Row::new(offset)) {
                row.finish(each, broken);
            }
        } else if let Some(row) = &mut row
            && !row.take(&line)
            && !row.damaged
        {
            row.damaged = true;
            broken(offset, "a line that is no value of a row");
        }
    }
    if let Some(row) = row {
        row.finish(each, broken);
    }
}

fn is_heading(line: &str) -> bool {
    line.starts_with("-[ RECORD ")
}

/// A row whose lines are being put together.
struct Row {
    offset: u64,
    values: Vec<(Option<Column>, String)>,
    damaged: bool,
}

impl Row {
    fn new(offset: u64) -> Self {
        Self {
            offset,
            values: Vec::new(),
            damaged: false,
        }
    }

    /// Takes a line in; false when it is none of a row.
    fn take(&mut self, line: &str) -> bool {
        let Some((name, value)) = line.split_once('|') else {
            return line.trim().is_empty();
        };
        let value = value.strip_prefix(' ').unwrap_or(value);
        if !name.trim().is_empty() {
            self.values.push((column(name), value.to_owned()));
            return true;
        }
        // The line before ends with the sign that its value goes on here.
        let Some((_, text)) = self.values.last_mut() else {
            return false;
        };
        let bare = text.strip_suffix('+').unwrap_or(text).trim_end();
        text.truncate(bare.len());
        text.push('\n');
        text.push_str(value);
        true
    }

    fn finish(&self, each: &mut dyn FnMut(Totals<'_>), broken: &mut dyn FnMut(u64, &'static str)) {
        let mut row = Builder::default();
        for (column, value) in &self.values {
            if let Some(column) = column {
                row.set(*column, Cow::Borrowed(value));
            }
        }
        row.finish(self.offset, each, broken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_several_lines_and_damage() {
        let text = concat!(
            "-[ RECORD 1 ]-------\n",
            "calls | 12\n",
            "query | SELECT a |  +\n",
            "      |   1         +\n",
            "      | FROM b\n",
            "-[ RECORD 2 ]-------\n",
            "calls | 3\n",
            "nothing\n",
            "nothing\n",
            "query | c\n",
            "-[ RECORD 3 ]-------\n",
            "query | d",
        );
        assert!(detect(text.as_bytes()));
        let (mut found, mut broken) = (Vec::new(), Vec::new());
        rows(
            text.as_bytes(),
            0,
            &mut |t| found.push((t.query.into_owned(), t.calls)),
            &mut |at, _| broken.push(at),
        );
        let expected = [("SELECT a |\n  1\nFROM b", 12), ("c", 3)];
        assert_eq!(found, expected.map(|(q, n)| (q.to_owned(), n)));
        assert_eq!(broken.len(), 2);
        assert!(!detect(
            b"-[ RECORD 1 ]--\nquery | a\n-[ RECORD 2 ]--\ncalls | 1\n"
        ));
    }
}
