//! What sessions add up to, and what of it is worth a word.

use eframe::egui::{Align2, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::app::action::{Action, Actions};
use crate::app::format::{self, Moment};
use crate::app::icons::Icon;
use crate::app::live::{Live, Sample};
use crate::app::model::Model;
use crate::app::theme;
use crate::app::views::copy_button;
use crate::app::widgets::{caption, paint_text};
use crate::live::activity::{Concern, Holder, HolderKind};

/// So many are told of; the rest is counted.
const MOST: usize = 3;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    live: &Live,
    sample: &Sample,
    actions: &mut Actions,
) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 2.0);
        ui.spacing_mut().interact_size.y = 20.0;
        ui.add_space(16.0);
        counts(ui, sample);
        let moment = format::moment(sample.activity.taken_at, 0, Moment::Second);
        let again = if live.is_open() {
            "every 2 s"
        } else {
            "for the last time"
        };
        caption(ui, &format!("sampled at {moment} UTC, {again}"));
    });
    for concern in sample.concerns.iter().take(MOST) {
        worth_a_word(ui, model, sample, *concern, actions);
    }
    let more = sample.concerns.len().saturating_sub(MOST) as u64;
    if more > 0 {
        ui.horizontal(|ui| {
            ui.add_space(34.0);
            caption(ui, &format!("and {} more", format::count(more)));
        });
    }
    hidden(ui, live, sample, actions);
    ui.add_space(4.0);
    let colours = theme::colours(ui);
    let (x, y) = (ui.max_rect().x_range(), ui.cursor().top());
    ui.painter().hline(x, y, Stroke::new(1.0, colours.hairline));
    ui.spacing_mut().item_spacing.y = 0.0;
}

fn counts(ui: &mut Ui, sample: &Sample) {
    let colours = theme::colours(ui);
    let s = &sample.sums;
    let counts = [
        (
            s.clients,
            if s.clients == 1 {
                "session"
            } else {
                "sessions"
            },
            colours.strong,
        ),
        (s.active, "active", colours.strong),
        (s.blocked, "blocked", colours.high),
        (s.waiting, "waiting", colours.strong),
        (s.in_transaction, "idle in transaction", colours.strong),
        (s.idle, "idle", colours.strong),
    ];
    for (at, (n, word, ink)) in counts.into_iter().enumerate() {
        // None of what is rare is no news.
        if n == 0 && at > 1 {
            continue;
        }
        ui.label(
            RichText::new(format::count(n as u64))
                .font(theme::semibold(13.0))
                .color(ink),
        );
        let ink = if ink == colours.high {
            ink
        } else {
            colours.text
        };
        ui.label(RichText::new(word).font(theme::sized(12.5)).color(ink));
        ui.add_space(10.0);
    }
}

/// A line about what goes on for too long, or keeps others from going on; a click shows the session.
fn worth_a_word(
    ui: &mut Ui,
    model: &Model,
    sample: &Sample,
    concern: Concern,
    actions: &mut Actions,
) {
    let colours = theme::colours(ui);
    let Some((text, pid)) = words(sample, concern) else {
        return;
    };
    let size = vec2(ui.available_width(), 22.0);
    let sense = if pid.is_some() {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    if pid.is_some() && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, 0.0, colours.hover);
    }
    Icon::Warning.paint(
        ui,
        pos2(rect.left() + 24.0, rect.center().y),
        colours.medium,
    );
    let place = Rect::from_min_max(
        pos2(rect.left() + 38.0, rect.top()),
        rect.max - vec2(16.0, 0.0),
    );
    let font = theme::sized(12.5);
    paint_text(
        ui.painter(),
        place,
        Align2::LEFT_CENTER,
        &text,
        font,
        colours.text,
    );
    let role = if pid.is_some() {
        eframe::egui::Role::Link
    } else {
        eframe::egui::Role::Label
    };
    response.widget_info(|| WidgetInfo::labeled(role, true, &text));
    if let Some(pid) = pid
        && response.clicked()
    {
        actions.push(Action::Go(model.spot.session(pid)));
    }
    response.on_hover_text(text);
}

/// What to say, and of which session.
fn words(sample: &Sample, concern: Concern) -> Option<(String, Option<i32>)> {
    let age = |micros: i64| format::age(micros as f64);
    let whose = |pid: i32| {
        let session = sample.session(pid)?.0;
        let who = session.application.clone().or_else(|| session.user.clone());
        Some(who.map_or_else(|| pid.to_string(), |who| format!("{pid} ({who})")))
    };
    match concern {
        Concern::IdleInTransaction(pid, micros) => {
            let text = format!(
                "{} has done nothing inside a transaction for {}: it keeps its locks. Commit sooner, or set idle_in_transaction_session_timeout",
                whose(pid)?,
                age(micros)
            );
            Some((text, Some(pid)))
        }
        Concern::LongTransaction(pid, micros) => {
            let text = format!(
                "{} has had a transaction open for {}: vacuum can't remove what it may still see. Do it in smaller steps",
                whose(pid)?,
                age(micros)
            );
            Some((text, Some(pid)))
        }
        Concern::OldRows(at, transactions) => {
            let holder = sample.activity.holders.get(at)?;
            let n = format::count(transactions.unsigned_abs());
            let text = format!(
                "The {} “{}” keeps rows from {n} transactions ago. {}",
                holder.kind.name(),
                holder.name,
                advice(holder)
            );
            Some((text, None))
        }
    }
}

/// What to do about something that keeps old rows.
pub(super) fn advice(holder: &Holder) -> &'static str {
    match holder.kind {
        HolderKind::Session => "End its transaction",
        HolderKind::Slot | HolderKind::SlotCatalog => {
            "Let its consumer catch up, or drop the slot if nobody reads it"
        }
        HolderKind::Prepared => "Finish it with COMMIT PREPARED or ROLLBACK PREPARED",
        HolderKind::Standby => {
            "A query there is long: end it, or set hot_standby_feedback = off on the standby"
        }
    }
}

/// What this role may not see, and what lets it.
fn hidden(ui: &mut Ui, live: &Live, sample: &Sample, actions: &mut Actions) {
    let n = sample.activity.hidden as u64;
    if n == 0 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.add_space(16.0);
        let colours = theme::colours(ui);
        ui.add(Icon::Warning.image(colours.dim));
        let which = format::counted(
            n,
            "session of another role is",
            "sessions of other roles are",
        );
        caption(
            ui,
            &format!("{which} hidden from this one; a superuser can change that:"),
        );
        let grant = grant(live);
        ui.label(
            RichText::new(&grant)
                .font(theme::code_small())
                .color(colours.text),
        );
        copy_button(ui, None, "Copy", "GRANT", || grant, actions);
    });
}

/// What lets our role see all sessions.
pub(super) fn grant(live: &Live) -> String {
    let role = live
        .facts
        .as_ref()
        .map_or(live.target.user.as_str(), |f| f.role.as_str());
    format!(
        "GRANT pg_read_all_stats TO {};",
        crate::advice::quoted(role)
    )
}
