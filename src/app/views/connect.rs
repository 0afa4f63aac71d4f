//! The dialog that connects to a server.

use eframe::egui::{
    self, Button, ComboBox, Context, Grid, Key, Label, RichText, TextEdit, Ui, vec2,
};

use super::ViewState;
use super::sheets;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::live::{self, Form, Keep, State};
use crate::app::model::Model;
use crate::app::theme;
use crate::app::widgets::{caption, heading, link, text_button};
use crate::live::{Target, TlsMode};

const WIDTH: f32 = 640.0;
const FIELD: f32 = 260.0;

pub(super) fn show(ctx: &Context, model: &Model, view: &mut ViewState, actions: &mut Actions) {
    sheets::sheet(
        ctx,
        "Connect to PostgreSQL",
        Command::Connect,
        WIDTH,
        actions,
        |ui, actions| {
            known(ui, model, actions);
            let connecting = model
                .live
                .as_ref()
                .is_some_and(|l| l.state == State::Connecting);
            ui.add_enabled_ui(!connecting, |ui| {
                from_url(ui, &mut view.connect);
                fields(ui, &mut view.connect);
                protection(ui, &mut view.connect);
            });
            problem(ui, &view.connect);
            buttons(ui, connecting, actions);
        },
    );
}

/// Servers that were connected before.
fn known(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    if model.prefs.targets.is_empty() {
        return;
    }
    heading(ui, "Recent", "", |_| {});
    for target in &model.prefs.targets {
        if link(ui, &target.to_string()).clicked() {
            actions.push(Action::Recall(target.clone()));
        }
    }
    ui.add_space(theme::GAP);
}

/// A URL or what `psql` takes in its place; the environment counts as it does there.
fn from_url(ui: &mut Ui, form: &mut Form) {
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut form.url)
            .hint_text("postgresql://user@host/database, or service=name, or nothing for PGHOST and its kin")
            .desired_width(ui.available_width() - 96.0)
            .margin(vec2(8.0, 5.0));
        let response = ui.add(edit).accessible_name("URL");
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if ui.add(Button::new("Fill in").min_size(vec2(80.0, 26.0))).clicked() || entered {
            fill(form);
        }
    });
    ui.add_space(theme::GAP);
}

/// Fills the fields from what was typed and the environment.
pub(crate) fn fill(form: &mut Form) {
    match live::resolve_here(&form.url) {
        Ok(given) => {
            form.fill(&given.target);
            if let Some(password) = given.password {
                password.expose().clone_into(&mut form.password);
            }
            // A password doesn't stay where it can be read.
            form.url.clear();
            form.problem = given.warnings.into_iter().next();
        }
        Err(error) => form.problem = Some(error.to_string()),
    }
}

fn fields(ui: &mut Ui, form: &mut Form) {
    Grid::new("connection")
        .num_columns(2)
        .spacing([16.0, 8.0])
        .show(ui, |ui| {
            field(
                ui,
                "Host",
                &mut form.host,
                "localhost, or the folder of a socket",
                false,
            );
            field(ui, "Port", &mut form.port, "5432", false);
            field(
                ui,
                "Database",
                &mut form.database,
                "the same as the user",
                false,
            );
            field(ui, "User", &mut form.user, "postgres", false);
            field(
                ui,
                "Password",
                &mut form.password,
                "none, or from .pgpass",
                true,
            );
            ui.label("Keep the password");
            ui.horizontal(|ui| {
                ui.selectable_value(&mut form.keep, Keep::Session, "For this session");
                ui.selectable_value(&mut form.keep, Keep::Keyring, "In the system's keyring");
            });
            ui.end_row();
        });
}

fn field(ui: &mut Ui, name: &str, text: &mut String, hint: &str, secret: bool) {
    ui.label(name);
    let edit = TextEdit::singleline(text)
        .hint_text(hint)
        .password(secret)
        .desired_width(FIELD)
        .margin(vec2(8.0, 5.0));
    ui.add(edit).accessible_name(name);
    ui.end_row();
}

/// What is asked of the server's identity, and with which files.
fn protection(ui: &mut Ui, form: &mut Form) {
    let colours = theme::colours(ui);
    ui.add_space(theme::GAP);
    let target = typed(form);
    let mode = target.tls_mode();
    ui.horizontal(|ui| {
        ui.label("TLS");
        let chosen = match form.mode {
            None => format!("{} (default)", words(mode)),
            Some(mode) => words(mode).to_owned(),
        };
        ComboBox::from_id_salt("tls")
            .selected_text(chosen)
            .width(280.0)
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut form.mode, None, "The safe default for the host");
                for mode in TlsMode::ALL.into_iter().rev() {
                    ui.selectable_value(&mut form.mode, Some(mode), words(mode));
                }
            });
        if let Some(badge) = target.badge() {
            ui.label(RichText::new(badge).color(colours.high));
        }
        let text = if form.more {
            "Fewer settings"
        } else {
            "Certificates…"
        };
        if link(ui, text).clicked() {
            form.more = !form.more;
        }
    });
    if !form.more {
        return;
    }
    Grid::new("certificates")
        .num_columns(2)
        .spacing([16.0, 8.0])
        .show(ui, |ui| {
            field(
                ui,
                "Root certificate",
                &mut form.root,
                "those of the system",
                false,
            );
            field(
                ui,
                "Client certificate",
                &mut form.certificate,
                "none",
                false,
            );
            field(ui, "Client key", &mut form.key, "none", false);
        });
}

/// What is typed, as far as it bears on protection.
fn typed(form: &Form) -> Target {
    let mut copy = Form {
        password: String::new(),
        url: String::new(),
        ..form.clone()
    };
    copy.port.clear();
    copy.target().map_or_else(
        |_| Target {
            host: form.host.clone(),
            port: 5432,
            database: String::new(),
            user: String::new(),
            tls: crate::live::Tls::default(),
        },
        |(target, _)| target,
    )
}

fn words(mode: TlsMode) -> &'static str {
    match mode {
        TlsMode::VerifyFull => "Encrypted, server and name verified",
        TlsMode::VerifyCa => "Encrypted, server verified, any name",
        TlsMode::Require => "Encrypted, server not verified",
        TlsMode::Prefer => "Encrypted if the server offers it",
        TlsMode::Disable => "Not encrypted",
    }
}

fn problem(ui: &mut Ui, form: &Form) {
    let Some(problem) = &form.problem else { return };
    let colours = theme::colours(ui);
    ui.add_space(theme::GAP);
    ui.horizontal_top(|ui| {
        ui.add(Icon::Warning.image(colours.high));
        ui.add(
            Label::new(RichText::new(problem).color(colours.text))
                .wrap()
                .selectable(true),
        );
    });
}

fn buttons(ui: &mut Ui, connecting: bool, actions: &mut Actions) {
    let colours = theme::colours(ui);
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        if connecting {
            ui.spinner();
            caption(ui, "Connecting");
            if text_button(ui, Icon::Close, "Cancel").clicked() {
                actions.push(Action::CancelLive);
            }
            return;
        }
        let text = RichText::new("Connect")
            .font(theme::semibold(13.0))
            .color(colours.on_accent);
        let button = Button::new(text)
            .fill(colours.accent)
            .stroke(egui::Stroke::NONE)
            .min_size(vec2(120.0, 32.0));
        if ui.add(button).clicked() {
            actions.push(Action::Connect);
        }
        caption(
            ui,
            "Read-only, with two connections at most. Nothing leaves this machine.",
        );
    });
}
