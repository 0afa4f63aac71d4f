//! The detail of a finding: what, how much, the fix, the proof, and then everything behind it.

use eframe::egui::{Align, Align2, Button, Label, Layout, Popup, RichText, Sense, Ui, vec2};

use super::findings::{headline, title_of};
use super::{ViewState, copy_button, fix};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::ignore::ways;
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model, Spot, View};
use crate::app::pictures::{FindingPicture, Line};
use crate::app::widgets::{self, Number, caption, code_block, heading, link, numbers, sql_block};
use crate::app::{name, theme};
use crate::rules::{Finding, Settings, Subject, described};

/// The most rows of a waterfall in the proof; the request's own page shows all.
const PROOF: usize = 12;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let Some(at) = model.spot.finding else { return };
    let Some(finding) = capture.shown.findings.get(at) else {
        return;
    };
    let key = model.key(u32::try_from(at).unwrap_or(u32::MAX));
    ui.spacing_mut().item_spacing.y = 6.0;
    head(ui, finding);
    trust(ui, capture, view, finding, actions);
    ui.add_space(theme::STEP);
    let timed = is_timed(capture, finding);
    if finding.costs_nothing() {
        subject(ui, model, finding, actions);
    } else {
        numbers(ui, &three(finding, timed), true);
        cost(ui, finding, &capture.shown.settings, timed, actions);
    }
    ui.add_space(theme::GAP);
    fix::show(ui, model, view, finding, actions);
    if let Some(query) = finding.queries.first() {
        super::indexes::links(ui, model, capture, *query, actions);
    }
    ui.add_space(theme::GAP);
    let Some(picture) = model.details.finding.get(key) else {
        waiting(ui, model.details.failed(Kind::Finding, key));
        return;
    };
    proof(ui, capture, view, key, picture, model, actions);
    ui.add_space(theme::GAP);
    if finding.queries.is_empty() {
        about(ui, view, finding, &capture.shown.settings, actions);
        return;
    }
    heading(ui, "Query", "", |ui| {
        if let Some(query) = finding.queries.first() {
            if widgets::text_button(ui, Icon::Link, "Show in queries").clicked() {
                actions.push(Action::Go(model.spot.query(*query)));
            }
            copy_button(
                ui,
                Some(view),
                "Copy SQL",
                "SQL",
                || super::shown_sql(model).unwrap_or_default(),
                actions,
            );
        }
    });
    sql_block(ui, &picture.sql);
    called_from(ui, capture, finding);
    ui.add_space(theme::GAP);
    sightings(ui, model, capture, finding, picture, at, actions);
    ui.add_space(theme::GAP);
    lines(ui, &picture.lines, actions);
    ui.add_space(theme::GAP);
    about(ui, view, finding, &capture.shown.settings, actions);
}

/// While a worker looks, or when it failed.
pub(super) fn waiting(ui: &mut Ui, failed: bool) {
    if failed {
        caption(
            ui,
            "This part could not be worked out. That is a bug in pgloupe; the message below says more.",
        );
    } else {
        ui.spinner();
    }
}

/// A way to what of a server a finding speaks of.
fn subject(ui: &mut Ui, model: &Model, finding: &Finding, actions: &mut Actions) {
    let catalog = model.live.as_ref().and_then(|l| l.catalog.as_ref());
    let table = match (&finding.subject, catalog) {
        (Some(Subject::Table(name) | Subject::Column(name, _)), Some(_)) => Some(name),
        (Some(Subject::Index(name)), Some(catalog)) => catalog
            .indexes
            .iter()
            .find(|i| i.name == name.name && i.table.schema == name.schema)
            .map(|i| &i.table),
        _ => None,
    };
    let at = table.and_then(|t| catalog?.tables.iter().position(|known| known.name == *t));
    if let (Some(name), Some(at)) = (table, at.and_then(|at| u32::try_from(at).ok()))
        && link(ui, &format!("Show {name}")).clicked()
    {
        actions.push(Action::Go(Spot {
            view: View::Tables,
            table: Some(at),
            ..model.spot
        }));
    }
    if let Some(Subject::Session(pid)) = &finding.subject
        && link(ui, &format!("Show session {pid}")).clicked()
    {
        actions.push(Action::Go(Spot {
            view: View::Activity,
            backend: u32::try_from(*pid).ok(),
            ..model.spot
        }));
    }
}

