//! Which statements indexes are wanted for: those of a file, a capture, or a server's statistics.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::texts::statement;
use crate::advice::indexes::{Load, Statement};
use crate::analysis::Analysis;
use crate::sql::{Digester, Fingerprint, Kind};
use crate::workload::{ExecutionId, QueryId};

/// Queries of a capture that are looked at, those that take the most time first.
const MOST: usize = 1_000;
/// Statements of a query that are read for the values in them.
const TEXTS: usize = 3;

/// Statements of a file, and what could not be read of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// The statements; those with one fingerprint are one.
    pub load: Load,
    /// Lines that could not be read: their numbers, counted from 1, and why.
    pub warnings: Vec<(usize, String)>,
}

#[derive(Deserialize)]
struct Line {
    sql: String,
    calls: Option<f64>,
}

/// Lines with the same fingerprint.
#[derive(Default)]
struct Gathered {
    /// Which of all it was when it was first seen.
    place: usize,
    calls: f64,
    texts: Vec<String>,
}

/// Reads one JSON object a line: `{"sql": "…", "calls": 120}`, where `calls` may be left out.
#[must_use]
pub fn of_lines(text: &str) -> Lines {
    let mut lines = Lines::default();
    let mut digester = Digester::default();
    let mut found: BTreeMap<Fingerprint, Gathered> = BTreeMap::new();
    for (number, text) in text.lines().enumerate() {
        if text.trim().is_empty() {
            continue;
        }
        let mut warn = |what: String| lines.warnings.push((number + 1, what));
        match serde_json::from_str::<Line>(text) {
            Ok(line) => {
                let calls = line.calls.unwrap_or(1.0);
                if !calls.is_finite() || calls < 0.0 {
                    warn("calls is no number from 0 on".to_owned());
                    continue;
                }
                let fingerprint = digester.digest(line.sql.as_bytes()).fingerprint;
                let place = found.len();
                let gathered = found.entry(fingerprint).or_insert_with(|| Gathered {
                    place,
                    ..Gathered::default()
                });
                gathered.calls += calls;
                if gathered.texts.len() < TEXTS {
                    gathered.texts.push(line.sql);
                }
            }
            Err(error) => warn(format!(
                "it is no object like {{\"sql\": \"…\", \"calls\": 1}}: {error}"
            )),
        }
    }
    // In the order of the file, as far as one can be kept.
    let mut all: Vec<(Fingerprint, Gathered)> = found.into_iter().collect();
    all.sort_by_key(|(_, gathered)| gathered.place);
    let statements = all.into_iter().map(|(fingerprint, gathered)| {
        let Gathered { calls, texts, .. } = gathered;
        let (sql, samples) = statement(&texts);
        Statement {
            fingerprint,
            sql,
            calls,
            total_ms: None,
            samples,
            search_path: None,
        }
    });
    lines.load.statements = statements.collect();
    lines
}

/// The statements of a capture that read or change rows, with values that were seen.
#[must_use]
pub fn of_capture(analysis: &Analysis) -> Load {
    let workload = &analysis.workload;
    let wanted = |kind: Kind| {
        matches!(
            kind,
            Kind::Select | Kind::Insert | Kind::Update | Kind::Delete | Kind::Merge
        )
    };
    let queries: Vec<(QueryId, &crate::workload::Query)> = (0..)
        .map(QueryId)
        .zip(&workload.queries)
        .filter(|(_, query)| wanted(query.kind) && query.stats.executions > 0)
        .take(MOST)
        .collect();
    let mut ends: BTreeMap<QueryId, (ExecutionId, ExecutionId)> = queries
        .iter()
        .map(|(id, _)| (*id, (ExecutionId(u32::MAX), ExecutionId(0))))
        .collect();
    for (query, id) in workload.executions.queries().iter().zip(0..) {
        if let Some(both) = ends.get_mut(query) {
            both.0 = both.0.min(ExecutionId(id));
            both.1 = ExecutionId(id);
        }
    }
    let statements = queries.into_iter().map(|(id, query)| {
        let seen = ends.get(&id).map_or(Vec::new(), |(first, last)| {
            let mut seen = vec![*first, *last];
            seen.extend(query.slowest);
            seen.sort_unstable();
            seen.dedup();
            seen
        });
        let texts: Vec<String> = seen
            .into_iter()
            .filter_map(|id| {
                let place = workload.executions.get(id)?.place;
                let text = analysis.sources.statement(place).ok()?.bound();
                // A text that was logged cut off is not the query's.
                let whole = Digester::default().digest(text.as_bytes()).fingerprint;
                (whole == query.fingerprint).then_some(text)
            })
            .collect();
        let (sql, samples) = if texts.is_empty() {
            (query.sql.clone(), Vec::new())
        } else {
            statement(&texts)
        };
        Statement {
            fingerprint: query.fingerprint,
            sql,
            calls: query.stats.executions as f64,
            total_ms: workload
                .timed()
                .then(|| query.stats.cost() as f64 / 1_000.0),
            samples,
            search_path: None,
        }
    });
    Load {
        statements: statements.collect(),
        seconds: workload
            .span
            .map(|(from, to)| (to - from) as f64 / 1e6)
            .filter(|seconds| *seconds >= 60.0),
    }
}
