//! The plans that programs read. A field is added but never renamed.

use serde::Serialize;

use crate::plan::{Actual, Node, NodeTime, Outside, Warning};
use crate::report::json::{SuggestionRow, suggestion};
use crate::rules::plan::{Advice, Explained};

#[derive(Serialize)]
struct Document<'a> {
    plans: Vec<PlanRow<'a>>,
    warnings: Vec<WarningRow<'a>>,
}

#[derive(Serialize)]
struct WarningRow<'a> {
    line: u32,
    what: &'a str,
}

#[derive(Serialize)]
struct PlanRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    planning_ms: Option<f64>,
    outside: Vec<OutsideRow<'a>>,
    nodes: Vec<NodeRow<'a>>,
    advice: Vec<AdviceRow<'a>>,
}

#[derive(Serialize)]
struct OutsideRow<'a> {
    what: &'a str,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<f64>,
}

#[derive(Serialize)]
struct NodeRow<'a> {
    id: usize,
    parent: Option<usize>,
    #[serde(rename = "type")]
    kind: &'a str,
    /// As the text form calls it.
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subplan: Option<&'a str>,
    relation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<&'a str>,
    index: Option<&'a str>,
    executed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncertainty_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    loops: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_rows: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows_removed: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate_factor: Option<f64>,
    shared_hit: f64,
    shared_read: f64,
    temp_read: f64,
    temp_written: f64,
    lines: Vec<u32>,
}

#[derive(Serialize)]
struct AdviceRow<'a> {
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<usize>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    saving_ms: Option<f64>,
    share: f64,
    why: &'a str,
    suggestions: Vec<SuggestionRow<'a>>,
}

/// Plans as JSON text, with a newline at its end.
///
/// # Errors
/// Those of writing JSON, which a figure that is no number would cause.
pub fn plans_json(plans: &[Explained], warnings: &[Warning]) -> Result<String, serde_json::Error> {
    let document = Document {
        plans: plans.iter().map(plan).collect(),
        warnings: warnings
            .iter()
            .map(|w| WarningRow {
                line: w.line,
                what: &w.what,
            })
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

/// To the nanosecond: further digits are those of the arithmetic.
fn rounded(ms: f64) -> f64 {
    (ms * 1e6).round() / 1e6
}

fn plan(explained: &Explained) -> PlanRow<'_> {
    let Explained {
        plan,
        timing,
        advice,
    } = explained;
    PlanRow {
        query: plan.query.as_deref(),
        execution_ms: timing.execution_ms,
        planning_ms: plan.planning_ms,
        outside: timing.outside.iter().map(outside).collect(),
        nodes: plan
            .nodes
            .iter()
            .zip(&timing.nodes)
            .enumerate()
            .map(|(id, (node, time))| row(id, node, time))
            .collect(),
        advice: advice.iter().map(said).collect(),
    }
}

fn outside(outside: &Outside) -> OutsideRow<'_> {
    OutsideRow {
        what: &outside.what,
        ms: rounded(outside.ms),
        calls: outside.calls,
    }
}

fn row<'a>(id: usize, node: &'a Node, time: &NodeTime) -> NodeRow<'a> {
    let known = !matches!(node.actual, Actual::Unknown);
    let ran = node.ran();
    NodeRow {
        id,
        parent: node.parent,
        kind: &node.kind,
        title: &node.title,
        subplan: node.subplan.as_deref(),
        relation: node.relation.as_deref(),
        schema: node.schema.as_deref(),
        alias: node.alias.as_deref(),
        index: node.index.as_deref(),
        executed: ran,
        self_ms: time.self_ms.map(rounded),
        total_ms: time.total_ms.map(rounded),
        uncertainty_ms: time.self_ms.map(|_| rounded(time.uncertainty_ms)),
        loops: known.then(|| node.loops()),
        rows: time.rows,
        plan_rows: node.estimate.map(|e| e.rows),
        rows_removed: removed(node),
        estimate_factor: time.estimate_factor.map(rounded),
        shared_hit: time.own.shared.hit,
        shared_read: time.own.shared.read,
        temp_read: time.own.temp.read,
        temp_written: time.own.temp.written,
        lines: vec![*node.lines.start(), *node.lines.end()],
    }
}

/// Rows that conditions removed, over all loops.
fn removed(node: &Node) -> Option<f64> {
    if !node.ran() {
        return None;
    }
    let names = [
        "Rows Removed by Filter",
        "Rows Removed by Join Filter",
        "Rows Removed by Index Recheck",
    ];
    let each = names.iter().filter_map(|n| node.number(n));
    // An empty sum of floats would be -0.
    Some(each.fold(0.0, |sum, n| sum + n) * node.loops())
}

fn said(advice: &Advice) -> AdviceRow<'_> {
    AdviceRow {
        rule: advice.rule,
        node: advice.node,
        title: &advice.title,
        saving_ms: advice.saving_ms.map(rounded),
        share: rounded(advice.share),
        why: &advice.why,
        suggestions: advice.suggestions.iter().map(suggestion).collect(),
    }
}
