#![doc = include_str!("misestimate.md")]

use super::condition::{Against, Operator, Term, Wrap, terms};
use super::links::{above, is_join};
use super::suggest::{analyze, noted, sql};
use super::words::{alias, count, counted, name, percent, table, times};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "misestimate",
    title: "Wrong estimate of rows",
    page: include_str!("misestimate.md"),
    check,
};

/// Columns that one `CREATE STATISTICS` takes.
const MOST_COLUMNS: usize = 8;

/// Functions of the server itself that give rows; nobody may change what it thinks of them.
const BUILT_IN: &[&str] = &[
    "generate_",
    "unnest",
    "regexp_",
    "string_to_",
    "json",
    "pg_",
    "xml",
    "ts_",
];

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    origins(context)
        .into_iter()
        .filter_map(|id| advice(context, id))
        .collect()
}

/// Whether a node's rows, or those of a node below, were estimated wrong.
pub(super) fn below(context: &PlanContext<'_>, id: usize) -> bool {
    context.plan.subtree(id).any(|n| is_wrong(context, n))
}

/// What sets right the estimates that are wrong in a node's subtree, each once.
pub(super) fn fixes(context: &PlanContext<'_>, id: usize) -> Vec<Suggestion> {
    let plan = context.plan;
    let wrong = plan.subtree(id).filter(|n| is_wrong(context, *n));
    let origins = wrong.filter(|n| {
        !plan
            .subtree(*n)
            .skip(1)
            .any(|below| is_wrong(context, below))
    });
    let mut found: Vec<Suggestion> = Vec::new();
    for origin in origins {
        let more = plan
            .nodes
            .get(origin)
            .map(|node| suggestions(plan, origin, node));
        for suggestion in more.into_iter().flatten() {
            if !found.contains(&suggestion) {
                found.push(suggestion);
            }
        }
    }
    found
}

/// The nodes whose estimates are wrong while those of all nodes below are right, and which somebody above relied on.
fn origins(context: &PlanContext<'_>) -> Vec<usize> {
    let plan = context.plan;
    (0..plan.nodes.len())
        .filter(|id| is_wrong(context, *id))
        .filter(|id| !plan.subtree(*id).skip(1).any(|n| is_wrong(context, n)))
        .filter(|id| matters_to(context, *id).is_some())
        .collect()
}

fn is_wrong(context: &PlanContext<'_>, id: usize) -> bool {
    let settings = context.settings;
    let time = context.time(id);
    let Some(node) = context.plan.nodes.get(id).filter(|n| makes_rows(n)) else {
        return false;
    };
    let (Some(factor), Some(rows), Some(estimate)) =
        (time.estimate_factor, node.rows(), node.estimate)
    else {
        return false;
    };
    factor >= settings.misestimate_factor
        && (rows - estimate.rows).abs() >= settings.misestimate_rows
        && !(time.overestimated && may_stop_early(context.plan, id))
}

/// Whether the number of a node's rows is of its own making. Others pass on what they get, or read it several times.
fn makes_rows(node: &Node) -> bool {
    let scans = node.kind.ends_with("Scan") && node.kind != "WorkTable Scan";
    scans || is_join(node) || matches!(node.kind.as_str(), "Aggregate" | "Group" | "ProjectSet")
}

/// A merge join reads no further than its other side goes, and a window no further than its run condition holds.
fn may_stop_early(plan: &Plan, id: usize) -> bool {
    above(plan, id)
        .filter_map(|up| plan.nodes.get(up))
        .take_while(|n| !matches!(n.kind.as_str(), "Hash" | "Aggregate" | "Sort"))
        .any(|n| n.kind == "Merge Join" || n.get("Run Condition").is_some())
}

/// The nearest node above that was planned by the estimate and takes enough time to speak of.
fn matters_to(context: &PlanContext<'_>, id: usize) -> Option<usize> {
    above(context.plan, id)
        .find(|up| {
            context.plan.nodes.get(*up).is_some_and(|n| {
                is_join(n)
                    || matches!(
                        n.kind.as_str(),
                        "Sort"
                            | "Incremental Sort"
                            | "Hash"
                            | "Aggregate"
                            | "Memoize"
                            | "WindowAgg"
                    )
            })
        })
        .filter(|up| {
            let ms = context.time(*up).total_ms;
            context.matters(*up) && ms.is_none_or(|ms| ms >= context.settings.misestimate_ms)
        })
}

