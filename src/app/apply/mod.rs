//! What actions and answers change.

mod capture;
mod command;
mod indexes;
mod lists;
mod live;
mod plan;
mod remap;
mod renew;

pub(crate) use lists::refresh;
pub(crate) use renew::Renewal;

use eframe::egui;

use super::action::Action;
use super::filter::Filter;
use super::jobs::{Answer, Kind};
use super::model::View;
use super::window::App;

impl App {
    /// Does what the person asked for.
    pub(super) fn apply(&mut self, ctx: &egui::Context, frame: &eframe::Frame, action: Action) {
        match action {
            Action::Run(command) => self.run(ctx, frame, command),
            Action::Open(paths) => self.open(paths),
            Action::Go(spot) => {
                if spot != self.model.spot {
                    self.model.history.push(self.model.spot);
                    self.model.spot = spot;
                    self.look_at_selection();
                }
            }
            Action::Select(row) => self.select_row(row),
            Action::Filter(text) => self.filter(text),
            Action::FilterIn(view, text) => {
                self.model.history.push(self.model.spot);
                self.model.spot.view = view;
                self.filter(text);
            }
            Action::Sort(view, sort) => {
                let list = self.model.list_mut(view);
                list.sort = sort;
                list.fresh = false;
                self.view.scroll(view).rewind();
            }
            Action::Events(events) => {
                self.model.events = events;
                self.model.list_mut(View::Events).fresh = false;
                self.view.scroll(View::Events).rewind();
            }
            Action::Narrow(from, to) => self.narrow(from, to),
            Action::Copy(text, what) => self.copy(ctx, text, what),
            Action::Connect => self.connect_typed(),
            Action::Recall(target) => self.recall(target),
            Action::Serve(at) => self.view.served = at,
            Action::Ask(ask) => self.ask(ask),
            Action::RunProposed(as_superuser) => self.run_proposed(as_superuser),
            Action::Vouch => self.vouch(),
            Action::CancelLive => {
                if let Some(live) = &self.model.live {
                    live.cancel();
                }
            }
            Action::Target(target) => self.model.prefs.target = Some(target.name().to_owned()),
            Action::Prefer(prefs) => self.prefer(ctx, *prefs),
            Action::ForgetRecents => self.model.prefs.recents.clear(),
            Action::Dismiss => {
                self.model.notice = None;
                self.model.failure = None;
            }
        }
    }

    /// Takes in what workers have sent.
    pub(super) fn receive(&mut self) {
        while let Some((kind, answer)) = self.jobs.next() {
            match answer {
                Answer::Progress(progress) => self.progress(progress),
                Answer::Preview(analysis, overview, terms) => {
                    self.preview(analysis, overview, terms);
                }
                Answer::Loaded(analysis, overview, terms) => {
                    self.loaded(analysis, overview, terms);
                }
                Answer::Pasted(analysis, overview, terms) => {
                    self.show_pasted(analysis, overview, terms);
                }
                Answer::Cancelled => self.cancelled(),
                Answer::Failed(what) => self.failed(what),
                Answer::Narrowed(analysis, range) => self.narrowed(analysis, range),
                Answer::Ruled(whole, shown, terms) => self.ruled(whole, shown, terms),
                Answer::Advised(indexes, whole, shown) => self.advised(indexes, whole, shown),
                Answer::Ordered(rows) => lists::ordered(&mut self.model, rows),
                Answer::Looked(key, picture) => {
                    // One of what was shown before would take the place of a newer one.
                    if key.epoch == self.model.epoch {
                        self.model.details.put(key, picture);
                    }
                }
                Answer::Renewed(renewal) => self.renewed(*renewal),
                Answer::Live(news) => self.heard(*news),
                Answer::Keyring(found) => self.recalled(found),
                Answer::Picked(paths) => {
                    if !paths.is_empty() {
                        self.open(paths);
                    }
                }
                Answer::Panicked(why) => self.panicked(kind, &why),
            }
        }
        self.release();
        self.watch();
        self.advise_where_looked_at();
    }

    fn panicked(&mut self, kind: Kind, why: &str) {
        self.model.details.fail(kind);
        self.model.busy = false;
        if kind == Kind::Order {
            for view in View::ALL {
                self.model.list_mut(view).working = false;
            }
        }
        let what = format!(
            "{} failed: {why}. This is a bug in pgloupe; the rest of the window still works.",
            kind.about()
        );
        if kind == Kind::Load {
            self.failed(what);
        } else {
            self.model.say(what, true);
        }
    }

    fn filter(&mut self, text: String) {
        self.model.filter = Filter::parse(&text);
        self.model.filter_text = text;
        for view in View::ALL {
            self.model.list_mut(view).fresh = false;
            self.view.scroll(view).rewind();
        }
    }

    fn copy(&mut self, ctx: &egui::Context, text: String, what: &str) {
        ctx.copy_text(text);
        self.model.say(format!("{what} copied"), false);
    }
}
