//! The list of findings.

use eframe::egui::accesskit::Role;
use eframe::egui::{Align2, Rect, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::ViewState;
use crate::analysis::Analysis;
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::model::{Capture, Model, View};
use crate::app::prefs::Density;
use crate::app::widgets::{paint_text, rows, severity};
use crate::app::{format, theme};
use crate::rules::{Finding, Subject, described};

const PAD: f32 = 16.0;
const BAR: f32 = 72.0;
/// The line below the list.
const FOOT: f32 = 32.0;

pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(View::Findings);
    let analysis = &capture.shown;
    let height = if model.prefs.density == Density::Compact {
        72.0
    } else {
        84.0
    };
    let timed = analysis.workload.timed();
    let most = analysis
        .findings
        .iter()
        .map(|f| weight(f, timed))
        .max()
        .unwrap_or(1)
        .max(1);
    let mut body = ui.available_rect_before_wrap();
    if super::suppressed::any(analysis) {
        let foot = Rect::from_min_max(pos2(body.left(), body.bottom() - FOOT), body.max);
        body.max.y -= FOOT;
        super::suppressed::foot(ui, foot, analysis, actions);
    }
    rows(
        ui,
        body,
        view.scroll(View::Findings),
        list.rows.len(),
        height,
        |ui, row, rect, response| {
            let Some(finding) = list
                .rows
                .get(row)
                .and_then(|at| analysis.findings.get(*at as usize))
            else {
                return;
            };
            let chosen = list.at == Some(row);
            item(
                ui,
                rect,
                finding,
                weight(finding, timed) as f64 / most as f64,
                chosen,
                response.hovered(),
            );
            response.widget_info(|| {
                let text = format!(
                    "{}, {}, {}",
                    title_of(finding),
                    headline(finding),
                    worth(finding)
                );
                WidgetInfo::selected(Role::ListBoxOption, true, chosen, text)
            });
            if response.clicked() {
                actions.push(Action::Select(row));
                actions.push(Action::Run(Command::OpenRow));
            }
        },
    );
}

/// What findings are ranked by; executions where no durations are known.
fn weight(finding: &Finding, timed: bool) -> u64 {
    if timed {
        finding.saving.db_time.unwrap_or(finding.cost.db_time)
    } else {
        finding.cost.executions
    }
}

/// The sentence of a finding, with a capital unless it begins with a name: those stay as they are spelt.
pub(super) fn headline(finding: &Finding) -> String {
    let first = finding.title.split(' ').next().unwrap_or_default();
    let name = finding.subject.as_ref().and_then(Subject::name);
    if name.is_some_and(|name| name == first || name.ends_with(&format!(".{first}"))) {
        finding.title.clone()
    } else {
        format::sentence(&finding.title)
    }
}

/// The rule's name for people.
pub(super) fn title_of(finding: &Finding) -> &'static str {
    described(finding.rule).map_or(finding.rule, |(title, _)| title)
}

/// What there is to gain, or what it costs where that isn't known.
fn worth(finding: &Finding) -> String {
    if finding.costs_nothing() {
        return format::sentence(&finding.detail);
    }
    let fewer = finding.saving.executions.filter(|n| *n > 0);
    let time = match finding.saving.db_time {
        // Round trips cost the application time that the server's log doesn't tell.
        Some(0) if fewer.is_some() => {
            return format!(
                "saves {}",
                format::counted(fewer.unwrap_or(0), "query", "queries")
            );
        }
        Some(saved) => format!("saves {}", format::duration(saved as f64)),
        // Nobody timed it.
        None if finding.cost.db_time == 0 => {
            return match fewer {
                Some(n) => format!("saves {}", format::counted(n, "query", "queries")),
                None => format::counted(finding.cost.executions, "execution", "executions"),
            };
        }
        None => format!("costs {}", format::duration(finding.cost.db_time as f64)),
    };
    match fewer {
        Some(n) => format!(
            "{time} · {} fewer {}",
            format::count(n),
            if n == 1 { "query" } else { "queries" }
        ),
        None => format!(
            "{time} · {}",
            format::counted(finding.cost.executions, "execution", "executions")
        ),
    }
}

fn item(ui: &Ui, rect: Rect, finding: &Finding, part: f64, chosen: bool, hovered: bool) {
    let colours = theme::colours(ui);
    let painter = ui.painter();
    if chosen {
        painter.rect_filled(rect, 0.0, colours.selected);
        painter.rect_filled(
            Rect::from_min_size(rect.min, vec2(2.0, rect.height())),
            0.0,
            colours.accent,
        );
    } else if hovered {
        painter.rect_filled(rect, 0.0, colours.hover);
    }
    painter.hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, colours.hairline),
    );
    let inner = rect.shrink2(vec2(PAD, (rect.height() - 64.0) / 2.0));
    let line = |at: f32, tall: f32| {
        Rect::from_min_size(inner.min + vec2(0.0, at), vec2(inner.width(), tall))
    };
    let small = line(0.0, 18.0);
    let right = severity(ui, finding.severity, small.right_center());
    let name = Rect::from_min_max(small.min, pos2(right - 8.0, small.bottom()));
    paint_text(
        painter,
        name,
        Align2::LEFT_CENTER,
        title_of(finding),
        theme::sized(12.0),
        colours.dim,
    );
    paint_text(
        painter,
        line(20.0, 20.0),
        Align2::LEFT_CENTER,
        &headline(finding),
        theme::semibold(13.5),
        colours.strong,
    );
    let last = line(44.0, 18.0);
    let track = Rect::from_min_size(pos2(last.left(), last.center().y - 3.0), vec2(BAR, 6.0));
    painter.rect_filled(
        track,
        3.0,
        if chosen {
            colours.hairline
        } else {
            colours.well
        },
    );
    // A part of a whole, as pixels.
    #[allow(clippy::cast_possible_truncation)]
    let length = (BAR * part.clamp(0.0, 1.0) as f32).max(3.0);
    painter.rect_filled(
        Rect::from_min_size(track.min, vec2(length, 6.0)),
        3.0,
        colours.severity(finding.severity),
    );
    let text = Rect::from_min_max(pos2(track.right() + 10.0, last.top()), last.max);
    paint_text(
        painter,
        text,
        Align2::LEFT_CENTER,
        &worth(finding),
        theme::sized(12.5),
        colours.text,
    );
}

/// A finding as text for other programs.
pub(super) fn row_text(analysis: &Analysis, at: usize) -> Option<String> {
    let f = analysis.findings.get(at)?;
    Some(format!(
        "{}\t{}\t{}\t{}\t{}",
        title_of(f),
        f.severity.word(),
        f.title,
        f.detail,
        worth(f)
    ))
}
