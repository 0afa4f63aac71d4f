//! Queries that a request runs again and again.

use super::executions::Executions;
use super::ids::{ExecutionId, QueryId, RequestId};
use super::request::Request;

/// Fewer executions of a query in one request are not worth a word.
const FEWEST: usize = 3;

/// All executions of one query in one request, where they are three or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The request.
    pub request: RequestId,
    /// The query.
    pub query: QueryId,
    /// How many executions.
    pub executions: u32,
    /// How many of them have different constants and parameters.
    pub distinct: u32,
    /// How often the commonest constants and parameters come.
    pub commonest: u32,
    /// The first of them, in the order of the request.
    pub first: ExecutionId,
    /// The last of them.
    pub last: ExecutionId,
}

/// All runs, in the order of requests and in each by their first execution.
pub(super) fn runs(executions: &Executions, requests: &[Request]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // Query, values and id of each execution of a request: sorted, equal ones stand together.
    let mut keys: Vec<(QueryId, u32, u32)> = Vec::new();
    for (number, request) in requests.iter().enumerate() {
        if (request.executions as usize) < FEWEST {
            continue;
        }
        keys.clear();
        let range = executions.range(request.ids());
        keys.extend(range.map(|(id, e)| (e.query, e.values, id.0)));
        keys.sort_unstable();
        let from = runs.len();
        for group in keys.chunk_by(|a, b| a.0 == b.0) {
            if group.len() < FEWEST {
                continue;
            }
            let ids = || group.iter().map(|key| key.2);
            let same = group.chunk_by(|a, b| a.1 == b.1);
            let (distinct, commonest) = same.fold((0, 0), |(distinct, most), values| {
                (distinct + 1, values.len().max(most))
            });
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            if let (Some(key), Some(first), Some(last)) = (group.first(), ids().min(), ids().max())
            {
                runs.push(Run {
                    request: RequestId::at(number),
                    query: key.0,
                    executions: count(group.len()),
                    distinct,
                    commonest: count(commonest),
                    first: ExecutionId(first),
                    last: ExecutionId(last),
                });
            }
        }
        if let Some(new) = runs.get_mut(from..) {
            new.sort_by_key(|run| run.first);
        }
    }
    runs
}
