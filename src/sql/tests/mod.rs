//! Tests of the room as a whole.

mod cut;
mod facts;
mod fingerprints;
mod normalise;
mod pretty;
mod summary;

use super::Digester;

/// The pairs of statements of `fingerprints`, which other tests cut and mend.
const PAIRS: &str = include_str!("../../../fixtures/fingerprint/pairs.txt");

/// The statements of the pairs, each with its escapes undone.
fn statements() -> impl Iterator<Item = String> {
    let blocks = PAIRS.split("\n\n").filter(|block| !block.starts_with('#'));
    let texts = blocks.filter_map(|block| block.split_once('\n'));
    texts
        .flat_map(|(_, texts)| texts.split("\n~\n"))
        .map(unescape)
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

/// The fingerprint of a statement as it is written.
fn fingerprint(sql: &str) -> String {
    let digest = Digester::default().digest(sql.as_bytes());
    digest.fingerprint.to_string()
}