fn head(ui: &mut Ui, finding: &Finding) {
    let colours = theme::colours(ui);
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    widgets::severity(ui, finding.severity, row.right_center());
    widgets::paint_text(
        ui.painter(),
        row,
        Align2::LEFT_CENTER,
        title_of(finding),
        theme::sized(12.5),
        colours.dim,
    );
    ui.label(
        RichText::new(headline(finding))
            .font(theme::title())
            .color(colours.strong),
    );
    ui.label(RichText::new(format::sentence(&finding.detail)).color(colours.text));
}

/// How sure it is and why, and what to do when it is wrong.
fn trust(
    ui: &mut Ui,
    capture: &Capture,
    view: &mut ViewState,
    finding: &Finding,
    actions: &mut Actions,
) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        let word = format::sentence(finding.confidence.word());
        ui.label(RichText::new(format!("{word} confidence")).color(colours.dim));
        if !finding.reasons.is_empty()
            && widgets::twist(ui, "Why we think so", "", view.reasons_open).clicked()
        {
            view.reasons_open = !view.reasons_open;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ignore(ui, capture, finding, actions);
        });
    });
    if !view.reasons_open {
        return;
    }
    ui.scope(|ui| {
        // Lines of one list stand close together.
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = 18.0;
        for reason in &finding.reasons {
            ui.horizontal_top(|ui| {
                ui.add_space(theme::GAP);
                ui.label(RichText::new("·").color(colours.dim));
                ui.add(Label::new(format::sentence(reason)).wrap());
            });
        }
    });
}

/// What to paste where, so that it is not told of again.
fn ignore(ui: &mut Ui, capture: &Capture, finding: &Finding, actions: &mut Actions) {
    let button = ui.add(Button::new("Ignore…").frame_when_inactive(false));
    Popup::menu(&button).width(260.0).show(|ui| {
        ui.set_min_width(260.0);
        let mut place = "";
        for way in ways(&capture.shown, finding) {
            if place != way.place {
                if !place.is_empty() {
                    ui.separator();
                }
                place = way.place;
                // A menu would stretch the words over its width.
                ui.vertical(|ui| caption(ui, &format!("Copy for {place}")));
            }
            let response = ui.add(Button::new(&way.name).truncate());
            if response.on_hover_text(&way.text).clicked() {
                actions.push(Action::Copy(way.text, way.what));
                ui.close();
            }
        }
    });
}

/// Whether the capture tells how long its queries take.
fn is_timed(capture: &Capture, finding: &Finding) -> bool {
    let mut own = finding
        .queries
        .iter()
        .filter_map(|q| capture.shown.workload.query(*q));
    own.any(|q| q.stats.timed() > 0)
}

/// What round trips cost beside the database, which no server's log tells.
fn cost(ui: &mut Ui, finding: &Finding, settings: &Settings, timed: bool, actions: &mut Actions) {
    let cost = &finding.cost;
    if !timed {
        caption(
            ui,
            "The capture tells no durations: what it costs is counted in executions",
        );
    }
    // Where nothing is repeated, the way to the server is no news.
    if cost.round_trips == 0 || cost.executions <= finding.requests() as u64 {
        return;
    }
    let time = |micros: u64| format::duration(micros as f64);
    let mut text = format!(
        "{} on the way at {} a round trip",
        time(cost.round_trips),
        milliseconds(settings.round_trip_ms)
    );
    if timed {
        text = format!("{} database time + {text}", time(cost.db_time));
    }
    if let Some(saved) = finding.saving.executions.filter(|n| *n > 0) {
        let left = cost.executions.saturating_sub(saved);
        let left = left.saturating_mul(settings.round_trip_us());
        text = format!("{text}, {} after the fix", time(left));
    }
    ui.horizontal(|ui| {
        caption(ui, &text);
        if link(ui, "Change").clicked() {
            actions.push(Action::Run(Command::Settings));
        }
    });
}

