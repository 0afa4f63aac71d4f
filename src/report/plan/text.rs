//! An annotated plan for terminals: the tree with what each node takes, and what to do about it.

use std::fmt::Write as _;

use crate::plan::{Actual, Node, NodeTime, Plan, Warning};
use crate::rules::plan::{Advice, Explained};

/// Characters of a condition.
const WIDTH: usize = 100;

/// What is written of a node's conditions, in this order.
const TOLD: [&str; 12] = [
    "Index Cond",
    "Recheck Cond",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "TID Cond",
    "Cache Key",
    "Filter",
    "One-Time Filter",
    "Sort Key",
    "Group Key",
    "Sort Method",
];

/// Plans as text, and the warnings of their reading.
#[must_use]
pub fn plans_text(plans: &[Explained], warnings: &[Warning]) -> String {
    let mut out = String::new();
    for (at, explained) in plans.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        one(&mut out, explained, at + 1, plans.len());
    }
    for warning in warnings {
        line(
            &mut out,
            format_args!("line {}: {}", warning.line, warning.what),
        );
    }
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    writeln!(out, "{text}").unwrap_or_default();
}

fn one(out: &mut String, explained: &Explained, number: usize, of: usize) {
    let Explained {
        plan,
        timing,
        advice,
    } = explained;
    let mut head: Vec<String> = Vec::new();
    if of > 1 {
        head.push(format!("plan {number} of {of}"));
    }
    if let Some(execution) = timing.execution_ms {
        head.push(format!("execution {}", ms(execution)));
    } else if plan.is_analyzed() {
        head.push("run without times".to_owned());
    } else {
        head.push("not run: costs only".to_owned());
    }
    if let Some(planning) = plan.planning_ms {
        head.push(format!("planning {}", ms(planning)));
    }
    line(out, format_args!("{}", head.join(", ")));
    if let Some(query) = &plan.query {
        line(
            out,
            format_args!("{}", shortened(&crate::sql::summary(query))),
        );
    }
    line(out, format_args!(""));
    heading(out, plan);
    for (id, (node, time)) in plan.nodes.iter().zip(&timing.nodes).enumerate() {
        row(out, plan, id, node, time);
    }
    for outside in &timing.outside {
        let calls = outside
            .calls
            .map_or_else(String::new, |n| format!(", {n} calls"));
        line(
            out,
            format_args!(
                "{:>10} {:>10}  outside the tree: {}{calls}",
                ms(outside.ms),
                "",
                outside.what
            ),
        );
    }
    if advice.is_empty() {
        line(out, format_args!("\nno advice"));
        return;
    }
    line(out, format_args!("\nADVICE ({})", advice.len()));
    for (at, said) in advice.iter().enumerate() {
        tell(out, at + 1, said);
    }
}

fn heading(out: &mut String, plan: &Plan) {
    if plan.is_analyzed() {
        line(
            out,
            format_args!(
                "{:>10} {:>10} {:>12} {:>9}  node",
                "self", "total", "rows", "estimate"
            ),
        );
    } else {
        line(out, format_args!("{:>14} {:>12}  node", "cost", "rows"));
    }
}

fn row(out: &mut String, plan: &Plan, id: usize, node: &Node, time: &NodeTime) {
    let indent = "  ".repeat(node.depth);
    let name = named(node);
    let subplan = node
        .subplan
        .as_ref()
        .map_or_else(String::new, |s| format!("{s}: "));
    if !plan.is_analyzed() {
        let (cost, rows) = node.estimate.map_or_else(Default::default, |e| {
            (format!("{:.2}", e.total_cost), count(e.rows))
        });
        line(
            out,
            format_args!("{cost:>14} {rows:>12}  {indent}[{id}] {subplan}{name}"),
        );
    } else if matches!(node.actual, Actual::Never) {
        line(
            out,
            format_args!(
                "{:>10} {:>10} {:>12} {:>9}  {indent}[{id}] {subplan}{name}",
                "not run", "", "", ""
            ),
        );
    } else {
        let time_of = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), ms);
        let estimate = time
            .estimate_factor
            .filter(|f| *f >= 1.5)
            .map_or_else(String::new, |f| {
                format!("{}{:.1}x", if time.overestimated { "/" } else { "*" }, f)
            });
        line(
            out,
            format_args!(
                "{:>10} {:>10} {:>12} {estimate:>9}  {indent}[{id}] {subplan}{name}",
                time_of(time.self_ms),
                time_of(time.total_ms),
                time.rows.map_or_else(String::new, count),
            ),
        );
    }
    let deeper = if plan.is_analyzed() { 46 } else { 28 };
    for property in TOLD {
        let texts = node.texts(property);
        if !texts.is_empty() {
            let text = shortened(&texts.join(", "));
            line(
                out,
                format_args!("{:deeper$}{indent}  {property}: {text}", ""),
            );
        }
    }
    if let Some(removed) = node.number("Rows Removed by Filter").filter(|n| *n > 0.0) {
        let all = count(removed * node.loops());
        line(
            out,
            format_args!("{:deeper$}{indent}  Rows removed by the filter: {all}", ""),
        );
    }
}

/// What a node is and what it reads: `Index Scan using orders_pkey on orders o`.
fn named(node: &Node) -> String {
    let mut name = node.title.clone();
    if let Some(index) = &node.index {
        name.push_str(" using ");
        name.push_str(index);
    }
    let relation = node.qualified_relation();
    if let Some(relation) = &relation {
        name.push_str(" on ");
        name.push_str(relation);
    }
    if let Some(alias) = node
        .alias
        .as_ref()
        .filter(|a| node.relation.as_ref() != Some(a))
    {
        name.push_str(if relation.is_some() { " " } else { " on " });
        name.push_str(alias);
    }
    name
}

fn tell(out: &mut String, number: usize, advice: &Advice) {
    let node = advice
        .node
        .map_or_else(String::new, |n| format!(" at node {n}"));
    line(
        out,
        format_args!("\n{number}. {} [{}]{node}", advice.title, advice.rule),
    );
    line(out, format_args!("   {}", advice.why));
    let saves = advice.saving_ms.map_or_else(
        || "what it saves is not known".to_owned(),
        |saved| format!("saves about {}", ms(saved)),
    );
    line(
        out,
        format_args!("   {saves}; {:.1} % of the execution", advice.share * 100.0),
    );
    for suggestion in &advice.suggestions {
        line(out, format_args!("   {}", suggestion.title));
        for code in suggestion.code.lines() {
            line(out, format_args!("       {code}"));
        }
        if let Some(note) = &suggestion.note {
            line(out, format_args!("   {note}"));
        }
    }
}

fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= WIDTH {
        return text;
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

/// Milliseconds with three significant digits.
fn ms(value: f64) -> String {
    if value >= 10_000.0 {
        return format!("{:.1} s", value / 1e3);
    }
    let digits = match value.abs() {
        v if v < 0.01 => 3,
        v if v < 10.0 => 2,
        v if v < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$} ms")
}

/// Whole numbers with a comma before every three digits; fractions as they are.
fn count(value: f64) -> String {
    if value.fract() != 0.0 && value < 100.0 {
        return format!("{value:.2}");
    }
    // Rows fit.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rows"
    )]
    let whole = value.round().max(0.0) as u64;
    crate::rules::count(whole)
}
