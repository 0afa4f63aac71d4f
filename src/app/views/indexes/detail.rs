//! An index to make, a hint, or an index that exists, in full.

use eframe::egui::{Label, RichText, Ui};

use super::{called, plans, units};
use crate::advice::indexes::write::sentence;
use crate::advice::indexes::{Existing, Hint, IndexAdvice, Proof, Proposal, suggestions};
use crate::app::action::{Action, Actions};
use crate::app::command::Command;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::{Capture, Model};
use crate::app::order::{IndexRow, index_row};
use crate::app::theme;
use crate::app::views::{ViewState, copy_button, fix, line};
use crate::app::widgets::{self, Number, caption, heading, numbers, sql_block};

pub(crate) fn show(
    ui: &mut Ui,
    model: &Model,
    capture: &Capture,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let Some(advice) = capture.shown.indexes.as_deref() else {
        return;
    };
    let row = model.spot.index.and_then(|at| index_row(advice, at));
    ui.spacing_mut().item_spacing.y = 6.0;
    match row {
        Some(IndexRow::Proposal(proposal)) => {
            self::proposal(ui, model, advice, proposal, view, actions);
        }
        Some(IndexRow::Hint(hint)) => self::hint(ui, model, advice, hint, actions),
        Some(IndexRow::Existing(existing)) => self::existing(ui, model, advice, existing, actions),
        None => {}
    }
}

fn begin(ui: &mut Ui, what: &str, aside: &str, title: &str, actions: &mut Actions) {
    let colours = theme::colours(ui);
    heading(ui, what, aside, |ui| {
        if widgets::icon_button(ui, Icon::Close, "Close the detail").clicked() {
            actions.push(Action::Run(Command::CloseDetail));
        }
    });
    let title = RichText::new(title)
        .font(theme::title())
        .color(colours.strong);
    ui.add(Label::new(title).selectable(true).wrap());
    ui.add_space(theme::STEP);
}

fn proposal(
    ui: &mut Ui,
    model: &Model,
    advice: &IndexAdvice,
    proposal: &Proposal,
    view: &mut ViewState,
    actions: &mut Actions,
) {
    let queries = format::counted(proposal.serves.len() as u64, "query", "queries");
    // As a person would write it.
    let shape = proposal.short.replace(',', ", ").replacen('(', " (", 1);
    let title = format!("An index on {shape} serves {queries}");
    begin(ui, "Missing index", proposal.proof.word(), &title, actions);
    let mut large = Vec::new();
    let calls: f64 = proposal.serves.iter().map(|s| s.calls).sum();
    if let Some(first) = proposal.serves.first() {
        let costs = format!("{} → {}", units(first.before), units(first.after));
        let meaning = match proposal.proof {
            Proof::Planner => "planner's cost of a call",
            Proof::Estimate => "estimated cost of a call",
            Proof::Advice => "cost, with tables of a middling size",
        };
        let tip = "Of the query that gains most; in units of the planner: reading a page in sequence is one";
        large.push(Number::new(costs, meaning, tip));
        large.push(Number::new(units(calls), "calls that gain", ""));
    }
    if let Some(bytes) = proposal.bytes {
        let built = proposal.build_seconds.map(|s| format::duration(s * 1e6));
        let meaning = match built {
            Some(built) => format!("to build in {built} or so"),
            None => "when it is new".to_owned(),
        };
        large.push(Number::new(
            format::bytes(bytes),
            meaning,
            "Worked out from the statistics of its columns",
        ));
    }
    numbers(ui, &large, true);
    ui.add_space(theme::GAP);
    fix::code(ui, model, view, &suggestions(proposal), actions);
    ui.add_space(theme::GAP);
    heading(ui, "Why", "", |_| {});
    for reason in &proposal.reasons {
        caption(ui, &format::sentence(reason));
    }
    if let Some(write) = sentence(&proposal.write, &proposal.index.table) {
        caption(ui, &format::sentence(&write));
    }
    for name in &proposal.replaces {
        caption(
            ui,
            &format!("It does all that {name} does, which can be dropped then"),
        );
    }
    ui.add_space(theme::GAP);
    heading(
        ui,
        "Queries",
        &format::count(proposal.serves.len() as u64),
        |_| {},
    );
    let shown = view.served.min(proposal.serves.len().saturating_sub(1));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (at, served) in proposal.serves.iter().enumerate().take(40) {
            let told = format!(
                "{} × {} → {}",
                units(served.calls),
                units(served.before),
                units(served.after)
            );
            let mark = if at == shown { "shown" } else { "" };
            let name = called(advice, served.statement);
            if line(ui, &name, mark, 44.0, theme::code_small(), &told) {
                actions.push(Action::Serve(at));
            }
        }
    });
    if let Some(served) = proposal.serves.get(shown) {
        query_link(ui, model, advice, served.statement, actions);
        if let Some(pair) = advice.plans.get(&served.statement) {
            plans::show(ui, pair, &proposal.index);
        } else if proposal.proof == Proof::Estimate {
            caption(
                ui,
                "There are no plans to show: the costs are worked out from statistics of the columns",
            );
        }
    }
}

