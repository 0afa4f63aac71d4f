//! How many pages a GIN index has when it is new.
//!
//! A rule of thumb: each word of each value is one posting. The postings of a word are the distances between the rows
//! that have it, seven bits a byte, so that they take fewer bytes the more of them there are. What the words are, and
//! how common each of them is, is read from the values that ANALYZE kept.

use std::collections::BTreeMap;

use super::value::{key_column, of_column};
use crate::advice::indexes::words;
use crate::catalog::{Key, Table};

/// Where the postings go that lie beside their word, at the most; longer lists get pages of their own.
const BESIDE: f64 = 2000.0;
/// Bytes of postings in such a page: they are split while the index is built.
const PAGE_OF_POSTINGS: f64 = 4500.0;
/// The part of a page of words that is filled.
const FILLED: f64 = 0.65;

/// How many pages, for `kept` of the `rows` rows of a table.
pub(super) fn pages(table: &Table, keys: &[Key], rows: u64, kept: f64) -> f64 {
    let heap = table.pages.map_or(rows as f64 / 50.0, |pages| pages as f64);
    let in_page = (rows as f64 / heap.max(1.0)).max(1.0);
    let all = keys
        .iter()
        .map(|key| of_one(table, key, rows, kept, in_page));
    // The metapage, and the root.
    all.sum::<f64>() + 2.0
}

fn of_one(table: &Table, key: &Key, rows: u64, kept: f64, in_page: f64) -> f64 {
    let column = key_column(table, key);
    let value = of_column(column, rows);
    let with = kept * (1.0 - value.nulls);
    let of_word =
        |count: f64, width: f64| word(count, width, rows as f64 / count.max(1.0), in_page);
    let Some(sample) = column
        .map(|c| words::sample(c, key))
        .filter(|s| s.values >= 10)
    else {
        // Without values the width tells: a text has about as many trigrams as letters.
        let trigrams = words::is_trigram(key);
        let (each, letters) = if trigrams {
            (value.width, 3.0)
        } else {
            ((value.width / 10.0).max(1.0), 8.0)
        };
        let different = (value.distinct * each).min(if trigrams { 20_000.0 } else { with });
        return different * of_word(with * each / different.max(1.0), letters);
    };
    let part = with / sample.values as f64;
    let mut of_count: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (word, count) in &sample.words {
        let (number, bytes) = of_count.entry(*count).or_default();
        *number += 1.0;
        *bytes += word.len() as f64;
    }
    let often = of_count.iter().filter(|(count, _)| **count > 1);
    let often: f64 = often
        .map(|(count, (number, bytes))| number * of_word(*count as f64 * part, bytes / number))
        .sum();
    // Words seen once stand for many that were not seen; how many is told by how many were seen twice (Chao).
    let Some((once, bytes)) = of_count.get(&1) else {
        return often;
    };
    let twice = of_count.get(&2).map_or(0.0, |(number, _)| *number);
    let postings = once * part;
    let different = if twice > 0.0 {
        once + once * once / (2.0 * twice)
    } else {
        postings
    };
    // Statistics name each value once, however many rows have it: words are no more than those of all values.
    let different = different
        .min(value.distinct * once / sample.values as f64)
        .clamp(1.0, postings.max(1.0));
    often + different * of_word(postings / different, bytes / once)
}

/// Pages of a word with `count` postings, each so many rows apart.
fn word(count: f64, width: f64, apart: f64, in_page: f64) -> f64 {
    // A row's number is its page, and eleven bits for its place there.
    let over = (apart / in_page).min(1.0);
    let far = ((2048.0 * (apart / in_page).max(1.0)).log2() / 7.0).ceil();
    let near = (apart.max(2.0).log2() / 7.0).ceil();
    let list = if count < 1.5 {
        6.0
    } else {
        count * (over * far + (1.0 - over) * near)
    };
    let entry = ((8.0 + width + if list > BESIDE { 8.0 } else { list }) / 8.0).ceil() * 8.0 + 4.0;
    let own = if list > BESIDE {
        (list / PAGE_OF_POSTINGS).max(1.0)
    } else {
        0.0
    };
    own + entry / 8152.0 / FILLED
}
