//! The pages and the frame around them.

mod activity;
mod analyze;
mod connect;
mod empty;
mod endpoint;
mod endpoints;
mod event;
mod events;
mod files;
mod finding;
mod findings;
mod fix;
mod indexes;
mod palette;
mod plan;
mod plans;
mod queries;
mod query;
mod query_server;
mod record;
mod request;
mod requests;
mod server;
mod settings;
mod sheets;
mod status;
mod strip;
mod suppressed;
mod tables;
mod toast;
mod topbar;
mod welcome;

use std::time::{Duration, Instant};

use eframe::egui::{self, CentralPanel, Frame, Panel, Rect, ScrollArea, Ui};

pub(crate) use status::Frames;
pub(crate) use topbar::focus_filter;

use super::action::{Action, Actions};
use super::by_view::ByView;
use super::command::Command;
use super::details::Key;
use super::icons::Icon;
use super::live::Form;
use super::model::{Capture, Model, Origin, View};
use super::theme;
use super::widgets::{self, Scroll};
use crate::rules::Settings;

pub(crate) use connect::fill;

/// Below this width the detail covers the list.
const NARROW: f32 = 1000.0;

/// What only drawing needs to know from one frame to the next.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // Each stands for something of its own that is open or not.
pub(crate) struct ViewState {
    pub(crate) scrolls: ByView<Scroll>,
    /// What is typed into the dialog that connects.
    pub(crate) connect: Form,
    /// What is looked at of a plan.
    pub(crate) plan: plan::PlanState,
    /// Where the sums of events are scrolled to.
    pub(crate) sums: Scroll,
    /// What was typed into the palette, and which command is marked.
    pub(crate) palette: String,
    pub(crate) marked: usize,
    /// What was typed into the path field of the welcome page.
    pub(crate) path: String,
    /// The range that is being dragged, in microseconds.
    pub(crate) brush: Option<(i64, i64)>,
    /// Folds of a waterfall that were opened, and of which one.
    pub(crate) unfolded: Option<(Key, Vec<widgets::Fold>)>,
    /// Whether the page of the rule is open.
    pub(crate) page_open: bool,
    /// Whether the reasons of a finding are open.
    pub(crate) reasons_open: bool,
    pub(crate) pointer_over_list: bool,
    /// In a narrow window: whether the detail is shown in the place of the list.
    pub(crate) detail_covers: bool,
    /// Whether to scroll to what is selected once its row is known.
    pub(crate) reveal_selected: bool,
    /// Which of the statements that a proposed index serves is shown with its plans.
    pub(crate) served: usize,
    /// Thresholds that are being typed.
    pub(crate) draft: Option<Settings>,
    /// When something was copied last, for the check mark on its button.
    pub(crate) copied: Option<(egui::Id, Instant)>,
}

impl ViewState {
    /// Where the list of a view is scrolled to.
    pub(crate) fn scroll(&mut self, view: View) -> &mut Scroll {
        self.scrolls.get_mut(view)
    }

    /// The open folds of the waterfall that `key` names.
    fn folds(&mut self, key: Key) -> &mut Vec<widgets::Fold> {
        if self.unfolded.as_ref().is_none_or(|(k, _)| *k != key) {
            self.unfolded = None;
        }
        &mut self.unfolded.get_or_insert_with(|| (key, Vec::new())).1
    }
}

