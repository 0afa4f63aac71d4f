//! Putting another analysis of the same capture in the place of what is shown, without losing the place.
//!
//! All that takes long is done by a worker before anything changes, so that nothing is empty for a while.

use std::path::PathBuf;
use std::sync::Arc;

use super::{lists, remap};
use crate::analysis::Analysis;
use crate::app::details::Key;
use crate::app::jobs::{Answer, Kind, discard};
use crate::app::model::{Capture, Next, Origin, Spot, View};
use crate::app::order::{self, By, Ordered, Question};
use crate::app::pictures::{Overview, Picture};
use crate::app::terms::Terms;
use crate::app::window::App;
use crate::rules::Settings;

/// Where a person was when an analysis arrived.
#[derive(Debug)]
struct Asked {
    shown: Arc<Analysis>,
    range: Option<(i64, i64)>,
    settings: Settings,
    spot: Spot,
    history: Vec<Spot>,
    question: Question,
    /// The entry that stands in the first row, where the list is scrolled.
    top: Option<u32>,
}

/// An analysis, ready to be shown to whoever is still where they were.
#[derive(Debug)]
pub(crate) struct Renewal {
    asked: Asked,
    paths: Vec<PathBuf>,
    origin: Origin,
    overview: Arc<Overview>,
    terms: Arc<Terms>,
    whole: Arc<Analysis>,
    /// The range of it that is looked at.
    shown: Arc<Analysis>,
    spot: Spot,
    history: Vec<Spot>,
    ordered: Ordered,
    picture: Option<Picture>,
    /// Where the entry of the first row is now.
    top: Option<usize>,
}

impl App {
    /// Takes in an analysis of the capture that is shown, or shows the first one.
    pub(super) fn offer(&mut self, next: Next) {
        if self.model.capture.is_some() {
            self.model.next = Some(next);
            return;
        }
        self.model.capture = Some(Capture {
            paths: next.paths,
            origin: next.origin,
            shown: Arc::clone(&next.whole),
            whole: next.whole,
            overview: next.overview,
            terms: next.terms,
            range: None,
        });
        self.by_what_is_known();
        self.swapped(None);
    }

    /// Where no durations are known, tables of times begin with what is.
    fn by_what_is_known(&mut self) {
        let timed = self.model.shown().is_none_or(|a| a.workload.timed());
        let firsts = [
            (View::Queries, By::Total, By::Executions),
            (View::Endpoints, By::P95, By::Statements),
            (View::Requests, By::Duration, By::Statements),
        ];
        for (view, timely, counted) in firsts {
            let list = self.model.list_mut(view);
            // An order that somebody chose stays.
            if [timely.first(), counted.first()].contains(&list.sort) {
                list.sort = if timed {
                    timely.first()
                } else {
                    counted.first()
                };
            }
        }
    }

    /// Prepares what has arrived, unless it would move rows under the pointer.
    pub(super) fn release(&mut self) {
        let over = self.view.pointer_over_list;
        self.model.held = self.model.next.as_ref().is_some_and(|n| n.patient && over);
        if self.model.held || self.jobs.running(Kind::Renew) {
            return;
        }
        let (Some(capture), Some(next)) = (&self.model.capture, self.model.next.take()) else {
            return;
        };
        let view = self.model.spot.view;
        let first = self.view.scroll(view).first();
        let asked = Asked {
            shown: Arc::clone(&capture.shown),
            range: capture.range,
            settings: self.model.prefs.settings.clone(),
            spot: self.model.spot,
            history: self.model.history.clone(),
            question: self.model.question(view),
            top: self.model.list(view).rows.get(first).copied(),
        };
        let top = asked.top.filter(|_| first > 0);
        let asked = Asked { top, ..asked };
        self.jobs.start(Kind::Renew, move |_| {
            Some(Answer::Renewed(Box::new(prepare(asked, next))))
        });
    }

