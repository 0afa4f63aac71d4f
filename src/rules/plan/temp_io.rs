#![doc = include_str!("temp_io.md")]

use super::suggest::{noted, sql, work_mem};
use super::words;
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "temp-io",
    title: "Rows parked on disk",
    page: include_str!("temp_io.md"),
    check,
};

/// Kilobytes of a block.
const BLOCK_KB: f64 = 8.0;

/// How much larger rows are in memory than in a temporary file.
const LARGER: f64 = 2.5;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter(|(_, node)| parks_rows(node))
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

/// Whether a node keeps rows until they are asked for. Sorts and hashes, which do so too, are other rules'.
fn parks_rows(node: &Node) -> bool {
    matches!(
        node.kind.as_str(),
        "CTE Scan"
            | "Function Scan"
            | "Table Function Scan"
            | "Materialize"
            | "Recursive Union"
            | "WindowAgg"
            | "WorkTable Scan"
    )
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    let settings = context.settings;
    let time = context.time(id);
    let temp = time.own.temp;
    if temp.written < settings.temp_io_blocks {
        return None;
    }
    let io = (temp.read_ms + temp.write_ms) / time.processes.max(1.0);
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} are written to disk, as they don't fit into work_mem",
            words::kilobytes(temp.written * BLOCK_KB),
            what(node)
        ),
        why: format!(
            "{} written and {} read (from {} written on)",
            words::counted(temp.written, "block"),
            words::count(temp.read),
            words::count(settings.temp_io_blocks)
        ),
        saving_ms: (io > 0.0).then_some(io),
        share: time.total_share,
        suggestions: suggestions(node, temp.written * BLOCK_KB * LARGER),
    })
}

/// Whose rows they are.
fn what(node: &Node) -> String {
    match node.kind.as_str() {
        "CTE Scan" => format!(
            "the CTE {}",
            node.text("CTE Name").unwrap_or_else(|| words::name(node))
        ),
        "Function Scan" => format!(
            "what {} gives",
            node.text("Function Name")
                .unwrap_or_else(|| words::name(node))
        ),
        "Materialize" => "rows that are read again".to_owned(),
        "WindowAgg" => "a window's rows".to_owned(),
        _ => format!("the rows of {}", node.title),
    }
}

fn suggestions(node: &Node, kilobytes: f64) -> Vec<Suggestion> {
    let narrow = match node.kind.as_str() {
        "CTE Scan" => Some(noted(
            sql(
                SuggestionKind::Rewrite,
                "Have the CTE give fewer rows and columns, or let it be part of the query",
                format!(
                    "WITH {} AS NOT MATERIALIZED (…)",
                    node.text("CTE Name").unwrap_or("recent")
                ),
            ),
            "It is then worked out for each place that reads it.",
        )),
        "Function Scan" => Some(noted(
            sql(
                SuggestionKind::Rewrite,
                "Call the function in the select list, which takes its rows one by one",
                format!(
                    "SELECT … FROM (SELECT {}(…) AS v OFFSET 0) f",
                    node.text("Function Name").unwrap_or("generate_series")
                ),
            ),
            "In FROM all rows are written down before the first one is used.",
        )),
        _ => None,
    };
    narrow.into_iter().chain(work_mem(kilobytes)).collect()
}
