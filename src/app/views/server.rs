//! The bar of a connected server: where it is, from when on its statements count, and what we cost it.

use eframe::egui::{Align, Button, Layout, Popup, RichText, ScrollArea, Sense, Ui, vec2};

use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::live::{Ask, Live, Since, State};
use crate::app::model::{Model, View};
use crate::app::theme;
use crate::app::widgets::{caption, heading, sql_block, text_button};
use crate::live::history::Entry;

pub(super) fn bar(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(live) = &model.live else { return };
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.add_space(16.0);
        place(ui, live);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            if live.is_open() {
                if text_button(ui, Icon::Reload, "Look again").clicked() {
                    actions.push(Action::Ask(if model.spot.view == View::Tables {
                        Ask::Catalog
                    } else {
                        Ask::Look
                    }));
                }
                since(ui, model, live, actions);
            } else if text_button(ui, Icon::Link, "Connect again").clicked() {
                actions.push(Action::Run(Command::Connect));
            }
            if let Some(working) = live.working {
                caption(ui, working);
                ui.spinner();
            }
        });
    });
    ui.horizontal(|ui| {
        ui.add_space(16.0);
        doubt(ui, live);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            load(ui, live);
        });
    });
}

/// The same in few words, beside a capture.
pub(super) fn beside(ui: &mut Ui, live: &Live) {
    let colours = theme::colours(ui);
    ui.horizontal(|ui| {
        dot(ui, live);
        let text = match live.working {
            Some(working) => format!("{} · {working}", live.name()),
            None => live.name(),
        };
        let label = caption(ui, &text);
        label.on_hover_text(told(live));
        if let Some(badge) = live.target.badge() {
            ui.label(
                RichText::new(badge)
                    .font(theme::semibold(12.0))
                    .color(colours.high),
            );
        }
    });
}

/// Whether it is connected.
fn dot(ui: &mut Ui, live: &Live) {
    let colours = theme::colours(ui);
    let ink = match live.state {
        State::Open => colours.good,
        State::Connecting => colours.medium,
        State::Ended(_) => colours.high,
    };
    let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    ui.painter().circle_filled(dot.center(), 4.0, ink);
}

/// Where it is, as whom, and how well the way is protected.
fn place(ui: &mut Ui, live: &Live) {
    let colours = theme::colours(ui);
    dot(ui, live);
    ui.label(
        RichText::new(live.name())
            .font(theme::heading())
            .color(colours.strong),
    );
    if let Some(facts) = &live.facts {
        let mut text = format!("PostgreSQL {}", version(&facts.version_text));
        if facts.superuser {
            text.push_str(" · superuser");
        }
        caption(ui, &text);
        if let Some(note) = facts.version_note() {
            caption(ui, &note);
        }
    }
    if let Some(badge) = live.target.badge() {
        ui.label(
            RichText::new(badge)
                .font(theme::semibold(12.0))
                .color(colours.high),
        );
    }
}

