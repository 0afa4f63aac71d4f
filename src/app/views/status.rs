//! The bar at the bottom: what is loaded, what was not read, and how far reading has come.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use eframe::egui::{Align, Layout, ProgressBar, RichText, Sense, Ui, vec2};

use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::model::{Capture, Loading, Model, Origin, View};
use crate::app::{format, theme};

/// How long a slow frame is remembered.
const REMEMBERED: Duration = Duration::from_secs(3);

/// How long the last frames took, from input to the last draw call.
#[derive(Debug)]
pub(crate) struct Frames {
    began: Instant,
    /// From the program's start until the first frame had been drawn.
    first: Option<Duration>,
    last: VecDeque<(Instant, Duration)>,
}

impl Frames {
    /// For a program that began at `began`.
    pub(crate) fn new(began: Instant) -> Self {
        Self {
            began,
            first: None,
            last: VecDeque::new(),
        }
    }

    /// Notes that a frame has been drawn, which took so long.
    pub(crate) fn note(&mut self, took: Duration) {
        let now = Instant::now();
        self.first.get_or_insert(now - self.began);
        self.last.push_back((now, took));
        while self
            .last
            .front()
            .is_some_and(|(at, _)| now - *at > REMEMBERED)
        {
            self.last.pop_front();
        }
    }

    /// The slowest of the last frames and the time to the first, for people.
    fn text(&self) -> String {
        let micros = |time: Duration| format::duration(time.as_secs_f64() * 1e6);
        let slowest = self
            .last
            .iter()
            .map(|(_, took)| *took)
            .max()
            .unwrap_or_default();
        format!(
            "slowest frame {} · first after {}",
            micros(slowest),
            micros(self.first.unwrap_or_default())
        )
    }
}

pub(super) fn show(ui: &mut Ui, model: &Model, frames: &Frames, actions: &mut Actions) {
    let colours = theme::colours(ui);
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal_centered(|ui| {
        if let Some(capture) = &model.capture {
            let told = if capture.is_plans() {
                plans(capture)
            } else {
                executions(capture)
            };
            ui.label(
                RichText::new(told)
                    .font(theme::sized(12.0))
                    .color(colours.dim),
            );
            matches(ui, model);
            warnings(ui, model, actions);
            // The list of findings says so itself.
            if model.spot.view != View::Findings {
                super::suppressed::status(ui, &capture.shown, actions);
            }
        }
        if let Some(loading) = model.loading.as_ref().filter(|l| l.live()) {
            following(ui, model, loading, actions);
        } else if let Some(loading) = &model.loading {
            progress(ui, model, loading, actions);
        } else if model.busy || model.list(model.spot.view).working {
            ui.spinner();
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // Over the server's own statements a bar says more.
            let beside = model
                .capture
                .as_ref()
                .is_some_and(|c| c.origin != Origin::Server);
            if let Some(live) = model.live.as_ref().filter(|_| beside) {
                super::server::beside(ui, live);
            }
            if model.prefs.frame_time {
                ui.label(
                    RichText::new(frames.text())
                        .font(theme::sized(12.0))
                        .color(colours.dim),
                );
            }
        });
    });
}

/// What is loaded of a capture.
fn executions(capture: &Capture) -> String {
    let w = &capture.shown.workload;
    let mut n = w.executions.len() as u64;
    if capture.range.is_none() {
        n += capture.overview.exported;
    }
    let mut text = format::counted(n, "execution", "executions");
    if capture.range.is_some() {
        text = format!(
            "{} of {} executions",
            format::count(n),
            format::count(capture.whole.workload.executions.len() as u64)
        );
    }
    // An export knows of no requests: to count none would say that there were none.
    let requests = if capture.overview.is_export(w) {
        format::counted(w.queries.len() as u64, "query", "queries")
    } else {
        format::counted(w.requests.len() as u64, "request", "requests")
    };
    let time = if w.timed() || w.executions.is_empty() {
        format!("{} database time", format::duration(w.db_time as f64))
    } else {
        "no durations".to_owned()
    };
    format!("{text} · {requests} · {time}{}", plans_left(capture))
}

/// That not all plans of a log were read, where that is so.
fn plans_left(capture: &Capture) -> String {
    let Some(set) = capture.shown.plans_if_read() else {
        return String::new();
    };
    let mut text = String::new();
    if set.unreadable > 0 {
        let n = format::counted(set.unreadable, "plan", "plans");
        text = format!(" · {n} can't be read");
    }
    if set.read + set.unreadable < set.total {
        text = format!(
            " · {} of {} plans read: the slowest of each query, and others spread over the log{text}",
            format::count(set.read),
            format::count(set.total)
        );
    }
    text
}

/// What is loaded where there is nothing but plans.
fn plans(capture: &Capture) -> String {
    let set = capture.shown.plans();
    let total: f64 = set
        .groups
        .iter()
        .map(crate::analysis::PlanGroup::total_ms)
        .sum();
    let n = format::counted(set.read, "plan", "plans");
    if total > 0.0 {
        format!("{n} · {} execution", format::duration(total * 1e3))
    } else {
        n
    }
}

