//! The detail of a request: its statements in order.

use eframe::egui::{RichText, Ui};

use super::ViewState;
use super::finding::waiting;
use super::findings::title_of;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model};
use crate::app::pictures::RequestPicture;
use crate::app::theme;
use crate::app::widgets::{self, Number, caption, heading, link, numbers};
use crate::workload::{Grouping, Request, Session, Tags};

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
    let (label, known) = super::requests::label(&capture.shown, request);
    let aside = format::moment(request.start, capture.utc_offset(), Moment::Day);
    heading(ui, "Request", &aside, |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
    });
    let font = if known {
        theme::title()
    } else {
        theme::mono(15.0)
    };
    ui.label(RichText::new(label).font(font).color(colours.strong));
    let session = w.sessions.get(request.session.index());
    caption(
        ui,
        &origin(
            request,
            session,
            request.tags.and_then(|t| w.tags.get(t.index())),
        ),
    );
    ui.add_space(theme::STEP);
    numbers(ui, &three(request, w.share(request.db_time)), true);
    for at in capture.shown.findings_of(id) {
        let Some(finding) = capture.shown.findings.get(at) else {
            continue;
        };
        if link(
            ui,
            &format!(
                "{}: {}",
                title_of(finding),
                format::sentence(&finding.title)
            ),
        )
        .clicked()
        {
            actions.push(Action::Go(model.spot.finding(at)));
        }
    }
    ui.add_space(theme::GAP);
    heading(
        ui,
        "Statements",
        "in order; repeated ones are folded",
        |_| {},
    );
    let Some(picture) = model.details.request.get(key) else {
        waiting(ui, model.details.failed(Kind::Request, key));
        return;
    };
    if let Some(query) = widgets::waterfall(ui, &picture.waterfall, view.folds(key), usize::MAX) {
        actions.push(Action::Go(model.spot.query(query)));
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

fn three(request: &Request, share: f64) -> Vec<Number> {
    let n = u64::from(request.executions);
    vec![
        Number::new(
            format::duration(request.duration() as f64),
            "from first to last statement",
            "What the application does between statements counts too",
        ),
        Number::new(
            format::duration(request.db_time as f64),
            format!("database time · {}", format::share(share)),
            "Sum of its statements' durations, and its part of the capture",
        ),
        Number::new(
            format::count(n),
            if n == 1 { "statement" } else { "statements" },
            "",
        ),
    ]
}

/// Who ran it, and how its statements were found to belong together.
fn origin(request: &Request, session: Option<&Session>, tags: Option<&Tags>) -> String {
    let mut parts = vec![match request.grouping {
        Grouping::Trace => "Grouped by its trace id".to_owned(),
        Grouping::RequestId => "Grouped by its request id".to_owned(),
        Grouping::Lines => "Grouped by the lines that begin and end it".to_owned(),
        Grouping::Window => "Grouped by the time at which it was served".to_owned(),
        Grouping::Transaction => "Grouped by its transaction".to_owned(),
        Grouping::Anchor => "Grouped by what each request asks first".to_owned(),
        Grouping::Pause => "Grouped by the pauses around it".to_owned(),
        Grouping::Run => {
            "Nothing tells where it begins: its statements follow each other without a long pause"
                .to_owned()
        }
    }];
    if let Some(session) = session {
        parts.push(format!("session {}", session.name));
        let who = [&session.user, &session.database]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("@");
        parts.extend(Some(who).filter(|w| !w.is_empty()));
        parts.extend(session.application.clone().filter(|a| !a.is_empty()));
    }
    parts.extend(tags.and_then(|t| t.framework.clone()));
    parts.join(" · ")
}
