//! What fetching rows of a table costs when an index tells which.

use super::access::Site;

/// How many different pages `rows` random rows of a table of `pages` lie on (Mackert and Lohman 1989, for a cache that
/// holds the table).
pub(super) fn pages_of(rows: f64, pages: f64) -> f64 {
    (2.0 * pages * rows / (2.0 * pages + rows)).min(pages)
}

/// Fetching `rows` rows in the order of an index, `loops` times over; `correlation` tells how far that is the order of
/// the table. With `only`, the index has all that is wanted.
pub(super) fn ordered(site: &Site<'_>, rows: f64, correlation: f64, loops: f64, only: bool) -> f64 {
    let pages = site.extent.pages;
    let part = if only { 1.0 - site.visible } else { 1.0 };
    let worst = pages_of(rows * loops, pages) / loops * site.prices.any_page;
    let in_row = (rows / site.extent.rows * pages).ceil().max(1.0);
    let best = if loops > 1.0 {
        pages_of(in_row * loops, pages) / loops * site.prices.any_page
    } else {
        site.prices.any_page + (in_row - 1.0) * site.prices.next_page
    };
    part * (worst + correlation * correlation * (best.min(worst) - worst))
}

/// Fetching `rows` rows page by page, of which an index has made a bitmap, and looking at `checked` rows in them.
pub(super) fn bitmap(
    site: &Site<'_>,
    rows: f64,
    checked: f64,
    loops: f64,
    conditions: usize,
) -> f64 {
    let pages = site.extent.pages;
    let fetched = (pages_of(rows * loops, pages) / loops).max(1.0);
    let prices = site.prices;
    // The more of the pages are read, the more of them follow each other.
    let each = if fetched >= 2.0 {
        let dense = (fetched / pages).min(1.0).sqrt();
        prices.any_page - (prices.any_page - prices.next_page) * dense
    } else {
        prices.any_page
    };
    let look = checked * (prices.row + prices.operator * conditions as f64);
    fetched * each + look + 0.1 * prices.operator * rows
}