fn query_link(
    ui: &mut Ui,
    model: &Model,
    advice: &IndexAdvice,
    statement: usize,
    actions: &mut Actions,
) {
    if let Some(query) = advice.query(statement)
        && widgets::link(ui, "Show this query").clicked()
    {
        actions.push(Action::Go(model.spot.query(query)));
    }
}

fn hint(ui: &mut Ui, model: &Model, advice: &IndexAdvice, hint: &Hint, actions: &mut Actions) {
    let what = if hint.is_fine {
        "No index is needed"
    } else {
        "No index helps as it is written"
    };
    begin(ui, what, hint.rule, &format::sentence(&hint.title), actions);
    if !hint.code.is_empty() {
        heading(ui, "Write instead", "", |ui| {
            copy_button(ui, None, "Copy", "Code", || hint.code.clone(), actions);
        });
        sql_block(ui, &hint.code);
        ui.add_space(theme::GAP);
    }
    heading(ui, "Query", "", |_| {});
    if let Some(statement) = advice.load.statements.get(hint.statement) {
        sql_block(ui, &crate::sql::pretty(&statement.sql));
    }
    query_link(ui, model, advice, hint.statement, actions);
}

fn existing(
    ui: &mut Ui,
    model: &Model,
    advice: &IndexAdvice,
    existing: &Existing,
    actions: &mut Actions,
) {
    let name = existing.name.to_string();
    begin(
        ui,
        "Existing index",
        existing.verdict.word(),
        &name,
        actions,
    );
    caption(ui, &existing.short);
    let mut small = Vec::new();
    if let Some(bytes) = existing.bytes {
        small.push(Number::new(format::bytes(bytes), "size", ""));
    }
    if let Some(scans) = existing.scans {
        let tip = "Since the counters began";
        small.push(Number::new(format::count(scans), "scans", tip));
    }
    if !existing.serves.is_empty() {
        let count = format::count(existing.serves.len() as u64);
        small.push(Number::new(count, "of these queries use it", ""));
    }
    numbers(ui, &small, true);
    ui.add_space(theme::GAP);
    for reason in &existing.reasons {
        caption(ui, &format::sentence(reason));
    }
    if let Some(other) = &existing.other {
        caption(ui, &format!("{other} does its work"));
    }
    if let Some(code) = &existing.code {
        ui.add_space(theme::GAP);
        let title = if existing.safe_to_drop {
            "Drop it"
        } else {
            "If you are sure"
        };
        heading(ui, title, "", |ui| {
            copy_button(ui, None, "Copy", "Code", || code.clone(), actions);
        });
        sql_block(ui, code);
    }
    for statement in existing.serves.iter().take(20) {
        let name = called(advice, *statement);
        if line(ui, &name, "", 0.0, theme::code_small(), "")
            && let Some(query) = advice.query(*statement)
        {
            actions.push(Action::Go(model.spot.query(query)));
        }
    }
}
