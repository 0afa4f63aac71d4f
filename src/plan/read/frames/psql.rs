//! What psql draws around a result, in all its formats and styles.

use super::{Line, most};

const BARS: [char; 3] = ['|', '│', '║'];

/// The marks behind a line whose value goes on in the next line.
const BREAKS: [char; 2] = ['+', '↵'];

/// The marks behind a line, and before the next, that psql broke itself to fit the terminal.
const WRAPS: [char; 2] = ['.', '…'];

pub(super) fn strip(lines: &mut Vec<Line<'_>>) {
    if !lines.iter().any(|line| is_frame(&line.text)) && !has_marks(lines) {
        return;
    }
    let all_bars = most(lines, |text| {
        let text = text.trim_end();
        text.ends_with(BARS) || is_rule(text)
    });
    let all_marked = most(lines, |text| {
        text.strip_suffix(BREAKS)
            .is_some_and(|text| text.ends_with(' '))
    });
    let mut frame = if all_bars {
        Frame::Box
    } else if all_marked {
        Frame::Table(0)
    } else {
        Frame::None
    };
    let fallback = frame;
    let mut out: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    let mut wrapped: Option<char> = None;
    let mut head = false;
    for mut line in lines.drain(..) {
        if let Some(next) = frame.head(&line.text) {
            // Two rules are one that a terminal folded; the marks of this table, if any, are anywhere.
            let folded = head && matches!(next, Frame::Table(_));
            frame = if folded { Frame::None } else { next };
            (head, wrapped) = (true, None);
            continue;
        }
        head = false;
        if frame.ends(&line.text) {
            frame = fallback;
        }
        line.keep(|text| frame.inside(text));
        let (text, mark) = frame.without_mark(&line.text);
        let last = out.last_mut().map(|last| last.text.to_mut());
        match (wrapped, last, text.strip_prefix(WRAPS)) {
            (Some(_), Some(last), Some(rest)) => last.push_str(rest),
            // Without a border there is no room for the second mark.
            (Some(_), Some(last), None) if matches!(frame, Frame::Table(_)) => last.push_str(text),
            (mark, last, _) => {
                // It was no mark.
                if let (Some(mark), Some(last)) = (mark, last) {
                    last.push(mark);
                }
                let text = frame.without_padding(text);
                if text.len() < line.text.len() {
                    let text = text.to_owned();
                    line.text = text.into();
                }
                out.push(line);
            }
        }
        wrapped = mark;
    }
    *lines = out;
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Frame {
    None,
    /// Below a rule of this width.
    Table(usize),
    /// Between bars.
    Box,
    /// One record below another, each line with the column's name before it.
    Expanded,
    AsciiDoc,
}

impl Frame {
    /// The frame that a line begins which is nothing but frame.
    fn head(self, line: &str) -> Option<Self> {
        let text = line.trim();
        if is_record_head(text) {
            return Some(Self::Expanded);
        }
        if text == "|====" {
            return Some(if self == Self::AsciiDoc {
                Self::None
            } else {
                Self::AsciiDoc
            });
        }
        if text.starts_with("[options=")
            || text == "...."
            || self == Self::AsciiDoc && text.starts_with("^l|")
        {
            return Some(self);
        }
        if !is_rule(text) {
            return None;
        }
        let corner = |c: char| !matches!(c, '-' | '─' | '═' | '=');
        Some(if text.starts_with(corner) || self == Self::Box {
            Self::Box
        } else {
            Self::Table(line.trim_end().chars().count())
        })
    }

    /// Whether a line can't be in this frame any more.
    fn ends(self, line: &str) -> bool {
        let text = line.trim();
        match self {
            Self::None | Self::AsciiDoc => false,
            Self::Table(_) | Self::Expanded => text.is_empty() || is_row_count(text),
            Self::Box => !text.is_empty() && !text.ends_with(BARS),
        }
    }

    /// The line without what stands left and right of it.
    fn inside(self, line: &str) -> &str {
        match self {
            // Unaligned records have no heads.
            Self::None | Self::Table(_) if is_unaligned_record(line) => without_name(line),
            Self::None | Self::Table(_) => line,
            Self::Box => {
                let text = line.trim_end();
                let text = text.strip_suffix(BARS).unwrap_or(text);
                // Only with the second bar is the first one a frame.
                let begin = text.trim_start();
                begin.strip_prefix(BARS).unwrap_or(text)
            }
            Self::Expanded => without_name(line),
            Self::AsciiDoc => line.strip_prefix('|').unwrap_or(line),
        }
    }

    /// The text without a mark that its value goes on, and the mark if psql broke it itself.
    fn without_mark(self, line: &str) -> (&str, Option<char>) {
        let width = match self {
            Self::None | Self::AsciiDoc => return (line, None),
            Self::Table(width) => width,
            Self::Box | Self::Expanded => 0,
        };
        let text = line.trim_end_matches(BARS);
        let is_at_end = || width == 0 || text.chars().count() >= width;
        if let Some(rest) = text.strip_suffix(WRAPS)
            && is_at_end()
        {
            return (rest, text.chars().next_back());
        }
        match text.strip_suffix(BREAKS) {
            Some(rest) if rest.ends_with(' ') || text.ends_with('↵') || is_at_end() => {
                (rest.trim_end(), None)
            }
            _ => (line, None),
        }
    }

    /// The text without the blank between it and the border.
    fn without_padding(self, text: &str) -> &str {
        match self {
            Self::Box => text.strip_prefix(' ').unwrap_or(text).trim_end(),
            _ => text,
        }
    }
}

/// `QUERY PLAN | text`, `           | text`, or with neither bar nor blanks as unaligned output has it.
fn without_name(line: &str) -> &str {
    let text = line.trim_start_matches(BARS);
    let text = if text.len() < line.len() {
        let text = text.trim_end();
        let text = text.strip_suffix(BARS).unwrap_or(text);
        text.strip_prefix(' ').unwrap_or(text)
    } else {
        text
    };
    let rest = match text.strip_prefix("QUERY PLAN") {
        Some(rest) => rest,
        None => match text.get(..10) {
            Some(blanks) if blanks.trim().is_empty() => text.get(10..).unwrap_or_default(),
            _ => return line,
        },
    };
    let aligned = rest.starts_with(' ');
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    match rest
        .strip_prefix(BARS)
        .or_else(|| rest.strip_prefix([':', ';']))
    {
        // With bars there is a blank behind them, but for unaligned output.
        Some(rest) if aligned => rest.strip_prefix(' ').unwrap_or(rest),
        Some(rest) => rest,
        None => rest,
    }
}

fn is_frame(line: &str) -> bool {
    let text = line.trim();
    is_rule(text)
        || is_record_head(text)
        || text == "|===="
        || text.starts_with(BARS)
        || is_unaligned_record(text)
}

/// `QUERY PLAN|text`.
fn is_unaligned_record(line: &str) -> bool {
    line.strip_prefix("QUERY PLAN")
        .is_some_and(|rest| rest.trim_start().starts_with(BARS))
}

/// Whether lines end in marks though the head of the table wasn't copied.
fn has_marks(lines: &[Line<'_>]) -> bool {
    most(lines, |text| {
        text.trim_end().ends_with(BARS)
            || text
                .strip_suffix(BREAKS)
                .is_some_and(|text| text.ends_with(' '))
    })
}

/// `-[ RECORD 1 ]---`, `* Record 1`.
fn is_record_head(text: &str) -> bool {
    text.starts_with("* Record ")
        || text.contains("[ RECORD ")
            && text
                .trim_start_matches(|c: char| "+-─═┌├╔╟╠╞".contains(c))
                .starts_with("[ RECORD ")
}

/// A line of nothing but strokes and corners.
fn is_rule(text: &str) -> bool {
    text.chars().count() > 3
        && text
            .chars()
            .all(|c| matches!(c, '-' | '=' | '+' | '\u{2500}'..='\u{257f}') && !BARS.contains(&c))
}

fn is_row_count(text: &str) -> bool {
    text.starts_with('(') && (text.ends_with(" rows)") || text.ends_with(" row)"))
}
