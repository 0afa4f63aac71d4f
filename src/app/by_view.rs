//! One thing for each view.

use super::model::View;

/// A value for each view.
#[derive(Debug, Default)]
pub(crate) struct ByView<T> {
    findings: T,
    queries: T,
    endpoints: T,
    requests: T,
    events: T,
    plans: T,
    indexes: T,
    activity: T,
    tables: T,
}

impl<T> ByView<T> {
    /// What `make` gives for each view.
    pub(crate) fn new(make: impl Fn(View) -> T) -> Self {
        Self {
            findings: make(View::Findings),
            queries: make(View::Queries),
            endpoints: make(View::Endpoints),
            requests: make(View::Requests),
            events: make(View::Events),
            plans: make(View::Plans),
            indexes: make(View::Indexes),
            activity: make(View::Activity),
            tables: make(View::Tables),
        }
    }

    pub(crate) fn get(&self, view: View) -> &T {
        match view {
            View::Findings => &self.findings,
            View::Queries => &self.queries,
            View::Endpoints => &self.endpoints,
            View::Requests => &self.requests,
            View::Events => &self.events,
            View::Plans => &self.plans,
            View::Indexes => &self.indexes,
            View::Activity => &self.activity,
            View::Tables => &self.tables,
        }
    }

    pub(crate) fn get_mut(&mut self, view: View) -> &mut T {
        match view {
            View::Findings => &mut self.findings,
            View::Queries => &mut self.queries,
            View::Endpoints => &mut self.endpoints,
            View::Requests => &mut self.requests,
            View::Events => &mut self.events,
            View::Plans => &mut self.plans,
            View::Indexes => &mut self.indexes,
            View::Activity => &mut self.activity,
            View::Tables => &mut self.tables,
        }
    }
}
