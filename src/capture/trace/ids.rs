//! Ids of traces and spans: hexadecimal digits, or the same bytes in base64 as protobuf's JSON has them.

/// The id of a trace, which has 16 bytes; `None` for none at all.
pub(super) fn trace(text: &str) -> Option<String> {
    id(text, 16)
}

/// The id of a span, which has 8 bytes; `None` for none at all.
pub(super) fn span(text: &str) -> Option<String> {
    id(text, 8)
}

fn id(text: &str, bytes: usize) -> Option<String> {
    let text = text.trim();
    let hex = if !text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && let Some(decoded) = base64(text)
        && decoded.len() == bytes
    {
        decoded.iter().flat_map(|byte| digits(*byte)).collect()
    } else {
        text.to_ascii_lowercase()
    };
    // The first span of a trace may have a parent of zeros.
    (!hex.bytes().all(|byte| byte == b'0')).then_some(hex)
}

fn digits(byte: u8) -> [char; 2] {
    [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16).unwrap_or('0'))
}

/// The bytes that base64 stands for, in either alphabet; `None` when the text is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_give_the_same_id() {
        for (text, expected) in [
            (
                "5B8EFFF798038103D269B633813FC60C",
                Some("5b8efff798038103d269b633813fc60c"),
            ),
            (
                "W47/95gDgQPSabYzgT/GDA==",
                Some("5b8efff798038103d269b633813fc60c"),
            ),
            (
                "W47_95gDgQPSabYzgT_GDA",
                Some("5b8efff798038103d269b633813fc60c"),
            ),
            ("9b321d76f92134d2", Some("9b321d76f92134d2")),
            ("odd id", Some("odd id")),
            ("AAAAAAAAAAAAAAAAAAAAAA==", None),
            ("", None),
        ] {
            assert_eq!(trace(text).as_deref(), expected, "{text}");
        }
        assert_eq!(span("7uGbfsPBsXM=").as_deref(), Some("eee19b7ec3c1b173"));
        assert_eq!(
            span("EEE19B7EC3C1B173").as_deref(),
            Some("eee19b7ec3c1b173")
        );
        assert_eq!(span("AAAAAAAAAAA="), None);
        assert_eq!(span("0000000000000000"), None);
    }
}
