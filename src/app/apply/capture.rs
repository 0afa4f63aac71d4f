//! Opening, reading, narrowing and closing captures.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::remap;
use crate::analysis::Analysis;
use crate::app::jobs::{Answer, Kind};
use crate::app::live::Ask;
use crate::app::model::{Failure, Follow, Loading, Next, Origin, Spot, View};
use crate::app::pictures::Overview;
use crate::app::terms::Terms;
use crate::app::window::App;
use crate::app::{format, load};
use crate::capture::{Options, Progress, Stage};

/// With so few bytes left to read, a log that is followed has been read to its end: its last record is only whole
/// when the next begins.
const NEAR: u64 = 1 << 20;

impl App {
    /// Begins to read files; what is open is closed unless it is the same.
    pub(in crate::app) fn open(&mut self, paths: Vec<PathBuf>) {
        self.read(paths, false);
    }

    /// The same, and goes on when the end is reached where `follow` says so.
    pub(in crate::app) fn read(&mut self, paths: Vec<PathBuf>, follow: bool) {
        self.stop.store(true, Ordering::Relaxed);
        let again = self
            .model
            .capture
            .as_ref()
            .is_some_and(|c| c.paths == paths);
        if !again {
            self.close();
        }
        self.model.next = None;
        self.model.failure = None;
        self.model.notice = None;
        self.model.loading = Some(Loading {
            paths: paths.clone(),
            progress: None,
            since: Instant::now(),
            shown: false,
            follow: if follow { Follow::Soon } else { Follow::No },
            stopping: false,
        });
        // A flag of its own for each worker: the old one must stop, the new one must not.
        self.stop = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&self.stop);
        let typed = Some(self.model.prefs.prefix.trim())
            .filter(|p| !p.is_empty())
            .map(str::to_owned);
        let options = Options {
            prefix: typed.or_else(|| self.start_prefix.clone()),
            follow,
            ..Options::default()
        };
        let settings = self.model.prefs.settings.clone();
        self.jobs.start(Kind::Load, move |outbox| {
            Some(load::load(&paths, &options, &settings, &stop, outbox))
        });
    }

    /// Reads the same files again, and goes on following them if they are followed.
    pub(super) fn reload(&mut self) {
        match self.model.capture.as_ref().map(|c| c.origin) {
            Some(Origin::Server) => return self.ask(Ask::Look),
            Some(Origin::Pasted) | None => return,
            Some(Origin::Files) => {}
        }
        let follow = self.model.loading.as_ref().is_some_and(Loading::follows);
        if let Some(paths) = self.model.capture.as_ref().map(|c| c.paths.clone()) {
            self.read(paths, follow);
        }
    }

    /// Begins to follow the capture, or ends it.
    pub(super) fn follow(&mut self) {
        if self.model.loading.as_ref().is_some_and(Loading::follows) {
            self.cancel();
        } else if let Some(paths) = self.model.capture.as_ref().map(|c| c.paths.clone()) {
            self.read(paths, true);
        }
    }

    /// Asks the worker that reads to stop.
    pub(super) fn cancel(&mut self) {
        if let Some(loading) = &mut self.model.loading {
            loading.stopping = true;
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Back to the welcome page.
    pub(super) fn close(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for kind in [
            Kind::Load,
            Kind::Narrow,
            Kind::Rules,
            Kind::Order,
            Kind::Renew,
        ] {
            self.jobs.forget(kind);
        }
        self.forget_indexes();
        self.model.capture = None;
        self.model.loading = None;
        self.model.next = None;
        self.model.spot = Spot::default();
        self.model.history.clear();
        self.model.filter_text.clear();
        self.model.filter = crate::app::filter::Filter::default();
        self.model.events = None;
        self.model.busy = false;
        self.stale();
        for view in View::ALL {
            self.view.scroll(view).rewind();
        }
        self.view.sums.rewind();
    }

    pub(super) fn progress(&mut self, progress: Progress) {
        let Some(loading) = &mut self.model.loading else {
            return;
        };
        loading.progress = Some(progress);
        let left = progress.total.saturating_sub(progress.bytes);
        let begun = progress.stage == Stage::Reading && progress.bytes > 0;
        if loading.follow == Follow::Soon && begun && left <= NEAR {
            loading.follow = Follow::Live;
            if !loading.paths.iter().any(|p| load::is_sample(p)) {
                self.model.prefs.remember(&loading.paths);
            }
        }
    }

    pub(super) fn preview(
        &mut self,
        whole: Arc<Analysis>,
        overview: Arc<Overview>,
        terms: Arc<Terms>,
    ) {
        let Some(loading) = &mut self.model.loading else {
            return;
        };
        // What is shown of the same files is complete; parts of it would be a step back.
        if !loading.shown && !loading.live() && self.model.capture.is_some() {
            return;
        }
        let first = !std::mem::replace(&mut loading.shown, true);
        let paths = loading.paths.clone();
        if first {
            self.tell_problem(&terms);
        }
        self.offer(Next {
            paths,
            origin: Origin::Files,
            whole,
            overview,
            terms,
            // Rows must not move under the pointer.
            patient: true,
        });
    }

    pub(super) fn loaded(
        &mut self,
        whole: Arc<Analysis>,
        overview: Arc<Overview>,
        terms: Arc<Terms>,
    ) {
        let Some(loading) = self.model.loading.take() else {
            return;
        };
        if !loading.paths.iter().any(|p| load::is_sample(p)) {
            self.model.prefs.remember(&loading.paths);
        }
        if loading.follows() {
            self.model.say("The log is no longer followed", false);
        }
        if !loading.shown {
            self.tell_problem(&terms);
        }
        self.offer(Next {
            paths: loading.paths,
            origin: Origin::Files,
            whole,
            overview,
            terms,
            patient: false,
        });
        self.look_at_plans();
    }

    /// Says that a file beside the capture is not used.
    fn tell_problem(&mut self, terms: &Terms) {
        if let Some(problem) = &terms.problem {
            self.model.say(problem.clone(), true);
        }
    }

    pub(super) fn cancelled(&mut self) {
        if self.model.loading.take().is_none() {
            return;
        }
        let mut last = self.model.capture.as_ref().map(|c| &c.whole);
        if let Some(next) = &mut self.model.next {
            next.patient = false;
            last = Some(&next.whole);
        }
        if let Some(n) = last.map(|a| a.workload.executions.len() as u64) {
            self.model.say(
                format!(
                    "Stopped after {}",
                    format::counted(n, "execution", "executions")
                ),
                false,
            );
        }
    }

    pub(super) fn failed(&mut self, what: String) {
        let Some(loading) = self.model.loading.take() else {
            // What was pasted is no plan.
            self.model.say(what, true);
            return;
        };
        if loading.shown && !loading.live() {
            self.close();
        }
        if self.model.capture.is_some() {
            self.model.say(what, true);
        } else {
            self.model.failure = Some(Failure {
                paths: loading.paths,
                what,
            });
        }
    }

    pub(super) fn narrow(&mut self, from: i64, to: i64) {
        let Some(capture) = &mut self.model.capture else {
            return;
        };
        capture.range = Some((from, to));
        let whole = Arc::clone(&capture.whole);
        self.model.busy = true;
        self.jobs.start(Kind::Narrow, move |_| {
            Some(Answer::Narrowed(
                Arc::new(whole.narrowed(from, to)),
                (from, to),
            ))
        });
    }

    pub(super) fn narrowed(&mut self, analysis: Arc<Analysis>, range: (i64, i64)) {
        self.model.busy = false;
        let Some(capture) = &mut self.model.capture else {
            return;
        };
        if capture.range == Some(range) {
            let old = std::mem::replace(&mut capture.shown, analysis);
            self.swapped(Some(&old));
        }
    }

    pub(super) fn full_range(&mut self) {
        self.jobs.forget(Kind::Narrow);
        self.model.busy = false;
        let Some(capture) = &mut self.model.capture else {
            return;
        };
        if capture.range.take().is_some() {
            let old = std::mem::replace(&mut capture.shown, Arc::clone(&capture.whole));
            self.swapped(Some(&old));
        }
    }

    /// Runs the rules again with the thresholds of the preferences.
    pub(super) fn rerule(&mut self) {
        let Some(capture) = &self.model.capture else {
            return;
        };
        let (whole, range, paths) = (
            Arc::clone(&capture.whole),
            capture.range,
            capture.paths.clone(),
        );
        let settings = self.model.prefs.settings.clone();
        if capture.origin == Origin::Server {
            return self.ask(Ask::Settings(Box::new(settings)));
        }
        self.model.busy = true;
        self.jobs.start(Kind::Rules, move |_| {
            let terms = Arc::new(Terms::of(&paths, &settings));
            let whole = Arc::new(whole.with_settings(terms.used.clone()));
            let shown = range.map(|(from, to)| Arc::new(whole.narrowed(from, to)));
            Some(Answer::Ruled(whole, shown, terms))
        });
    }

    pub(super) fn ruled(
        &mut self,
        whole: Arc<Analysis>,
        shown: Option<Arc<Analysis>>,
        terms: Arc<Terms>,
    ) {
        self.model.busy = false;
        let Some(capture) = &mut self.model.capture else {
            return;
        };
        let old = std::mem::replace(
            &mut capture.shown,
            shown.unwrap_or_else(|| Arc::clone(&whole)),
        );
        capture.whole = whole;
        capture.terms = terms;
        self.swapped(Some(&old));
    }

    /// Brings everything that hangs on ids in step with what is shown now.
    pub(super) fn swapped(&mut self, old: Option<&Analysis>) {
        let new = self.model.shown().map(Arc::clone);
        if let (Some(old), Some(new)) = (old, new) {
            self.model.spot = remap::spot(self.model.spot, old, &new);
            for spot in &mut self.model.history {
                *spot = remap::spot(*spot, old, &new);
            }
            self.model.history.dedup();
        }
        self.stale();
    }

    pub(super) fn stale(&mut self) {
        self.model.epoch += 1;
        self.jobs.forget(Kind::Order);
        for view in View::ALL.into_iter().filter(|v| !v.of_server()) {
            let list = self.model.list_mut(view);
            (list.fresh, list.working) = (false, false);
            list.at = None;
            // Rows of another analysis would point anywhere.
            list.rows = Arc::default();
        }
    }
}
