//! What a connected server says of a query: its numbers there, how far they can be trusted, and its plan.

use eframe::egui::{RichText, Ui};

use crate::app::action::{Action, Actions};
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::live::{Ask, Live, ServerSide};
use crate::app::model::Model;
use crate::app::theme;
use crate::app::widgets::{Number, caption, heading, numbers, text_button};
use crate::live::statements::Metric;
use crate::workload::{Query, QueryId};

/// Draws it where a server is connected.
pub(super) fn show(ui: &mut Ui, model: &Model, query: &Query, actions: &mut Actions) {
    let Some(live) = model.live.as_ref().filter(|l| l.is_open()) else {
        return;
    };
    let side = live
        .look
        .as_ref()
        .and_then(|l| l.sides.get(&query.fingerprint));
    ui.add_space(theme::GAP);
    let aside = live.name();
    heading(ui, "On the server", &aside, |ui| {
        plans(ui, live, query, side, actions);
    });
    let Some(side) = side else {
        caption(
            ui,
            if live.look.is_some() {
                "pg_stat_statements knows nothing of it: it has not run there, or the server has thrown it out"
            } else {
                "The server's statements are not known"
            },
        );
        ui.add_space(theme::GAP);
        return;
    };
    numbers(ui, &all(side), false);
    if let Some(reason) = side.reason {
        let colours = theme::colours(ui);
        ui.label(
            RichText::new(format::sentence(reason))
                .font(theme::sized(12.0))
                .color(colours.medium),
        );
    }
    caption(ui, &who(side));
    ui.add_space(theme::GAP);
}

/// Ways to its plan.
fn plans(
    ui: &mut Ui,
    live: &Live,
    query: &Query,
    side: Option<&ServerSide>,
    actions: &mut Actions,
) {
    let text = side
        .filter(|s| !s.cut)
        .map_or_else(|| query.sql.clone(), |s| s.text.to_string());
    ui.add_enabled_ui(live.working.is_none(), |ui| {
        let run = text_button(ui, Icon::Range, "Explain and run…");
        if run
            .on_hover_text(
                "EXPLAIN ANALYZE: shows what would run, where and as whom, before anything does",
            )
            .clicked()
        {
            actions.push(Action::Ask(Ask::Propose(text.clone())));
        }
        let plan = text_button(ui, Icon::Link, "Explain");
        if plan
            .on_hover_text("Asks the planner without running the statement")
            .clicked()
        {
            actions.push(Action::Ask(Ask::Explain {
                text,
                known: Vec::new(),
            }));
        }
    });
}

fn all(side: &ServerSide) -> Vec<Number> {
    let values = &side.values;
    let time = |ms: f64| format::duration(ms * 1e3);
    let calls = values.calls();
    let mut shown = vec![
        Number::new(format::count(whole(calls)), "calls", ""),
        Number::new(
            time(values.total_time()),
            "total",
            "Execution time of all calls",
        ),
    ];
    if calls > 0.0 {
        shown.push(Number::new(time(values.total_time() / calls), "mean", ""));
    }
    let mut put = |value: Option<f64>, text: &dyn Fn(f64) -> String, meaning: &str, tip: &str| {
        if let Some(value) = value.filter(|v| *v > 0.0) {
            shown.push(Number::new(text(value), meaning, tip));
        }
    };
    put(
        values.get(Metric::MaxTime),
        &time,
        "max",
        "The slowest call",
    );
    put(
        values.per_call(Metric::Rows),
        &format::average,
        "rows a call",
        "Returned or changed",
    );
    put(
        values.hit_ratio(),
        &format::share,
        "from the cache",
        "Blocks found in shared buffers; the system's own cache may have held others",
    );
    put(
        values.read_time(),
        &time,
        "reading",
        "Time of reading blocks, with track_io_timing",
    );
    put(
        values.write_time(),
        &time,
        "writing",
        "Time of writing blocks, with track_io_timing",
    );
    let bytes = |bytes: f64| format::bytes(whole(bytes));
    put(
        values.temp_bytes(),
        &bytes,
        "spilled",
        "Written to temporary files: beyond work_mem",
    );
    put(
        values.get(Metric::WalBytes),
        &bytes,
        "WAL",
        "Write-ahead log",
    );
    put(
        values.get(Metric::PlanTime),
        &time,
        "planning",
        "With pg_stat_statements.track_planning",
    );
    put(values.jit_time(), &time, "JIT", "Compiling expressions");
    shown
}

fn who(side: &ServerSide) -> String {
    let (some, more) = side.who.split_at(side.who.len().min(3));
    let mut text = format!("run by {}", some.join(", "));
    if !more.is_empty() {
        text = format!("{text} and {} more", more.len());
    }
    if side.rows > 1 {
        text = format!("{text} · {} statements of the server together", side.rows);
    }
    text
}

fn whole(value: f64) -> u64 {
    // Counts and bytes fit.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = value.round().max(0.0) as u64;
    whole
}

/// A way from a query to its plans, where they have been read.
pub(super) fn shapes(ui: &mut Ui, model: &Model, query: QueryId, actions: &mut Actions) {
    let Some(analysis) = model.shown() else {
        return;
    };
    if analysis.workload.plans.is_empty() && analysis.plan_count() == 0 {
        return;
    }
    let Some(set) = analysis.plans_if_read() else {
        return;
    };
    for (at, group) in set.groups.iter().enumerate() {
        if group.query != Some(query) {
            continue;
        }
        let mean = group.mean_ms.map_or_else(String::new, |ms| {
            format!(" · {} on average", format::duration(ms * 1e3))
        });
        let text = format!(
            "Plan: {} · {}{mean}",
            group.summary,
            format::counted(group.plans.len() as u64, "execution", "executions")
        );
        if crate::app::widgets::link(ui, &text).clicked()
            && let Ok(at) = u32::try_from(at)
        {
            actions.push(Action::Go(model.spot.plan(at)));
        }
    }
}