/// Draws everything.
pub(crate) fn show(
    ui: &mut Ui,
    model: &Model,
    view: &mut ViewState,
    frames: &Frames,
    actions: &mut Actions,
) {
    let colours = theme::colours(ui);
    let edge = |top: i8, side: i8| {
        Frame::new()
            .fill(colours.panel)
            .inner_margin(egui::Margin::symmetric(side, top))
    };
    if model.capture.is_some() || model.loading.is_some() {
        Panel::top("top bar")
            .exact_size(44.0)
            .frame(edge(0, 8))
            .show(ui, |ui| topbar::show(ui, model, actions));
        Panel::bottom("status")
            .exact_size(26.0)
            .frame(edge(0, 16))
            .show(ui, |ui| status::show(ui, model, frames, actions));
    }
    // Plans alone have no times of day.
    if let Some(capture) = model.capture.as_ref().filter(|c| !c.is_plans()) {
        Panel::top("strip")
            .exact_size(68.0)
            .frame(Frame::new().fill(colours.ground))
            .show(ui, |ui| {
                if capture.origin == Origin::Server {
                    server::bar(ui, model, actions);
                } else {
                    strip::show(ui, capture, view, actions);
                }
            });
    }
    CentralPanel::default()
        .frame(Frame::new().fill(colours.ground))
        .show(ui, |ui| match &model.capture {
            Some(capture) => body(ui, model, capture, view, actions),
            None => welcome::show(ui, model, view, actions),
        });
    let ctx = ui.ctx().clone();
    match model.sheet {
        Some(super::model::Sheet::Palette) => palette::show(&ctx, model, view, actions),
        Some(super::model::Sheet::Settings) => settings::show(&ctx, model, view, actions),
        Some(super::model::Sheet::Shortcuts) => sheets::shortcuts(&ctx, actions),
        Some(super::model::Sheet::Warnings) => sheets::warnings(&ctx, model, actions),
        Some(super::model::Sheet::Suppressed) => suppressed::show(&ctx, model, actions),
        Some(super::model::Sheet::Files) => files::show(&ctx, model, actions),
        Some(super::model::Sheet::Connect) => connect::show(&ctx, model, view, actions),
        Some(super::model::Sheet::Analyze) => analyze::proposed(&ctx, model, actions),
        Some(super::model::Sheet::Refused) => analyze::refused(&ctx, model, actions),
        None => {}
    }
    toast::show(&ctx, model, actions);
    drop_hint(&ctx);
}

fn body(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let rect = ui.available_rect_before_wrap();
    let shown = model.spot.view;
    let selected = model.spot.selected(shown).is_some();
    // A single plan needs no list beside it.
    let alone = shown == View::Plans && capture.is_plans() && capture.shown.plan_count() == 1;
    let narrow = rect.width() < NARROW || alone;
    if view.reveal_selected
        && let Some(row) = model.list(shown).at.filter(|_| model.list(shown).fresh)
    {
        view.scroll(shown).reveal(row);
        view.reveal_selected = false;
    }
    let mut list_rect = rect;
    if narrow && selected && (view.detail_covers || alone) {
        list_rect = Rect::NOTHING;
        if detail(ui, model, capture, view, actions, !alone) {
            actions.push(Action::Run(Command::CloseDetail));
        }
    } else if !selected || narrow {
        list(ui, model, capture, view, actions);
    } else {
        let part = match shown {
            View::Findings => model.prefs.split.findings,
            View::Events => model.prefs.split.events,
            View::Plans => model.prefs.split.plans,
            View::Queries
            | View::Endpoints
            | View::Requests
            | View::Indexes
            | View::Activity
            | View::Tables => model.prefs.split.tables,
        };
        let mut later = Actions::new();
        let view = std::cell::RefCell::new(&mut *view);
        let dragged = widgets::split(
            ui,
            rect,
            part,
            |ui| {
                list_rect = ui.max_rect();
                list(ui, model, capture, &mut view.borrow_mut(), actions);
            },
            |ui| {
                detail(
                    ui,
                    model,
                    capture,
                    &mut view.borrow_mut(),
                    &mut later,
                    false,
                );
            },
        );
        actions.append(&mut later);
        if let Some(part) = dragged {
            let mut prefs = model.prefs.clone();
            match shown {
                View::Findings => prefs.split.findings = part,
                View::Events => prefs.split.events = part,
                View::Plans => prefs.split.plans = part,
                View::Queries
                | View::Endpoints
                | View::Requests
                | View::Indexes
                | View::Activity
                | View::Tables => prefs.split.tables = part,
            }
            actions.push(Action::Prefer(Box::new(prefs)));
        }
    }
    view.pointer_over_list = ui
        .ctx()
        .pointer_hover_pos()
        .is_some_and(|p| list_rect.contains(p));
}

fn list(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let list = model.list(model.spot.view);
    if model.spot.view.tab() == View::Requests && !capture.shown.workload.requests.is_empty() {
        requests::switch(ui, model, capture, actions);
    }
    // The sums of events stay where a choice among them lists nothing.
    let sums = model.spot.view == View::Events && !capture.shown.workload.occurrences.is_empty();
    let own = matches!(
        model.spot.view,
        View::Indexes | View::Activity | View::Tables
    );
    if list.is_empty() && !sums && !own {
        empty::show(ui, model, capture, actions);
        return;
    }
    match model.spot.view {
        View::Findings => findings::show(ui, model, capture, view, actions),
        View::Queries => queries::show(ui, model, capture, view, actions),
        View::Endpoints => endpoints::show(ui, model, capture, view, actions),
        View::Requests => requests::show(ui, model, capture, view, actions),
        View::Events => events::show(ui, model, capture, view, actions),
        View::Plans => plans::show(ui, model, capture, view, actions),
        View::Indexes => indexes::show(ui, model, capture, view, actions),
        View::Activity => activity::show(ui, model, view, actions),
        View::Tables => tables::show(ui, model, view, actions),
    }
}

