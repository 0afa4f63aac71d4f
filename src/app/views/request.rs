//! The detail of a request: how it was found, how long it took, and its statements in order.

use eframe::egui::{RichText, Ui};

use super::ViewState;
use super::finding::waiting;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model};
use crate::app::pictures::RequestPicture;
use crate::app::widgets::{self, Number, caption, heading, numbers};
use crate::app::{name, theme};
use crate::workload::{Grouping, Request, Session, Tags, Workload};

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let Some(id) = model.spot.request else { return };
    let w = &capture.shown.workload;
    let Some(request) = w.request(id) else { return };
    let colours = theme::colours(ui);
    let key = model.key(id.0);
    ui.spacing_mut().item_spacing.y = 6.0;
    let (label, known) = name::request(&capture.shown, request);
    let picture = model.details.request.get(key);
    let aside = format::moment(request.start, capture.utc_offset(), Moment::Day);
    heading(ui, "Request", &aside, |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
        let endpoint = picture.and_then(|p| p.endpoint);
        if let Some(endpoint) = endpoint
            && widgets::text_button(ui, Icon::Link, "Show endpoint").clicked()
        {
            actions.push(Action::Go(model.spot.endpoint(endpoint)));
        }
    });
    let font = if known {
        theme::title()
    } else {
        theme::mono(15.0)
    };
    ui.label(RichText::new(label).font(font).color(colours.strong));
    let session = w.sessions.get(request.session.index());
    caption(ui, &found(request)).on_hover_text(CONFIDENCE);
    let tags = request.tags.and_then(|t| w.tags.get(t.index()));
    // Where there is only one, it tells nothing.
    let several = w.sessions.iter().filter(|s| s.active).nth(1).is_some();
    let origin = origin(session, several, tags);
    if !origin.is_empty() {
        caption(ui, &origin);
    }
    ui.add_space(theme::STEP);
    numbers(ui, &head(w, request), true);
    let links = capture.shown.findings_of(id);
    let links = links.map(|at| (at, String::new()));
    super::finding_links(ui, model, capture, links, actions);
    ui.add_space(theme::GAP);
    heading(
        ui,
        "Statements",
        "in order; repeated ones are folded",
        |_| {},
    );
    let Some(picture) = picture else {
        waiting(ui, model.details.failed(Kind::Request, key));
        return;
    };
    if let Some(query) = widgets::waterfall(ui, &picture.waterfall, view.folds(key), usize::MAX) {
        actions.push(Action::Go(model.spot.query(query)));
    }
    if !picture.waterfall.timed {
        caption(
            ui,
            "The capture tells no durations: statements stand where they were logged",
        );
    }
    plans(ui, picture, actions);
}

/// The plans of its slowest statements, where the log has them.
fn plans(ui: &mut Ui, picture: &RequestPicture, actions: &mut Actions) {
    if picture.plans.is_empty() {
        return;
    }
    ui.add_space(theme::GAP);
    let shown = picture.plans.len() as u64;
    let aside = if picture.planned > shown {
        format!(
            "of its {} slowest statements, {} have one",
            format::count(shown),
            format::count(picture.planned)
        )
    } else {
        format::count(shown)
    };
    heading(ui, "Plans", &aside, |_| {});
    for planned in &picture.plans {
        let about = format!(
            "{} · {}",
            format::duration(planned.duration as f64),
            planned.name
        );
        for plan in &planned.plans {
            super::record::plan(ui, &about, plan, actions);
        }
    }
}

/// What came of it and how long it took, as far as the capture tells.
fn head(w: &Workload, request: &Request) -> Vec<Number> {
    let served = w.served(request);
    let statements = u64::from(request.executions);
    let status = served.and_then(|s| s.status).map(|status| {
        Number::new(
            status.to_string(),
            "status",
            "The status of HTTP that the application answered with",
        )
    });
    let whole = served.and_then(|s| s.elapsed);
    let time = match whole {
        Some(whole) => Some(Number::new(
            format::duration(whole as f64),
            "whole request",
            format!(
                "As the application logged it; {} from its first statement to its last",
                format::duration(request.duration() as f64)
            ),
        )),
        None if request.duration() > 0 => Some(Number::new(
            format::duration(request.duration() as f64),
            "from first to last statement",
            "What the application does between statements counts too",
        )),
        None => None,
    };
    let database = w.timed().then(|| {
        let of = whole.unwrap_or(request.duration());
        let meaning = if of > 0 {
            // Statements that run beside each other take more than all of the time.
            let share = (request.db_time as f64 / of as f64).min(1.0);
            format!("database time · {} of it", format::share(share))
        } else {
            "database time".to_owned()
        };
        let tip = format!(
            "Sum of its statements' durations; {} of the capture's",
            format::share(w.share(request.db_time))
        );
        Number::new(format::duration(request.db_time as f64), meaning, tip)
    });
    let ran = Number::new(
        format::count(statements),
        if statements == 1 {
            "statement"
        } else {
            "statements"
        },
        "",
    );
    time.into_iter()
        .chain(database)
        .chain([ran])
        .chain(status)
        .collect()
}

const CONFIDENCE: &str = "How sure it is that these statements are one request, and all of it";

/// How its statements were found to belong together, and how sure that is.
fn found(request: &Request) -> String {
    let how = match request.grouping {
        Grouping::Trace => "Grouped by its trace id",
        Grouping::RequestId => "Grouped by its request id",
        Grouping::Lines => "Grouped by the lines that begin and end it",
        Grouping::Window => "Grouped by the time at which it was served",
        Grouping::Transaction => "Grouped by its transaction",
        Grouping::Anchor => "Grouped by what each request asks first",
        Grouping::Pause => "Grouped by the pauses around it",
        Grouping::Run => {
            "Nothing tells where it begins: its statements follow each other without a long pause"
        }
    };
    format!(
        "{how} · {} confidence",
        request.grouping.confidence().word()
    )
}

/// Who ran it.
fn origin(session: Option<&Session>, several: bool, tags: Option<&Tags>) -> String {
    let mut parts = Vec::new();
    if let Some(session) = session {
        if several {
            parts.push(format!("session {}", session.name));
        }
        match (session.user.as_deref(), session.database.as_deref()) {
            (Some(user), Some(database)) => parts.push(format!("{user}@{database}")),
            (Some(user), None) => parts.push(format!("role {user}")),
            (None, Some(database)) => parts.push(format!("database {database}")),
            (None, None) => {}
        }
        parts.extend(session.application.clone().filter(|a| !a.is_empty()));
    }
    parts.extend(tags.and_then(|t| t.framework.clone()));
    parts.join(" · ")
}
