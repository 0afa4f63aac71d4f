//! A file as statements, with what psql reads for itself left out: commands that begin with a backslash, and the rows
//! behind COPY.

use std::ops::Range;

use super::cursor::{Cursor, lex};
use crate::sql::{Class, split, tokens};

/// A statement and the line that it begins on, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) sql: &'a str,
    pub(super) line: u64,
}

/// The statements of a file and the commands of psql between them, each a piece.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    let (mut counted, mut line) = (0, 1);
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let Range { start, end } = split(rest).next()?;
        let sql = without_comments(rest.get(start..end)?);
        let begin = at + end - sql.len();
        let (sql, next) = if sql.starts_with('\\') {
            let length = sql.find('\n').unwrap_or(sql.len());
            (sql.get(..length)?.trim_end(), begin + length)
        } else {
            let end = at + end;
            (
                sql,
                if reads_rows(sql) {
                    rows_end(text, end)
                } else {
                    end + 1
                },
            )
        };
        line += lines(text.get(counted..begin)?);
        counted = begin;
        at = next.min(text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        Some(Piece { sql, line })
    })
}

fn lines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// A statement from its first token on: `pg_dump` writes a heading above each.
fn without_comments(sql: &str) -> &str {
    let first = tokens(sql).find(|(class, _)| !matches!(class, Class::Space | Class::Comment));
    first
        .and_then(|(_, range)| sql.get(range.start..))
        .unwrap_or_default()
}

/// Whether it is `COPY … FROM stdin`, behind which rows stand.
fn reads_rows(sql: &str) -> bool {
    if !sql.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("copy")) {
        return false;
    }
    let tokens = lex(sql);
    let mut cursor = Cursor::new(sql, &tokens);
    while !cursor.at_end() {
        if cursor.take_all("from stdin") {
            return true;
        }
        cursor.skip();
    }
    false
}

/// Behind the line `\.` that ends the rows, or the end of a file that was cut off in them.
fn rows_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let mut at = from;
    for line in rest.split_inclusive('\n') {
        at += line.len();
        if line.trim_end_matches(['\n', '\r']) == "\\." {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[(u64, &str)]) {
        let got: Vec<_> = pieces(text).map(|p| (p.line, p.sql)).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn a_file_is_cut_into_statements() {
        check("", &[]);
        check("-- only\n", &[]);
        check("a;\n\n-- b\n--\n\nb\n;c", &[(1, "a"), (6, "b"), (7, "c")]);
        check(
            "--\n\\restrict a'b\n\nset x = 1;\n\\unrestrict a'b\n",
            &[
                (2, "\\restrict a'b"),
                (4, "set x = 1"),
                (5, "\\unrestrict a'b"),
            ],
        );
        check(
            "COPY t (a) FROM stdin;\n'it;s\n\\.\n\nb;",
            &[(1, "COPY t (a) FROM stdin"), (5, "b")],
        );
        check(
            "copy t from STDIN with (format csv);\r\n1\r\n\\.\r\nb",
            &[(1, "copy t from STDIN with (format csv)"), (4, "b")],
        );
        check("copy t from stdin;\n1\n2", &[(1, "copy t from stdin")]);
        check(
            "copy t from 'file';\nb",
            &[(1, "copy t from 'file'"), (2, "b")],
        );
        check("copy t to stdout;\nb", &[(1, "copy t to stdout"), (2, "b")]);
        check("a;é", &[(1, "a"), (1, "é")]);
    }
}
