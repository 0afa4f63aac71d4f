//! Which rows a list shows, in which order: worked out when the filter, the sort or the capture changes.

mod endpoints;
mod events;
mod indexes;
mod plans;
mod requests;
mod scope;
mod server;

use std::sync::Arc;

pub(crate) use endpoints::endpoint_key;
pub(crate) use events::{Events, Sum, amount, name_of_class, who};
pub(crate) use indexes::{IndexRow, index_key, row as index_row};
pub(crate) use plans::{name as name_of_plans, plan_key};
pub(crate) use requests::request_key;
use scope::Scope;
pub(crate) use server::{
    analysed, changes, dead, index_share, of_server, runs, steady, table_key, vacuumed,
};

use super::filter::Filter;
use super::model::View;
use crate::analysis::Analysis;
use crate::sql::Kind;
use crate::workload::{Query, QueryId, RequestId};

/// From this many rows on, an order is worked out beside the window.
pub(crate) const MANY: usize = 50_000;

/// By which column a table is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) by: By,
    pub(crate) descending: bool,
}

/// A column that a table can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum By {
    /// Findings have their own order.
    Rank,
    Summary,
    Executions,
    Total,
    Mean,
    P50,
    P95,
    P99,
    Max,
    Rows,
    Sessions,
    When,
    Label,
    Duration,
    Statements,
    DbTime,
    /// How much of a request's time is the database's.
    Database,
    Status,
    /// How long requests took by the application's own account.
    Whole,
    /// How many requests.
    Requests,
    /// How many other shapes of plans.
    Shapes,
    Findings,
    Code,
    Amount,
    Who,
    /// The process of a session.
    Pid,
    /// How long its transaction is open.
    Transaction,
    /// What it waits for.
    Wait,
    /// How many wait for it.
    Blocking,
    /// Bytes of a table with all that belongs to it.
    Size,
    SeqScans,
    IndexScans,
    /// The part of scans that used an index.
    IndexShare,
    /// Rows inserted, updated and deleted.
    Changes,
    /// The part of rows that nobody sees any more.
    Dead,
    Vacuum,
    Analyze,
}

impl By {
    /// The direction that a first click gives: names upwards, magnitudes downwards.
    pub(crate) fn first(self) -> Sort {
        let descending = !matches!(
            self,
            Self::Rank
                | Self::Summary
                | Self::When
                | Self::Label
                | Self::Code
                | Self::Who
                | Self::Pid
                | Self::Wait
        );
        Sort {
            by: self,
            descending,
        }
    }
}

/// Which rows are asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) view: View,
    pub(crate) filter: Filter,
    pub(crate) sort: Sort,
    /// Which events, where not all of them.
    pub(crate) events: Option<Events>,
}

/// The rows that were asked for.
#[derive(Debug)]
pub(crate) struct Ordered {
    pub(crate) question: Question,
    pub(crate) rows: Arc<Vec<u32>>,
    /// The largest number in the column that orders them.
    pub(crate) largest: f64,
    /// What all events add up to; only for their view.
    pub(crate) sums: Option<Arc<Vec<Sum>>>,
    /// How many findings each endpoint has; only for their view.
    pub(crate) endpoint_findings: Option<Arc<Vec<u32>>>,
}

/// Answers a question.
pub(crate) fn answer(analysis: &Analysis, question: &Question) -> Ordered {
    let Question {
        view, filter, sort, ..
    } = question;
    let counts = (*view == View::Endpoints).then(|| endpoints::findings(analysis));
    let of_endpoints = counts.as_deref().unwrap_or_default();
    Ordered {
        question: question.clone(),
        rows: Arc::new(match view {
            View::Findings => findings(analysis, filter),
            View::Queries => queries(analysis, filter, *sort),
            View::Endpoints => endpoints::rows(analysis, filter, *sort, of_endpoints),
            View::Requests => requests::rows(analysis, filter, *sort),
            View::Events => events::rows(analysis, filter, *sort, question.events),
            View::Plans => plans::rows(analysis, filter, *sort),
            View::Indexes => indexes::rows(analysis, filter, *sort),
            // These are not of the analysis: `of_server` answers for them.
            View::Activity | View::Tables => Vec::new(),
        }),
        largest: largest(analysis, *view, sort.by, of_endpoints),
        sums: (*view == View::Events).then(|| Arc::new(events::sums(analysis))),
        endpoint_findings: counts.map(Arc::new),
    }
}

/// How much work [`answer`] is, in rows to look at.
pub(crate) fn effort(analysis: &Analysis, question: &Question) -> usize {
    let (w, filter) = (&analysis.workload, &question.filter);
    match question.view {
        View::Events => w.occurrences.len(),
        // They have to be read first.
        View::Plans if analysis.plans_if_read().is_none() && !w.plans.is_empty() => MANY + 1,
        View::Plans | View::Indexes | View::Activity | View::Tables => 0,
        View::Requests | View::Endpoints if filter.is_empty() => w.requests.len(),
        View::Requests | View::Endpoints | View::Findings if !filter.words.is_empty() => {
            w.executions.len().max(w.queries.len() * 8)
        }
        View::Requests | View::Endpoints => w.requests.len(),
        View::Findings => analysis.findings.len(),
        View::Queries => w.queries.len(),
    }
}

