//! The detail of an endpoint: how long its requests take, why, and which to look at.

use eframe::egui::{RichText, Ui};

use super::endpoints::{requests, time};
use super::finding::waiting;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model, View};
use crate::app::pictures::{EndpointPicture, summary};
use crate::app::widgets::{self, Number, caption, heading, numbers};
use crate::app::{name, theme};
use crate::workload::Endpoint;

pub(super) fn show(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    let Some(at) = model.spot.endpoint else {
        return;
    };
    let Some(endpoint) = capture.shown.endpoints.get(at as usize) else {
        return;
    };
    let colours = theme::colours(ui);
    let key = model.key(at);
    ui.spacing_mut().item_spacing.y = 6.0;
    let aside = if endpoint.requests.len() == 1 {
        "1 request".to_owned()
    } else {
        format!("{} requests", requests(endpoint))
    };
    heading(ui, "Endpoint", &aside, |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
    });
    let (name, known) = name::endpoint(&capture.shown, endpoint);
    let font = if known {
        theme::title()
    } else {
        theme::mono(15.0)
    };
    ui.label(RichText::new(name).font(font).color(colours.strong));
    if !known {
        let why = if endpoint.requests.len() == 1 {
            "Nothing in the capture names this request"
        } else {
            "Nothing in the capture names these requests: they run the same queries"
        };
        caption(ui, why);
    }
    ui.add_space(theme::STEP);
    numbers(ui, &three(endpoint, capture.shown.workload.timed()), true);
    caption(ui, &measured(endpoint));
    let Some(picture) = model.details.endpoint.get(key) else {
        ui.add_space(theme::GAP);
        waiting(ui, model.details.failed(Kind::Endpoint, key));
        return;
    };
    findings(ui, model, capture, endpoint, picture, actions);
    ui.add_space(theme::GAP);
    if !picture.latency.bars.is_empty() {
        heading(
            ui,
            "Latency",
            "how long its requests take, and when",
            |_| {},
        );
        if let Some((from, to)) = widgets::latency(ui, &picture.latency, capture.utc_offset()) {
            actions.push(Action::Narrow(from, to));
        }
        ui.add_space(theme::GAP);
    }
    slowest(ui, model, capture, endpoint, at, picture, actions);
    ui.add_space(theme::GAP);
    queries(ui, model, capture, endpoint, picture, actions);
}

fn three(endpoint: &Endpoint, timed: bool) -> Vec<Number> {
    let p95 = Number::new(
        time(endpoint, endpoint.p95),
        "p95",
        "95 % of its requests took at most this long",
    );
    let most = format::counted(u64::from(endpoint.most), "statement", "statements");
    let statements = Number::new(
        format::average(endpoint.mean_statements()),
        "statements per request",
        format!("On average; the request with the most ran {most}"),
    );
    let each = endpoint.db_time as f64 / endpoint.requests.len().max(1) as f64;
    let database = match endpoint.database_share() {
        _ if !timed => return vec![p95, statements],
        Some(share) => Number::new(
            format::share(share),
            "of that is the database",
            format!(
                "{} of database time in a request on average",
                format::duration(each)
            ),
        ),
        None => Number::new(
            format::duration(each),
            "database time per request",
            "On average: the sum of its statements' durations",
        ),
    };
    vec![p95, statements, database]
}

/// What its times are, in words.
fn measured(endpoint: &Endpoint) -> String {
    if endpoint.total == 0 {
        return "The capture doesn't tell how long its requests take".to_owned();
    }
    let [p50, p99] = [endpoint.p50, endpoint.p99].map(format::duration);
    let what = if endpoint.whole {
        "whole requests, as the application logged them"
    } else {
        "from the first statement to the last; a log of requests beside this one tells whole requests"
    };
    format!("p50 {p50} · p99 {p99} · {what}")
}

fn findings(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    endpoint: &Endpoint,
    picture: &EndpointPicture,
    actions: &mut Actions,
) {
    let all = endpoint.requests.len() as u64;
    let links = picture.findings.iter().map(|(at, seen)| {
        let often = if *seen < all {
            format!(" · in {} of {}", format::count(*seen), format::count(all))
        } else {
            String::new()
        };
        (*at, often)
    });
    super::finding_links(ui, model, capture, links, actions);
}

fn slowest(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    endpoint: &Endpoint,
    at: u32,
    picture: &EndpointPicture,
    actions: &mut Actions,
) {
    let n = endpoint.requests.len() as u64;
    let aside = if n > picture.slowest.len() as u64 {
        format!("the slowest of {}", format::count(n))
    } else {
        format::count(n)
    };
    heading(ui, "Requests", &aside, |ui| {
        let text = format!("Show all {}", format::count(n));
        if n > picture.slowest.len() as u64 && widgets::text_button(ui, Icon::Link, &text).clicked()
        {
            let filter = format!("endpoint:{}", at + 1);
            actions.push(Action::FilterIn(View::Requests, filter));
        }
    });
    let w = &capture.shown.workload;
    for (id, took) in &picture.slowest {
        let Some(request) = w.request(*id) else {
            continue;
        };
        let moment = format::moment(request.start, capture.utc_offset(), Moment::Milli);
        let took = if *took > 0 {
            format::duration(*took as f64)
        } else {
            "Request".to_owned()
        };
        let status = w.served(request).and_then(|s| s.status);
        let status = status.map_or_else(String::new, |s| format!("status {s} · "));
        let mut told = format::counted(u64::from(request.executions), "statement", "statements");
        if request.db_time > 0 {
            let time = format::duration(request.db_time as f64);
            told = format!("{told} · {time} database time");
        }
        if super::request_line(ui, &took, &moment, &format!("{status}{told}")) {
            actions.push(Action::Go(model.spot.request(*id)));
        }
    }
}

fn queries(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    endpoint: &Endpoint,
    picture: &EndpointPicture,
    actions: &mut Actions,
) {
    if picture.queries.is_empty() {
        return;
    }
    let timed = capture.shown.workload.timed();
    let aside = if timed {
        "the heaviest in its requests"
    } else {
        "those that run most often in its requests"
    };
    heading(ui, "Queries", aside, |_| {});
    let all = endpoint.requests.len().max(1) as f64;
    for part in &picture.queries {
        let Some(query) = capture.shown.workload.query(part.query) else {
            continue;
        };
        let each = part.executions as f64 / all;
        let often = format!("{} ×", format::average(each));
        let told = if timed {
            format!("{} in all", format::duration(part.db_time as f64))
        } else {
            format::counted(part.executions, "execution", "executions")
        };
        if super::line(ui, summary(query), &often, 52.0, theme::code_small(), &told) {
            actions.push(Action::Go(model.spot.query(part.query)));
        }
    }
}
