//! The detail of a finding: what, how much, the fix, the proof, and then everything behind it.

use eframe::egui::{Align2, RichText, Sense, Ui, vec2};

use super::findings::title_of;
use super::{ViewState, copy_button};
use crate::advice::{Suggestion, Target};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model, View};
use crate::app::pictures::{FindingPicture, Line};
use crate::app::theme;
use crate::app::widgets::{self, Number, caption, code_block, heading, link, numbers, sql_block};
use crate::rules::{Finding, Settings, rule};

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
    ui.add_space(theme::STEP);
    numbers(ui, &three(finding), true);
    ui.add_space(theme::GAP);
    fix(ui, model, view, finding, actions);
    ui.add_space(theme::GAP);
    let Some(picture) = model.details.finding.get(key) else {
        waiting(ui, model.details.failed(Kind::Finding, key));
        return;
    };
    proof(ui, capture, view, key, picture, model, actions);
    ui.add_space(theme::GAP);
    heading(ui, "Query", "", |ui| {
        if let Some(query) = finding.queries.first() {
            if widgets::text_button(ui, crate::app::icons::Icon::Link, "Show in queries").clicked()
            {
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
        RichText::new(format::sentence(&finding.title))
            .font(theme::title())
            .color(colours.strong),
    );
    ui.label(RichText::new(format::sentence(&finding.detail)).color(colours.text));
}

/// What it costs, how often, and how much of everything that is.
fn three(finding: &Finding) -> Vec<Number> {
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
    let seen = finding.sightings.len().max(1) as f64;
    let each = cost.executions as f64 / seen;
    let queries = match saving.executions {
        Some(saved) if saved > 0 => {
            let then = cost.executions.saturating_sub(saved) as f64 / seen;
            Number::new(
                format!(
                    "{} → {}",
                    format::number(average(each)),
                    format::number(average(then))
                ),
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
    vec![time, queries, share]
}

/// Halves of queries exist on average only; they matter while there are few.
fn average(n: f64) -> f64 {
    if n < 10.0 {
        (n * 10.0).round() / 10.0
    } else {
        n.round()
    }
}

fn fix(ui: &mut Ui, model: &Model, view: &mut ViewState, finding: &Finding, actions: &mut Actions) {
    let mut targets: Vec<Target> = Vec::new();
    for s in &finding.suggestions {
        if !targets.contains(&s.target) {
            targets.push(s.target);
        }
    }
    let Some(first) = targets.first().copied() else {
        return;
    };
    let chosen = model
        .prefs
        .target()
        .filter(|t| targets.contains(t))
        .unwrap_or(first);
    let shown: Vec<&Suggestion> = finding
        .suggestions
        .iter()
        .filter(|s| s.target == chosen)
        .collect();
    heading(ui, "Fix", "", |ui| {
        let code = || {
            shown
                .iter()
                .map(|s| s.code.as_str())
                .collect::<Vec<_>>()
                .join("\n\n")
        };
        copy_button(ui, Some(view), "Copy", "Fix", code, actions);
        if targets.len() > 1 {
            ui.add_space(theme::GAP);
            ui.spacing_mut().item_spacing.x = 2.0;
            for target in targets.iter().rev() {
                let button = eframe::egui::Button::selectable(*target == chosen, target.title());
                if ui.add(button).clicked() {
                    actions.push(Action::Target(*target));
                }
            }
        }
    });
    for suggestion in shown {
        caption(ui, &suggestion.title);
        if chosen == Target::Sql {
            sql_block(ui, &suggestion.code);
        } else {
            code_block(ui, &suggestion.code);
        }
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
        let aside = format!(
            "one request, {}, {}",
            format::counted(u64::from(request.executions), "statement", "statements"),
            format::duration(request.duration() as f64)
        );
        heading(ui, "Proof", &aside, |ui| {
            if widgets::text_button(ui, crate::app::icons::Icon::Link, "Show request").clicked() {
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
    let n = finding.sightings.len() as u64;
    heading(ui, "Requests", &format::count(n), |ui| {
        if n > picture.sightings.len() as u64
            && widgets::text_button(
                ui,
                crate::app::icons::Icon::Link,
                &format!("Show all {}", format::count(n)),
            )
            .clicked()
        {
            actions.push(Action::FilterIn(
                View::Requests,
                format!("finding:{}", at + 1),
            ));
        }
    });
    for sighting in &picture.sightings {
        let Some(request) = capture.shown.workload.request(sighting.request) else {
            continue;
        };
        let (label, _) = super::requests::label(&capture.shown, request);
        let moment = format::moment(request.start, capture.utc_offset(), Moment::Milli);
        let told = format!(
            "{} · {}",
            format::counted(u64::from(sighting.executions), "execution", "executions"),
            format::duration(sighting.db_time as f64)
        );
        if super::request_line(ui, &label, &moment, &told) {
            actions.push(Action::Go(model.spot.request(sighting.request)));
        }
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
                        && widgets::icon_button(
                            ui,
                            crate::app::icons::Icon::Copy,
                            "Copy these lines",
                        )
                        .clicked()
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
    let Some(rule) = rule(finding.rule) else {
        return;
    };
    ui.separator();
    ui.horizontal(|ui| {
        caption(ui, &threshold(finding.rule, settings));
        if link(ui, "Change in settings").clicked() {
            actions.push(Action::Run(Command::Settings));
        }
    });
    if widgets::fold(ui, &format!("About {}", rule.title), view.page_open).clicked() {
        view.page_open = !view.page_open;
    }
    if view.page_open {
        widgets::markdown(ui, rule.page);
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
        _ => "Found with the thresholds of the settings".to_owned(),
    }
}