/// Whether statements of this kind are called `name`.
fn is(kind: Kind, name: &str) -> bool {
    format!("{kind:?}").eq_ignore_ascii_case(name)
}

fn all(n: usize) -> impl Iterator<Item = u32> {
    0..u32::try_from(n).unwrap_or(u32::MAX)
}

fn findings(analysis: &Analysis, filter: &Filter) -> Vec<u32> {
    let w = &analysis.workload;
    let scope = Scope::new(analysis, filter);
    all(analysis.findings.len())
        .filter(|&i| {
            let Some(f) = analysis.findings.get(i as usize) else {
                return false;
            };
            let rule = filter.rule.as_deref().is_none_or(|r| f.rule.contains(r));
            let rank = filter.finding.is_none_or(|n| n == i as usize + 1);
            let queries = || f.queries.iter().filter_map(|q| w.query(*q));
            let kind = filter
                .kind
                .as_deref()
                .is_none_or(|k| queries().any(|q| is(q.kind, k)));
            rule && rank
                && kind
                && scope.has_any(f.sightings.iter().map(|s| s.request))
                && (filter.words.is_empty() || {
                    let mut texts = vec![f.rule, f.title.as_str(), f.detail.as_str()];
                    texts.extend(queries().flat_map(|q| [q.sql.as_str(), q.summary.as_str()]));
                    texts.extend(
                        f.sightings
                            .iter()
                            .filter_map(|s| w.label(w.request(s.request)?)),
                    );
                    filter.words_in(&texts)
                })
        })
        .collect()
}

fn query_passes(analysis: &Analysis, filter: &Filter, id: QueryId, query: &Query) -> bool {
    let of_finding = |test: &dyn Fn(usize, &crate::rules::Finding) -> bool| {
        analysis
            .findings
            .iter()
            .enumerate()
            .any(|(i, f)| test(i, f) && (f.queries.contains(&id) || f.parent == Some(id)))
    };
    filter.kind.as_deref().is_none_or(|k| is(query.kind, k))
        && filter
            .rule
            .as_deref()
            .is_none_or(|r| of_finding(&|_, f| f.rule.contains(r)))
        && filter
            .finding
            .is_none_or(|n| of_finding(&|i, _| n == i + 1))
        && filter.words_in(&[&query.sql, &query.summary])
}

fn queries(analysis: &Analysis, filter: &Filter, sort: Sort) -> Vec<u32> {
    let table = &analysis.workload.queries;
    let ran = Scope::new(analysis, filter).queries(analysis);
    let mut rows: Vec<u32> = all(table.len())
        .filter(|&i| {
            filter.is_empty()
                || table
                    .get(i as usize)
                    .is_some_and(|q| query_passes(analysis, filter, QueryId(i), q))
                    && ran
                        .as_ref()
                        .is_none_or(|r| r.get(i as usize).copied().unwrap_or(false))
        })
        .collect();
    let key = |i: &u32| {
        table
            .get(*i as usize)
            .map_or(0.0, |q| query_key(q, sort.by))
    };
    match sort.by {
        By::Summary => rows.sort_by(|a, b| {
            let text = |i: &u32| table.get(*i as usize).map(|q| q.summary.as_str());
            text(a).cmp(&text(b))
        }),
        _ => rows.sort_by(|a, b| key(a).total_cmp(&key(b))),
    }
    turn(&mut rows, sort);
    rows
}

/// The number that a query is ordered by; also the length of the bar behind it.
pub(crate) fn query_key(query: &Query, by: By) -> f64 {
    let s = &query.stats;
    match by {
        By::Executions => s.executions as f64,
        By::Total | By::DbTime => s.total as f64,
        By::Mean => s.mean().unwrap_or(-1.0),
        // What has no percentiles or no times comes after all that has.
        By::P50 | By::P95 | By::P99 if s.histogram.count() == 0 => -1.0,
        By::P50 => s.p50,
        By::P95 => s.p95,
        By::P99 => s.p99,
        By::Max => s.max as f64,
        By::Rows => s.rows.map_or(-1.0, |r| r as f64),
        By::Sessions => f64::from(s.sessions),
        _ => 0.0,
    }
}

/// Turns ascending rows around.
fn turn(rows: &mut [u32], sort: Sort) {
    if sort.descending {
        rows.reverse();
    }
}

/// The largest of the numbers in a column, for the bars behind it.
fn largest(analysis: &Analysis, view: View, by: By, of_endpoints: &[u32]) -> f64 {
    let w = &analysis.workload;
    match view {
        View::Findings | View::Events | View::Activity | View::Tables => 0.0,
        View::Plans => plans::largest(analysis, by),
        View::Indexes => indexes::largest(analysis, by),
        View::Queries => w
            .queries
            .iter()
            .map(|q| query_key(q, by))
            .fold(0.0, f64::max),
        View::Endpoints => analysis
            .endpoints
            .iter()
            .zip(of_endpoints)
            .map(|(e, findings)| endpoint_key(e, *findings, by))
            .fold(0.0, f64::max),
        View::Requests => all(w.requests.len())
            .filter_map(|i| {
                w.request(RequestId(i))
                    .map(|r| request_key(analysis, RequestId(i), r, by))
            })
            .max()
            .unwrap_or(0) as f64,
    }
}
