//! The prefixes that are in use most: they are tried before any guess.

use super::Prefix;
use super::candidates::{Score, Start, score, spread};
use super::field::{Field, Part};

/// PostgreSQL's default, Debian's, pgBadger's advice, and those of RDS, Azure, Cloud SQL and Heroku, then variations
/// of them that people build. The order matters only between equals.
const USUAL: &[&str] = &[
    "%m [%p] ",
    "%m [%p] %q%u@%d ",
    "%m [%p] %u@%d ",
    "%m [%p] %q[user=%u,db=%d,app=%a] ",
    "%m [%p] %q%u@%d/%a ",
    "%m [%p-%l] ",
    "%m [%p-%l] %q%u@%d ",
    "%m [%p] %q%a ",
    "%m [%p] %u %d ",
    "%m [%p]: ",
    "%m [%p]: [%l-1] ",
    "%m [%p]: [%l-1] %q%u@%d ",
    "%m [%p]: [%l-1] %u@%d ",
    "%m [%p]: [%l-1] db=%d,user=%u ",
    "%m [%p]: [%l-1] user=%u,db=%d ",
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: db=%d,user=%u,app=%a,client=%h ",
    "%m [%p] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p] db=%d,user=%u,app=%a,client=%h ",
    "%m:%r:%u@%d:[%p]:",
    "%m-%c-",
    "%m [%p] %c ",
    "%m %u@%d ",
    "%m %c ",
    "%m ",
    "%n [%p] ",
    "%n [%p] %q%u@%d ",
    "[%m] [%p] ",
    "[%m] [%p] %u@%d ",
    "[%m] %u@%d [%p] ",
    "<%m> [%p] ",
    "< %m > ",
    "sql_error_code = %e time_ms=\"%m\" pid=\"%p\" proc_start_time=\"%s\" session_id=\"%c\" vtid=\"%v\" tid=\"%x\" log_line=\"%l\" database=\"%d\" connection_source=\"%r\" user=\"%u\" application_name=\"%a\" ",
    "[%p] ",
    "%c ",
    "",
];

/// The usual prefix that explains nearly all lines in a plain way.
///
/// Text takes anything: `%u %d ` reads `user=bob db=shop ` too. Names with such signs in most lines show that the
/// prefix is another one.
pub(super) fn find(starts: &[Start<'_>]) -> Option<Prefix> {
    let sample = spread(starts, 48);
    let mut best: Option<(Score, usize, Prefix)> = None;
    for text in USUAL {
        let Ok(prefix) = Prefix::parse(text) else {
            continue;
        };
        let rank = |score: Score| (score, usize::MAX - fields(&prefix));
        let better = |score: Score| {
            let rank = rank(score);
            best.as_ref().is_none_or(|b| rank > (b.0, b.1))
        };
        // A few lines tell the most apart.
        if !fits(score(&prefix.parts, sample.iter().copied()), sample.len()) {
            continue;
        }
        let score = score(&prefix.parts, starts.iter());
        if fits(score, starts.len()) && better(score) {
            best = Some((score, rank(score).1, prefix));
        }
    }
    best.map(|(_, _, prefix)| prefix)
}

fn fits(score: Score, of: usize) -> bool {
    score.explained * 100 >= of * 97 && score.plain * 10 >= score.explained * 9
}

fn fields(prefix: &Prefix) -> usize {
    let is_field = |part: &&Part| part.field().is_some_and(|field| field != Field::Text);
    prefix.parts.iter().filter(is_field).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_prefix_parses() {
        for text in USUAL {
            assert!(Prefix::parse(text).is_ok(), "{text}");
        }
    }
}
