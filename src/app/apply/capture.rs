//! Opening, reading, narrowing and closing captures.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::remap;
use crate::analysis::Analysis;
use crate::app::jobs::{Answer, Kind};
use crate::app::model::{Capture, Failure, Loading, Spot, View};
use crate::app::pictures::Strip;
use crate::app::window::App;
use crate::app::{format, load};
use crate::capture::Options;

impl App {
    /// Begins to read files; what is open is closed unless it is the same.
    pub(in crate::app) fn open(&mut self, paths: Vec<PathBuf>) {
        self.stop.store(true, Ordering::Relaxed);
        let again = self
            .model
            .capture
            .as_ref()
            .is_some_and(|c| c.paths == paths);
        if !again {
            self.close();
        }
        self.model.failure = None;
        self.model.notice = None;
        self.model.loading = Some(Loading {
            paths: paths.clone(),
            progress: None,
            since: Instant::now(),
            held: None,
            shown: false,
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
            ..Options::default()
        };
        let settings = self.model.prefs.settings.clone();
        self.jobs.start(Kind::Load, move |outbox| {
            Some(load::load(&paths, &options, &settings, &stop, outbox))
        });
    }

    /// Back to the welcome page.
    pub(super) fn close(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for kind in [Kind::Load, Kind::Narrow, Kind::Rules, Kind::Order] {
            self.jobs.forget(kind);
        }
        self.model.capture = None;
        self.model.loading = None;
        self.model.spot = Spot::default();
        self.model.history.clear();
        self.model.filter_text.clear();
        self.model.filter = crate::app::filter::Filter::default();
        self.model.busy = false;
        self.stale();
        for view in View::ALL {
            self.view.scroll(view).rewind();
        }
    }

    pub(super) fn preview(&mut self, analysis: Arc<Analysis>, strip: Arc<Strip>) {
        let over = self.view.pointer_over_list;
        let Some(loading) = &mut self.model.loading else {
            return;
        };
        // What is shown of the same files is complete; parts of it would be a step back.
        if !loading.shown && self.model.capture.is_some() {
            return;
        }
        // Rows must not move under the pointer.
        if over && loading.shown {
            loading.held = Some((analysis, strip));
            return;
        }
        loading.held = None;
        loading.shown = true;
        let paths = loading.paths.clone();
        self.replace(paths, analysis, strip);
    }

    pub(super) fn release_held(&mut self) {
        if self.view.pointer_over_list {
            return;
        }
        let Some(loading) = &mut self.model.loading else {
            return;
        };
        if let Some((analysis, strip)) = loading.held.take() {
            let paths = loading.paths.clone();
            self.replace(paths, analysis, strip);
        }
    }

    pub(super) fn loaded(&mut self, analysis: Arc<Analysis>, strip: Arc<Strip>) {
        let Some(loading) = self.model.loading.take() else {
            return;
        };
        if !loading.paths.iter().any(|p| load::is_sample(p)) {
            self.model.prefs.remember(&loading.paths);
        }
        self.replace(loading.paths, analysis, strip);
    }

    pub(super) fn cancelled(&mut self) {
        let Some(loading) = self.model.loading.take() else {
            return;
        };
        if let Some((analysis, strip)) = loading.held {
            self.replace(loading.paths, analysis, strip);
        }
        if let Some(capture) = &self.model.capture {
            let n = capture.whole.workload.executions.len() as u64;
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
            return;
        };
        if loading.shown {
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

    /// Shows another analysis, keeping what is selected where it is still there.
    fn replace(&mut self, paths: Vec<PathBuf>, whole: Arc<Analysis>, strip: Arc<Strip>) {
        let old = self.model.capture.take();
        self.model.capture = Some(Capture {
            paths,
            shown: Arc::clone(&whole),
            whole,
            strip,
            range: None,
        });
        self.swapped(old.as_ref().map(|c| &*c.shown));
        if let Some(((from, to), true)) =
            old.map(|c| (c.range.unwrap_or_default(), c.range.is_some()))
        {
            self.narrow(from, to);
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
        let (whole, range, settings) = (
            Arc::clone(&capture.whole),
            capture.range,
            self.model.prefs.settings.clone(),
        );
        self.model.busy = true;
        self.jobs.start(Kind::Rules, move |_| {
            let whole = Arc::new(whole.with_settings(settings));
            let shown = range.map(|(from, to)| Arc::new(whole.narrowed(from, to)));
            Some(Answer::Ruled(whole, shown))
        });
    }

    pub(super) fn ruled(&mut self, whole: Arc<Analysis>, shown: Option<Arc<Analysis>>) {
        self.model.busy = false;
        let Some(capture) = &mut self.model.capture else {
            return;
        };
        let old = std::mem::replace(
            &mut capture.shown,
            shown.unwrap_or_else(|| Arc::clone(&whole)),
        );
        capture.whole = whole;
        self.swapped(Some(&old));
    }

    /// Brings everything that hangs on ids in step with what is shown now.
    fn swapped(&mut self, old: Option<&Analysis>) {
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

    fn stale(&mut self) {
        self.model.epoch += 1;
        self.jobs.forget(Kind::Order);
        for view in View::ALL {
            let list = self.model.list_mut(view);
            list.fresh = false;
            list.at = None;
            // Rows of another analysis would point anywhere.
            list.rows = Arc::default();
        }
    }
}