/// How many rows the filter lets through.
fn matches(ui: &mut Ui, model: &Model) {
    let view = model.spot.view;
    let (Some(analysis), false) = (model.shown(), model.filter.is_empty()) else {
        return;
    };
    let all = match view {
        View::Findings => analysis.findings.len(),
        View::Queries => analysis.workload.queries.len(),
        View::Endpoints => analysis.endpoints.len(),
        View::Requests => analysis.workload.requests.len(),
        View::Events => analysis.workload.occurrences.len(),
        View::Indexes | View::Activity | View::Tables => return,
        View::Plans => analysis.plans_if_read().map_or(0, |p| p.groups.len()),
    };
    let colours = theme::colours(ui);
    let shown = model.list(view).rows.len();
    let text = format!(
        "{} of {} match the filter",
        format::count(shown as u64),
        format::counted(all as u64, view.noun(1), view.noun(2))
    );
    ui.label(
        RichText::new(text)
            .font(theme::sized(12.0))
            .color(colours.accent),
    );
}

fn warnings(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let n = model.capture.as_ref().map_or(0, |c| {
        c.whole.workload.capture.warnings.total() + u64::from(c.terms.problem.is_some())
    });
    if n == 0 {
        return;
    }
    let text = RichText::new(format::counted(n, "warning", "warnings"))
        .font(theme::sized(12.0))
        .color(colours.medium);
    let button =
        eframe::egui::Button::new((Icon::Warning.image(colours.medium), text)).frame(false);
    if ui
        .add(button)
        .on_hover_text(Command::Warnings.tip())
        .clicked()
    {
        actions.push(Action::Run(Command::Warnings));
    }
}

/// That a log is followed, and how far its last record is.
fn following(ui: &mut Ui, model: &Model, loading: &Loading, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    ui.painter().circle_filled(dot.center(), 4.0, colours.good);
    let offset = model.capture.as_ref().map_or(0, Capture::utc_offset);
    let newest = model.next.as_ref().map(|n| &n.overview);
    let shown = model.capture.as_ref().map(|c| &c.overview);
    let mut text = "Following".to_owned();
    if let Some(last) = newest.or(shown).and_then(|o| o.last) {
        let at = format::moment(last, offset, format::Moment::Second);
        text = format!("{text} · {at} last record");
    }
    if model.held {
        text.push_str(" · new rows wait until the pointer leaves the list");
    }
    ui.label(
        RichText::new(text)
            .font(theme::sized(12.0))
            .color(colours.text),
    );
    stop(ui, loading, actions);
}

/// How far reading has come, with what is left and a way to stop.
fn progress(ui: &mut Ui, model: &Model, loading: &Loading, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let (part, text) = told(loading, model.still);
    ui.add(
        ProgressBar::new(part)
            .desired_width(140.0)
            .desired_height(6.0)
            .fill(colours.accent)
            .corner_radius(3),
    );
    ui.label(
        RichText::new(text)
            .font(theme::sized(12.0))
            .color(colours.dim),
    );
    stop(ui, loading, actions);
}

/// The button that stops reading.
pub(super) fn stop(ui: &mut Ui, loading: &Loading, actions: &mut Actions) {
    let text = RichText::new(if loading.stopping {
        "Stopping…"
    } else {
        "Stop"
    })
    .font(theme::sized(12.0));
    let button = eframe::egui::Button::new(text).small();
    if ui
        .add_enabled(!loading.stopping, button)
        .on_hover_text(Command::Cancel.tip())
        .clicked()
    {
        actions.push(Action::Run(Command::Cancel));
    }
}

/// The part that is read, 0 to 1, and a line about it.
pub(super) fn told(loading: &Loading, still: bool) -> (f32, String) {
    let Some(p) = loading.progress.filter(|p| p.total > 0) else {
        return (0.0, "Opening…".to_owned());
    };
    let part = (p.bytes as f64 / p.total as f64).clamp(0.0, 1.0);
    let seconds = loading.since.elapsed().as_secs_f64();
    let mut text = format!("{:.0} % of {}", part * 100.0, format::bytes(p.total));
    // A rate over less than this says nothing.
    if seconds > 0.3 && part > 0.0 && !still {
        let rate = p.bytes as f64 / seconds;
        let left = (p.total.saturating_sub(p.bytes)) as f64 / rate;
        text = format!("{text} · {:.0} MB/s · {} left", rate / 1e6, left_text(left));
    }
    // A part of a whole.
    #[allow(clippy::cast_possible_truncation)]
    let part = part as f32;
    (part, text)
}

/// Time left, rounded so that it doesn't flicker.
fn left_text(seconds: f64) -> String {
    match seconds.ceil() {
        s if s < 60.0 => format!("{s:.0} s"),
        s => format!("{:.0} min", (s / 60.0).ceil()),
    }
}
