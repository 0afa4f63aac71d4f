//! Connecting to a server, and what it has to say.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::app::jobs::{Answer, Kind};
use crate::app::live::{self, Ask, Keep, Live, Look, News, Sample, Start, State};
use crate::app::model::{Next, Origin, Sheet, View};
use crate::app::order;
use crate::app::window::App;
use crate::catalog::Catalog;
use crate::live::{Canceller, Secret, Target};

/// The folder of the window's own files has this one.
const HISTORY: &str = "history.sqlite";

impl App {
    /// Connects to what is typed into the dialog.
    pub(super) fn connect_typed(&mut self) {
        let keep = self.view.connect.keep;
        match self.view.connect.target() {
            Ok((target, secret)) => {
                self.view.connect.problem = None;
                self.connect(target, secret, keep);
            }
            Err(problem) => self.view.connect.problem = Some(problem),
        }
    }

    /// Connects to what a URL and the environment say; the dialog shows what is wrong with it.
    pub(in crate::app) fn connect_to(&mut self, url: &str) {
        self.model.sheet = Some(Sheet::Connect);
        url.clone_into(&mut self.view.connect.url);
        crate::app::views::fill(&mut self.view.connect);
        if self.view.connect.problem.is_none() {
            self.connect_typed();
        }
    }

    /// Connects to a server; one that is connected is let go.
    pub(in crate::app) fn connect(&mut self, target: Target, secret: Secret, keep: Keep) {
        self.disconnect();
        if keep == Keep::Keyring && !secret.is_empty() {
            self.store(target.clone(), secret.clone());
        }
        let secret = if secret.is_empty() {
            live::password_of(&target).unwrap_or(secret)
        } else {
            secret
        };
        let (asks, questions) = channel();
        let canceller = Canceller::new();
        let start = Start {
            target: target.clone(),
            secret,
            canceller: canceller.clone(),
            settings: self.model.prefs.settings.clone(),
            history: (!self.model.still)
                .then(|| eframe::storage_dir("pgloupe"))
                .flatten()
                .map(|folder| folder.join(HISTORY)),
            retention: Duration::from_secs(u64::from(self.model.prefs.history.0) * 86_400),
        };
        self.model.live = Some(Live::new(target, asks, canceller));
        self.jobs.start(Kind::Live, move |outbox| {
            Some(live::run(start, &questions, outbox))
        });
    }

    /// Lets go of the server: what runs there is cancelled, and the thread ends when it finds that nobody asks.
    pub(in crate::app) fn disconnect(&mut self) {
        if let Some(live) = self.model.live.take() {
            live.cancel();
            self.jobs.forget(Kind::Live);
        }
        if self.model.spot.view.of_server() {
            self.model.spot.view = View::Findings;
        }
        // They would mean something else on another server.
        for spot in self.model.history.iter_mut().chain([&mut self.model.spot]) {
            (spot.backend, spot.table) = (None, None);
        }
    }

    /// Takes in what the thread says.
    pub(super) fn heard(&mut self, news: News) {
        let Some(live) = &mut self.model.live else {
            return;
        };
        match news {
            News::Open(facts) => {
                live.state = State::Open;
                live.facts = Some(*facts);
                if self.model.sheet == Some(Sheet::Connect) {
                    self.model.sheet = None;
                }
                let target = live.target.clone();
                self.model.prefs.remember_target(&target);
            }
            News::Obstacles(obstacles) => live.obstacles = obstacles,
            News::Looked(look) => self.looked(&Arc::new(*look)),
            News::Kept(entries) => live.kept = entries,
            News::Activity(sample) => self.sampled(sample),
            News::Catalog(catalog) => self.read_tables(&catalog),
            News::Planned(plan, json) => self.planned(*plan, &json),
            News::Proposed(request) => {
                live.proposed = Some(request);
                self.model.sheet = Some(Sheet::Analyze);
            }
            News::Refused(why, functions, text) => {
                live.refused = Some((why, functions, text));
                self.model.sheet = Some(Sheet::Refused);
            }
            News::Tried(progress) => self.tried(progress),
            News::Unadvised(what) => self.unadvised(what),
            News::Advised(indexes) => self.heard_advice(*indexes),
            News::Trouble(what) => self.model.say(what, true),
            News::Working(load, what) => {
                live.load = load;
                live.working = what;
            }
            News::Ended(why) => self.ended(why),
        }
    }

    /// Takes in what goes on. While somebody points at the list its rows stay where they are.
    fn sampled(&mut self, sample: Arc<Sample>) {
        let model = &mut self.model;
        let list = model.list(View::Activity);
        let looked_at = self.view.pointer_over_list && model.spot.view == View::Activity;
        if looked_at && list.fresh && !list.rows.is_empty() {
            let rows = order::steady(&sample, &model.filter, &list.rows);
            model.list_mut(View::Activity).rows = Arc::new(rows);
        } else {
            model.list_mut(View::Activity).fresh = false;
        }
        if let Some(live) = &mut model.live {
            live.sample = Some(sample);
        }
    }

    /// Takes in the catalog; a table that is selected is looked for by its name.
    fn read_tables(&mut self, catalog: &Arc<Catalog>) {
        let Some(live) = &mut self.model.live else {
            return;
        };
        let old = live.catalog.replace(Arc::clone(catalog));
        let mapped = |at: u32| {
            let name = &old.as_ref()?.tables.get(at as usize)?.name;
            let found = catalog.tables.iter().position(|t| t.name == *name)?;
            u32::try_from(found).ok()
        };
        let spot = &mut self.model.spot;
        spot.table = spot.table.and_then(mapped);
        for spot in &mut self.model.history {
            spot.table = spot.table.and_then(mapped);
        }
        self.model.list_mut(View::Tables).fresh = false;
    }

