//! Which rows a list shows, in which order: worked out when the filter, the sort or the capture changes.

mod events;

use std::cmp::Ordering;
use std::sync::Arc;

pub(crate) use events::{Events, Sum, amount, name_of_class, who};

use super::filter::Filter;
use super::model::View;
use crate::analysis::Analysis;
use crate::sql::Kind;
use crate::workload::{Query, QueryId, Request, RequestId};

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
    Findings,
    Code,
    Amount,
    Who,
}

impl By {
    /// The direction that a first click gives: names upwards, magnitudes downwards.
    pub(crate) fn first(self) -> Sort {
        let descending = !matches!(
            self,
            Self::Rank | Self::Summary | Self::When | Self::Label | Self::Code | Self::Who
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
}

/// Answers a question.
pub(crate) fn answer(analysis: &Analysis, question: &Question) -> Ordered {
    let Question {
        view, filter, sort, ..
    } = question;
    Ordered {
        question: question.clone(),
        rows: Arc::new(match view {
            View::Findings => findings(analysis, filter),
            View::Queries => queries(analysis, filter, *sort),
            View::Requests => requests(analysis, filter, *sort),
            View::Events => events::rows(analysis, filter, *sort, question.events),
        }),
        largest: largest(analysis, *view, sort.by),
        sums: (*view == View::Events).then(|| Arc::new(events::sums(analysis))),
    }
}

/// How much work [`answer`] is, in rows to look at.
pub(crate) fn effort(analysis: &Analysis, question: &Question) -> usize {
    let (w, filter) = (&analysis.workload, &question.filter);
    match question.view {
        View::Events => w.occurrences.len(),
        View::Requests if filter.is_empty() => w.requests.len(),
        View::Requests | View::Findings if !filter.words.is_empty() => {
            w.executions.len().max(w.queries.len() * 8)
        }
        View::Requests => w.requests.len(),
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
    let mut rows: Vec<u32> = all(table.len())
        .filter(|&i| {
            filter.is_empty()
                || table
                    .get(i as usize)
                    .is_some_and(|q| query_passes(analysis, filter, QueryId(i), q))
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
        By::Mean => s.mean().unwrap_or(0.0),
        // What has no percentiles comes after all that has.
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

fn requests(analysis: &Analysis, filter: &Filter, sort: Sort) -> Vec<u32> {
    let w = &analysis.workload;
    let words = Filter {
        words: filter.words.clone(),
        ..Filter::default()
    };
    // Which queries match is asked once each, not once an execution.
    let of_words: Vec<Vec<bool>> = words
        .words
        .iter()
        .map(|word| {
            let one = Filter {
                words: vec![word.clone()],
                ..Filter::default()
            };
            w.queries
                .iter()
                .map(|q| one.words_in(&[&q.sql, &q.summary]))
                .collect()
        })
        .collect();
    let of_kind: Option<Vec<bool>> = filter
        .kind
        .as_deref()
        .map(|k| w.queries.iter().map(|q| is(q.kind, k)).collect());
    let ran = |r: &Request, wanted: &[bool]| {
        let ids = r.first.index()..r.first.index() + r.executions as usize;
        w.executions.queries().get(ids).is_some_and(|qs| {
            qs.iter()
                .any(|q| wanted.get(q.index()).copied().unwrap_or(false))
        })
    };
    let passes = |i: u32| {
        let Some(r) = w.request(RequestId(i)) else {
            return false;
        };
        let label = w.label(r).unwrap_or_default();
        let found = |test: &dyn Fn(usize) -> bool| analysis.findings_of(RequestId(i)).any(test);
        filter.finding.is_none_or(|n| found(&|f| n == f + 1))
            && filter.rule.as_deref().is_none_or(|rule| {
                found(&|f| {
                    analysis
                        .findings
                        .get(f)
                        .is_some_and(|f| f.rule.contains(rule))
                })
            })
            && of_kind.as_deref().is_none_or(|kinds| ran(r, kinds))
            && words.words.iter().zip(&of_words).all(|(word, queries)| {
                let one = Filter {
                    words: vec![word.clone()],
                    ..Filter::default()
                };
                one.words_in(&[label]) || ran(r, queries)
            })
    };
    let mut rows: Vec<u32> = all(w.requests.len())
        .filter(|&i| filter.is_empty() || passes(i))
        .collect();
    match sort.by {
        // Requests are in the order of time already.
        By::When => {}
        By::Label => {
            let rank = label_ranks(analysis);
            rows.sort_by_key(|&i| {
                w.request(RequestId(i))
                    .and_then(|r| rank.get(r.tags?.index()).copied())
                    .unwrap_or(u32::MAX)
            });
        }
        by => rows.sort_by_cached_key(|&i| {
            w.request(RequestId(i))
                .map_or(0, |r| request_key(analysis, RequestId(i), r, by))
        }),
    }
    turn(&mut rows, sort);
    rows
}

/// The number that a request is ordered by.
pub(crate) fn request_key(analysis: &Analysis, id: RequestId, request: &Request, by: By) -> u64 {
    match by {
        By::Duration => request.duration(),
        By::Statements => u64::from(request.executions),
        By::DbTime => request.db_time,
        By::Findings => analysis.findings_of(id).count() as u64,
        _ => 0,
    }
}

/// Where each set of tags comes when they are ordered by label; those without one come last.
fn label_ranks(analysis: &Analysis) -> Vec<u32> {
    let tags = &analysis.workload.tags;
    let mut order: Vec<usize> = (0..tags.len()).collect();
    order.sort_by(|&a, &b| {
        let label = |i: usize| tags.get(i).and_then(|t| t.label.as_deref());
        match (label(a), label(b)) {
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (a, b) => a.cmp(&b),
        }
    });
    let mut rank = vec![u32::MAX; tags.len()];
    for (place, &i) in order.iter().enumerate() {
        if let Some(r) = rank.get_mut(i) {
            *r = u32::try_from(place).unwrap_or(u32::MAX);
        }
    }
    rank
}

/// Turns ascending rows around.
fn turn(rows: &mut [u32], sort: Sort) {
    if sort.descending {
        rows.reverse();
    }
}

/// The largest of the numbers in a column, for the bars behind it.
fn largest(analysis: &Analysis, view: View, by: By) -> f64 {
    let w = &analysis.workload;
    match view {
        View::Findings | View::Events => 0.0,
        View::Queries => w
            .queries
            .iter()
            .map(|q| query_key(q, by))
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
