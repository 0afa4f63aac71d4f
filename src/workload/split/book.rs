//! The requests found so far, and which of them each execution belongs to.

use rustc_hash::FxHashMap;

use crate::workload::assemble::Parts;
use crate::workload::executions::Execution;
use crate::workload::ids::{ExecutionId, SessionId, TagsId};
use crate::workload::request::{Grouping, Request, TagSource, Tags};

/// Requests in the making.
pub(super) struct Book<'a> {
    parts: &'a Parts,
    requests: Vec<Request>,
    request_of: Vec<u32>,
    /// Requests by their trace or request id.
    tagged: FxHashMap<&'a str, u32>,
    /// How many requests began on each session.
    ordinals: FxHashMap<SessionId, u32>,
}

impl<'a> Book<'a> {
    pub(super) fn new(parts: &'a Parts) -> Self {
        Self {
            parts,
            requests: Vec::new(),
            request_of: vec![0; parts.executions.len()],
            tagged: FxHashMap::default(),
            ordinals: FxHashMap::default(),
        }
    }

    /// What the requests are made of.
    pub(super) fn parts(&self) -> &'a Parts {
        self.parts
    }

    /// What the comments of an execution say.
    pub(super) fn tags(&self, id: u32) -> Option<(TagsId, &'a Tags)> {
        let tags = self.parts.tagged.get(id as usize).copied().flatten()?;
        Some((tags, self.parts.tags.get(tags.index())?))
    }

    /// The request with this id, or a new one.
    pub(super) fn open(
        &mut self,
        session: SessionId,
        id: Option<&'a str>,
        grouping: Grouping,
    ) -> u32 {
        // A request that works on several sessions at once is one request.
        if let Some(&number) = id.and_then(|id| self.tagged.get(id)) {
            return number;
        }
        let ordinal = self.ordinals.entry(session).or_default();
        *ordinal += 1;
        self.requests.push(Request {
            grouping,
            session,
            ordinal: *ordinal,
            tags: None,
            served: None,
            first: ExecutionId(0),
            executions: 0,
            start: i64::MAX,
            end: i64::MIN,
            db_time: 0,
        });
        u32::try_from(self.requests.len() - 1).unwrap_or(u32::MAX)
    }

    /// Writes an execution down as one of a request.
    pub(super) fn put(&mut self, id: u32, e: &Execution, number: u32) {
        let tags = self.tags(id);
        if let Some(request) = self.requests.get_mut(number as usize) {
            request.count(e);
            if let Some((tags_id, tags)) = tags {
                // The one that tells a request's id says more than one with a route alone.
                if request.tags.is_none() || tags.request.is_some() {
                    request.tags = Some(tags_id);
                }
                if let Some(id) = tags.request.as_deref() {
                    request.grouping = match tags.source {
                        TagSource::Trace => Grouping::Trace,
                        TagSource::RequestId => Grouping::RequestId,
                        TagSource::Lines => Grouping::Lines,
                        TagSource::Window => Grouping::Window,
                    };
                    self.tagged.entry(id).or_insert(number);
                }
            }
        }
        if let Some(of) = self.request_of.get_mut(id as usize) {
            *of = number;
        }
    }

    /// All requests, and each execution's.
    pub(super) fn close(self) -> (Vec<Request>, Vec<u32>) {
        (self.requests, self.request_of)
    }
}