/// What it costs, how often, and how much of everything that is.
fn three(finding: &Finding, timed: bool) -> Vec<Number> {
    let (cost, saving) = (&finding.cost, &finding.saving);
    let now = format::duration(cost.db_time as f64);
    let time = match saving.db_time {
        Some(saved) => {
            let then = format::duration(cost.db_time.saturating_sub(saved) as f64);
            let tip = format!(
                "What it costs in this capture, and what is left after the fix. The saving is known by: {}.",
                saving.known_by.word()
            );
            Number::new(
                format!("{now} → {then}"),
                format!("database time · {}", saving.known_by.word()),
                tip,
            )
        }
        None => Number::new(
            now,
            "database time",
            "What it costs in this capture; what the fix would save can't be told from the log",
        ),
    };
    let seen = finding.requests().max(1) as f64;
    let each = cost.executions as f64 / seen;
    let queries = match saving.executions {
        Some(saved) if saved > 0 => {
            let then = cost.executions.saturating_sub(saved) as f64 / seen;
            Number::new(
                format!("{} → {}", format::average(each), format::average(then)),
                "queries per request",
                "On average over the requests where it happens",
            )
        }
        _ => Number::new(
            format::count(cost.executions),
            if cost.executions == 1 {
                "execution"
            } else {
                "executions"
            },
            "In this capture",
        ),
    };
    let share = Number::new(
        format::share(cost.share),
        "of the capture",
        "Its part of all database time",
    );
    if timed {
        return vec![time, queries, share];
    }
    let requests = finding.requests() as u64;
    let requests = Number::new(
        format::count(requests),
        if requests == 1 { "request" } else { "requests" },
        "In which it was seen",
    );
    let executions = Number::new(
        format::count(cost.executions),
        "executions",
        "In this capture",
    );
    if saving.executions.is_some_and(|n| n > 0) {
        vec![queries, executions, requests]
    } else {
        vec![queries, requests]
    }
}

fn proof(
    ui: &mut Ui,
    capture: &Capture,
    view: &mut ViewState,
    key: crate::app::details::Key,
    picture: &FindingPicture,
    model: &Model,
    actions: &mut Actions,
) {
    let w = &capture.shown.workload;
    if let Some((id, waterfall)) = &picture.worst {
        let Some(request) = w.request(*id) else {
            return;
        };
        let n = u64::from(request.executions);
        let n = format::counted(n, "statement", "statements");
        let mut aside = format!("one request, {n}");
        if request.duration() > 0 {
            aside = format!("{aside}, {}", format::duration(request.duration() as f64));
        }
        heading(ui, "Proof", &aside, |ui| {
            if widgets::text_button(ui, Icon::Link, "Show request").clicked() {
                actions.push(Action::Go(model.spot.request(*id)));
            }
        });
        if let Some(query) = widgets::waterfall(ui, waterfall, view.folds(key), PROOF) {
            actions.push(Action::Go(model.spot.query(query)));
        }
    } else if let Some(latency) = &picture.latency {
        heading(ui, "Proof", "how long it takes, and when", |_| {});
        if let Some((from, to)) = widgets::latency(ui, latency, capture.utc_offset()) {
            actions.push(Action::Narrow(from, to));
        }
    }
}

fn sightings(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    finding: &Finding,
    picture: &FindingPicture,
    at: usize,
    actions: &mut Actions,
) {
    let n = finding.requests() as u64;
    // Statistics know of no single requests.
    if n == 0 {
        return;
    }
    heading(ui, "Requests", &format::count(n), |ui| {
        if n > picture.seen.len() as u64
            && widgets::text_button(ui, Icon::Link, &format!("Show all {}", format::count(n)))
                .clicked()
        {
            actions.push(Action::FilterIn(
                View::Requests,
                format!("finding:{}", at + 1),
            ));
        }
    });
    for seen in &picture.seen {
        let Some(request) = capture.shown.workload.request(seen.request) else {
            continue;
        };
        let (label, _) = name::request(&capture.shown, request);
        let moment = format::moment(request.start, capture.utc_offset(), Moment::Milli);
        let mut told = format::counted(seen.executions, "execution", "executions");
        if seen.db_time > 0 {
            told = format!("{told} · {}", format::duration(seen.db_time as f64));
        }
        if super::request_line(ui, &label, &moment, &told) {
            actions.push(Action::Go(model.spot.request(seen.request)));
        }
    }
}

