//! What happened beside statements: the sums on the left, single events in a table beside them.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Rect, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::{ViewState, empty};
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format::{self, Moment};
use crate::app::model::{Capture, Model, View};
use crate::app::order::{self, By, Sum};
use crate::app::prefs::Density;
use crate::app::theme;
use crate::app::widgets::{Align, Cells, Column, Table, paint_text, rows};
use crate::workload::{Occurrence, Session};

const SUMS: f32 = 216.0;
const PAD: f32 = 16.0;

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

const COLUMNS: [Column; 5] = [
    column(
        "When",
        "When the server wrote it",
        By::When,
        92.0,
        Align::Left,
        0,
    ),
    column("Event", "What happened", By::Label, 0.0, Align::Left, 0),
    column(
        "SQLSTATE",
        "The code of an error",
        By::Code,
        72.0,
        Align::Left,
        1,
    ),
    column(
        "Session of",
        "The role and database of the session; its application or its id where the log has neither",
        By::Who,
        136.0,
        Align::Left,
        2,
    ),
    column(
        "Amount",
        "How long it took, or how large it was",
        By::Amount,
        72.0,
        Align::Right,
        0,
    ),
];

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let colours = theme::colours(ui);
    let rect = ui.available_rect_before_wrap();
    let left = Rect::from_min_size(rect.min, vec2(SUMS.min(rect.width() / 2.0), rect.height()));
    let right = Rect::from_min_max(pos2(left.right() + 1.0, rect.top()), rect.max);
    ui.scope_builder(UiBuilder::new().id_salt("sums").max_rect(left), |ui| {
        sums(ui, left, model, view, actions);
    });
    ui.painter().vline(
        left.right() + 0.5,
        rect.y_range(),
        Stroke::new(1.0, colours.hairline),
    );
    ui.scope_builder(UiBuilder::new().id_salt("events").max_rect(right), |ui| {
        if model.list(View::Events).is_empty() {
            empty::show(ui, model, capture, actions);
        } else {
            table(ui, model, capture, view, actions);
        }
    });
}

/// What events add up to; a click lists only those.
fn sums(ui: &mut Ui, body: Rect, model: &Model, view: &mut ViewState, actions: &mut Actions) {
    let height = if model.prefs.density == Density::Compact {
        40.0
    } else {
        46.0
    };
    let sums = &model.sums;
    rows(
        ui,
        body,
        &mut view.sums,
        sums.len(),
        height,
        |ui, row, rect, response| {
            let Some(sum) = sums.get(row) else { return };
            let chosen = sum.of == model.events;
            item(ui, rect, sum, chosen, response.hovered());
            response.widget_info(|| {
                let text = format!("{}, {}, {}", sum.name, sum.count, sum.amounts);
                WidgetInfo::selected(Role::ListBoxOption, true, chosen, text)
            });
            if response.clicked() {
                // A second click on the same shows all again.
                actions.push(Action::Events(sum.of.filter(|_| !chosen)));
            }
        },
    );
}

fn item(ui: &Ui, rect: Rect, sum: &Sum, chosen: bool, hovered: bool) {
    let colours = theme::colours(ui);
    let painter = ui.painter();
    if chosen {
        painter.rect_filled(rect, 0.0, colours.selected);
        let mark = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        painter.rect_filled(mark, 0.0, colours.accent);
    } else if hovered {
        painter.rect_filled(rect, 0.0, colours.hover);
    }
    painter.hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, colours.hairline),
    );
    let two = !sum.amounts.is_empty();
    let tall = if two { 36.0 } else { 18.0 };
    let inner = rect.shrink2(vec2(PAD, (rect.height() - tall) / 2.0));
    let first = Rect::from_min_size(inner.min, vec2(inner.width(), 18.0));
    let count = paint_text(
        painter,
        first,
        Align2::RIGHT_CENTER,
        &sum.count,
        theme::sized(12.5),
        colours.text,
    );
    let name = Rect::from_min_max(first.min, pos2(count.left() - 8.0, first.bottom()));
    paint_text(
        painter,
        name,
        Align2::LEFT_CENTER,
        &sum.name,
        theme::semibold(13.0),
        colours.strong,
    );
    if two {
        paint_text(
            painter,
            first.translate(vec2(0.0, 18.0)),
            Align2::LEFT_CENTER,
            &sum.amounts,
            theme::sized(12.0),
            colours.dim,
        );
    }
}

fn table(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(View::Events);
    let w = &capture.shown.workload;
    let table = Table {
        columns: &COLUMNS,
        rows: list.rows.len(),
        height: model.prefs.density.row(),
        least: 112.0,
        selected: list.at,
        sort: list.sort,
    };
    let outcome = table.show(ui, view.scroll(View::Events), |cells, row| {
        let event = list
            .rows
            .get(row)
            .and_then(|at| w.occurrences.get(*at as usize));
        if let Some(event) = event {
            let session = w.sessions.get(event.session.index());
            fill(cells, event, session, list.sort.by, capture.utc_offset());
        }
    });
    if let Some(sort) = outcome.sort {
        actions.push(Action::Sort(View::Events, sort));
    }
    if let Some(row) = outcome.clicked {
        actions.push(Action::Select(row));
        actions.push(Action::Run(Command::OpenRow));
    }
}

fn fill(cells: &mut Cells<'_>, event: &Occurrence, session: Option<&Session>, by: By, offset: i32) {
    let colours = theme::colours(cells.ui);
    let texts = [
        (
            By::When,
            format::moment(event.time, offset, Moment::Milli),
            colours.dim,
        ),
        (
            By::Label,
            order::name_of_class(event.what.class),
            colours.strong,
        ),
        (By::Code, state(event).to_owned(), colours.text),
        (
            By::Amount,
            order::amount(event).unwrap_or_default(),
            colours.text,
        ),
        (By::Who, session.map(of).unwrap_or_default(), colours.text),
    ];
    for (column, text, ink) in texts {
        let ink = if column == by { colours.strong } else { ink };
        cells.text(column, &text, theme::sized(12.5), ink, 0.0);
    }
}

/// The SQLSTATE of an event; empty without one.
pub(super) fn state(event: &Occurrence) -> &str {
    let state = event.what.sqlstate.as_ref();
    state
        .and_then(|s| std::str::from_utf8(s).ok())
        .unwrap_or_default()
}

/// Whose session it is, or whatever else tells it from others.
fn of(session: &Session) -> String {
    let who = order::who(session);
    if !who.is_empty() {
        return who;
    }
    match session.application.as_deref().filter(|a| !a.is_empty()) {
        Some(application) => application.to_owned(),
        None => session.name.clone(),
    }
}

/// An event as text for other programs.
pub(super) fn row_text(analysis: &Analysis, at: u32, offset: i32) -> Option<String> {
    let w = &analysis.workload;
    let event = w.occurrences.get(at as usize)?;
    let who = w.sessions.get(event.session.index()).map(of);
    Some(format!(
        "{}\t{}\t{}\t{}\t{}",
        format::moment(event.time, offset, Moment::Milli),
        event.what.class.name(),
        state(event),
        order::amount(event).unwrap_or_default(),
        who.unwrap_or_default(),
    ))
}
