//! The detail of a plan: what it took, where the time went in five linked views, and what to do.

mod advice;
mod columns;
mod compare;
mod flame;
mod node;
mod sums;
mod text;
mod tree;

use std::sync::Arc;

use eframe::egui::{self, Align, Layout, Rect, RichText, Ui, UiBuilder, pos2};

use super::{ViewState, copy_button};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::jobs::Kind;
use crate::app::model::{Capture, Model};
use crate::app::pictures::{Compared, Drawn, PlanPicture, plan_rows, plan_time};
use crate::app::theme;
use crate::app::widgets::{self, Number, Scroll, caption, numbers, tab};

/// The views of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    #[default]
    Tree,
    Flame,
    /// Sums by node, by table and by index.
    Nodes,
    Tables,
    Indexes,
    Text,
    /// Beside the plan that is pinned.
    Compare,
}

impl Mode {
    const ALL: [Self; 7] = [
        Self::Tree,
        Self::Flame,
        Self::Nodes,
        Self::Tables,
        Self::Indexes,
        Self::Text,
        Self::Compare,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Tree => "Tree",
            Self::Flame => "Flame graph",
            Self::Nodes => "By node",
            Self::Tables => "By table",
            Self::Indexes => "By index",
            Self::Text => "Text",
            Self::Compare => "Compare",
        }
    }
}

/// What is looked at of a plan.
#[derive(Debug, Default)]
pub(crate) struct PlanState {
    pub(crate) mode: Mode,
    /// The node that is marked in all views.
    pub(crate) node: Option<usize>,
    /// Of which plan that is.
    of: Option<usize>,
    pub(crate) tree: Scroll,
    pub(crate) flame: Scroll,
    pub(crate) sums: Scroll,
    pub(crate) text: Scroll,
    pub(crate) pairs: Scroll,
}

/// What a view asks to be marked; nothing, where the marked node was clicked again.
#[derive(Clone, Copy, Debug)]
struct Marked(Option<usize>);

impl PlanState {
    /// Marks a node, and brings it into sight in the views with rows.
    fn mark(&mut self, drawn: &Drawn, node: Option<usize>) {
        self.node = node;
        if let Some(id) = node {
            self.tree.reveal(id);
            if let Some(line) = drawn.node_of_line.iter().position(|n| *n == Some(id)) {
                self.text.reveal(line);
            }
        }
    }
}

/// The part of the height below the head that the views take; below them stands what is known of the node.
const UPPER: f32 = 0.62;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    covers: bool,
    actions: &mut Actions,
) {
    let Some(group) = model.spot.plan else { return };
    let key = model.key(group);
    let Some(picture) = model.details.plan.get(key) else {
        super::finding::waiting(ui, model.details.failed(Kind::Plan, key));
        return;
    };
    let rect = ui
        .available_rect_before_wrap()
        .shrink2(egui::vec2(16.0, 10.0));
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        head(ui, model, capture, picture, covers, actions);
        match &picture.drawn {
            Ok(drawn) => {
                // Another plan, another node.
                let this = Arc::as_ptr(drawn) as usize;
                if view.plan.of != Some(this) {
                    view.plan.of = Some(this);
                    view.plan.node = None;
                    view.plan.tree.rewind();
                    view.plan.text.rewind();
                }
                numbers(ui, &all(drawn), false);
                others(ui, model, capture, actions);
                modes(ui, model, &mut view.plan);
                let compared = model.details.compared(key, model.pinned.as_ref());
                body(ui, model, drawn, compared, view, actions);
            }
            Err(why) => {
                ui.label(why);
            }
        }
    });
}

fn head(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    picture: &PlanPicture,
    covers: bool,
    actions: &mut Actions,
) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        if covers && widgets::text_button(ui, Icon::Back, "Back to the list").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
                actions.push(Action::Run(Command::CloseDetail));
            }
            if let Ok(drawn) = &picture.drawn {
                if let Some(sql) = &drawn.explained.plan.query {
                    copy_button(ui, None, "Copy SQL", "SQL", || sql.clone(), actions);
                }
                copy_button(
                    ui,
                    None,
                    "Copy plan",
                    "Plan",
                    || drawn.lines.join("\n"),
                    actions,
                );
                let pinned = model
                    .pinned
                    .as_ref()
                    .is_some_and(|p| Arc::ptr_eq(&p.explained, &drawn.explained));
                let pin =
                    widgets::text_button(ui, Icon::Link, if pinned { "Pinned" } else { "Pin" });
                if pin.on_hover_text(Command::PinPlan.tip()).clicked() {
                    actions.push(Action::Run(Command::PinPlan));
                }
            }
            nth(ui, model, capture, actions);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(
                    egui::Label::new(
                        RichText::new(&picture.name)
                            .font(theme::heading())
                            .color(colours.strong),
                    )
                    .truncate(),
                )
                .on_hover_text(&picture.place);
            });
        });
    });
}