/// What is selected, by something that stays the same when an analysis is replaced by a newer one.
fn identity(model: &Model, capture: &Capture) -> Option<(u64, i64, &'static str)> {
    let w = &capture.shown.workload;
    let spot = &model.spot;
    let of_query = |id| w.query(id).map(|q| (q.fingerprint.0, 0, ""));
    match spot.view {
        View::Findings => {
            let finding = capture.shown.findings.get(spot.finding?)?;
            let (query, ..) = of_query(*finding.queries.first()?)?;
            Some((query, 0, finding.rule))
        }
        View::Queries => of_query(spot.query?),
        View::Endpoints => {
            let endpoint = capture.shown.endpoints.get(spot.endpoint? as usize)?;
            // A name of any length as a number: the same in every analysis of the capture.
            let name = egui::Id::unique(&endpoint.label).value();
            let first = endpoint.requests.first().and_then(|r| w.request(*r));
            let start = first.filter(|_| endpoint.label.is_none()).map(|r| r.start);
            Some((name, start.unwrap_or(0), "endpoint"))
        }
        View::Requests => {
            let request = w.request(spot.request?)?;
            Some((u64::from(request.session.0), request.start, ""))
        }
        View::Plans => {
            let group = capture
                .shown
                .plans_if_read()?
                .groups
                .get(spot.plan? as usize)?;
            Some((group.shape, 0, "plan"))
        }
        View::Indexes => Some((u64::from(spot.index?), 0, "index")),
        View::Activity => Some((u64::from(spot.backend?), 0, "session")),
        View::Tables => Some((u64::from(spot.table?), 0, "table")),
        View::Events => {
            let event = w.occurrences.get(spot.event? as usize)?;
            Some((event.place.to_bits(), event.time, ""))
        }
    }
}

/// Draws the detail of what is selected. Returns whether its Back button was pressed.
fn detail(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
    covers: bool,
) -> bool {
    if model.spot.view == View::Plans {
        plan::show(ui, model, capture, view, covers, actions);
        return false;
    }
    let id = (model.spot.view, identity(model, capture));
    let mut back = false;
    ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(egui::Margin {
                    left: 24,
                    right: 24,
                    top: 16,
                    bottom: 32,
                })
                .show(ui, |ui| {
                    ui.set_max_width(ui.available_width().min(1100.0));
                    if covers {
                        back = widgets::text_button(ui, Icon::Back, "Back to the list").clicked();
                        ui.add_space(theme::GAP);
                    }
                    match model.spot.view {
                        View::Findings => finding::show(ui, model, capture, view, actions),
                        View::Queries => query::show(ui, model, capture, actions),
                        View::Endpoints => endpoint::show(ui, model, capture, actions),
                        View::Requests => request::show(ui, model, capture, view, actions),
                        View::Events => event::show(ui, model, capture, actions),
                        // It has lists of its own and fills its place without scrolling.
                        View::Plans => {}
                        View::Indexes => indexes::detail(ui, model, capture, view, actions),
                        View::Activity => activity::detail(ui, model, actions),
                        View::Tables => tables::detail(ui, model, actions),
                    }
                });
        });
    back
}

fn drop_hint(ctx: &egui::Context) {
    if ctx.input(|i| i.raw.hovered_files.is_empty()) {
        return;
    }
    let colours = theme::of(ctx.theme() == egui::Theme::Dark);
    let painter = ctx.layer_painter(egui::LayerId::new(
        egui::Order::Tooltip,
        egui::Id::unique("drop hint"),
    ));
    let rect = ctx.content_rect();
    painter.rect_filled(rect, 0.0, colours.veil);
    let place = Rect::from_center_size(rect.center(), egui::vec2(320.0, 88.0));
    painter.rect(
        place,
        8.0,
        colours.panel,
        egui::Stroke::new(1.5, colours.accent),
        egui::StrokeKind::Inside,
    );
    painter.text(
        place.center(),
        egui::Align2::CENTER_CENTER,
        "Drop to open logs or a folder of them",
        theme::heading(),
        colours.strong,
    );
}

