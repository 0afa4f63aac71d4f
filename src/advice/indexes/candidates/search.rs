//! Indexes that search within values (GIN, GiST), and those for large tables in the order of time (BRIN) and for long
//! texts (hash).

use super::Setting;
use super::immutable::is_immutable;
use super::needs::{is_known, words};
use crate::advice::indexes::scan::{Against, Comparison, Condition, Op, Term, Value};
use crate::advice::indexes::selectivity;
use crate::catalog::{Index, Key, Table};

/// Pages from which on a table is large enough for a BRIN index to be worth its coarseness.
const LARGE: u64 = 10_000;
/// How far rows have to stand in the order of the column for BRIN.
const IN_ORDER: f64 = 0.95;
/// The part of the rows from which on a B-tree's finer search gains little over BRIN.
const COARSE: f64 = 0.01;
/// Bytes of a text from which on an index of hashes is much smaller.
const LONG: u32 = 100;
/// Plain characters in a row that a trigram index needs.
const TRIGRAM: usize = 3;

/// Indexes other than B-trees for conditions that hold together.
pub(super) fn candidates(
    setting: &Setting<'_>,
    conditions: &[Condition],
    put: &mut dyn FnMut(Index, String),
) {
    for condition in conditions {
        let Condition::One(comparison) = condition else {
            continue;
        };
        let [term] = comparison.terms.as_slice() else {
            continue;
        };
        if let Some((method, key, reason)) = searched(setting, comparison, term) {
            let index = Index {
                table: setting.scan.table.clone(),
                method: method.to_owned(),
                keys: vec![key],
                ..Index::default()
            };
            put(index, reason);
        }
    }
}

fn searched(
    setting: &Setting<'_>,
    comparison: &Comparison,
    term: &Term,
) -> Option<(&'static str, Key, String)> {
    if !is_immutable(setting.table, term) {
        return None;
    }
    let key = |opclass: Option<&str>| Key {
        of: term.of.clone(),
        opclass: opclass.map(str::to_owned),
        ..Key::column("")
    };
    let name = words(term);
    match &comparison.op {
        Op::Like | Op::ILike | Op::Regex(_) => {
            let pattern = pattern(comparison)?;
            let anchored = comparison.op == Op::Like && !pattern.starts_with(['%', '_']);
            if anchored || plain_run(pattern, &comparison.op) < TRIGRAM {
                return None;
            }
            let missing = setting
                .catalog
                .is_some_and(|c| !c.extensions.iter().any(|e| e.name == "pg_trgm"));
            let mut reason = format!("{name} is searched for a part of it, which trigrams find");
            if missing {
                reason.push_str("; it needs CREATE EXTENSION pg_trgm first");
            }
            Some(("gin", key(Some("gin_trgm_ops")), reason))
        }
        Op::Operator(op) => {
            let data_type = term
                .as_column()
                .and_then(|name| Some(setting.table?.column(name)?.data_type.as_str()));
            by_operator(op, data_type, term)
                .map(|(method, opclass)| (method, key(opclass), format!("{op} looks into {name}")))
        }
        Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::Between => {
            let table = setting.table?;
            let statistics = table.column(term.as_column()?)?.statistics.as_ref()?;
            let in_order = statistics.correlation.is_some_and(|c| c.abs() > IN_ORDER);
            let large = table.pages.is_some_and(|pages| pages > LARGE);
            let part = selectivity::of_scan(table, &setting.scan.conditions);
            let plain = setting.scan.limit.is_none() && setting.scan.extremes.is_empty();
            (in_order && large && plain && is_known(comparison) && part >= COARSE).then(|| {
                let reason = format!(
                    "the table is in the order of {name}, so that a note of each 128 pages does (BRIN)"
                );
                ("brin", key(None), reason)
            })
        }
        Op::Eq => long_text(setting.table?, term).then(|| {
            let reason = format!("equality on {name}, whose values are long: their hashes do");
            ("hash", key(None), reason)
        }),
        _ => None,
    }
}

/// The method and the operator class that serve an operator.
fn by_operator(
    op: &str,
    data_type: Option<&str>,
    term: &Term,
) -> Option<(&'static str, Option<&'static str>)> {
    let is_vector = term.calls.iter().any(|call| call == "to_tsvector");
    match (op, data_type) {
        ("@>" | "@@" | "@?", Some("jsonb")) => Some(("gin", Some("jsonb_path_ops"))),
        ("?" | "?|" | "?&", Some("jsonb")) | ("@@", Some("tsvector")) => Some(("gin", None)),
        ("@>" | "<@" | "&&", Some(t)) if t.ends_with("[]") => Some(("gin", None)),
        ("@>" | "<@" | "&&", Some(t)) if t.ends_with("range") => Some(("gist", None)),
        ("@>" | "<@" | "&&", Some("point" | "box" | "polygon" | "circle")) => Some(("gist", None)),
        ("@@", _) if is_vector => Some(("gin", None)),
        ("%", Some("text")) => Some(("gin", Some("gin_trgm_ops"))),
        // An expression that gives a json: `data->'tags' @> …`.
        ("@>", None) if term.calls.first().is_some_and(|c| c == "->" || c == "#>") => {
            Some(("gin", Some("jsonb_path_ops")))
        }
        _ => None,
    }
}

fn long_text(table: &Table, term: &Term) -> bool {
    let column = term.as_column().and_then(|name| table.column(name));
    column
        .and_then(|c| c.statistics.as_ref())
        .is_some_and(|s| s.avg_width > LONG)
}

fn pattern(comparison: &Comparison) -> Option<&str> {
    match &comparison.against {
        Against::Values(values) => match values.as_slice() {
            [Value::Literal(text, _)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The longest run of letters and digits in a pattern, of which trigrams are made.
pub(in crate::advice::indexes) fn plain_run(pattern: &str, op: &Op) -> usize {
    let special = |c: char| match op {
        Op::Regex(_) => !c.is_alphanumeric(),
        _ => matches!(c, '%' | '_') || !c.is_alphanumeric(),
    };
    let runs = pattern.split(special);
    runs.map(|run| run.chars().count()).max().unwrap_or(0)
}
