//! A row of the view of activity.

use eframe::egui::{Align2, Color32, Rect, Stroke, pos2};

use super::words;
use crate::app::live::{Doing, Sample, Told, who};
use crate::app::order::{By, runs};
use crate::app::theme::Colours;
use crate::app::widgets::{Cells, paint_text};
use crate::app::{format, theme};
use crate::live::activity::{Branch, Session};

/// How far those that wait stand below whom they wait for.
const INDENT: f32 = 14.0;
/// Deeper ones stand here as well: their numbers still tell who waits for whom.
const DEEPEST: usize = 4;

/// Fills the row of a process; `by` is what the table is sorted by.
pub(super) fn fill(
    cells: &mut Cells<'_>,
    sample: &Sample,
    pid: i32,
    branch: Option<&Branch>,
    by: By,
) {
    let colours = theme::colours(cells.ui);
    let Some((session, told)) = sample.session(pid) else {
        gone(cells, pid, branch, by);
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
    locks(cells, Some(session), branch);
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
    let wait = words::short(session);
    cells.text(By::Wait, &wait, theme::sized(12.5), lit(By::Wait), 0.0);
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

/// A session that ended since it was listed, or what has no process.
fn gone(cells: &mut Cells<'_>, pid: i32, branch: Option<&Branch>, by: By) {
    let ink = theme::colours(cells.ui).dim;
    let (word, number, what) = if pid == 0 {
        ("Prepared", "–".to_owned(), "a prepared transaction")
    } else {
        ("Ended", pid.to_string(), "")
    };
    state(cells, word, ink, None, branch.filter(|_| by == By::Rank));
    locks(cells, None, branch);
    cells.text(By::Pid, &number, theme::sized(12.5), ink, 0.0);
    cells.text(By::Summary, what, theme::sized(12.5), ink, 0.0);
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

/// What the application calls itself, and quieter its role and database.
fn name(cells: &mut Cells<'_>, session: &Session, ink: Color32, colours: &Colours) {
    let Some(place) = cells.place(By::Who) else {
        return;
    };
    let who = who(session);
    let (first, second) = match &session.application {
        Some(application) => (application.as_str(), who.as_str()),
        None => (who.as_str(), ""),
    };
    let painter = cells.ui.painter();
    let font = theme::sized(12.5);
    let shown = paint_text(painter, place, Align2::LEFT_CENTER, first, font, ink);
    let rest = Rect::from_x_y_ranges(shown.right() + 8.0..=place.right(), place.y_range());
    if rest.width() > 24.0 && !second.is_empty() {
        let font = theme::sized(12.0);
        paint_text(
            painter,
            rest,
            Align2::LEFT_CENTER,
            second,
            font,
            colours.dim,
        );
    }
    cells.say(first);
    if !second.is_empty() {
        cells.say(second);
    }
}

/// How many wait for it, or for whom it waits.
fn locks(cells: &mut Cells<'_>, session: Option<&Session>, branch: Option<&Branch>) {
    let colours = theme::colours(cells.ui);
    let behind = branch.map_or(0, |b| b.behind);
    let by = session.map_or(&[] as &[i32], |s| s.blocked_by.as_slice());
    let (text, font, ink) = match (by.first(), behind) {
        (None, 0) => return,
        (None, n) => (format!("blocks {n}"), theme::semibold(12.5), colours.high),
        (Some(first), 0) => {
            let more = match by.len() {
                1 => String::new(),
                n => format!(" +{}", n - 1),
            };
            (
                format!("by {first}{more}"),
                theme::sized(12.5),
                colours.text,
            )
        }
        (Some(first), n) => (
            format!("by {first}, blocks {n}"),
            theme::sized(12.5),
            colours.text,
        ),
    };
    cells.text(By::Blocking, &text, font, ink, 0.0);
}
