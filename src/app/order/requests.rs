//! Which requests are listed, in which order.

use super::{By, Scope, Sort, all, is, turn};
use crate::analysis::Analysis;
use crate::app::filter::Filter;
use crate::workload::{Request, RequestId};

/// The requests that pass, ordered.
pub(super) fn rows(analysis: &Analysis, filter: &Filter, sort: Sort) -> Vec<u32> {
    let w = &analysis.workload;
    let test = Test::new(analysis, filter);
    let mut rows: Vec<u32> = all(w.requests.len())
        .filter(|&i| filter.is_empty() || test.passes(RequestId(i)))
        .collect();
    match sort.by {
        // Requests are in the order of time already.
        By::When => {}
        By::Label => rows.sort_by_cached_key(|&i| {
            let label = w.request(RequestId(i)).and_then(|r| w.label(r));
            // Those without one come last.
            (label.is_none(), label)
        }),
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
    let w = &analysis.workload;
    match by {
        By::Duration => request.duration(),
        By::Whole => w.elapsed(request).unwrap_or(0),
        By::Status => w
            .served(request)
            .and_then(|s| s.status)
            .map_or(0, u64::from),
        By::Statements => u64::from(request.executions),
        By::DbTime => request.db_time,
        By::Findings => analysis.findings_of(id).count() as u64,
        _ => 0,
    }
}

/// Whether requests pass a filter. Which queries match is asked once each, not once an execution.
pub(super) struct Test<'a> {
    analysis: &'a Analysis,
    filter: &'a Filter,
    scope: Scope,
    /// A word each, with the queries that have it.
    words: Vec<(Filter, Vec<bool>)>,
    /// The queries of the wanted kind.
    kind: Option<Vec<bool>>,
}

impl<'a> Test<'a> {
    pub(super) fn new(analysis: &'a Analysis, filter: &'a Filter) -> Self {
        let queries = &analysis.workload.queries;
        let words = filter.words.iter().map(|word| {
            let one = Filter {
                words: vec![word.clone()],
                ..Filter::default()
            };
            let having = queries
                .iter()
                .map(|q| one.words_in(&[&q.sql, &q.summary]))
                .collect();
            (one, having)
        });
        Self {
            analysis,
            filter,
            scope: Scope::new(analysis, filter),
            words: words.collect(),
            kind: filter
                .kind
                .as_deref()
                .map(|k| queries.iter().map(|q| is(q.kind, k)).collect()),
        }
    }

    /// Whether a request passes.
    pub(super) fn passes(&self, id: RequestId) -> bool {
        let w = &self.analysis.workload;
        let Some(request) = w.request(id) else {
            return false;
        };
        let label = w.label(request).unwrap_or_default();
        self.scope.has(id)
            && self
                .filter
                .finding
                .is_none_or(|n| self.found(id, |f, _| n == f + 1))
            && self
                .filter
                .rule
                .as_deref()
                .is_none_or(|rule| self.found(id, |_, name| name.contains(rule)))
            && self
                .kind
                .as_deref()
                .is_none_or(|kinds| self.ran(request, kinds))
            && self
                .words
                .iter()
                .all(|(word, having)| word.words_in(&[label]) || self.ran(request, having))
    }

    /// Whether a finding of the request, by its position and rule, is wanted.
    fn found(&self, id: RequestId, wanted: impl Fn(usize, &str) -> bool) -> bool {
        let findings = &self.analysis.findings;
        self.analysis.findings_of(id).any(|f| {
            findings
                .get(f)
                .is_some_and(|finding| wanted(f, finding.rule))
        })
    }

    fn ran(&self, request: &Request, wanted: &[bool]) -> bool {
        let ids = request.first.index()..request.first.index() + request.executions as usize;
        let queries = self.analysis.workload.executions.queries().get(ids);
        queries.is_some_and(|own| {
            own.iter()
                .any(|q| wanted.get(q.index()).copied().unwrap_or(false))
        })
    }
}
