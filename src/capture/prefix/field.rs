//! The escapes of `log_line_prefix` and what each of them writes.

use std::iter::Peekable;
use std::str::Chars;

/// A piece of a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(Vec<u8>),
    Field(Field),
    /// A field with blanks around it up to this width: before it where positive, after it where negative.
    Padded(Field, i32),
    /// `%q`: processes without a session stop here.
    SessionOnly,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    /// When the session began.
    Start,
    Epoch,
    ProcessId,
    SessionId,
    LineNumber,
    User,
    Database,
    Application,
    /// An address or a name, which may be empty.
    Host,
    /// The same with a port in brackets.
    HostPort,
    Transaction,
    SqlState,
    /// Digits that nothing here needs, perhaps with a sign.
    Number,
    /// The same, or nothing.
    MaybeNumber,
    /// The kind or the command of a process, often several words. Nothing here needs it.
    Phrase,
    /// Any text that nothing here needs.
    Text,
}

impl Field {
    /// Whether it may hold any bytes, those that follow it in the prefix too.
    pub(super) fn is_text(self) -> bool {
        matches!(
            self,
            Self::User | Self::Database | Self::Application | Self::Phrase | Self::Text
        )
    }
}

impl Part {
    /// The field in it, padded or not.
    pub(super) fn field(&self) -> Option<Field> {
        match self {
            Self::Field(field) | Self::Padded(field, _) => Some(*field),
            Self::Literal(_) | Self::SessionOnly => None,
        }
    }
}

/// Takes a prefix apart.
///
/// # Errors
/// The letter of an escape that PostgreSQL doesn't have.
pub(super) fn parts(text: &str) -> Result<Vec<Part>, char> {
    let mut parts = Vec::new();
    let mut literal = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            literal.push(b'%');
            continue;
        }
        let width = width(&mut chars);
        // PostgreSQL writes nothing for an escape that the end of the setting cuts.
        let Some(escape) = chars.next() else {
            break;
        };
        let part = part(escape, width).ok_or(escape)?;
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        parts.push(part);
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

/// No name is padded further than this.
const WIDEST: i32 = 1_000;

fn width(chars: &mut Peekable<Chars<'_>>) -> i32 {
    let sign = if chars.next_if_eq(&'-').is_some() {
        -1
    } else {
        1
    };
    let mut width = 0;
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        width = (width * 10 + (digit as i32 - '0' as i32)).min(WIDEST);
    }
    sign * width
}

fn part(escape: char, width: i32) -> Option<Part> {
    let field = match escape {
        'q' => return Some(Part::SessionOnly),
        'a' => Field::Application,
        'u' => Field::User,
        'd' => Field::Database,
        't' | 'm' => Field::Time,
        's' => Field::Start,
        'n' => Field::Epoch,
        'p' => Field::ProcessId,
        'c' => Field::SessionId,
        'l' => Field::LineNumber,
        'v' => Field::Transaction,
        'x' | 'Q' => Field::Number,
        'P' => Field::MaybeNumber,
        'e' => Field::SqlState,
        'h' => Field::Host,
        'r' => Field::HostPort,
        'b' | 'i' => Field::Phrase,
        'L' => Field::Text,
        _ => return None,
    };
    Some(if width == 0 {
        Part::Field(field)
    } else {
        Part::Padded(field, width)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&[Part], char>) {
        assert_eq!(parts(text).as_deref(), expected.as_ref().copied(), "{text}");
    }

    #[test]
    fn escapes() {
        let literal = |text: &str| Part::Literal(text.into());
        check("", Ok(&[]));
        check("%%é%", Ok(&[literal("%é")]));
        check(
            "<%-10u%5p%0d%q>",
            Ok(&[
                literal("<"),
                Part::Padded(Field::User, -10),
                Part::Padded(Field::ProcessId, 5),
                Part::Field(Field::Database),
                Part::SessionOnly,
                literal(">"),
            ]),
        );
        check("%m %y", Err('y'));
        check("%-5", Ok(&[]));
    }
}