/// Which of the plans of this shape is shown, and a way to the others.
fn nth(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    let group = model
        .spot
        .plan
        .and_then(|g| capture.shown.plans_if_read()?.groups.get(g as usize));
    let count = group.map_or(0, |g| g.plans.len());
    if count < 2 {
        return;
    }
    let go = |nth: u32, actions: &mut Actions| {
        actions.push(Action::Go(crate::app::model::Spot { nth, ..model.spot }));
    };
    let last = u32::try_from(count).unwrap_or(u32::MAX) - 1;
    if widgets::icon_button(ui, Icon::Right, "Faster plan of this shape").clicked()
        && model.spot.nth < last
    {
        go(model.spot.nth + 1, actions);
    }
    caption(ui, &format!("{} of {count}", model.spot.nth + 1))
        .on_hover_text("Plans of this query and shape, the slowest first");
    if widgets::icon_button(ui, Icon::Back, "Slower plan of this shape").clicked()
        && model.spot.nth > 0
    {
        go(model.spot.nth - 1, actions);
    }
}

/// How the other shapes of the same query fare, the fastest of them a click away.
fn others(ui: &mut Ui, model: &Model, capture: &Capture, actions: &mut Actions) {
    let set = capture.shown.plans_if_read();
    let own = set.and_then(|s| s.groups.get(model.spot.plan? as usize));
    let (Some(set), Some(own)) = (set, own.filter(|g| g.siblings > 0)) else {
        return;
    };
    let same = |g: &crate::analysis::PlanGroup| g.sql == own.sql && g.shape != own.shape;
    let mut others: Vec<(usize, f64)> = set
        .groups
        .iter()
        .enumerate()
        .filter(|(_, g)| same(g))
        .filter_map(|(at, g)| Some((at, g.mean_ms?)))
        .collect();
    others.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (Some((at, best)), Some(mean)) = (others.first(), own.mean_ms) else {
        return;
    };
    let what = if mean > *best {
        format!(
            "takes {} × as long as",
            format::average(mean / best.max(0.001))
        )
    } else {
        format!(
            "is {} × as fast as",
            format::average(best / mean.max(0.001))
        )
    };
    ui.horizontal(|ui| {
        caption(
            ui,
            &format!("On average this shape {what} another one that the query was run with"),
        );
        if widgets::link(ui, "Show that one").clicked()
            && let Ok(at) = u32::try_from(*at)
        {
            actions.push(Action::Go(model.spot.plan(at)));
        }
    });
}

/// What the whole plan took.
fn all(drawn: &Drawn) -> Vec<Number> {
    let explained = &drawn.explained;
    let (plan, timing) = (&explained.plan, &explained.timing);
    let mut shown = Vec::new();
    match timing.execution_ms {
        Some(ms) => shown.push(Number::new(plan_time(ms), "execution", "From start to end")),
        None if plan.is_analyzed() => {
            shown.push(Number::new("untimed", "execution", "Run with TIMING OFF"));
        }
        None => {
            let cost = plan.root().and_then(|n| n.estimate);
            if let Some(cost) = cost {
                shown.push(Number::new(
                    format!("{:.0}", cost.total_cost),
                    "cost",
                    "Explained only: nothing was run, so there are costs and no times",
                ));
            }
        }
    }
    if let Some(ms) = plan.planning_ms {
        shown.push(Number::new(plan_time(ms), "planning", ""));
    }
    for outside in timing.outside.iter().filter(|o| o.ms >= 0.05).take(2) {
        shown.push(Number::new(
            plan_time(outside.ms),
            outside.what.clone(),
            "Outside the tree of nodes",
        ));
    }
    if let Some(rows) = timing.nodes.first().and_then(|t| t.rows) {
        shown.push(Number::new(
            plan_rows(rows),
            "rows",
            "Returned by the topmost node",
        ));
    }
    if let Some(root) = plan.root() {
        let blocks = [
            (root.usage.shared.hit, "from the cache"),
            (root.usage.shared.read, "read"),
            (root.usage.temp.written, "spilled"),
        ];
        for (n, what) in blocks.into_iter().filter(|(n, _)| *n > 0.0) {
            shown.push(Number::new(
                crate::app::pictures::plan_blocks(n),
                what,
                "Blocks of 8 kB",
            ));
        }
    }
    shown.push(Number::new(
        format::count(plan.nodes.len() as u64),
        if plan.nodes.len() == 1 {
            "node"
        } else {
            "nodes"
        },
        "",
    ));
    shown
}

