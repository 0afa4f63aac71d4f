//! Texts of `pg_stat_statements` that the server itself would not take back.
//!
//! It replaces constants by parameters wherever they stand, also where the grammar takes a constant only:
//! `interval '1 day'` becomes `interval $4`, `extract(year from x)` becomes `extract($1 from x)`.

use crate::sql::{Class, tokens};

/// Types before which a constant may stand as before no other name.
const TYPES: &[&str] = &[
    "interval",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "bool",
    "boolean",
    "bytea",
    "inet",
    "cidr",
    "json",
    "jsonb",
    "uuid",
    "numeric",
    "money",
    "point",
    "box",
    "xml",
    "regclass",
    "bit",
    "char",
    "varchar",
    "text",
];

/// The text with what is known put right, and what that was; `None` when there was nothing.
pub(in crate::live) fn mend(text: &str) -> Option<(String, &'static str)> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut what = None;
    let solid: Vec<_> = tokens(text)
        .filter(|(class, _)| !matches!(class, Class::Space | Class::Comment))
        .collect();
    let word = |at: usize| {
        let range = solid.get(at).map(|(_, range)| range.clone());
        range.and_then(|range| text.get(range)).unwrap_or_default()
    };
    let parameter = |at: usize| word(at).starts_with('$') && word(at).len() > 1;
    // Up to where the text is copied.
    let mut done = 0;
    let mut copy = |out: &mut String, range: std::ops::Range<usize>, instead: &str| {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(instead);
        done = range.end;
    };
    for at in 0..solid.len() {
        let Some((_, here)) = solid.get(at) else {
            break;
        };
        let lower = word(at).to_ascii_lowercase();
        if parameter(at + 1) && TYPES.contains(&lower.as_str()) && word(at.wrapping_sub(1)) != "." {
            // `AS date $1` is no column's alias either: a parameter can't follow one.
            let end = solid.get(at + 1).map_or(here.end, |(_, range)| range.end);
            copy(
                &mut out,
                here.start..end,
                &format!("{}::{lower}", word(at + 1)),
            );
            what = Some("a type before a parameter became a cast");
        } else if lower == "extract"
            && word(at + 1) == "("
            && parameter(at + 2)
            && word(at + 3).eq_ignore_ascii_case("from")
        {
            copy(&mut out, here.clone(), "date_part");
            if let Some((_, from)) = solid.get(at + 3) {
                copy(&mut out, from.clone(), ",");
            }
            what = Some("EXTRACT with a parameter became date_part");
        }
    }
    copy(&mut out, text.len()..text.len(), "");
    what.map(|what| (out, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_where_no_parameter_may_stand_are_put_right() {
        for (text, want) in [
            (
                "select now() - interval $4",
                Some("select now() - $4::interval"),
            ),
            ("select interval $1 day", Some("select $1::interval day")),
            (
                "where d > date $1 and e < DATE $2",
                Some("where d > $1::date and e < $2::date"),
            ),
            (
                "select extract($1 FROM x.y)",
                Some("select date_part($1 , x.y)"),
            ),
            ("select t.date = $1, 'interval $1'", None),
            ("select a in ($1 /*, ... */)", None),
        ] {
            assert_eq!(mend(text).map(|(text, _)| text).as_deref(), want, "{text}");
        }
    }
}