/// The number alone: `15.4`, not what it was built of.
fn version(text: &str) -> &str {
    text.split(' ')
        .find(|w| w.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(text)
}

/// Why the numbers are not the whole truth, or what they are.
fn doubt(ui: &mut Ui, live: &Live) {
    let colours = theme::colours(ui);
    let Some(look) = &live.look else {
        let first = live.obstacles.first();
        if let Some(obstacle) = first {
            caption(ui, &obstacle.what);
        }
        return;
    };
    match &look.doubt {
        Some(doubt) => {
            ui.add(Icon::Warning.image(colours.medium));
            ui.label(
                RichText::new(format::sentence(doubt))
                    .font(theme::sized(12.0))
                    .color(colours.medium),
            )
            .on_hover_text(look.notes.join("\n\n"));
        }
        None if look.notes.is_empty() => {
            caption(
                ui,
                "These numbers are whole: no reset, no eviction, nothing hidden",
            );
        }
        None => {
            caption(ui, &look.notes.join(" · "));
        }
    }
}

/// From when until when statements count: any two snapshots that are kept, or all since the counters began until now.
fn since(ui: &mut Ui, model: &Model, live: &Live, actions: &mut Actions) {
    until(ui, live, actions);
    let name = match live.since {
        Since::Reset => "Since the counters began".to_owned(),
        Since::Kept(id) => format!("Since {}", named(live, id)),
    };
    let chosen = match live.since {
        Since::Reset => None,
        Since::Kept(id) => Some(id),
    };
    menu(ui, &name, "From when on statements count", |ui| {
        let reset = Button::selectable(chosen.is_none(), "Since the counters began");
        if ui.add(reset).clicked() {
            actions.push(Action::Ask(Ask::Since(Since::Reset)));
            ui.close();
        }
        ui.separator();
        // The last one is what is looked at.
        if let Some(id) = entries(ui, live.kept.iter().skip(1), chosen) {
            actions.push(Action::Ask(Ask::Since(Since::Kept(id))));
        }
        if live.kept.len() < 2 {
            let days = model.prefs.history.0;
            let text = format!("Look again later: snapshots are kept for {days} days");
            caption(ui, &text);
        }
    });
}

fn until(ui: &mut Ui, live: &Live, actions: &mut Actions) {
    if live.kept.len() < 2 {
        return;
    }
    let name = live.until.map_or_else(
        || "until now".to_owned(),
        |id| format!("until {}", named(live, id)),
    );
    menu(ui, &name, "Until when statements count", |ui| {
        let now = Button::selectable(live.until.is_none(), "Until now");
        if ui.add(now).clicked() {
            actions.push(Action::Ask(Ask::Until(None)));
            ui.close();
        }
        ui.separator();
        if let Some(id) = entries(ui, live.kept.iter().skip(1), live.until) {
            actions.push(Action::Ask(Ask::Until(Some(id))));
        }
    });
}

fn menu(ui: &mut Ui, name: &str, spoken: &str, content: impl FnOnce(&mut Ui)) {
    let colours = theme::colours(ui);
    let button = ui.add(Button::new((name, Icon::Down.image(colours.dim))));
    let button = button.accessible_name(format!("{spoken}: {name}"));
    Popup::menu(&button).width(280.0).show(|ui| {
        ui.set_min_width(280.0);
        ScrollArea::vertical().max_height(420.0).show(ui, content);
    });
}

/// Snapshots to choose from. Returns the one that was chosen.
fn entries<'a>(
    ui: &mut Ui,
    entries: impl Iterator<Item = &'a Entry>,
    chosen: Option<i64>,
) -> Option<i64> {
    let mut found = None;
    for entry in entries.take(200) {
        let text = format!(
            "{} · {}",
            moment(entry),
            format::counted(entry.rows, "statement", "statements")
        );
        if ui
            .add(Button::selectable(chosen == Some(entry.id), text))
            .clicked()
        {
            found = Some(entry.id);
            ui.close();
        }
    }
    found
}

fn named(live: &Live, id: i64) -> String {
    let entry = live.kept.iter().find(|e| e.id == id);
    entry.map_or_else(|| "a snapshot".to_owned(), moment)
}

fn moment(entry: &Entry) -> String {
    format::moment(entry.header.taken_at, 0, Moment::Second)
}

/// What we cost the server.
fn load(ui: &mut Ui, live: &Live) {
    caption(ui, &told(live)).on_hover_text(
        "What pgloupe asked of this server since it connected; the time includes the way there and back",
    );
}

fn told(live: &Live) -> String {
    let load = &live.load;
    format!(
        "our own load: {} in {}, {}",
        format::counted(load.statements, "statement", "statements"),
        format::duration(load.milliseconds * 1e3),
        format::bytes(load.bytes)
    )
}

/// A view without rows: what keeps statements from being seen, with the lines that mend it, or that all is well.
pub(super) fn nothing(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(live) = &model.live else { return };
    if let Some(working) = live.working {
        super::empty::say(ui, "Nothing yet", working, |ui| {
            ui.spinner();
        });
        return;
    }
    if live.obstacles.is_empty() {
        let rules = crate::rules::live::LIVE_RULES.len();
        let what = format!("{rules} rules looked at its statements, tables, indexes and sessions");
        let title = if model.spot.view == View::Findings {
            "Nothing to fix on this server"
        } else {
            "No statements"
        };
        super::empty::say(ui, title, &what, |_| {});
        return;
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.add_space(theme::SPACE);
        for obstacle in &live.obstacles {
            ui.horizontal(|ui| {
                ui.add_space(theme::SPACE);
                ui.vertical(|ui| {
                    ui.set_max_width(640.0);
                    heading(ui, &format::sentence(&obstacle.what), "", |ui| {
                        if text_button(ui, Icon::Copy, "Copy").clicked() {
                            actions.push(Action::Copy(obstacle.fix.join("\n"), "Lines"));
                        }
                    });
                    sql_block(ui, &obstacle.fix.join("\n"));
                });
            });
            ui.add_space(theme::ROOM);
        }
    });
}
