//! What goes on at a connected server: who does what, for how long, and who waits for whom.

mod detail;
mod sums;
mod words;

use eframe::egui::{Align2, Color32, Rect, Stroke, Ui, pos2};

pub(super) use detail::show as detail;

use super::{ViewState, empty};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::live::{Doing, Sample, Told, who};
use crate::app::model::{Model, View};
use crate::app::order::{By, runs};
use crate::app::theme::Colours;
use crate::app::widgets::{Align, Cells, Column, Table, paint_text, text_button};
use crate::app::{format, theme};
use crate::live::activity::{Branch, Session};

/// How far those that wait stand below whom they wait for.
const INDENT: f32 = 14.0;
/// Deeper ones stand here as well: their numbers still tell who waits for whom.
const DEEPEST: usize = 4;

const fn column(
    title: &'static str,
    tip: &'static str,
    by: By,
    width: f32,
    align: Align,
    yields: u8,
) -> Column {
    Column {
        title,
        tip,
        by,
        width,
        align,
        yields,
    }
}

const COLUMNS: [Column; 8] = [
    column(
        "State",
        "What it does; who holds others up comes first, with those that wait below",
        By::Rank,
        156.0,
        Align::Left,
        0,
    ),
    column(
        "Process",
        "Its process number on the server",
        By::Pid,
        60.0,
        Align::Right,
        0,
    ),
    column(
        "Who",
        "Its role and database, and what the application calls itself",
        By::Who,
        170.0,
        Align::Left,
        3,
    ),
    column(
        "Transaction",
        "How long its transaction has been open",
        By::Transaction,
        80.0,
        Align::Right,
        4,
    ),
    column(
        "Statement",
        "How long its statement has been running",
        By::Duration,
        72.0,
        Align::Right,
        2,
    ),
    column(
        "Waits on",
        "What it waits for at this moment",
        By::Wait,
        128.0,
        Align::Left,
        5,
    ),
    column(
        "Locks",
        "How many wait for it, or whom it waits for",
        By::Blocking,
        84.0,
        Align::Left,
        1,
    ),
    column(
        "Query",
        "What it runs, or ran last",
        By::Summary,
        0.0,
        Align::Left,
        0,
    ),
];

