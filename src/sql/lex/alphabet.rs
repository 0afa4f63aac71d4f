//! What a lexeme can be by its first byte.

/// The lexeme that a byte begins.
#[inline]
pub(in crate::sql) fn class(byte: u8) -> Class {
    CLASS
        .get(usize::from(byte))
        .copied()
        .unwrap_or(Class::Other)
}

/// Whether an operator may have this character.
#[inline]
pub(in crate::sql) fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-'
            | b'*'
            | b'/'
            | b'<'
            | b'>'
            | b'='
            | b'~'
            | b'!'
            | b'@'
            | b'#'
            | b'%'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
    )
}

/// Whether the operator may end in a sign that has this character.
pub(in crate::sql) fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'~' | b'!' | b'@' | b'#' | b'%' | b'^' | b'&' | b'|' | b'`' | b'?'
    )
}

/// What a lexeme is by its first byte.
#[derive(Clone, Copy, Debug)]
pub(in crate::sql) enum Class {
    Space,
    Name,
    Prefix,
    High,
    Digit,
    Quote,
    DoubleQuote,
    Dollar,
    Comma,
    Dot,
    Semicolon,
    Colon,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    Minus,
    Slash,
    Percent,
    Question,
    At,
    Operator,
    Other,
}

static CLASS: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Other; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
        let byte = at as u8;
        classes[at] = class_of(byte);
        at += 1;
    }
    classes
}

const fn class_of(byte: u8) -> Class {
    match byte {
        b' ' | b'\t'..=b'\r' | 0 => Class::Space,
        b'e' | b'E' | b'b' | b'B' | b'x' | b'X' | b'n' | b'N' | b'u' | b'U' | b'_' => Class::Prefix,
        b'a'..=b'z' | b'A'..=b'Z' => Class::Name,
        0x80.. => Class::High,
        b'0'..=b'9' => Class::Digit,
        b'\'' => Class::Quote,
        b'"' => Class::DoubleQuote,
        b'$' => Class::Dollar,
        b',' => Class::Comma,
        b'.' => Class::Dot,
        b';' => Class::Semicolon,
        b':' => Class::Colon,
        b'(' => Class::Open,
        b')' => Class::Close,
        b'[' => Class::OpenSquare,
        b']' => Class::CloseSquare,
        b'-' => Class::Minus,
        b'/' => Class::Slash,
        b'%' => Class::Percent,
        b'?' => Class::Question,
        b'@' => Class::At,
        b'+' | b'*' | b'<' | b'>' | b'=' | b'~' | b'!' | b'#' | b'^' | b'&' | b'|' | b'`' => {
            Class::Operator
        }
        _ => Class::Other,
    }
}
