//! Asking less often.

use crate::advice::cache::Caching;
use crate::advice::fix::{Fix, Guesses};

/// The query with a word on how often to ask it: what remembers the answer is not SQL.
pub(super) fn cache(caching: &Caching<'_>) -> Option<Fix> {
    let query = caching.reading.query.sql.trim_end();
    let values = if query.contains("$1") {
        " for each set of values"
    } else {
        ""
    };
    let how = if caching.lasts() {
        format!(
            "-- Ask this at most once in {} seconds{values}, and keep the answer in the application",
            caching.seconds
        )
    } else {
        format!("-- Ask this once a request{values}, and hand the answer on")
    };
    Some(Fix::new(format!("{how}\n{query}"), Guesses::default()))
}

/// Two queries in one.
pub(super) fn together() -> Fix {
    let code = "-- Put your queries in the place of the two SELECT 1\n\
                SELECT\n  \
                (SELECT jsonb_agg(a) FROM (SELECT 1 AS id) AS a) AS first_rows,\n  \
                (SELECT jsonb_agg(b) FROM (SELECT 1 AS id) AS b) AS other_rows";
    Fix::new(code, Guesses::default())
        .note("Where a loop asks for each row's share, a join or = ANY($1) asks once.")
}
