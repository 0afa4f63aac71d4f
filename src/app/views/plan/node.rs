//! All that is known of one node.

use eframe::egui::{self, Label, RichText, Ui};

use super::super::ViewState;
use super::advice;
use crate::app::action::Actions;
use crate::app::icons::Icon;
use crate::app::pictures::{Drawn, plan_blocks, plan_rows, plan_time};
use crate::app::widgets::{Number, heading, icon_button, numbers};
use crate::app::{format, theme};
use crate::plan::{Actual, Node, NodeTime, Property, Value};

/// Draws it. Returns whether it was closed.
pub(super) fn show(
    ui: &mut Ui,
    drawn: &Drawn,
    id: usize,
    view: &mut ViewState,
    actions: &mut Actions,
) -> bool {
    let explained = &drawn.explained;
    let (Some(node), Some(time)) = (explained.plan.nodes.get(id), explained.timing.nodes.get(id))
    else {
        return true;
    };
    let mut closed = false;
    let name = match node.qualified_relation().or_else(|| node.alias.clone()) {
        Some(relation) => format!("{} on {relation}", node.title),
        None => node.title.clone(),
    };
    heading(ui, &name, node.subplan.as_deref().unwrap_or(""), |ui| {
        closed = icon_button(ui, Icon::Close, "Back to the advice").clicked();
    });
    numbers(ui, &figures(node, time), false);
    for note in notes(node, time) {
        ui.label(
            RichText::new(note)
                .font(theme::sized(12.0))
                .color(theme::colours(ui).dim),
        );
    }
    ui.add_space(theme::STEP);
    for (at, said) in explained
        .advice
        .iter()
        .filter(|a| a.node == Some(id))
        .enumerate()
    {
        ui.push_id(("advice", at), |ui| {
            advice::one(ui, said, false, view, actions);
        });
    }
    properties(ui, node);
    closed
}

fn figures(node: &Node, time: &NodeTime) -> Vec<Number> {
    let mut shown = Vec::new();
    if let Some(own) = time.self_ms {
        shown.push(Number::new(
            plan_time(own),
            format!("own time · {}", format::share(time.self_share)),
            format!("± {:.3} ms, since times are rounded", time.uncertainty_ms),
        ));
    }
    if let Some(total) = time.total_ms {
        shown.push(Number::new(plan_time(total), "with all below", ""));
    }
    if let Some(rows) = time.rows {
        let off = if time.rows_uncertainty >= 1.0 {
            format!(
                "± {}, since averages are rounded",
                plan_rows(time.rows_uncertainty)
            )
        } else {
            String::new()
        };
        shown.push(Number::new(plan_rows(rows), "rows", off));
    }
    if node.loops() > 1.0 {
        shown.push(Number::new(
            plan_rows(node.loops()),
            "loops",
            "How often it ran",
        ));
    }
    if let Some(estimate) = node.estimate {
        shown.push(Number::new(
            plan_rows(estimate.rows),
            if node.loops() > 1.0 {
                "rows expected a loop"
            } else {
                "rows expected"
            },
            "What the planner took into account",
        ));
    }
    let usage = [
        (time.own.shared.hit, "from the cache"),
        (time.own.shared.read, "read"),
        (time.own.temp.written, "spilled"),
    ];
    for (blocks, what) in usage.into_iter().filter(|(n, _)| *n > 0.0) {
        shown.push(Number::new(
            plan_blocks(blocks),
            what,
            "Its own, without those below",
        ));
    }
    shown
}

/// What can't be seen from the figures.
fn notes(node: &Node, time: &NodeTime) -> Vec<String> {
    let mut notes = Vec::new();
    if matches!(node.actual, Actual::Never) {
        notes.push("It was not run: nothing asked for its rows".to_owned());
    }
    if time.processes > 1.0 {
        notes.push(format!(
            "{} processes shared the work: times are those of the clock",
            format::average(time.processes)
        ));
    }
    if time.deficit_ms > 0.0 {
        notes.push(format!(
            "What is below it claims {} more than it took itself",
            plan_time(time.deficit_ms)
        ));
    }
    if let Some(skew) = time.skew.filter(|s| *s >= 1.5) {
        notes.push(format!(
            "The slowest worker took {} times as long as the mean",
            format::average(skew)
        ));
    }
    notes
}

/// All that is written about it, as it was written.
fn properties(ui: &mut Ui, node: &Node) {
    if node.properties.is_empty() {
        return;
    }
    let colours = theme::colours(ui);
    egui::Grid::new("properties")
        .num_columns(2)
        .spacing([16.0, 4.0])
        .show(ui, |ui| {
            for property in &node.properties {
                ui.label(
                    RichText::new(&property.name)
                        .font(theme::sized(12.0))
                        .color(colours.dim),
                );
                ui.add(
                    Label::new(RichText::new(written(&property.value)).font(theme::code_small()))
                        .wrap()
                        .selectable(true),
                );
                ui.end_row();
            }
        });
}

/// The longest value that is shown.
const LONGEST: usize = 4_000;

fn written(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            items.join(", ")
        }
        Value::Group(properties) => {
            let one = |p: &Property| format!("{}: {}", p.name, written(&p.value));
            let parts: Vec<String> = properties.iter().map(one).collect();
            parts.join(", ")
        }
    };
    if text.chars().count() > LONGEST {
        text.chars().take(LONGEST).chain([' ', '…']).collect()
    } else {
        text
    }
}
