//! The words that a GIN index would have of the values that ANALYZE kept of a column.

use std::collections::{BTreeMap, BTreeSet};

use super::sample;
use crate::catalog::{Column, Key, KeyOf};

/// The words of some values.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// How many values there were.
    pub(super) values: usize,
    /// In how many of them each word is.
    pub(super) words: BTreeMap<String, usize>,
}

/// The words that a key of a GIN index has of the values that statistics hold of its column.
pub(super) fn sample(column: &Column, key: &Key) -> Sample {
    let split = splitter(column, key);
    let mut sample = Sample::default();
    for text in sample::values(column) {
        sample.values += 1;
        for word in split(text) {
            *sample.words.entry(word).or_default() += 1;
        }
    }
    sample
}

/// Whether a key's operator class is of trigrams.
pub(super) fn is_trigram(key: &Key) -> bool {
    key.opclass
        .as_deref()
        .is_some_and(|opclass| opclass.contains("trgm"))
}

fn splitter(column: &Column, key: &Key) -> fn(&str) -> BTreeSet<String> {
    let path = key
        .opclass
        .as_deref()
        .is_some_and(|opclass| opclass.contains("path_ops"));
    let vector = matches!(&key.of, KeyOf::Expression(text) if text.contains("to_tsvector"));
    match column.data_type.as_str() {
        _ if is_trigram(key) => trigrams,
        _ if vector => lexemes,
        "jsonb" | "json" if path => paths,
        "jsonb" | "json" => keys_and_values,
        kind if kind.ends_with(']') => elements,
        _ => lexemes,
    }
}

/// The trigrams of a text as `pg_trgm` takes them: words in lower case with two blanks before and one behind.
pub(super) fn trigrams(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    words
        .flat_map(|word| {
            let letters: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
            letters
                .windows(3)
                .map(|w| w.iter().collect())
                .collect::<Vec<String>>()
        })
        .collect()
}

fn lexemes(text: &str) -> BTreeSet<String> {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect()
}

fn elements(text: &str) -> BTreeSet<String> {
    let inner = text.trim_start_matches('{').trim_end_matches('}');
    inner
        .split(',')
        .filter(|e| !e.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What `jsonb_path_ops` hashes: each value with the way to it.
fn paths(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    if let Ok(value) = serde_json::from_str(text) {
        walk(&value, "", &mut |path, leaf| {
            all.extend([format!("{path}={leaf}")]);
        });
    }
    all
}

/// What `jsonb_ops` takes: each key, and each value.
fn keys_and_values(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    if let Ok(value) = serde_json::from_str(text) {
        walk(&value, "", &mut |path, leaf| {
            all.extend(
                path.split('.')
                    .filter(|key| !key.is_empty())
                    .map(str::to_owned),
            );
            all.insert(format!("={leaf}"));
        });
    }
    all
}

fn walk(value: &serde_json::Value, path: &str, each: &mut dyn FnMut(&str, &str)) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, inner) in fields {
                walk(inner, &format!("{path}.{key}"), each);
            }
        }
        serde_json::Value::Array(items) => {
            for inner in items {
                walk(inner, path, each);
            }
        }
        leaf => each(path, &leaf.to_string()),
    }
}
