//! Pinning a plan, and opening one that was pasted.

use std::sync::Arc;

use eframe::egui;

use crate::analysis::{Analysis, PlanSet};
use crate::app::jobs::{Answer, Kind};
use crate::app::model::{Origin, Pinned, View};
use crate::app::pictures::Overview;
use crate::app::terms::Terms;
use crate::app::window::App;

impl App {
    /// Keeps the plan that is shown, to compare others with; the one that is kept is let go.
    pub(super) fn pin(&mut self) {
        let Some(group) = self
            .model
            .spot
            .plan
            .filter(|_| self.model.spot.view == View::Plans)
        else {
            return;
        };
        let key = self.model.key(group);
        let Some(picture) = self.model.details.plan.get(key) else {
            return;
        };
        let Ok(drawn) = &picture.drawn else { return };
        let same = |p: &Pinned| Arc::ptr_eq(&p.explained, &drawn.explained);
        if self.model.pinned.as_ref().is_some_and(same) {
            self.model.pinned = None;
            return;
        }
        self.model.pinned = Some(Pinned {
            name: picture.name.clone(),
            explained: Arc::clone(&drawn.explained),
        });
        self.model
            .say("Pinned: open another plan and choose Compare", false);
    }

    /// Opens what was pasted where no text field took it, if it is a plan.
    pub(in crate::app) fn pasted(&mut self, ctx: &egui::Context) {
        if ctx.text_edit_focused() {
            return;
        }
        let text = ctx.input(|i| {
            i.events.iter().find_map(|e| match e {
                egui::Event::Paste(text) => Some(text.clone()),
                _ => None,
            })
        });
        let Some(text) = text else { return };
        let settings = self.model.prefs.settings.clone();
        self.jobs.start(Kind::Load, move |_| {
            let set = PlanSet::of_text(text);
            if set.texts.is_empty() {
                let why = set.warnings.first().map_or(String::new(), |w| {
                    format!(" Line {}: {}.", w.line, w.what)
                });
                return Some(Answer::Failed(format!(
                    "What was pasted is no plan.{why} Copy all that EXPLAIN printed, as text, JSON, YAML or XML."
                )));
            }
            let terms = Arc::new(Terms::of(&[], &settings));
            let analysis = Arc::new(Analysis::of_plans(set, terms.used.clone()));
            let overview = Arc::new(Overview::new(&analysis.workload));
            Some(Answer::Pasted(analysis, overview, terms))
        });
    }

    /// Shows plans that were pasted in the place of whatever is open.
    pub(super) fn show_pasted(
        &mut self,
        analysis: Arc<Analysis>,
        overview: Arc<Overview>,
        terms: Arc<Terms>,
    ) {
        self.close();
        self.model.failure = None;
        self.offer(crate::app::model::Next {
            paths: Vec::new(),
            origin: Origin::Pasted,
            whole: analysis,
            overview,
            terms,
            patient: false,
        });
        self.look_at_plans();
    }

    /// Shows the plans at once where there is nothing else.
    pub(super) fn look_at_plans(&mut self) {
        if self.model.shown().is_some_and(|a| a.is_plans()) {
            self.model.spot = self.model.spot.plan(0);
            self.look_at_selection();
        }
    }
}