/// A button that copies text and then shows that it did.
fn copy_button(
    ui: &mut Ui,
    view: Option<&mut ViewState>,
    name: &str,
    what: &'static str,
    text: impl FnOnce() -> String,
    actions: &mut Actions,
) {
    let id = ui.scope_id().with((name, what));
    let done = view.as_ref().is_some_and(|v| {
        v.copied
            .is_some_and(|(i, at)| i == id && at.elapsed() < Duration::from_secs(2))
    });
    let icon = if done { Icon::Check } else { Icon::Copy };
    if widgets::text_button(ui, icon, name).clicked() {
        actions.push(Action::Copy(text(), what));
        if let Some(view) = view {
            view.copied = Some((id, Instant::now()));
        }
    }
}

/// The selected row as text for other programs.
pub(crate) fn row_text(model: &Model) -> Option<String> {
    let analysis = model.shown()?;
    match model.spot.view {
        View::Findings => findings::row_text(analysis, model.spot.finding?),
        View::Queries => queries::row_text(analysis, model.spot.query?),
        View::Plans => plans::row_text(analysis, model.spot.plan?),
        View::Indexes => indexes::row_text(analysis, model.spot.index?),
        View::Activity => activity::row_text(model),
        View::Tables => tables::row_text(model),
        View::Events => events::row_text(
            analysis,
            model.spot.event?,
            analysis.workload.capture.utc_offset,
        ),
        View::Endpoints => {
            endpoints::row_text(analysis, model.spot.endpoint?, &model.endpoint_findings)
        }
        View::Requests => requests::row_text(
            analysis,
            model.spot.request?,
            analysis.workload.capture.utc_offset,
        ),
    }
}

/// The SQL of the query that is shown.
pub(crate) fn shown_sql(model: &Model) -> Option<String> {
    let analysis = model.shown()?;
    let query = match model.spot.view {
        View::Findings => *analysis
            .findings
            .get(model.spot.finding?)?
            .queries
            .first()?,
        View::Queries => model.spot.query?,
        View::Plans => return plans::shown_sql(model),
        View::Indexes => return indexes::shown_sql(analysis, model.spot.index?),
        View::Activity => return activity::shown_sql(model),
        View::Tables | View::Endpoints | View::Requests | View::Events => return None,
    };
    analysis.workload.query(query).map(|q| q.sql.clone())
}

/// A request as a line that leads to it.
fn request_line(ui: &mut Ui, label: &str, moment: &str, told: &str) -> bool {
    line(ui, label, moment, 92.0, theme::sized(13.0), told)
}

/// Text that leads somewhere, with something quiet before it in a column of its own, and something told behind it.
fn line(
    ui: &mut Ui,
    label: &str,
    before: &str,
    column: f32,
    font: egui::FontId,
    told: &str,
) -> bool {
    let colours = theme::colours(ui);
    let gap = std::mem::replace(&mut ui.spacing_mut().item_spacing.y, 0.0);
    let (rect, response) =
        ui.allocate_exact_size(egui::vec2(ui.available_width(), 24.0), egui::Sense::click());
    ui.spacing_mut().item_spacing.y = gap;
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 3.0, colours.hover);
    }
    let inner = rect.shrink2(egui::vec2(4.0, 0.0));
    let right = widgets::paint_text(
        ui.painter(),
        inner,
        egui::Align2::RIGHT_CENTER,
        told,
        theme::sized(12.0),
        colours.text,
    );
    let time = Rect::from_min_max(inner.min, egui::pos2(inner.left() + column, inner.bottom()));
    widgets::paint_text(
        ui.painter(),
        time,
        egui::Align2::LEFT_CENTER,
        before,
        theme::sized(12.0),
        colours.dim,
    );
    let place = Rect::from_min_max(
        egui::pos2(time.right() + 8.0, inner.top()),
        egui::pos2(right.left() - 12.0, inner.bottom()),
    );
    widgets::paint_text(
        ui.painter(),
        place,
        egui::Align2::LEFT_CENTER,
        label,
        font,
        colours.accent,
    );
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Link, true, format!("{label}, {before}, {told}"))
    });
    response.clicked()
}

/// Findings as links, close together.
fn finding_links(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    findings: impl Iterator<Item = (usize, String)>,
    actions: &mut Actions,
) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = 22.0;
        for (at, aside) in findings {
            let Some(finding) = capture.shown.findings.get(at) else {
                continue;
            };
            let rule = findings::title_of(finding);
            let title = findings::headline(finding);
            if widgets::link(ui, &format!("{rule}: {title}{aside}")).clicked() {
                actions.push(Action::Go(model.spot.finding(at)));
            }
        }
    });
}
