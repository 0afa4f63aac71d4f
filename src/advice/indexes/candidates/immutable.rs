//! Which expressions an index may hold: those that always give the same for the same row.

use crate::advice::indexes::scan::Term;
use crate::catalog::Table;

/// Functions and operators that are IMMUTABLE for all types that they are used with here (`pg_proc.provolatile`).
const ALWAYS: &[&str] = &[
    "lower",
    "upper",
    "trim",
    "btrim",
    "ltrim",
    "rtrim",
    "md5",
    "length",
    "char_length",
    "abs",
    "coalesce",
    "nullif",
    "replace",
    "substring",
    "substr",
    "left",
    "right",
    "reverse",
    "initcap",
    "round",
    "floor",
    "ceil",
    "ceiling",
    "trunc",
    "mod",
    "greatest",
    "least",
    "split_part",
    "strpos",
    "position",
    "->",
    "->>",
    "#>",
    "#>>",
    "+",
    "-",
    "*",
    "/",
    "%",
    "||",
    "cardinality",
    "array_length",
    "jsonb_extract_path",
    "jsonb_extract_path_text",
    "json_extract_path_text",
    "jsonb_array_length",
    "hashtext",
    "sqrt",
    "sign",
    "translate",
    "starts_with",
    "encode",
    "::integer",
    "::int",
    "::int4",
    "::bigint",
    "::int8",
    "::smallint",
    "::numeric",
    "::uuid",
    "::boolean",
    "::bool",
    "::double precision",
    "::real",
];

/// Types whose values can be written in a statement as they are: nobody has to make a text of the column.
const HAVE_LITERALS: &[&str] = &[
    "integer", "bigint", "smallint", "numeric", "uuid", "boolean", "date",
];

/// Those that depend on the time zone for `timestamp with time zone`, and are IMMUTABLE for times without one.
const OF_PLAIN_TIMES: &[&str] = &[
    "date_trunc",
    "date_part",
    "extract",
    "::date",
    "::time",
    "date",
];

/// Whether an index may hold the term.
pub(in crate::advice::indexes) fn is_immutable(table: Option<&Table>, term: &Term) -> bool {
    if term.as_column().is_some() {
        return true;
    }
    let types: Vec<&str> = term
        .columns
        .iter()
        .filter_map(|name| Some(table?.column(name)?.data_type.as_str()))
        .collect();
    let plain_times = types.len() == term.columns.len()
        && types.iter().all(|t| {
            *t == "date" || t.starts_with("timestamp") && t.ends_with("without time zone")
        });
    let is_time = |t: &&str| t.starts_with("timestamp") || t.starts_with("time") || **t == *"date";
    let arithmetic = ["+", "-"];
    // `a + 1 = 5` asks for `a = 4`, which an index on the column serves.
    let solvable = term.columns.len() == 1
        && !term.calls.is_empty()
        && term
            .calls
            .iter()
            .all(|call| matches!(call.as_str(), "+" | "-" | "*" | "/"));
    // `id::text = '5'` asks for `id = 5`.
    let needless = matches!(term.calls.as_slice(), [call] if call.starts_with("::"))
        && !types.is_empty()
        && types.iter().all(|t| HAVE_LITERALS.contains(t));
    if solvable || needless {
        return false;
    }
    !term.columns.is_empty()
        && term.calls.iter().all(|call| {
            let always = ALWAYS.contains(&call.as_str());
            // Times with a zone plus an interval depend on the zone.
            let doubtful = arithmetic.contains(&call.as_str()) && types.iter().any(is_time);
            let text = call == "::text" && !types.iter().any(is_time);
            let vector = call == "to_tsvector" && has_configuration(term);
            (always && !doubtful)
                || text
                || vector
                || (plain_times && OF_PLAIN_TIMES.contains(&call.as_str()))
        })
}

/// `to_tsvector('english', …)`: without the configuration it depends on a setting.
fn has_configuration(term: &Term) -> bool {
    match &term.of {
        crate::catalog::KeyOf::Expression(text) => text.contains("to_tsvector('"),
        crate::catalog::KeyOf::Column(_) => false,
    }
}
