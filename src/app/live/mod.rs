//! A connected server: what the window knows of it, and the thread that asks it.
//!
//! One named thread holds the session. It does one thing at a time and rests when nobody asks: it looks again only
//! while the view of activity is open. All that it finds out comes back as [`News`].

mod form;
mod look;
mod sample;
mod worker;

use std::sync::Arc;
use std::sync::mpsc::Sender;

pub(crate) use form::{Form, Keep, password_of, resolve_here};
pub(crate) use look::{Look, ServerSide};
pub(crate) use sample::{Doing, Sample, Told, waits, who};
pub(crate) use worker::{Start, run};

use crate::advice::indexes::{IndexAdvice, Progress};
use crate::analysis::Analysis;
use crate::catalog::Catalog;
use crate::live::explain::Request;
use crate::live::history::Entry;
use crate::live::statements::Obstacle;
use crate::live::{Canceller, Load, ServerFacts, Target};
use crate::plan::Plan;
use crate::rules::Settings;

/// What the thread is asked for.
#[derive(Debug)]
pub(crate) enum Ask {
    /// The statements as they stand now.
    Look,
    /// From when on statements count.
    Since(Since),
    /// Until when: a snapshot that is kept, or the last look.
    Until(Option<i64>),
    /// Whether to sample activity again and again.
    Watch(bool),
    /// Tables, indexes and settings anew.
    Catalog,
    /// Other thresholds.
    Settings(Box<Settings>),
    /// Which indexes the statements of an analysis need.
    Indexes(Arc<Analysis>),
    /// The plan of a text, without running it.
    Explain { text: String, known: Vec<String> },
    /// What running a text would be: it is shown before anything runs.
    Propose(String),
    /// What was agreed to, as a superuser or not.
    Analyze(Box<Request>, bool),
}

/// From when on statements count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Since {
    /// Since the server's counters began.
    #[default]
    Reset,
    /// Since a snapshot that is kept.
    Kept(i64),
}

/// What the thread has to say.
#[derive(Debug)]
pub(crate) enum News {
    /// The connection stands.
    Open(Box<ServerFacts>),
    /// What keeps statements from being seen.
    Obstacles(Vec<Obstacle>),
    /// Statements, ready to be shown.
    Looked(Box<Look>),
    /// Earlier snapshots of the same server, the latest first.
    Kept(Vec<Entry>),
    Activity(Arc<Sample>),
    Catalog(Arc<Catalog>),
    /// A plan, and whether the statement was run for it.
    Planned(Box<Plan>, String),
    /// How far the search for indexes has come.
    Tried(Progress),
    /// Why nobody can say which indexes are needed.
    Unadvised(String),
    /// Which indexes are needed.
    Advised(Box<IndexAdvice>),
    /// What would run: it waits for a click.
    Proposed(Box<Request>),
    /// A text that was not run, functions that a person may vouch for, and the text.
    Refused(String, Vec<String>, String),
    /// Something that went wrong, while the connection stands.
    Trouble(String),
    /// What the thread has cost the server up to now, and what it does; `None` when it rests.
    Working(Load, Option<&'static str>),
    /// The connection is gone, or never came about.
    Ended(Option<String>),
}

/// How a connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Connecting,
    Open,
    /// Why it ended.
    Ended(String),
}

/// A server that is, or was, connected.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) target: Target,
    pub(crate) state: State,
    pub(crate) facts: Option<ServerFacts>,
    pub(crate) load: Load,
    pub(crate) working: Option<&'static str>,
    pub(crate) obstacles: Vec<Obstacle>,
    pub(crate) kept: Vec<Entry>,
    pub(crate) since: Since,
    /// Until which snapshot statements count; the last look without one.
    pub(crate) until: Option<i64>,
    pub(crate) look: Option<Arc<Look>>,
    /// What goes on.
    pub(crate) sample: Option<Arc<Sample>>,
    pub(crate) catalog: Option<Arc<Catalog>>,
    /// What waits for a click.
    pub(crate) proposed: Option<Box<Request>>,
    /// A text that was refused: why, and which functions a person may vouch for.
    pub(crate) refused: Option<(String, Vec<String>, String)>,
    /// Whether activity is sampled.
    pub(crate) watched: bool,
    asks: Sender<Ask>,
    canceller: Canceller,
}

impl Live {
    /// A connection that is coming about.
    pub(crate) fn new(target: Target, asks: Sender<Ask>, canceller: Canceller) -> Self {
        Self {
            target,
            state: State::Connecting,
            facts: None,
            load: Load::default(),
            working: Some("Connecting"),
            obstacles: Vec::new(),
            kept: Vec::new(),
            since: Since::default(),
            until: None,
            look: None,
            sample: None,
            catalog: None,
            proposed: None,
            refused: None,
            watched: false,
            asks,
            canceller,
        }
    }

    /// Asks the thread; once it has ended nobody answers.
    pub(crate) fn ask(&self, ask: Ask) {
        drop(self.asks.send(ask));
    }

    /// Ends what runs on the server, or connecting.
    pub(crate) fn cancel(&self) {
        self.canceller.cancel();
    }

    /// What a report of this server is called.
    pub(crate) fn name(&self) -> String {
        self.target.to_string()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state == State::Open
    }
}
