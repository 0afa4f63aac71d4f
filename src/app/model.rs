//! What the window shows: the capture, what is selected, and the answers of workers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::by_view::ByView;
use super::details::Details;
use super::filter::Filter;
use super::live::Live;
use super::order::{By, Events, Ordered, Question, Sort, Sum};
use super::pictures::Overview;
use super::prefs::Prefs;
use super::terms::Terms;
use crate::advice::indexes::Progress as Tried;
use crate::analysis::Analysis;
use crate::capture::Progress;
use crate::rules::plan::Explained;
use crate::workload::{QueryId, RequestId};

/// The lists that everything hangs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum View {
    #[default]
    Findings,
    Queries,
    /// Requests added up by what they are called.
    Endpoints,
    /// Single requests.
    Requests,
    Events,
    /// Plans by query and shape.
    Plans,
    /// Indexes to make, and those that exist.
    Indexes,
    /// Sessions of a connected server.
    Activity,
    /// Tables and indexes of a connected server.
    Tables,
}

impl View {
    pub(crate) const ALL: [Self; 9] = [
        Self::Findings,
        Self::Queries,
        Self::Endpoints,
        Self::Requests,
        Self::Events,
        Self::Plans,
        Self::Indexes,
        Self::Activity,
        Self::Tables,
    ];

    /// Those that have a tab; endpoints share one with their requests.
    pub(crate) const TABS: [Self; 8] = [
        Self::Findings,
        Self::Queries,
        Self::Requests,
        Self::Plans,
        Self::Indexes,
        Self::Events,
        Self::Activity,
        Self::Tables,
    ];

    /// The one whose tab it is found under.
    pub(crate) fn tab(self) -> Self {
        match self {
            Self::Endpoints => Self::Requests,
            other => other,
        }
    }

    /// Its name on the tab.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Findings => "Findings",
            Self::Queries => "Queries",
            Self::Endpoints => "Endpoints",
            Self::Requests => "Requests",
            Self::Events => "Events",
            Self::Plans => "Plans",
            Self::Indexes => "Indexes",
            Self::Activity => "Activity",
            Self::Tables => "Tables",
        }
    }

    /// Whether it is of a connected server rather than of a capture.
    pub(crate) fn of_server(self) -> bool {
        matches!(self, Self::Activity | Self::Tables)
    }

    /// Its rows, one and many of them.
    pub(crate) fn noun(self, n: u64) -> &'static str {
        match (self, n) {
            (Self::Findings, 1) => "finding",
            (Self::Findings, _) => "findings",
            (Self::Queries, 1) => "query",
            (Self::Queries, _) => "queries",
            (Self::Endpoints, 1) => "endpoint",
            (Self::Endpoints, _) => "endpoints",
            (Self::Requests, 1) => "request",
            (Self::Requests, _) => "requests",
            (Self::Events, 1) => "event",
            (Self::Events, _) => "events",
            (Self::Plans, 1) => "plan",
            (Self::Plans, _) => "plans",
            (Self::Indexes, 1) => "index",
            (Self::Indexes, _) => "indexes",
            (Self::Activity, 1) => "session",
            (Self::Activity, _) => "sessions",
            (Self::Tables, 1) => "table",
            (Self::Tables, _) => "tables",
        }
    }
}

/// Where the person is: a view, and what is selected in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) view: View,
    pub(crate) finding: Option<usize>,
    pub(crate) query: Option<QueryId>,
    /// Counted in the order of [`Analysis::endpoints`].
    pub(crate) endpoint: Option<u32>,
    pub(crate) request: Option<RequestId>,
    /// Counted in the order of time.
    pub(crate) event: Option<u32>,
    /// A group of plans, counted in the order of [`crate::analysis::PlanSet::groups`].
    pub(crate) plan: Option<u32>,
    /// A row of the advice on indexes, counted in the order of [`super::order::IndexRow`].
    pub(crate) index: Option<u32>,
    /// Which of its plans, the slowest first.
    pub(crate) nth: u32,
    /// A session of the connected server, by its process.
    pub(crate) backend: Option<u32>,
    /// A table, counted in the order of the catalog.
    pub(crate) table: Option<u32>,
}