fn advice(context: &PlanContext<'_>, id: usize) -> Option<Advice> {
    let node = context.plan.nodes.get(id)?;
    let time = context.time(id);
    let (rows, expected) = (node.rows()?, node.estimate?.rows);
    let (settings, loops) = (context.settings, node.loops());
    let suggestions = suggestions(context.plan, id, node);
    // Of what nobody can estimate better, like the rounds of a recursion, nothing is to be said.
    if suggestions.is_empty() {
        return None;
    }
    let each = if loops > 1.0 { " in each loop" } else { "" };
    let what = match node.relation {
        Some(_) => format!("from {}", name(node)),
        None if is_join(node) => "from a join".to_owned(),
        None if node.kind == "Aggregate" => "from grouping".to_owned(),
        None => format!("from {}", name(node)),
    };
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} came {what} where the planner expected {}{each}",
            counted(rows, "row"),
            count(expected)
        ),
        why: format!(
            "{} {} than expected (from {} and {} rows on); what stands above in the plan was chosen for the wrong number and takes {} of the time",
            times(time.estimate_factor?),
            if time.overestimated { "fewer" } else { "more" },
            times(settings.misestimate_factor),
            count(settings.misestimate_rows),
            percent(matters_to(context, id).map_or(0.0, |up| context.time(up).total_share))
        ),
        saving_ms: None,
        share: matters_to(context, id).map_or(time.total_share, |up| context.time(up).total_share),
        suggestions,
    })
}

fn suggestions(plan: &Plan, id: usize, node: &Node) -> Vec<Suggestion> {
    let Some(table) = table(node) else {
        if node.kind == "Function Scan" {
            return function(node).into_iter().collect();
        }
        if is_join(node) && !joins_columns(node) {
            return Vec::new();
        }
        return analyze(&tables(plan, id)).into_iter().collect();
    };
    let columns = ["Index Cond", "Recheck Cond", "Filter"]
        .into_iter()
        .filter_map(|name| node.text(name))
        .flat_map(terms)
        .filter_map(|term| term.of(alias(node)))
        // How rows of two tables match no statistics tell.
        .filter(|term| !matches!(term.against, Against::Column(_) | Against::Expression(_)));
    let mut columns: Vec<Term> = columns.collect();
    columns.sort_by(|a, b| a.column.name.cmp(&b.column.name));
    columns.dedup_by(|a, b| a.expression == b.expression);
    let expressions = columns.iter().any(is_computed);
    let mut found = Vec::new();
    match columns.as_slice() {
        [] => {}
        [one] if !is_computed(one) => {
            let column = quoted(&one.column.name);
            found.push(sql(
                SuggestionKind::Maintenance,
                format!("Keep more of the values of {column}"),
                format!("ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 1000;\nANALYZE {table};"),
            ));
        }
        many => found.push(extended(node, &table, many, expressions)),
    }
    found.extend(analyze(std::slice::from_ref(&table)));
    // Stale statistics are more likely than few values; columns that hang together no ANALYZE knows of.
    if columns.len() == 1 && !expressions {
        found.reverse();
    }
    found
}

fn is_computed(term: &Term) -> bool {
    match &term.wrap {
        None => false,
        Some(Wrap::Cast(to)) => to != "text",
        Some(_) => true,
    }
}

fn extended(node: &Node, table: &str, columns: &[Term], expressions: bool) -> Suggestion {
    let columns = columns.get(..MOST_COLUMNS).unwrap_or(columns);
    let names: Vec<&str> = columns.iter().map(|t| t.column.name.as_str()).collect();
    let name = format!("{}_{}", name(node), names.join("_"));
    let name: String = name.chars().take(60).collect();
    let written: Vec<String> = columns
        .iter()
        .map(|t| {
            if is_computed(t) {
                format!("({})", t.expression)
            } else {
                quoted(&t.column.name)
            }
        })
        .collect();
    let made = sql(
        SuggestionKind::Maintenance,
        if expressions {
            "Let the planner know what the expression gives".to_owned()
        } else {
            format!(
                "Let the planner know how {} hang together",
                written.join(", ")
            )
        },
        format!(
            "CREATE STATISTICS {} ON {} FROM {table};\nANALYZE {table};",
            quoted(&name),
            written.join(", ")
        ),
    );
    if expressions {
        noted(
            made,
            "Statistics of expressions are there from PostgreSQL 14 on.",
        )
    } else {
        made
    }
}

/// What a function says of its rows.
fn function(node: &Node) -> Option<Suggestion> {
    let function = node.text("Function Name").or(node.alias.as_deref())?;
    if BUILT_IN.iter().any(|name| function.starts_with(name)) {
        return None;
    }
    let rows = node.rows()?.max(1.0);
    Some(Suggestion {
        guessed: vec![function.to_owned()],
        ..noted(
            sql(
                SuggestionKind::Maintenance,
                format!("Tell the planner how many rows {function} gives"),
                format!("ALTER FUNCTION {} ROWS {rows:.0};", quoted(function)),
            ),
            "The types of its arguments have to be named if several functions are called so. If they differ from call to call, read them into a temporary table and analyse that.",
        )
    })
}

/// Whether a join equates columns, of which statistics know something.
fn joins_columns(node: &Node) -> bool {
    ["Hash Cond", "Merge Cond", "Join Filter"]
        .into_iter()
        .filter_map(|name| node.text(name))
        .flat_map(terms)
        .any(|term| {
            term.operator == Operator::Eq
                && matches!(term.against, Against::Column(_))
                && !is_computed(&term)
        })
}

/// The tables below a node, each once.
fn tables(plan: &Plan, id: usize) -> Vec<String> {
    let mut found: Vec<String> = plan
        .subtree(id)
        .filter_map(|n| table(plan.nodes.get(n)?))
        .collect();
    found.sort();
    found.dedup();
    found
}
