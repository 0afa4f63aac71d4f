//! Which statements share a fingerprint, from `fixtures/fingerprint/pairs.txt`.

use crate::sql::{Digester, Fingerprint};

const PAIRS: &str = include_str!("../../../fixtures/fingerprint/pairs.txt");

#[test]
fn pairs_agree_or_differ() {
    let mut checked = 0;
    let mut wrong = String::new();
    for block in PAIRS.split("\n\n").filter(|block| !block.starts_with('#')) {
        let (head, texts) = block.split_once('\n').unwrap_or_default();
        let (a, b) = texts.split_once("\n~\n").unwrap_or_default();
        let (a, b) = (unescape(a), unescape(b));
        let same = fingerprint(&a) == fingerprint(&b);
        if same != head.starts_with("same ") {
            wrong.push_str(&format!("{head}\n  {a}\n  {b}\n"));
        }
        checked += 1;
    }
    assert!(checked >= 100, "{checked} pairs were read");
    assert!(wrong.is_empty(), "{wrong}");
}

fn fingerprint(sql: &str) -> Fingerprint {
    Digester::default().digest(sql.as_bytes()).fingerprint
}

/// Puts characters in for `\u{…}`.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.trim_end_matches('\n');
    while let Some((before, after)) = rest.split_once("\\u{") {
        out.push_str(before);
        let (digits, after) = after.split_once('}').unwrap_or_default();
        let code = u32::from_str_radix(digits, 16).unwrap_or(0);
        out.extend(char::from_u32(code));
        rest = after;
    }
    out + rest
}