fn modes(ui: &mut Ui, model: &Model, state: &mut PlanState) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        ui.set_height(28.0);
        ui.spacing_mut().item_spacing.x = 0.0;
        for mode in Mode::ALL {
            if mode == Mode::Compare && model.pinned.is_none() {
                continue;
            }
            if tab(ui, mode.title(), None, state.mode == mode).clicked() {
                state.mode = mode;
            }
        }
    });
    if state.mode == Mode::Compare && model.pinned.is_none() {
        state.mode = Mode::Tree;
    }
    let at = ui.cursor().top() - ui.spacing().item_spacing.y;
    ui.painter().hline(
        ui.max_rect().x_range(),
        at,
        egui::Stroke::new(1.0, colours.hairline),
    );
}

/// The height that a view needs, so that what is known of a node stands right below a short plan.
fn height(drawn: &Drawn, mode: Mode, row: f32) -> f32 {
    let rows = |n: usize, each: f32| {
        // More than fits on any screen needs no exact number.
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        f32::from(n) * each
    };
    let sums = |kind: usize| rows(drawn.sums.get(kind).map_or(0, Vec::len), row);
    let needed = match mode {
        Mode::Tree => rows(drawn.tree.len(), row),
        Mode::Flame => rows(drawn.levels, flame::LEVEL),
        Mode::Nodes => sums(0),
        Mode::Tables => sums(1),
        Mode::Indexes => sums(2),
        Mode::Text => rows(drawn.lines.len(), text::LINE),
        Mode::Compare => 0.0,
    };
    needed + HEADROOM
}

/// For a header and some air.
const HEADROOM: f32 = 44.0;

fn body(
    ui: &mut Ui,
    model: &Model,
    drawn: &Drawn,
    compared: Option<&Compared>,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let rect = ui.available_rect_before_wrap();
    let whole = matches!(view.plan.mode, Mode::Compare);
    let middle = if whole {
        rect.bottom()
    } else {
        let most = (rect.height() * UPPER).round();
        rect.top() + most.min(height(drawn, view.plan.mode, model.prefs.density.row()))
    };
    let upper = Rect::from_min_max(rect.min, pos2(rect.right(), middle));
    let lower = Rect::from_min_max(pos2(rect.left(), middle + 1.0), rect.max);
    ui.scope_builder(UiBuilder::new().id_salt("upper").max_rect(upper), |ui| {
        ui.set_clip_rect(upper.intersect(ui.clip_rect()));
        let state = &mut view.plan;
        let marked = match state.mode {
            Mode::Tree => tree::show(ui, drawn, model.prefs.density.row(), state),
            Mode::Flame => flame::show(ui, drawn, state),
            Mode::Nodes => sums::show(ui, drawn, 0, model.prefs.density.row(), state),
            Mode::Tables => sums::show(ui, drawn, 1, model.prefs.density.row(), state),
            Mode::Indexes => sums::show(ui, drawn, 2, model.prefs.density.row(), state),
            Mode::Text => text::show(ui, drawn, state),
            Mode::Compare => compare::show(ui, model, compared, model.prefs.density.row(), state),
        };
        if let Some(Marked(node)) = marked {
            state.mark(drawn, node);
        }
    });
    if whole {
        return;
    }
    let colours = theme::colours(ui);
    ui.painter().hline(
        rect.x_range(),
        middle + 0.5,
        egui::Stroke::new(1.0, colours.hairline),
    );
    ui.scope_builder(UiBuilder::new().id_salt("lower").max_rect(lower), |ui| {
        ui.set_clip_rect(lower.intersect(ui.clip_rect()));
        egui::ScrollArea::vertical()
            .id_salt(("lower", view.plan.node))
            .auto_shrink(false)
            .show(ui, |ui| {
                ui.add_space(theme::GAP);
                match view.plan.node {
                    Some(id) => {
                        if node::show(ui, drawn, id, view, actions) {
                            view.plan.node = None;
                        }
                    }
                    None => {
                        if let Some(node) = advice::show(ui, drawn, view, actions) {
                            view.plan.mark(drawn, Some(node));
                        }
                    }
                }
            });
    });
}
