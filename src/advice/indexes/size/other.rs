//! How many pages hash, BRIN and GiST indexes have when they are new.

use super::PAGE;
use super::value::Value;

/// Bytes of a page beside its header and special space.
const ROOM: f64 = 8152.0;

/// A hash index: entries are hashes, twenty bytes each. Buckets are made for three quarters of a page each, in steps of
/// a quarter of the next power of two; those that were not split yet hold twice as much. Rows with the same key are in
/// the same bucket.
pub(super) fn hash(rows: f64, distinct: f64) -> f64 {
    let holds = (ROOM / 20.0).floor();
    let wanted = (rows / (holds * 0.75).floor()).max(2.0);
    let power = 2_f64.powf(wanted.log2().floor());
    let buckets = match power {
        p if p < wanted && p >= 512.0 => p + ((wanted - p) / (p / 4.0)).ceil() * p / 4.0,
        p if p < wanted => 2.0 * p,
        p => p,
    };
    let base = 2_f64.powf(buckets.log2().floor());
    let behind = |load: f64| ((load / holds).ceil() - 1.0).max(0.0);
    let overflow = if distinct < buckets {
        distinct * behind(rows / distinct.max(1.0))
    } else {
        let split = 2.0 * (buckets - base);
        split * behind(rows / (2.0 * base)) + (buckets - split) * behind(rows / base)
    };
    // The metapage and a map of overflow pages.
    buckets + overflow + 2.0
}

/// A BRIN index: the least and the greatest value of each stretch of 128 pages.
pub(super) fn brin(table_pages: f64, keys: &[Value]) -> f64 {
    let ranges = (table_pages / 128.0).ceil().max(1.0);
    let values: f64 = keys.iter().map(|key| 2.0 * key.width).sum();
    let entry = ((8.0 + values) / 8.0).ceil() * 8.0 + 4.0;
    // The metapage, and six bytes a stretch in the map.
    1.0 + (ranges * 6.0 / ROOM).ceil() + (ranges * entry / ROOM).ceil()
}

/// A GiST or SP-GiST index: entries are put in one by one, so that pages are about two thirds full. Those of trigrams
/// hold a list of them: three bytes each, one a letter.
pub(super) fn gist(rows: f64, keys: &[Value], trigrams: bool) -> f64 {
    let width: f64 = keys
        .iter()
        .map(|key| {
            if trigrams {
                3.0 * key.width
            } else {
                key.width.max(16.0)
            }
        })
        .sum();
    let entry = ((8.0 + width) / 8.0).ceil() * 8.0 + 4.0;
    (rows * entry / (ROOM * 0.67)).ceil() + 1.0
}

/// Any other method: as much as the values take.
pub(super) fn unknown(rows: f64, keys: &[Value]) -> f64 {
    let width: f64 = keys.iter().map(|key| key.width).sum();
    (rows * (width + 16.0) / PAGE as f64).ceil() + 1.0
}