impl Spot {
    /// The same with another finding, which is shown.
    pub(crate) fn finding(self, finding: usize) -> Self {
        Self {
            view: View::Findings,
            finding: Some(finding),
            ..self
        }
    }

    /// The same with another query, which is shown.
    pub(crate) fn query(self, query: QueryId) -> Self {
        Self {
            view: View::Queries,
            query: Some(query),
            ..self
        }
    }

    /// The same with another endpoint, which is shown.
    pub(crate) fn endpoint(self, endpoint: u32) -> Self {
        Self {
            view: View::Endpoints,
            endpoint: Some(endpoint),
            ..self
        }
    }

    /// The same with another request, which is shown.
    pub(crate) fn request(self, request: RequestId) -> Self {
        Self {
            view: View::Requests,
            request: Some(request),
            ..self
        }
    }

    /// The same with another group of plans, the slowest of which is shown.
    pub(crate) fn plan(self, group: u32) -> Self {
        Self {
            view: View::Plans,
            plan: Some(group),
            nth: 0,
            ..self
        }
    }

    /// The same with another row of the advice on indexes, which is shown.
    pub(crate) fn index(self, at: u32) -> Self {
        Self {
            view: View::Indexes,
            index: Some(at),
            ..self
        }
    }

    /// The same with another session, which is shown.
    pub(crate) fn session(self, pid: i32) -> Self {
        Self {
            view: View::Activity,
            backend: Some(pid.cast_unsigned()),
            ..self
        }
    }

    /// The same with another table of the server, which is shown.
    pub(crate) fn table(self, at: u32) -> Self {
        Self {
            view: View::Tables,
            table: Some(at),
            ..self
        }
    }

    /// The position, in the table of its kind, of what is selected in `view`.
    pub(crate) fn selected(&self, view: View) -> Option<u32> {
        match view {
            View::Findings => self.finding.and_then(|f| u32::try_from(f).ok()),
            View::Queries => self.query.map(|q| q.0),
            View::Endpoints => self.endpoint,
            View::Requests => self.request.map(|r| r.0),
            View::Events => self.event,
            View::Plans => self.plan,
            View::Indexes => self.index,
            View::Activity => self.backend,
            View::Tables => self.table,
        }
    }

    /// Selects the entry at position `at` of the table of `view`.
    pub(crate) fn select(&mut self, view: View, at: Option<u32>) {
        match view {
            View::Findings => self.finding = at.map(|a| a as usize),
            View::Queries => self.query = at.map(QueryId),
            View::Endpoints => self.endpoint = at,
            View::Requests => self.request = at.map(RequestId),
            View::Events => self.event = at,
            View::Plans => (self.plan, self.nth) = (at, 0),
            View::Indexes => self.index = at,
            View::Activity => self.backend = at,
            View::Tables => self.table = at,
        }
    }
}

/// Where a capture comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    #[default]
    Files,
    /// Plans out of the clipboard.
    Pasted,
    /// The statistics of the server that is connected.
    Server,
}

/// A capture that is open.
#[derive(Debug)]
pub(crate) struct Capture {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) origin: Origin,
    /// All of it.
    pub(crate) whole: Arc<Analysis>,
    /// What is looked at: all of it, or a range.
    pub(crate) shown: Arc<Analysis>,
    /// What stays the same whatever is looked at.
    pub(crate) overview: Arc<Overview>,
    /// The thresholds it was looked through with.
    pub(crate) terms: Arc<Terms>,
    /// The range that is looked at.
    pub(crate) range: Option<(i64, i64)>,
}

impl Capture {
    /// What the top bar calls it.
    pub(crate) fn name(&self) -> String {
        match self.origin {
            Origin::Files => name_of(&self.paths),
            Origin::Pasted => "Pasted plan".to_owned(),
            // Its name stands in the bar below.
            Origin::Server => "Server".to_owned(),
        }
    }

