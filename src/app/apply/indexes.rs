//! Looking for indexes: on the thread that holds the session, or beside the window where no server is connected.

use std::sync::Arc;

use crate::advice::indexes::{IndexAdvice, Progress};
use crate::analysis::Analysis;
use crate::app::jobs::{Answer, Kind};
use crate::app::live::{Ask, Live};
use crate::app::model::{Loading, Search, View};
use crate::app::window::App;

impl App {
    /// Looks for indexes once somebody wants to see them.
    pub(super) fn advise_where_looked_at(&mut self) {
        let model = &self.model;
        let known = model.shown().is_some_and(|a| a.indexes.is_some());
        let wanted = model.spot.view == View::Indexes && model.search == Search::Never && !known;
        // What is still read would be asked about again and again; a server's catalog is worth waiting for.
        let ready = model.loading.as_ref().is_none_or(Loading::live)
            && model
                .live
                .as_ref()
                .is_none_or(|l| !l.is_open() || l.catalog.is_some());
        if wanted && ready && model.capture.is_some() {
            self.advise();
        }
    }

    /// Looks for the indexes that the capture's queries need.
    pub(super) fn advise(&mut self) {
        let Some(capture) = &self.model.capture else {
            return;
        };
        let whole = Arc::clone(&capture.whole);
        if self.model.live.as_ref().is_some_and(Live::is_open) {
            self.model.search = Search::Running(Progress::default());
            self.ask(Ask::Indexes(whole));
            return;
        }
        self.model.search = Search::Running(Progress::default());
        let range = capture.range;
        self.jobs.start(Kind::Indexes, move |_| {
            let found = whole.advise_on_indexes(None, None, &mut |_| true);
            Some(match found {
                Ok(advice) => ruled(&Arc::new(advice), &whole, range),
                Err(what) => Answer::Advised(Err(what), None, None),
            })
        });
    }

    /// Takes in what the server's planner says; findings are to tell of it, which takes a worker.
    pub(super) fn heard_advice(&mut self, advice: IndexAdvice) {
        let Some(capture) = &self.model.capture else {
            return;
        };
        let (whole, range) = (Arc::clone(&capture.whole), capture.range);
        let advice = Arc::new(advice);
        self.jobs
            .start(Kind::Indexes, move |_| Some(ruled(&advice, &whole, range)));
    }

    pub(super) fn tried(&mut self, progress: Progress) {
        if matches!(self.model.search, Search::Running(_)) {
            self.model.search = Search::Running(progress);
        }
    }

    pub(super) fn unadvised(&mut self, what: String) {
        self.model.search = Search::Failed(what);
    }

    /// Shows which indexes are needed.
    pub(super) fn advised(
        &mut self,
        advice: Result<Arc<IndexAdvice>, String>,
        whole: Option<Arc<Analysis>>,
        shown: Option<Arc<Analysis>>,
    ) {
        let (advice, whole) = match (advice, whole) {
            (Ok(advice), Some(whole)) => (advice, whole),
            (Err(what), _) => return self.unadvised(what),
            (Ok(_), None) => return,
        };
        self.model.search = Search::Done;
        self.indexes = Some(advice);
        let Some(capture) = &mut self.model.capture else {
            return;
        };
        let shown = shown.unwrap_or_else(|| Arc::clone(&whole));
        let old = std::mem::replace(&mut capture.shown, shown);
        capture.whole = whole;
        self.swapped(Some(&old));
    }

    /// Another capture needs other indexes.
    pub(super) fn forget_indexes(&mut self) {
        self.jobs.forget(Kind::Indexes);
        self.indexes = None;
        self.model.search = Search::Never;
    }
}

fn ruled(advice: &Arc<IndexAdvice>, whole: &Analysis, range: Option<(i64, i64)>) -> Answer {
    let whole = Arc::new(whole.with_indexes(advice));
    let shown = range.map(|(from, to)| Arc::new(whole.narrowed(from, to)));
    Answer::Advised(Ok(Arc::clone(advice)), Some(whole), shown)
}
