//! Texts that were cut off or damaged: nothing panics, and what is promised for any text holds.

use super::statements;
use crate::sql::{
    Class, Digester, bind, facts, normalise, pretty, slots, split, summary, tags, tokens,
};

#[test]
fn every_statement_may_be_cut_at_every_byte() {
    for sql in statements() {
        for end in 0..sql.len() {
            survives(sql.as_bytes().get(..end).unwrap_or_default());
            survives(sql.as_bytes().get(end..).unwrap_or_default());
        }
    }
}

#[test]
fn every_byte_may_be_another() {
    let others = b"'\"()[]$-/*,.;:?%\\\n \0\xc2\xff\xef1E";
    let mut others = others.iter().cycle();
    for sql in statements() {
        for at in 0..sql.len() {
            let mut bytes = sql.clone().into_bytes();
            if let (Some(byte), Some(other)) = (bytes.get_mut(at), others.next()) {
                *byte = *other;
            }
            survives(&bytes);
        }
    }
}

#[test]
fn statements_survive_whole() {
    for sql in statements() {
        survives(sql.as_bytes());
        let known = facts(&normalise(sql.as_bytes()));
        assert_eq!(known.clone(), facts(&normalise(sql.as_bytes())));
    }
}

fn survives(bytes: &[u8]) {
    let mut digester = Digester::default();
    let digest = digester.digest(bytes);
    assert_eq!(digest, digester.digest(bytes), "digested again");
    for slot in slots(bytes) {
        assert!(bytes.get(slot.source).is_some());
    }
    let normalised = normalise(bytes);
    if bytes.len().is_multiple_of(8) {
        // Parsing takes longest, and of most damaged texts it ends at once.
        let _facts = facts(&normalised);
    }
    let _tags = tags(bytes);

    let text = String::from_utf8_lossy(bytes);
    let mut at = 0;
    for (_, range) in tokens(&text) {
        assert_eq!(range.start, at, "a gap in {text:?}");
        assert!(text.get(range.clone()).is_some_and(|text| !text.is_empty()));
        at = range.end;
    }
    assert_eq!(at, text.len());
    assert_eq!(solid(&pretty(&text)), solid(&text), "{text:?}");
    let _summary = summary(&text);
    let _bound = bind(&text, &[Some("it's"), None, Some("-1")]);
    for range in split(&text) {
        assert!(text.get(range).is_some());
    }
}

/// All tokens but white space.
fn solid(sql: &str) -> Vec<&str> {
    let solid = tokens(sql).filter(|(class, _)| *class != Class::Space);
    solid.filter_map(|(_, range)| sql.get(range)).collect()
}
