//! The bar at the top: which capture, which view, which rows.

use eframe::egui::{
    Align, Align2, Button, Context, Id, Layout, Popup, Rect, Response, RichText, TextEdit, Ui,
    pos2, vec2,
};

use crate::app::action::{Action, Actions};
use crate::app::command::{Command, key_text};
use crate::app::filter::NAMES;
use crate::app::icons::Icon;
use crate::app::model::{Loading, Model, Origin, View, name_of};
use crate::app::widgets::{icon_button, paint_text, tab};
use crate::app::{format, theme};

const FILTER: f32 = 248.0;

pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        menu(ui, model, actions);
        if model.capture.is_none() {
            return;
        }
        ui.add_enabled_ui(!model.history.is_empty(), |ui| {
            if icon_button(ui, Icon::Back, "Back").clicked() {
                actions.push(Action::Run(Command::Back));
            }
        });
        ui.add_space(4.0);
        tabs(ui, model, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(4.0);
            filter(ui, model, actions);
        });
    });
}

fn tabs(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(analysis) = model.shown() else {
        return;
    };
    ui.spacing_mut().item_spacing.x = 0.0;
    let server = model
        .capture
        .as_ref()
        .is_some_and(|c| c.origin == Origin::Server);
    let counts = [
        analysis.findings.len(),
        analysis.workload.queries.len(),
        analysis.workload.requests.len(),
        analysis.plan_count(),
        analysis
            .indexes
            .as_ref()
            .map_or(0, |i| i.advice.proposals.len()),
        analysis.workload.occurrences.len(),
        model
            .live
            .as_ref()
            .and_then(|l| l.sample.as_ref())
            .map_or(0, |s| s.activity.sessions.len()),
        model
            .live
            .as_ref()
            .and_then(|l| l.catalog.as_ref())
            .map_or(0, |c| c.tables.len()),
    ];
    let commands = [
        Command::Findings,
        Command::Queries,
        Command::Requests,
        Command::Plans,
        Command::Indexes,
        Command::Events,
        Command::Activity,
        Command::Tables,
    ];
    for ((view, count), command) in View::TABS.into_iter().zip(counts).zip(commands) {
        // Nothing else can be known of plans alone; and most logs have none.
        let hidden = match view {
            View::Plans => count == 0,
            View::Activity | View::Tables => model.live.is_none(),
            // Statistics know of no single requests and events.
            View::Requests | View::Endpoints | View::Events => server || analysis.is_plans(),
            _ => analysis.is_plans(),
        };
        if hidden {
            continue;
        }
        // How many are missing is known once somebody has looked.
        let known = view != View::Indexes || analysis.indexes.is_some();
        let count = format::count(count as u64);
        let response = tab(
            ui,
            view.title(),
            known.then_some(count.as_str()),
            model.spot.view.tab() == view,
        );
        if response.clicked() {
            actions.push(Action::Run(command));
        }
        hover(response, command);
    }
}

/// A tooltip with the command's sentence and its key.
fn hover(response: Response, command: Command) {
    response.on_hover_ui(|ui| {
        ui.horizontal(|ui| {
            ui.label(command.tip());
            if let Some(shortcut) = command.shortcuts().first() {
                let colours = theme::colours(ui);
                ui.label(RichText::new(key_text(ui.ctx(), *shortcut)).color(colours.dim));
            }
        });
    });
}

