//! Any command by a few letters of its name.

use eframe::egui::{
    self, Align2, Area, Button, Frame, Id, Key, Modifiers, Order, RichText, ScrollArea, TextEdit,
    vec2,
};

use super::ViewState;
use crate::app::action::{Action, Actions};
use crate::app::command::{Command, key_text};
use crate::app::model::Model;
use crate::app::theme;

pub(super) fn show(
    ctx: &egui::Context,
    model: &Model,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let colours = theme::of(ctx.theme() == egui::Theme::Dark);
    let commands = matching(&view.palette, |c| c.possible(model));
    let down = ctx.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown));
    let up = ctx.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp));
    let last = commands.len().saturating_sub(1);
    view.marked = (view.marked + down).saturating_sub(up).min(last);
    let enter = ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
    let mut chosen = commands.get(view.marked).copied().filter(|_| enter);
    let area = Area::new(Id::unique("palette"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, 88.0))
        .show(ctx, |ui| {
            Frame::window(ui.style())
                .inner_margin(8)
                .fill(colours.panel)
                .show(ui, |ui| {
                    ui.set_width(480.0);
                    let edit = TextEdit::singleline(&mut view.palette)
                        .hint_text("Type a command")
                        .desired_width(f32::INFINITY)
                        .margin(vec2(10.0, 7.0));
                    let response = ui.add(edit).accessible_name("Command");
                    response.request_focus();
                    if response.changed() {
                        view.marked = 0;
                    }
                    ui.spacing_mut().item_spacing.y = 0.0;
                    ui.add_space(6.0);
                    ScrollArea::vertical()
                        .max_height(360.0)
                        .auto_shrink([false, true])
                        .show(ui, |ui| {
                            ui.with_layout(
                                egui::Layout::top_down_justified(egui::Align::Min),
                                |ui| {
                                    for (at, command) in commands.iter().enumerate() {
                                        let key = command
                                            .shortcuts()
                                            .first()
                                            .map(|s| key_text(ui.ctx(), *s))
                                            .unwrap_or_default();
                                        let button =
                                            Button::selectable(at == view.marked, command.text())
                                                .right_text(
                                                    RichText::new(key)
                                                        .font(theme::code_small())
                                                        .color(colours.dim),
                                                )
                                                .min_size(vec2(0.0, 28.0));
                                        let response = ui.add(button).on_hover_text(command.tip());
                                        if at == view.marked && (up > 0 || down > 0) {
                                            response.scroll_to_me(None);
                                        }
                                        if response.clicked() {
                                            chosen = Some(*command);
                                        }
                                    }
                                },
                            );
                            if commands.is_empty() {
                                ui.label(
                                    RichText::new("No command is called that").color(colours.dim),
                                );
                            }
                        });
                });
        });
    if let Some(command) = chosen {
        actions.push(Action::Run(Command::Palette));
        actions.push(Action::Run(command));
    } else if area.response.clicked_elsewhere() {
        actions.push(Action::Run(Command::Palette));
    }
}

/// The commands whose names have these letters in this order, the best first.
fn matching(typed: &str, possible: impl Fn(Command) -> bool) -> Vec<Command> {
    let typed = typed.trim().to_lowercase();
    let mut found: Vec<(usize, Command)> = Command::ALL
        .into_iter()
        .filter(|c| c.in_palette() && possible(*c))
        .filter_map(|c| Some((score(&c.text().to_lowercase(), &typed)?, c)))
        .collect();
    // Equal ones stay in their own order.
    found.sort_by_key(|(score, _)| *score);
    found.into_iter().map(|(_, c)| c).collect()
}

/// How far `typed` is from `name`, 0 for the same beginning; `None` where letters are missing.
fn score(name: &str, typed: &str) -> Option<usize> {
    if let Some(at) = name.find(typed) {
        return Some(at);
    }
    let mut rest = name.chars().enumerate();
    let mut last = 0;
    for letter in typed.chars().filter(|c| !c.is_whitespace()) {
        last = rest.find(|(_, c)| *c == letter)?.0;
    }
    // Scattered letters come after every name that has them together.
    Some(1_000 + last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_find_commands() {
        assert_eq!(
            matching("full", |_| true).first(),
            Some(&Command::FullRange)
        );
        assert_eq!(matching("shq", |_| true).first(), Some(&Command::Queries));
        assert!(matching("xyzzy", |_| true).is_empty());
        assert!(!matching("", |c| c == Command::Open).contains(&Command::Reload));
    }
}
