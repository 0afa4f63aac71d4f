//! Exports of `pg_stat_statements`: what every query cost in sum, without times.
//!
//! The view has no file format of its own: people copy it out with psql, DataGrip, DBeaver, pgAdmin or a script.
//! So a [`Form`] is how the values are written down, and columns are known by their names in whichever version of
//! the extension, 1.2 (PostgreSQL 9.4) to 1.12 (PostgreSQL 18).

mod column;
mod csv;
mod expanded;
mod json;
mod row;
mod table;

pub(super) use row::Totals;

use std::borrow::Cow;

use column::Column;

/// How an export is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A header and rows, with fields in double quotes where need be.
    Csv {
        /// What stands between fields: a comma, a semicolon or a tab.
        separator: u8,
    },
    /// One object a row: in a list, a line each, or inside something else.
    Json,
    /// What psql prints unless told otherwise: padded columns under a rule of dashes.
    Table,
    /// What psql prints after `\x`: a line for every value.
    Expanded,
}

/// The byte order mark of UTF-8, which programs on Windows put in front.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Finds out from the head of a file whether it is such an export. It has to have `query` and `calls`.
pub(super) fn detect(sample: &[u8]) -> Option<Form> {
    let text = sample.strip_prefix(MARK).unwrap_or(sample);
    if json::detect(text) {
        return Some(Form::Json);
    }
    if table::detect(text) {
        return Some(Form::Table);
    }
    if expanded::detect(text) {
        return Some(Form::Expanded);
    }
    b",;\t"
        .iter()
        .find(|separator| csv::detect(text, **separator))
        .map(|separator| Form::Csv {
            separator: *separator,
        })
}

/// Reads a whole export, whose offsets count from the start of `bytes`.
///
/// Every row goes to `each`. The rows of other people, which the server hides from all but members of
/// `pg_read_all_stats`, do so too, with an empty [`Totals::query`]: their calls and times are known, their text is
/// not. What can't be read goes to `broken` with its offset and the reason. A number that can't be read costs its
/// value only, so that such a row goes to both.
pub(super) fn rows(
    bytes: &[u8],
    form: Form,
    each: &mut dyn FnMut(Totals<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
    let base = (bytes.len() - text.len()) as u64;
    match form {
        Form::Csv { separator } => csv::rows(text, base, separator, each, broken),
        Form::Json => json::rows(text, base, each, broken),
        Form::Table => table::rows(text, base, each, broken),
        Form::Expanded => expanded::rows(text, base, each, broken),
    }
}

/// The lines of a text with the places where they begin, without what ends them.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    let mut at = 0;
    text.split_inclusive(|byte| *byte == b'\n')
        .map(move |line| {
            let start = at;
            at += line.len();
            let bare = line.strip_suffix(b"\n").unwrap_or(line);
            let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
            (start, String::from_utf8_lossy(bare))
        })
}

/// Whether these names are those of an export: without text or number of calls there is nothing to tell.
fn enough(columns: &[Option<Column>]) -> bool {
    columns.contains(&Some(Column::Query)) && columns.contains(&Some(Column::Calls))
}

#[cfg(test)]
mod tests;