    /// Whether it is nothing but plans: a file of them, or what was pasted.
    pub(crate) fn is_plans(&self) -> bool {
        self.whole.is_plans()
    }

    /// How far the capture's clock is from UTC, in seconds.
    pub(crate) fn utc_offset(&self) -> i32 {
        self.whole.workload.capture.utc_offset
    }
}

/// A short name for the files of a capture.
pub(crate) fn name_of(paths: &[PathBuf]) -> String {
    let first = paths.first().map(|p| {
        p.file_name()
            .unwrap_or(p.as_os_str())
            .to_string_lossy()
            .into_owned()
    });
    match (first, paths.len()) {
        (None, _) => String::new(),
        (Some(name), 0 | 1) => name,
        (Some(name), n) => format!("{name} and {} more", n - 1),
    }
}

/// A capture that is being read.
#[derive(Debug)]
pub(crate) struct Loading {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) progress: Option<Progress>,
    pub(crate) since: Instant,
    /// Whether rows of this capture are shown already.
    pub(crate) shown: bool,
    pub(crate) follow: Follow,
    /// Whether somebody asked to stop.
    pub(crate) stopping: bool,
}

impl Loading {
    /// Whether it goes on when the end is reached.
    pub(crate) fn follows(&self) -> bool {
        self.follow != Follow::No
    }

    /// Whether the end was reached, and what is written from now on is followed.
    pub(crate) fn live(&self) -> bool {
        self.follow == Follow::Live
    }
}

/// Whether reading goes on when the end is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    No,
    /// It will.
    Soon,
    /// The end was reached.
    Live,
}

/// Another analysis of the capture that is shown, which waits to take its place.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) origin: Origin,
    pub(crate) whole: Arc<Analysis>,
    pub(crate) overview: Arc<Overview>,
    pub(crate) terms: Arc<Terms>,
    /// Whether it waits until the pointer has left the list.
    pub(crate) patient: bool,
}

/// A capture that could not be read.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) paths: Vec<PathBuf>,
    /// A full sentence for people.
    pub(crate) what: String,
}

/// The rows of one view, filtered and ordered.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) rows: Arc<Vec<u32>>,
    pub(crate) sort: Sort,
    /// Whether `rows` are what filter, sort and capture ask for.
    pub(crate) fresh: bool,
    /// Whether a worker still works them out.
    pub(crate) working: bool,
    /// The row of what is selected.
    pub(crate) at: Option<usize>,
    /// The largest number in the column that orders the rows.
    pub(crate) largest: f64,
}

impl List {
    /// The list of a view, in the order that it begins with.
    fn of(view: View) -> Self {
        Self::new(match view {
            View::Findings | View::Indexes | View::Activity => By::Rank,
            View::Queries | View::Plans => By::Total,
            View::Endpoints => By::P95,
            View::Requests => By::Duration,
            View::Events => By::When,
            View::Tables => By::Size,
        })
    }

    fn new(by: By) -> Self {
        Self {
            rows: Arc::default(),
            sort: by.first(),
            fresh: false,
            working: false,
            at: None,
            largest: 0.0,
        }
    }

    /// Whether it is known that there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.fresh && !self.working && self.rows.is_empty()
    }
}

/// A message that does not stop anybody from working.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) text: String,
    /// Whether something went wrong; it then stays until it is dismissed.
    pub(crate) bad: bool,
    pub(crate) since: Instant,
}

/// A plan that others are compared with, whatever is open.
#[derive(Clone, Debug)]
pub(crate) struct Pinned {
    /// What it is called.
    pub(crate) name: String,
    pub(crate) explained: Arc<Explained>,
}

/// How the search for indexes stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Search {
    /// Nobody has asked.
    #[default]
    Never,
    /// It goes on.
    Running(Tried),
    /// It is done.
    Done,
    /// Why it came to nothing.
    Failed(String),
}