    fn ended(&mut self, why: Option<String>) {
        let Some(live) = &mut self.model.live else {
            return;
        };
        let never = live.state == State::Connecting;
        let what = why.unwrap_or_else(|| "The connection was closed.".to_owned());
        live.state = State::Ended(what.clone());
        live.working = None;
        if never {
            // The dialog shows why, beside what was typed.
            self.view.connect.problem = Some(what);
            self.model.live = None;
            if self.model.capture.is_none() || self.model.sheet == Some(Sheet::Connect) {
                self.model.sheet = Some(Sheet::Connect);
            }
        } else {
            self.model.say(what, true);
        }
    }

    /// Shows the statements of the server where no capture is open, and beside one that is.
    fn looked(&mut self, look: &Arc<Look>) {
        let Some(live) = &mut self.model.live else {
            return;
        };
        let first = live.look.is_none();
        live.look = Some(Arc::clone(look));
        let own = self
            .model
            .capture
            .as_ref()
            .is_none_or(|c| c.origin == Origin::Server);
        if own {
            self.show_look(look, !first);
        }
    }

    /// Puts the statements of the server in the place of the capture.
    pub(super) fn show_server(&mut self) {
        let look = self.model.live.as_ref().and_then(|l| l.look.clone());
        let Some(look) = look else { return };
        if self
            .model
            .capture
            .as_ref()
            .is_some_and(|c| c.origin != Origin::Server)
        {
            self.close();
        }
        self.show_look(&look, false);
    }

    fn show_look(&mut self, look: &Look, patient: bool) {
        let mut whole = Arc::clone(&look.analysis);
        if let Some(indexes) = &self.indexes {
            whole = Arc::new(whole.with_indexes(indexes));
        }
        // Plans that were asked for stay.
        let old = self
            .model
            .capture
            .as_ref()
            .filter(|c| c.origin == Origin::Server);
        if let Some(old) = old
            && old.whole.plan_count() > 0
        {
            whole = Arc::new(whole.with_plans_of(&old.whole));
        }
        self.offer(Next {
            paths: Vec::new(),
            origin: Origin::Server,
            whole,
            overview: Arc::clone(&look.overview),
            terms: Arc::clone(&look.terms),
            patient,
        });
    }

    /// Shows a plan that was asked for, beside those of the capture.
    fn planned(&mut self, plan: crate::plan::Plan, json: &str) {
        let Some(capture) = &mut self.model.capture else {
            return;
        };
        // Adding one costs little; reading those of a log is done before their view is shown.
        let whole = Arc::new(capture.whole.with_plan(plan, json));
        if capture.range.is_none() {
            capture.shown = Arc::clone(&whole);
        }
        capture.whole = whole;
        self.model.history.push(self.model.spot);
        self.model.spot = self.model.spot.plan(0);
        self.model.sheet = None;
        self.stale();
        self.look_at_selection();
    }

    /// Asks the server something.
    pub(super) fn ask(&mut self, ask: Ask) {
        let Some(live) = &mut self.model.live else {
            return;
        };
        match &ask {
            Ask::Since(since) => live.since = *since,
            Ask::Until(until) => live.until = *until,
            Ask::Watch(on) => live.watched = *on,
            _ => {}
        }
        live.ask(ask);
    }

    /// Samples activity while its view is shown, and at no other time.
    pub(super) fn watch(&mut self) {
        let wanted = self.model.spot.view == View::Activity;
        let open = |l: &Live| l.is_open() && l.watched != wanted;
        if self.model.live.as_ref().is_some_and(open) {
            self.ask(Ask::Watch(wanted));
        }
    }

    /// Runs what was proposed, now that a person has seen it.
    pub(super) fn run_proposed(&mut self, as_superuser: bool) {
        self.model.sheet = None;
        let proposed = self.model.live.as_mut().and_then(|l| l.proposed.take());
        if let Some(request) = proposed {
            self.ask(Ask::Analyze(request, as_superuser));
        }
    }

    /// Asks for the plan again, with functions that a person vouches for.
    pub(super) fn vouch(&mut self) {
        self.model.sheet = None;
        let refused = self.model.live.as_mut().and_then(|l| l.refused.take());
        if let Some((_, known, text)) = refused {
            self.ask(Ask::Explain { text, known });
        }
    }

    /// Puts a password into the keyring, beside the window: it may ask the person first.
    fn store(&mut self, target: Target, secret: Secret) {
        self.jobs.start(Kind::Keyring, move |_| {
            let kept = crate::live::keyring::store(&target, &secret);
            Some(Answer::Keyring(
                kept.map(|()| None).map_err(|e| e.to_string()),
            ))
        });
    }

    /// Looks for the password of a known connection in the keyring.
    pub(super) fn recall(&mut self, target: Target) {
        self.view.connect.fill(&target);
        self.jobs.start(Kind::Keyring, move |_| {
            let found = crate::live::keyring::load(&target);
            Some(Answer::Keyring(found.map_err(|e| e.to_string())))
        });
    }

    pub(super) fn recalled(&mut self, found: Result<Option<Secret>, String>) {
        match found {
            Ok(Some(secret)) => {
                secret.expose().clone_into(&mut self.view.connect.password);
                self.view.connect.keep = Keep::Keyring;
            }
            // Headless machines have no keyring: that is no error for whoever never used it.
            Err(what) if self.view.connect.keep == Keep::Keyring => self.model.say(what, true),
            Ok(None) | Err(_) => {}
        }
    }
}
