//! What terminals, editors, mails and logs put around a plan.
//!
//! | file | what it takes away |
//! |---|---|
//! | `html` | tables of `\pset format html` |
//! | `margin` | marks of quoting, line numbers, fences |
//! | `psql` | borders, record heads and marks of psql |
//! | `quotes` | CSV, and lines in quotes as pgAdmin copies them |
//! | `fold` | line breaks at a fixed width |

mod fold;
mod html;
mod margin;
mod psql;
mod quotes;

use std::borrow::Cow;

use super::page::Page;

/// A line on its way through the frames.
#[derive(Clone, Debug)]
struct Line<'a> {
    text: Cow<'a, str>,
    /// Its number in the input, counted from 1.
    number: u32,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Keeps a part of the line.
    fn keep(&mut self, part: impl Fn(&str) -> &str) {
        match &mut self.text {
            Cow::Borrowed(text) => *text = part(text),
            Cow::Owned(text) => *text = part(text).to_owned(),
        }
    }
}

/// The lines of a text without what stands around them.
pub(super) fn page(text: &str) -> Page {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = numbered(text);
    html::strip(&mut lines, text);
    // A quoted mail may quote numbered lines, and the other way round.
    for _ in 0..4 {
        if !margin::strip(&mut lines) {
            break;
        }
    }
    psql::strip(&mut lines);
    quotes::strip(&mut lines);
    // What CSV has in quotes may be a frame too.
    psql::strip(&mut lines);
    fold::strip(&mut lines);
    let mut page = Page::default();
    for line in &lines {
        page.push(&line.text, line.number);
    }
    page
}

/// The lines of a log record, which begin with a tab in the text log.
pub(super) fn log_record(body: &str) -> Page {
    let mut page = Page::default();
    for line in numbered(body) {
        page.push(
            line.text.strip_prefix('\t').unwrap_or(&line.text),
            line.number,
        );
    }
    page
}

fn numbered(text: &str) -> Vec<Line<'_>> {
    // Editors and web pages write blanks that don't break.
    let hard_blanks = text.contains('\u{a0}');
    text.lines()
        .zip(1..)
        .map(|(text, number)| Line {
            text: if hard_blanks && text.contains('\u{a0}') {
                text.replace('\u{a0}', " ").into()
            } else {
                text.into()
            },
            number,
        })
        .collect()
}

/// Whether four of five lines that aren't blank are such.
fn most(lines: &[Line<'_>], is_such: impl Fn(&str) -> bool) -> bool {
    let (mut such, mut all) = (0, 0);
    for line in lines.iter().filter(|line| !line.is_blank()) {
        all += 1;
        such += usize::from(is_such(&line.text));
    }
    all > 0 && such * 5 >= all * 4
}
