//! The plan of a query as things are, and with the proposed indexes, side by side.

use eframe::egui::{Align2, Rect, Sense, Ui, pos2, vec2};

use super::units;
use crate::advice::indexes::PlanPair;
use crate::app::theme;
use crate::app::widgets::{elided, heading, paint_text};
use crate::catalog::Index;
use crate::plan::{Node, Plan};

const HEIGHT: f32 = 34.0;
/// From this width on both plans stand beside each other.
const WIDE: f32 = 620.0;
/// Nodes of a plan that are shown; what makes the difference is near the scans of few tables.
const MOST: usize = 60;

pub(super) fn show(ui: &mut Ui, pair: &PlanPair, index: &Index) {
    ui.add_space(theme::GAP);
    let largest = cost(pair.before.root()).max(cost(pair.after.root()));
    if ui.available_width() >= WIDE {
        ui.columns(2, |sides| {
            if let [left, right] = sides {
                side(left, "Plan today", &pair.before, largest, index);
                side(right, "Plan with the index", &pair.after, largest, index);
            }
        });
    } else {
        side(ui, "Plan today", &pair.before, largest, index);
        ui.add_space(theme::GAP);
        side(ui, "Plan with the index", &pair.after, largest, index);
    }
}

fn cost(node: Option<&Node>) -> f64 {
    node.and_then(|node| node.estimate.as_ref())
        .map_or(0.0, |e| e.total_cost)
}

fn side(ui: &mut Ui, title: &str, plan: &Plan, largest: f64, index: &Index) {
    heading(
        ui,
        title,
        &format!("cost {}", units(cost(plan.root()))),
        |_| {},
    );
    ui.spacing_mut().item_spacing.y = 0.0;
    for node in plan.nodes.iter().take(MOST) {
        row(ui, node, largest, index);
    }
}

fn row(ui: &mut Ui, node: &Node, largest: f64, index: &Index) {
    let colours = theme::colours(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    // A few levels are enough to see what is within what.
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let indent = node.depth.min(12) as f32 * 12.0;
    let inner = Rect::from_min_max(pos2(rect.left() + indent, rect.top()), rect.max);
    let own = cost(Some(node));
    let told = match node.estimate.as_ref() {
        Some(e) => format!("{} · {} rows", units(own), units(e.rows)),
        None => String::new(),
    };
    let painter = ui.painter();
    let right = paint_text(
        painter,
        inner.with_max_y(inner.top() + 18.0),
        Align2::RIGHT_CENTER,
        &told,
        theme::sized(12.0),
        colours.dim,
    );
    // HypoPG calls its indexes by a number and the columns.
    let hypothetical = node
        .index
        .as_deref()
        .is_some_and(|name| name.starts_with('<'));
    let mut text = node.kind.clone();
    if let Some(relation) = &node.relation {
        text.push_str(" on ");
        text.push_str(relation);
    }
    let ink = if hypothetical {
        colours.accent
    } else {
        colours.text
    };
    if let Some(name) = &node.index {
        text.push_str(" by ");
        if hypothetical {
            text.push_str(
                if node
                    .relation
                    .as_deref()
                    .is_none_or(|r| r == index.table.name)
                {
                    &index.name
                } else {
                    "a proposed index"
                },
            );
        } else {
            text.push_str(name);
        }
    }
    let room = right.left() - inner.left() - 8.0;
    let shown = elided(painter, &text, theme::sized(12.5), ink, room);
    painter.galley(pos2(inner.left(), inner.top() + 2.0), shown, ink);
    if largest > 0.0 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a part of a width in pixels"
        )]
        let width = (inner.width() * (own / largest).clamp(0.0, 1.0) as f32).max(1.0);
        let bar = Rect::from_min_size(pos2(inner.left(), inner.bottom() - 12.0), vec2(width, 4.0));
        painter.rect_filled(
            bar,
            1.0,
            if hypothetical {
                colours.accent
            } else {
                colours.hairline
            },
        );
    }
    response.widget_info(|| {
        eframe::egui::WidgetInfo::labeled(
            eframe::egui::Role::Label,
            true,
            format!("{text}, {told}"),
        )
    });
    let filter = node.text("Index Cond").or_else(|| node.text("Filter"));
    if let Some(filter) = filter {
        response.on_hover_text(filter);
    }
}