/// The line of the application's source, where its log tells.
fn called_from(ui: &mut Ui, capture: &Capture, finding: &Finding) {
    let main = finding.queries.first();
    let query = main.and_then(|q| capture.shown.workload.query(*q));
    let Some((first, rest)) = query.and_then(|q| q.called_from.split_first()) else {
        return;
    };
    let others = match rest.len() as u64 {
        0 => String::new(),
        n => format!(" and {}", format::counted(n, "other place", "other places")),
    };
    let label = caption(ui, &format!("called from {}{others}", first.0));
    if !rest.is_empty() {
        let all = query.into_iter().flat_map(|q| &q.called_from);
        let lines: Vec<String> = all
            .map(|(place, n)| format!("{place} · {} ×", format::count(*n)))
            .collect();
        label.on_hover_text(lines.join("\n"));
    }
}

fn lines(ui: &mut Ui, lines: &[Line], actions: &mut Actions) {
    if lines.is_empty() {
        return;
    }
    heading(
        ui,
        "Lines of the file",
        "the first of the most expensive request",
        |_| {},
    );
    for line in lines {
        ui.horizontal(|ui| {
            caption(ui, &line.place);
            ui.with_layout(
                eframe::egui::Layout::right_to_left(eframe::egui::Align::Center),
                |ui| {
                    if let Ok(text) = &line.text
                        && widgets::icon_button(ui, Icon::Copy, "Copy these lines").clicked()
                    {
                        actions.push(Action::Copy(text.clone(), "Lines"));
                    }
                },
            );
        });
        match &line.text {
            Ok(text) => code_block(ui, text),
            Err(why) => {
                caption(ui, &format!("The file can't be read any more: {why}"));
            }
        }
    }
}

fn about(
    ui: &mut Ui,
    view: &mut ViewState,
    finding: &Finding,
    settings: &Settings,
    actions: &mut Actions,
) {
    let Some((title, page)) = described(finding.rule) else {
        return;
    };
    ui.separator();
    ui.horizontal(|ui| {
        caption(ui, &threshold(finding.rule, settings));
        if link(ui, "Change in settings").clicked() {
            actions.push(Action::Run(Command::Settings));
        }
    });
    if widgets::fold(ui, &format!("About {title}"), view.page_open).clicked() {
        view.page_open = !view.page_open;
    }
    if view.page_open {
        widgets::markdown(ui, page);
    }
}

/// The threshold that the rule used, in words.
fn threshold(rule: &str, settings: &Settings) -> String {
    match rule {
        "n-plus-one" => format!(
            "Found with {} executions or more of one query in one request",
            settings.n_plus_one_executions
        ),
        "slow-query" => format!(
            "Found with executions of {} or more",
            format::short(settings.slow_ms * 1e3)
        ),
        "full-load" => format!(
            "Found with whole tables that take {} or more to read",
            format::short(settings.full_load_ms * 1e3)
        ),
        "insert-loop" | "update-loop" | "upsert-loop" => format!(
            "Found with {} writes or more in one request",
            settings.loop_executions
        ),
        "chatty-request" => format!(
            "Found with {} statements or more in one request",
            settings.chatty_executions
        ),
        "deep-offset" => format!(
            "Found with {} or more to skip",
            format::counted(settings.deep_offset_rows, "row", "rows")
        ),
        "cache-candidate" => format!(
            "Found with the same question in {} of all requests or more",
            format::share(settings.cache_share)
        ),
        _ => "Found with the thresholds of the settings".to_owned(),
    }
}

/// A setting as it is typed: in milliseconds, whatever would fit better.
fn milliseconds(ms: f64) -> String {
    format!("{ms} ms")
}