fn menu(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let name = match (&model.capture, &model.loading) {
        (Some(capture), _) => capture.name(),
        (None, Some(loading)) => name_of(&loading.paths),
        (None, None) => "pgloupe".to_owned(),
    };
    let short: String = if name.chars().count() > 32 {
        name.chars().take(31).chain(['…']).collect()
    } else {
        name
    };
    let text = RichText::new(&short)
        .font(theme::semibold(13.0))
        .color(colours.strong);
    let button = ui.add(
        Button::new((text, Icon::Down.image(colours.dim)))
            .frame_when_inactive(false)
            .min_size(vec2(0.0, 28.0)),
    );
    let button = button.accessible_name("Menu");
    Popup::menu(&button).width(260.0).show(|ui| {
        ui.set_min_width(260.0);
        for command in [Command::Open, Command::OpenFolder, Command::Connect] {
            item(ui, model, command, actions);
        }
        if model.live.is_some() {
            for command in [Command::Server, Command::Disconnect] {
                item(ui, model, command, actions);
            }
        }
        ui.separator();
        for command in [
            Command::Reload,
            Command::Follow,
            Command::Files,
            Command::Close,
        ] {
            item(ui, model, command, actions);
        }
        if !model.prefs.recents.is_empty() {
            ui.separator();
            for paths in model.prefs.recents.iter().take(5) {
                let tip = paths
                    .iter()
                    .map(|p| p.display().to_string())
                    .collect::<Vec<_>>()
                    .join("\n");
                if ui
                    .add(Button::new(name_of(paths)).truncate())
                    .on_hover_text(tip)
                    .clicked()
                {
                    actions.push(Action::Open(paths.clone()));
                    ui.close();
                }
            }
        }
        ui.separator();
        for command in [Command::Palette, Command::Settings, Command::Shortcuts] {
            item(ui, model, command, actions);
        }
        ui.separator();
        for command in [
            Command::ThemeSystem,
            Command::ThemeDark,
            Command::ThemeLight,
        ] {
            item(ui, model, command, actions);
        }
    });
}

/// A command as an entry of a menu.
pub(super) fn item(ui: &mut Ui, model: &Model, command: Command, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let enabled = command.possible(model);
    let following = model.loading.as_ref().is_some_and(Loading::follows);
    let mut button = if command == Command::Follow && following {
        Button::image_and_text(Icon::Check.image(colours.accent), command.text())
    } else {
        Button::new(command.text())
    };
    if let Some(shortcut) = command.shortcuts().first() {
        button =
            button.shortcut_text(RichText::new(key_text(ui.ctx(), *shortcut)).color(colours.dim));
    }
    if ui
        .add_enabled(enabled, button)
        .on_hover_text(command.tip())
        .clicked()
    {
        actions.push(Action::Run(command));
        ui.close();
    }
}

fn filter_id() -> Id {
    Id::unique("filter")
}

/// Brings the cursor into the filter box.
pub(crate) fn focus_filter(ctx: &Context) {
    ctx.memory_mut(|m| m.request_focus(filter_id()));
}

fn filter(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let colours = theme::colours(ui);
    let filled = !model.filter_text.is_empty();
    if filled && icon_button(ui, Icon::Close, "Clear the filter").clicked() {
        actions.push(Action::Run(Command::ClearFilter));
    }
    let mut text = model.filter_text.clone();
    let edit = TextEdit::singleline(&mut text)
        .id(filter_id())
        .hint_text("Filter")
        .desired_width(FILTER)
        .margin(vec2(28.0, 5.0));
    let response = ui.add(edit).accessible_name("Filter");
    let rect = response.rect;
    Icon::Filter.paint(ui, pos2(rect.left() + 15.0, rect.center().y), colours.dim);
    if !response.has_focus() && !filled {
        let key =
            Rect::from_center_size(pos2(rect.right() - 16.0, rect.center().y), vec2(16.0, 16.0));
        paint_text(
            ui.painter(),
            key,
            Align2::CENTER_CENTER,
            "/",
            theme::mono(11.5),
            colours.dim,
        );
    }
    if response.changed() {
        actions.push(Action::Filter(text));
    }
    if !response.has_focus() {
        response.on_hover_ui(|ui| {
            ui.label("Words that must occur in SQL, titles or names of requests");
            for (name, meaning) in NAMES {
                ui.horizontal(|ui| {
                    ui.label(RichText::new(name).font(theme::code_small()));
                    ui.label(RichText::new(meaning).color(colours.dim));
                });
            }
        });
    }
}
