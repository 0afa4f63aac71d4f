//! egui's own widgets, dressed in the theme.

use eframe::egui::style::{ScrollStyle, Selection, WidgetVisuals};
use eframe::egui::{self, Color32, CornerRadius, Margin, Shadow, Stroke, TextStyle, Theme, vec2};

use super::{Colours, fonts, of};
use crate::app::prefs::Density;

/// How long something takes to open or fold.
const OPENING: f32 = 0.12;

/// Sets typefaces and both themes. `still` switches all motion off.
pub(crate) fn install(ctx: &egui::Context, density: Density, still: bool) {
    ctx.set_fonts(fonts::definitions());
    restyle(ctx, density, still);
}

/// Sets both themes for a density.
fn restyle(ctx: &egui::Context, density: Density, still: bool) {
    for theme in [Theme::Dark, Theme::Light] {
        let colours = of(theme == Theme::Dark);
        ctx.style_mut_of(theme, |style| {
            style.text_styles = [
                (TextStyle::Small, fonts::sized(11.5)),
                (TextStyle::Body, fonts::sized(13.0)),
                (TextStyle::Button, fonts::sized(13.0)),
                (TextStyle::Heading, fonts::heading()),
                (TextStyle::Monospace, fonts::code()),
            ]
            .into();
            style.animation_time = if still { 0.0 } else { OPENING };
            if still {
                style.scroll_animation = egui::style::ScrollAnimation::none();
                style.visuals.text_cursor.blink = false;
            }
            style.interaction.tooltip_delay = 0.35;
            style.interaction.selectable_labels = false;
            space(&mut style.spacing, density);
            paint(&mut style.visuals, colours);
        });
    }
}

fn space(spacing: &mut egui::style::Spacing, density: Density) {
    spacing.item_spacing = vec2(8.0, 8.0);
    spacing.button_padding = vec2(8.0, 3.0);
    spacing.interact_size = vec2(24.0, density.control());
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(16);
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 8.0;
    spacing.combo_width = 80.0;
    spacing.tooltip_width = 480.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_allocated_width: 0.0,
        ..ScrollStyle::floating()
    };
    spacing.scroll.fade.strength = 0.0;
}

fn paint(visuals: &mut egui::Visuals, c: &Colours) {
    let radius = CornerRadius::same(5);
    let look = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = look(c.panel, c.hairline, c.text);
    visuals.widgets.inactive = look(c.well, c.hairline, c.text);
    visuals.widgets.hovered = look(c.hover, c.edge, c.strong);
    visuals.widgets.active = look(c.selected, c.edge, c.strong);
    visuals.widgets.open = look(c.hover, c.edge, c.strong);
    visuals.selection = Selection {
        bg_fill: c.accent.gamma_multiply(0.35),
        stroke: Stroke::new(1.0, c.strong),
    };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(c.dim);
    visuals.hyperlink_color = c.accent;
    visuals.faint_bg_color = c.hover;
    visuals.extreme_bg_color = c.well;
    visuals.text_edit_bg_color = Some(c.well);
    visuals.code_bg_color = c.well;
    visuals.warn_fg_color = c.medium;
    visuals.error_fg_color = c.high;
    visuals.window_fill = c.panel;
    visuals.panel_fill = c.ground;
    visuals.window_stroke = Stroke::new(1.0, c.edge);
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(8);
    let shadow = Shadow {
        offset: [0, 6],
        blur: 20,
        spread: 0,
        color: c.veil.gamma_multiply(0.6),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.text_cursor.stroke = Stroke::new(1.5, c.accent);
    visuals.indent_has_left_vline = false;
    visuals.striped = false;
    visuals.interact_cursor = Some(egui::CursorIcon::PointingHand);
    visuals.resize_corner_size = 0.0;
}