/// A window above the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sheet {
    Palette,
    Shortcuts,
    Settings,
    Warnings,
    Suppressed,
    Files,
    Connect,
    /// What would run is shown before it does.
    Analyze,
    /// Why a text was not run.
    Refused,
}

/// All that drawing reads.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) prefs: Prefs,
    pub(crate) capture: Option<Capture>,
    pub(crate) loading: Option<Loading>,
    pub(crate) failure: Option<Failure>,
    pub(crate) notice: Option<Notice>,
    pub(crate) sheet: Option<Sheet>,
    pub(crate) spot: Spot,
    pub(crate) history: Vec<Spot>,
    pub(crate) filter_text: String,
    pub(crate) filter: Filter,
    /// Which events are listed, where not all.
    pub(crate) events: Option<Events>,
    /// What all events that are looked at add up to.
    pub(crate) sums: Arc<Vec<Sum>>,
    /// How many findings each endpoint has, in the order of [`Analysis::endpoints`].
    pub(crate) endpoint_findings: Arc<Vec<u32>>,
    /// Whether the tab of requests shows endpoints or single requests.
    pub(crate) requests_as: View,
    /// How the search for indexes stands.
    pub(crate) search: Search,
    /// What arrived while it could not be shown.
    pub(crate) next: Option<Next>,
    /// Whether that waits for the pointer to leave the list.
    pub(crate) held: bool,
    pub(crate) lists: ByView<List>,
    /// The server that is connected.
    pub(crate) live: Option<Live>,
    /// The plan that others are compared with.
    pub(crate) pinned: Option<Pinned>,
    pub(crate) details: Details,
    /// Counts the changes of what is shown; details of an older one are stale.
    pub(crate) epoch: u64,
    /// Whether a worker narrows the range or applies new thresholds.
    pub(crate) busy: bool,
    /// Whether tests drive the window: nothing moves and no clock is shown.
    pub(crate) still: bool,
}

impl Model {
    pub(crate) fn new(prefs: Prefs) -> Self {
        Self {
            prefs,
            capture: None,
            loading: None,
            failure: None,
            notice: None,
            sheet: None,
            spot: Spot::default(),
            history: Vec::new(),
            filter_text: String::new(),
            filter: Filter::default(),
            events: None,
            sums: Arc::default(),
            endpoint_findings: Arc::default(),
            requests_as: View::Endpoints,
            search: Search::default(),
            next: None,
            held: false,
            lists: ByView::new(List::of),
            live: None,
            pinned: None,
            details: Details::default(),
            epoch: 0,
            busy: false,
            still: false,
        }
    }

    /// What is looked at, if something is.
    pub(crate) fn shown(&self) -> Option<&Arc<Analysis>> {
        self.capture.as_ref().map(|c| &c.shown)
    }

    /// The list of the view that is shown.
    pub(crate) fn list(&self, view: View) -> &List {
        self.lists.get(view)
    }

    pub(crate) fn list_mut(&mut self, view: View) -> &mut List {
        self.lists.get_mut(view)
    }

    /// Which rows a view is to show.
    pub(crate) fn question(&self, view: View) -> Question {
        Question {
            view,
            filter: self.filter.clone(),
            sort: self.list(view).sort,
            events: self.events.filter(|_| view == View::Events),
        }
    }

    /// Takes over rows that were worked out.
    pub(crate) fn put_rows(&mut self, ordered: Ordered) {
        let view = ordered.question.view;
        // Somebody may have typed on while a worker was at it.
        let fresh = ordered.question == self.question(view);
        let list = self.list_mut(view);
        list.rows = ordered.rows;
        list.largest = ordered.largest;
        list.fresh = fresh;
        list.working = false;
        if let Some(sums) = ordered.sums {
            self.sums = sums;
        }
        if let Some(findings) = ordered.endpoint_findings {
            self.endpoint_findings = findings;
        }
    }

    /// Tells the person something in passing.
    pub(crate) fn say(&mut self, text: impl Into<String>, bad: bool) {
        self.notice = Some(Notice {
            text: text.into(),
            bad,
            since: Instant::now(),
        });
    }
}
