//! The fix of a finding: code for the framework in use, or for another one to choose.

use eframe::egui::{Button, Popup, RichText, Ui};

use super::{ViewState, copy_button};
use crate::advice::{Suggestion, Target};
use crate::app::action::{Action, Actions};
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::theme;
use crate::app::widgets::{caption, code_block, heading, sql_block};
use crate::rules::Finding;

/// So many frameworks stand beside each other; more are a menu.
const BESIDE: usize = 4;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    view: &mut ViewState,
    finding: &Finding,
    actions: &mut Actions,
) {
    code(ui, model, view, &finding.suggestions, actions);
}

/// Suggestions for the framework that was chosen, else for the first of them.
pub(super) fn code(
    ui: &mut Ui,
    model: &Model,
    view: &mut ViewState,
    suggestions: &[Suggestion],
    actions: &mut Actions,
) {
    let mut targets: Vec<Target> = Vec::new();
    for s in suggestions {
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
    let shown: Vec<&Suggestion> = suggestions.iter().filter(|s| s.target == chosen).collect();
    heading(ui, "Fix", "", |ui| {
        let code = || {
            shown
                .iter()
                .map(|s| s.code.as_str())
                .collect::<Vec<_>>()
                .join("\n\n")
        };
        copy_button(ui, Some(view), "Copy", "Fix", code, actions);
        match targets.len() {
            0 | 1 => {}
            2..=BESIDE => beside(ui, &targets, chosen, actions),
            _ => menu(ui, &targets, first, chosen, actions),
        }
    });
    for suggestion in shown {
        one(ui, suggestion);
    }
}

fn beside(ui: &mut Ui, targets: &[Target], chosen: Target, actions: &mut Actions) {
    ui.add_space(theme::GAP);
    ui.spacing_mut().item_spacing.x = 2.0;
    for target in targets.iter().rev() {
        let button = Button::selectable(*target == chosen, target.title());
        if ui.add(button).clicked() {
            actions.push(Action::Target(*target));
        }
    }
}

/// All of them; `first` is the one that the capture speaks for or that was chosen in the settings.
fn menu(ui: &mut Ui, targets: &[Target], first: Target, chosen: Target, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let button = ui
        .add(Button::new((chosen.title(), Icon::Down.image(colours.dim))))
        .on_hover_text("The framework that the code is written for");
    let button = button.accessible_name(format!("Fix for {}", chosen.title()));
    Popup::menu(&button).width(200.0).show(|ui| {
        ui.set_min_width(200.0);
        // In an order that stays, so that people find it where it was.
        for target in Target::ALL.into_iter().filter(|t| targets.contains(t)) {
            let mut button = Button::selectable(target == chosen, target.title());
            if target == first {
                let note = RichText::new("in use").font(theme::sized(12.0));
                button = button.right_text(note.color(colours.dim));
            }
            if ui.add(button).clicked() {
                actions.push(Action::Target(target));
                ui.close();
            }
        }
    });
}

fn one(ui: &mut Ui, suggestion: &Suggestion) {
    caption(ui, &suggestion.title);
    if suggestion.target == Target::Sql {
        sql_block(ui, &suggestion.code);
    } else {
        code_block(ui, &suggestion.code);
    }
    if let Some(note) = &suggestion.note {
        caption(ui, note);
    }
    if let Some(guessed) = guessed(&suggestion.guessed) {
        caption(ui, &guessed);
    }
}

/// Which names may be called otherwise in the application.
fn guessed(names: &[String]) -> Option<String> {
    Some(match names {
        [] => return None,
        [one] => format!("{one} is guessed from names of tables; yours may differ"),
        [first @ .., last] => format!(
            "{} and {last} are guessed from names of tables; yours may differ",
            first.join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::guessed;

    #[test]
    fn guessed_names_are_listed() {
        for (names, begin) in [
            (vec!["Author"], "Author is guessed"),
            (
                vec!["Author", "Author.books"],
                "Author and Author.books are",
            ),
            (vec!["A", "B", "C"], "A, B and C are"),
        ] {
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            assert!(guessed(&names).is_some_and(|text| text.starts_with(begin)));
        }
        assert_eq!(guessed(&[]), None);
    }
}
