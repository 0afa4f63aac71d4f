//! What statements are called, and how a plan of one is asked for.

use super::input::{LiveInput, Statement, Statements};
use crate::advice::{self, Suggestion, SuggestionKind};
use crate::live::statements::Sureness;
use crate::rules::catalog::{may_read_catalog, reads_catalog};
use crate::rules::{Cost, Subject};
use crate::sql::{Kind, facts};
use crate::workload::Confidence;

/// What a statement does, for the beginning of a title: "reading orders by customer_id".
pub(super) fn what(statement: &Statement<'_>) -> String {
    let Some(text) = statement.text else {
        return "a statement whose text is gone".to_owned();
    };
    let facts = facts(&text.sql);
    let table = facts.as_ref().and_then(|f| f.tables.first());
    let Some((facts, table)) = facts.as_ref().zip(table) else {
        return crate::sql::summary(&text.sql);
    };
    let verb = match text.kind {
        Kind::Insert => "inserting into",
        Kind::Update => "updating",
        Kind::Delete => "deleting from",
        Kind::Merge => "merging into",
        _ => "reading",
    };
    let condition = advice::condition(facts);
    let by = if condition.is_empty() {
        condition
    } else {
        format!(" by {condition}")
    };
    format!("{verb} {}{by}", table.name)
}

/// What a finding about it is about.
pub(super) fn subject(statement: &Statement<'_>) -> Subject {
    statement
        .text
        .map_or(Subject::Server, |text| Subject::Statement(text.fingerprint))
}

/// Whether rules speak of it. What opens and ends transactions, and what people run by hand, no rewriting mends; what
/// reads the server's own catalog is monitoring, ours among it.
pub(super) fn concerns(statement: &Statement<'_>) -> bool {
    let Some(text) = statement.text else {
        return true;
    };
    let data = matches!(
        text.kind,
        Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
    );
    data && !(may_read_catalog(&text.sql)
        && facts(&text.sql).is_none_or(|facts| reads_catalog(&facts)))
}

/// What it costs.
pub(super) fn cost(all: &Statements<'_>, statement: &Statement<'_>) -> Cost {
    Cost {
        db_time: whole(statement.values.cost() * 1_000.0),
        executions: whole(statement.values.calls()),
        round_trips: 0,
        share: all.share(statement),
    }
}

/// How sure its numbers are, and why not surer.
pub(super) fn trust(all: &Statements<'_>, statement: &Statement<'_>) -> (Confidence, Vec<String>) {
    let mut reasons = vec!["the server counted it".to_owned()];
    reasons.extend(statement.sureness.reason().map(str::to_owned));
    reasons.extend(all.doubt.clone());
    let confidence = match statement.sureness {
        Sureness::Exact => Confidence::High,
        Sureness::AtLeast(_) | Sureness::AtMost(_) | Sureness::About(_) => Confidence::Medium,
    };
    (confidence, reasons)
}

/// The way to its plan.
pub(super) fn plan(input: &LiveInput<'_>, statement: &Statement<'_>) -> Vec<Suggestion> {
    let Some(text) = statement.text.filter(|text| !text.cut) else {
        return Vec::new();
    };
    let sql = text.sql.trim().trim_end_matches(';');
    let version = input.catalog.and_then(|c| c.server.version_num);
    let parameters = parameters(sql);
    let (code, note) = if parameters == 0 {
        (
            format!("EXPLAIN\n{sql};"),
            "EXPLAIN alone doesn't run the statement, but may run functions in it that are not volatile.",
        )
    } else if version.is_some_and(|v| v >= 160_000) {
        (
            format!("EXPLAIN (GENERIC_PLAN)\n{sql};"),
            "This is the plan for any values; with values of your own the plan may differ.",
        )
    } else {
        let values = vec!["NULL"; parameters].join(", ");
        (
            format!(
                "SET plan_cache_mode = force_generic_plan;\nPREPARE q AS\n{sql};\nEXPLAIN EXECUTE q ({values});\nDEALLOCATE q;\n\
                 RESET plan_cache_mode;"
            ),
            "This is the plan for any values; with values of your own the plan may differ.",
        )
    };
    vec![super::say::sql(
        SuggestionKind::Rewrite,
        "look at its plan",
        code,
        note,
    )]
}

/// The highest parameter in a text: `$3` makes three.
fn parameters(sql: &str) -> usize {
    crate::sql::tokens(sql)
        .filter(|(class, _)| *class == crate::sql::Class::Parameter)
        .filter_map(|(_, range)| sql.get(range)?.strip_prefix('$')?.parse().ok())
        .filter(|n| *n <= 1_000)
        .max()
        .unwrap_or(0)
}

/// A count that the server adds up in floating point.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count or a time, not negative"
)]
pub(super) fn whole(n: f64) -> u64 {
    n.max(0.0) as u64
}

/// `1 call`, `5,000 calls`.
pub(super) fn calls(statement: &Statement<'_>) -> String {
    match whole(statement.values.calls()) {
        1 => "1 call".to_owned(),
        n => format!("{} calls", crate::rules::finding::count(n)),
    }
}

/// Milliseconds for people.
pub(super) fn ms(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 10_000.0 => format!("{ms:.0} ms"),
        ms => super::say::duration(ms / 1_000.0),
    }
}