    /// Shows what was prepared; what the person changed meanwhile counts more.
    pub(super) fn renewed(&mut self, new: Renewal) {
        let Some(old) = self.model.capture.take() else {
            return;
        };
        let Asked {
            spot,
            history,
            question,
            ..
        } = &new.asked;
        let same_range = old.range == new.asked.range;
        let same_spot = same_range && self.model.spot == *spot;
        let same_rows = same_range && self.model.question(self.model.spot.view) == *question;
        let shown = if same_range {
            new.shown
        } else {
            Arc::clone(&new.whole)
        };
        let mapped = |spot| remap::spot(spot, &old.shown, &shown);
        let before = (self.model.epoch, self.model.spot);
        self.model.spot = if same_spot {
            new.spot
        } else {
            mapped(self.model.spot)
        };
        self.model.history = if same_range && self.model.history == *history {
            new.history
        } else {
            self.model.history.iter().map(|s| mapped(*s)).collect()
        };
        self.model.history.dedup();
        self.model.capture = Some(Capture {
            paths: new.paths,
            origin: new.origin,
            shown,
            whole: new.whole,
            overview: new.overview,
            terms: new.terms,
            range: old.range,
        });
        // Their answers would be about what was shown before.
        for kind in [Kind::Narrow, Kind::Rules] {
            self.jobs.forget(kind);
        }
        self.model.busy = false;
        self.stale();
        if same_rows && !new.ordered.question.view.of_server() {
            lists::ordered(&mut self.model, new.ordered);
            if let Some(top) = new.top {
                self.view.scroll(question.view).stay(top);
            }
        }
        let view = self.model.spot.view;
        if let Some(id) = self.model.spot.selected(view) {
            let key = self.model.key(id);
            if let Some(picture) = new.picture.filter(|_| same_spot) {
                self.model.details.put(key, picture);
            }
            self.keep_folds(before, key);
        }
        self.catch_up(same_range);
        discard((old, new.asked.shown));
    }

    /// Folds that were opened stay open.
    fn keep_folds(&mut self, (epoch, spot): (u64, Spot), now: Key) {
        let was = spot
            .selected(self.model.spot.view)
            .map(|id| Key { epoch, id, part: 0 });
        if let Some((key, _)) = &mut self.view.unfolded
            && Some(*key) == was
        {
            *key = now;
        }
    }

    /// Does again what was asked for while the analysis was prepared.
    fn catch_up(&mut self, same_range: bool) {
        let Some(capture) = &self.model.capture else {
            return;
        };
        let range = capture.range.filter(|_| !same_range);
        if capture.terms.own != self.model.prefs.settings {
            self.rerule();
        } else if let Some((from, to)) = range {
            self.narrow(from, to);
        }
    }
}

fn prepare(asked: Asked, next: Next) -> Renewal {
    // Thresholds may have been changed since reading began.
    let (whole, terms) = if next.terms.own == asked.settings {
        (next.whole, next.terms)
    } else {
        let terms = Terms::of(&next.paths, &asked.settings);
        let whole = next.whole.with_settings(terms.used.clone());
        (Arc::new(whole), Arc::new(terms))
    };
    let shown = asked.range.map_or_else(
        || Arc::clone(&whole),
        |(from, to)| Arc::new(whole.narrowed(from, to)),
    );
    let mapped = |spot| remap::spot(spot, &asked.shown, &shown);
    let view = asked.spot.view;
    let ordered = order::answer(&shown, &asked.question);
    let mut spot = mapped(asked.spot);
    if view == View::Findings && spot.finding.is_none() {
        spot.select(view, ordered.rows.first().copied());
    }
    let top = asked.top.and_then(|at| {
        let mut first = asked.spot;
        first.select(view, Some(at));
        let at = mapped(first).selected(view)?;
        ordered.rows.iter().position(|row| *row == at)
    });
    Renewal {
        picture: spot
            .selected(view)
            .map(|at| Picture::new(&shown, view, at, spot.nth)),
        history: asked.history.iter().map(|s| mapped(*s)).collect(),
        paths: next.paths,
        origin: next.origin,
        overview: next.overview,
        terms,
        spot,
        ordered,
        top,
        whole,
        shown,
        asked,
    }
}
