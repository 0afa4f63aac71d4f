//! An export as the table that psql prints: padded columns, and `+` where a value goes on in the next line.

use std::borrow::Cow;

use super::column::{Column, column};
use super::row::{Builder, Totals};

/// Whether the text begins with the names of the columns and a rule under them.
pub(super) fn detect(text: &[u8]) -> bool {
    let mut lines = super::lines(text).skip_while(|(_, line)| line.trim().is_empty());
    let (Some((_, names)), Some((_, rule))) = (lines.next(), lines.next()) else {
        return false;
    };
    heading(&names, &rule).is_some_and(|heading| super::enough(&heading.columns))
}

/// Reads the rows of the table, which `text` begins with. Lines that don't fit the columns up to the next row that
/// does are one warning.
pub(super) fn rows(
    text: &[u8],
    base: u64,
    each: &mut dyn FnMut(Totals<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let mut lines = super::lines(text).skip_while(|(_, line)| line.trim().is_empty());
    let names = lines.next().unwrap_or_default().1;
    let rule = lines.next().unwrap_or_default().1;
    let Some(heading) = heading(&names, &rule) else {
        return broken(base, "not a table of psql");
    };
    let mut row: Option<Row> = None;
    let mut inside_damage = false;
    let mut footer = false;
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let offset = base + at as u64;
        if footer {
            broken(
                offset,
                "more follows behind the first table: its counters would be added to those of the first",
            );
            break;
        }
        // All cells begin with a space: only `(13 rows)` begins so.
        footer = line.starts_with('(');
        if footer {
            continue;
        }
        let cells = cells(&line, &heading.widths);
        if let (Some(row), Some(cells)) = (row.as_mut().filter(|row| row.goes_on()), &cells) {
            row.append(cells);
            continue;
        }
        let torn = row.as_ref().is_some_and(Row::goes_on);
        if let Some(row) = row.take().filter(|_| !torn) {
            row.build(&heading.columns).finish(row.offset, each, broken);
        }
        match cells {
            // The rest of a text whose first line is lost has nothing beside it.
            Some(cells)
                if !inside_damage || cells.iter().filter(|c| !c.text.is_empty()).count() > 1 =>
            {
                inside_damage = false;
                row = Some(Row::new(offset, &cells));
            }
            Some(_) => {}
            None => {
                if !inside_damage {
                    broken(offset, "a line that doesn't fit the columns of the table");
                }
                inside_damage = true;
            }
        }
    }
    match row {
        Some(row) if row.goes_on() => broken(row.offset, "the file ends inside a row"),
        Some(row) => row.build(&heading.columns).finish(row.offset, each, broken),
        None => {}
    }
}

struct Heading {
    columns: Vec<Option<Column>>,
    /// The width of each column in characters, with the space on either side.
    widths: Vec<usize>,
}

fn heading(names: &str, rule: &str) -> Option<Heading> {
    if !rule.starts_with('-') || !rule.bytes().all(|byte| matches!(byte, b'-' | b'+')) {
        return None;
    }
    let columns: Vec<_> = names.split('|').map(column).collect();
    let widths: Vec<_> = rule.split('+').map(str::len).collect();
    (columns.len() == widths.len()).then_some(Heading { columns, widths })
}

struct Cell<'a> {
    text: &'a str,
    goes_on: bool,
}

/// Cuts a line at the columns' borders; `None` when they aren't where they should be.
fn cells<'a>(line: &'a str, widths: &[usize]) -> Option<Vec<Cell<'a>>> {
    let mut cells = Vec::with_capacity(widths.len());
    let mut rest = Some(line);
    for &width in widths {
        let text = rest?;
        let end = text
            .char_indices()
            .nth(width)
            .map_or(text.len(), |(at, _)| at);
        let (cell, behind) = text.split_at_checked(end)?;
        rest = behind.strip_prefix('|');
        if rest.is_none() && !behind.is_empty() {
            return None;
        }
        // The last place is kept free for the sign, so that a text's own `+` can't stand there.
        let full = cell.chars().count() == width;
        let marked = cell.strip_suffix('+').filter(|_| full);
        let body = marked.unwrap_or(cell);
        cells.push(Cell {
            text: body.strip_prefix(' ').unwrap_or(body).trim_end(),
            goes_on: marked.is_some(),
        });
    }
    (rest.is_none() && cells.len() == widths.len()).then_some(cells)
}

/// A row whose lines are being put together.
struct Row {
    offset: u64,
    /// The values, and whether each of them goes on in the next line.
    values: Vec<(String, bool)>,
}

impl Row {
    fn new(offset: u64, cells: &[Cell<'_>]) -> Self {
        let values = cells
            .iter()
            .map(|cell| (cell.text.to_owned(), cell.goes_on));
        Self {
            offset,
            values: values.collect(),
        }
    }

    fn goes_on(&self) -> bool {
        self.values.iter().any(|(_, goes_on)| *goes_on)
    }

    fn append(&mut self, cells: &[Cell<'_>]) {
        for ((value, goes_on), cell) in self.values.iter_mut().zip(cells) {
            if *goes_on {
                value.push('\n');
                value.push_str(cell.text);
                *goes_on = cell.goes_on;
            }
        }
    }

    fn build(&self, columns: &[Option<Column>]) -> Builder<'_> {
        let mut row = Builder::default();
        for (column, (value, _)) in columns.iter().zip(&self.values) {
            if let Some(column) = column {
                row.set(*column, Cow::Borrowed(value));
            }
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = concat!(
        "\n",
        " calls |     query      | toplevel \n",
        "-------+----------------+----------\n",
        "    12 | SELECT \"ä\" || +| t\n",
        "       |   1           +| \n",
        "       |                | \n",
        "       |                | f\n",
        "     3 | SELECT 2 | 3   | f\n",
        "(3 rows)\n",
    );

    fn check(text: &str, expected: &[(&str, u64)], broken: usize) {
        assert!(detect(text.as_bytes()), "{text}");
        let (mut found, mut warned) = (Vec::new(), 0);
        rows(
            text.as_bytes(),
            0,
            &mut |t| found.push((t.query.into_owned(), t.calls)),
            &mut |_, _| warned += 1,
        );
        let found: Vec<_> = found.iter().map(|(q, n)| (q.as_str(), *n)).collect();
        assert_eq!((found.as_slice(), warned), (expected, broken), "{text}");
    }

    #[test]
    fn values_of_several_lines() {
        let whole = [("SELECT \"ä\" ||\n  1\n", 12), ("SELECT 2 | 3", 3)];
        // The fourth line of the table is a row without a number of calls.
        check(TABLE, &whole, 1);
        check(&TABLE.replace('\n', "\r\n"), &whole, 1);
        check(&TABLE.replace("(3 rows)\n", ""), &whole, 1);
        check(&(TABLE.to_owned() + TABLE), &whole, 2);
    }

    #[test]
    fn damage_costs_its_row() {
        check(
            &TABLE.replace("3 | SELECT", "3   SELECT"),
            &[("SELECT \"ä\" ||\n  1\n", 12)],
            2,
        );
        check(&TABLE.replace("12 |", "12"), &[("SELECT 2 | 3", 3)], 1);
        let cut = TABLE.split_inclusive('\n').take(4).collect::<String>();
        check(&cut, &[], 1);
    }

    #[test]
    fn other_tables_are_none() {
        for text in [
            "",
            " calls | query \n",
            " a | b \n---+---\n",
            " calls | query \n--+--+--\n",
            "# x\n---\n",
        ] {
            assert!(!detect(text.as_bytes()), "{text}");
        }
    }
}
