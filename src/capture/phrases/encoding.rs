//! The bytes of a wording in the encodings that a log may be in.

/// An encoding.
#[derive(Clone, Copy, Debug)]
pub(super) enum Encoding {
    Utf8,
    /// One byte a letter; `None` for letters that it doesn't have.
    Single(fn(char) -> Option<u8>),
}

/// The encodings that have every letter of a text and write it differently.
///
/// A session writes its messages in the encoding of its database; most are UTF-8, but old and Windows servers
/// have databases in a single-byte encoding.
pub(super) fn encodings(text: &str) -> impl Iterator<Item = Encoding> {
    let single: &[fn(char) -> Option<u8>] = if text.is_ascii() {
        &[]
    } else if text.chars().all(|c| latin1(c).is_some()) {
        &[latin1]
    } else {
        &[windows_1250, latin2, windows_1251, windows_1254]
    };
    let fitting = single
        .iter()
        .filter(move |encode| text.chars().all(|c| encode(c).is_some()));
    std::iter::once(Encoding::Utf8).chain(fitting.map(|encode| Encoding::Single(*encode)))
}

impl Encoding {
    /// The bytes of a text.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Single(encode) => text.chars().filter_map(encode).collect(),
        }
    }
}

/// ISO 8859-1 and Windows-1252, which agree on the letters of western languages.
fn latin1(c: char) -> Option<u8> {
    u8::try_from(u32::from(c)).ok()
}

/// Polish on Windows.
fn windows_1250(c: char) -> Option<u8> {
    ascii(c).or_else(|| {
        listed(
            c,
            "ąĄćĆęĘłŁńŃóÓśŚźŹżŻ«»",
            b"\xb9\xa5\xe6\xc6\xea\xca\xb3\xa3\xf1\xd1\xf3\xd3\x9c\x8c\x9f\x8f\xbf\xaf\xab\xbb",
        )
    })
}

/// Polish elsewhere (ISO 8859-2).
fn latin2(c: char) -> Option<u8> {
    ascii(c).or_else(|| {
        listed(
            c,
            "ąĄćĆęĘłŁńŃóÓśŚźŹżŻ",
            b"\xb1\xa1\xe6\xc6\xea\xca\xb3\xa3\xf1\xd1\xf3\xd3\xb6\xa6\xbc\xac\xbf\xaf",
        )
    })
}

/// Russian and Ukrainian.
fn windows_1251(c: char) -> Option<u8> {
    let letter = |first: char, byte: u32| u8::try_from(u32::from(c) - u32::from(first) + byte).ok();
    match c {
        'А'..='я' => letter('А', 0xC0),
        _ => ascii(c).or_else(|| {
            listed(
                c,
                "ЁёІіЇїЄєҐґ«»№\u{a0}",
                b"\xa8\xb8\xb2\xb3\xaf\xbf\xaa\xba\xa5\xb4\xab\xbb\xb9\xa0",
            )
        }),
    }
}

/// Turkish, also as ISO 8859-9.
fn windows_1254(c: char) -> Option<u8> {
    listed(c, "ğĞıİşŞ", b"\xf0\xd0\xfd\xdd\xfe\xde").or_else(|| latin1(c))
}

fn ascii(c: char) -> Option<u8> {
    c.is_ascii().then(|| latin1(c)).flatten()
}

fn listed(c: char, letters: &str, bytes: &[u8]) -> Option<u8> {
    letters
        .chars()
        .zip(bytes)
        .find_map(|(letter, byte)| (letter == c).then_some(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_in_the_encodings_of_databases() {
        let check = |text: &str, bytes: &[u8]| {
            assert!(encodings(text).any(|e| e.encode(text) == bytes), "{text}");
        };
        check("DÉTAIL:  ", b"D\xc9TAIL:  ");
        check("СООБЩЕНИЕ", b"\xd1\xce\xce\xc1\xd9\xc5\xcd\xc8\xc5");
        check("BŁĄD", b"B\xa3\xa5D");
        check("BŁĄD", b"B\xa3\xa1D");
        check("BİLGİ", b"B\xddLG\xdd");
        assert_eq!(encodings("LOG").count(), 1);
        assert_eq!(encodings("日志").count(), 1);
    }
}