pub(super) fn show(ui: &mut Ui, model: &Model, view: &mut ViewState, actions: &mut Actions) {
    let Some(live) = &model.live else { return };
    let Some(sample) = live.sample.as_deref() else {
        let what = if live.is_open() {
            "Sessions are looked at every 2 s while this view is open"
        } else {
            "The connection ended before sessions were looked at"
        };
        empty::say(ui, "Nothing yet", what, |ui| {
            if live.is_open() {
                ui.spinner();
            }
        });
        return;
    };
    sums::show(ui, model, live, sample, actions);
    let list = model.list(View::Activity);
    if list.is_empty() {
        none(ui, model, actions);
        return;
    }
    let table = Table {
        columns: &COLUMNS,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 170.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Activity), |cells, row| {
        let Some(pid) = list.rows.get(row).map(|pid| pid.cast_signed()) else {
            return;
        };
        // Below others only where it stands behind them.
        let branch = sample.branches.get(&pid);
        fill(cells, sample, pid, branch, list.sort.by);
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Activity, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

fn none(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    if model.filter.is_empty() {
        let what = "Only pgloupe is connected, and its own session is left out";
        empty::say(ui, "No other sessions", what, |_| {});
        return;
    }
    let title = format!("No sessions with “{}”", model.filter_text.trim());
    let what = "The filter looks at processes, roles, databases, applications, states, waits and statements";
    empty::say(ui, &title, what, |ui| {
        if text_button(ui, Icon::Close, Command::ClearFilter.text()).clicked() {
            actions.push(Action::Run(Command::ClearFilter));
        }
    });
}

fn fill(cells: &mut Cells<'_>, sample: &Sample, pid: i32, branch: Option<&Branch>, by: By) {
    let colours = theme::colours(cells.ui);
    let Some((session, told)) = sample.session(pid) else {
        let word = if pid == 0 { "Prepared" } else { "Ended" };
        state(
            cells,
            word,
            colours.dim,
            None,
            branch.filter(|_| by == By::Rank),
        );
        let number = if pid == 0 {
            "–".to_owned()
        } else {
            pid.to_string()
        };
        cells.text(By::Pid, &number, theme::sized(12.5), colours.dim, 0.0);
        locks(cells, None, branch);
        if pid == 0 {
            cells.text(
                By::Summary,
                "a prepared transaction",
                theme::sized(12.5),
                colours.dim,
                0.0,
            );
        }
        return;
    };
    let quiet = matches!(told.doing, Doing::Idle | Doing::Background | Doing::Hidden);
    let ink = if quiet { colours.dim } else { colours.text };
    let lit = |column: By| if column == by { colours.strong } else { ink };
    let (word, dot) = look(told, colours);
    state(
        cells,
        told.doing.word(),
        word,
        dot,
        branch.filter(|_| by == By::Rank),
    );
    cells.text(
        By::Pid,
        &pid.to_string(),
        theme::sized(12.5),
        lit(By::Pid),
        0.0,
    );
    name(cells, session, lit(By::Who), colours);
    let times = [
        (By::Transaction, session.transaction_at),
        (By::Duration, session.statement_at.filter(|_| runs(session))),
    ];
    for (column, at) in times {
        let text = sample.since(at).map(|t| format::age(t as f64));
        let ink = if told.long && column == By::Transaction {
            colours.medium
        } else {
            lit(column)
        };
        cells.text(
            column,
            &text.unwrap_or_default(),
            theme::sized(12.5),
            ink,
            0.0,
        );
    }
    let wait = session.wait.as_ref().filter(|_| !quiet);
    let wait = wait.map_or("", |(_, event)| event.as_str());
    cells.text(By::Wait, wait, theme::sized(12.5), lit(By::Wait), 0.0);
    locks(cells, Some(session), branch);
    let font = if told.doing == Doing::Background {
        theme::sized(12.5)
    } else {
        theme::code_small()
    };
    cells.text(By::Summary, &told.summary, font, lit(By::Summary), 0.0);
    if let Some(query) = session.query.as_deref() {
        cells.tip(query);
    }
}

/// The colours of the word and the dot for what a session does: only what needs somebody has one.
fn look(told: &Told, colours: &Colours) -> (Color32, Option<Color32>) {
    match told.doing {
        Doing::Blocked => (colours.high, Some(colours.high)),
        Doing::Failed | Doing::InTransaction if told.long => (colours.medium, Some(colours.medium)),
        Doing::Active if told.long => (colours.strong, Some(colours.medium)),
        Doing::Active => (colours.strong, Some(colours.strong)),
        Doing::Failed | Doing::InTransaction => (colours.text, Some(colours.dim)),
        Doing::Idle | Doing::Hidden | Doing::Background => (colours.dim, None),
    }
}

/// What it does, below whom it waits for.
fn state(
    cells: &mut Cells<'_>,
    word: &str,
    ink: Color32,
    dot: Option<Color32>,
    branch: Option<&Branch>,
) {
    let Some(place) = cells.place(By::Rank) else {
        return;
    };
    let colours = theme::colours(cells.ui);
    let painter = cells.ui.painter();
    let depth = branch.map_or(0, |b| b.depth.min(DEEPEST));
    // No more than a few steps.
    #[allow(clippy::cast_precision_loss)]
    let left = place.left() + INDENT * depth as f32;
    if depth > 0 {
        let x = left - INDENT + 3.5;
        let line = Stroke::new(1.0, colours.edge);
        painter.vline(x, place.top()..=place.center().y, line);
        painter.hline(x..=left - 1.0, place.center().y, line);
    }
    let middle = pos2(left + 3.5, place.center().y);
    match dot {
        Some(ink) => painter.circle_filled(middle, 3.5, ink),
        None => painter.circle_stroke(middle, 3.0, Stroke::new(1.0, colours.edge)),
    };
    let rest = Rect::from_min_max(pos2(left + 14.0, place.top()), place.max);
    paint_text(
        painter,
        rest,
        Align2::LEFT_CENTER,
        word,
        theme::sized(12.5),
        ink,
    );
    cells.say(word);
}

/// The role and database, and quieter what the application calls itself.
fn name(cells: &mut Cells<'_>, session: &Session, ink: Color32, colours: &Colours) {
    let Some(place) = cells.place(By::Who) else {
        return;
    };
    let who = who(session);
    let painter = cells.ui.painter();
    let shown = paint_text(
        painter,
        place,
        Align2::LEFT_CENTER,
        &who,
        theme::sized(12.5),
        ink,
    );
    cells.say(&who);
    let Some(application) = &session.application else {
        return;
    };
    let rest = Rect::from_x_y_ranges(shown.right() + 8.0..=place.right(), place.y_range());
    if rest.width() > 24.0 {
        paint_text(
            painter,
            rest,
            Align2::LEFT_CENTER,
            application,
            theme::sized(12.0),
            colours.dim,
        );
    }
    cells.say(application);
}

/// How many wait for it, or for whom it waits.
fn locks(cells: &mut Cells<'_>, session: Option<&Session>, branch: Option<&Branch>) {
    let colours = theme::colours(cells.ui);
    let behind = branch.map_or(0, |b| b.behind);
    let by = session.map_or(&[] as &[i32], |s| s.blocked_by.as_slice());
    let (text, font, ink) = match (by.first(), behind) {
        (None, 0) => return,
        (None, n) => (format!("blocks {n}"), theme::semibold(12.5), colours.high),
        (Some(first), n) => {
            let mut text = format!("by {first}");
            if by.len() > 1 {
                text.push_str(&format!(" +{}", by.len() - 1));
            }
            if n > 0 {
                text.push_str(&format!(", blocks {n}"));
            }
            (text, theme::sized(12.5), colours.text)
        }
    };
    cells.text(By::Blocking, &text, font, ink, 0.0);
}

/// A session as text for other programs.
pub(super) fn row_text(model: &Model) -> Option<String> {
    let sample = model.live.as_ref()?.sample.as_deref()?;
    let (session, told) = sample.session(model.spot.backend?.cast_signed())?;
    let ms = |at: Option<i64>| {
        sample
            .since(at)
            .map_or_else(String::new, |t| format!("{:.3}", t as f64 / 1e3))
    };
    let wait = session.wait.as_ref();
    let blockers: Vec<String> = session.blocked_by.iter().map(ToString::to_string).collect();
    Some(format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        told.doing.word(),
        session.pid,
        who(session),
        session.application.as_deref().unwrap_or_default(),
        ms(session.transaction_at),
        ms(session.statement_at.filter(|_| runs(session))),
        wait.map_or_else(String::new, |(class, event)| format!("{class}: {event}")),
        blockers.join(" "),
        told.summary,
    ))
}

/// The statement of the session that is shown.
pub(super) fn shown_sql(model: &Model) -> Option<String> {
    let sample = model.live.as_ref()?.sample.as_deref()?;
    let (session, _) = sample.session(model.spot.backend?.cast_signed())?;
    session.query.clone()
}
