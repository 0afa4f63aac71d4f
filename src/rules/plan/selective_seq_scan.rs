#![doc = include_str!("selective_seq_scan.md")]

use super::condition::{Operator, Term, Wrap, arms, parts, terms};
use super::index::{Index, index};
use super::links::above;
use super::suggest::{analyze, noted, sql};
use super::words::{alias, count, counted, name, percent, table};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind, quoted};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "selective-seq-scan",
    title: "Whole table read for few rows",
    page: include_str!("selective_seq_scan.md"),
    check,
};

/// Scans that ask for the same: one alone, or the partitions of a table.
struct Scans {
    nodes: Vec<usize>,
    index: Option<Index>,
    removed: f64,
    kept: f64,
    saving_ms: Option<f64>,
}

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    found(context)
        .iter()
        .filter_map(|scans| advice(context, scans))
        .collect()
}

/// Whether this rule speaks of a node, so that others needn't.
pub(super) fn speaks_of(context: &PlanContext<'_>, id: usize) -> bool {
    found(context).iter().any(|scans| scans.nodes.contains(&id))
}

fn found(context: &PlanContext<'_>) -> Vec<Scans> {
    let mut all: Vec<Scans> = Vec::new();
    for (id, node) in context.plan.nodes.iter().enumerate() {
        let Some(scan) = scan(context, id, node) else {
            continue;
        };
        match all.iter_mut().find(|s| belong(context.plan, s, &scan)) {
            Some(scans) => {
                scans.nodes.push(id);
                scans.removed += scan.removed;
                scans.kept += scan.kept;
                scans.saving_ms = scans.saving_ms.zip(scan.saving_ms).map(|(a, b)| a + b);
            }
            None => all.push(scan),
        }
    }
    all.retain(|s| {
        s.removed >= context.settings.selective_scan_rows
            && s.removed >= context.settings.selective_scan_share * (s.removed + s.kept)
            && context.is_worth(s.saving_ms)
    });
    all
}

fn scan(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Scans> {
    let filter = node.text("Filter")?;
    if node.kind != "Seq Scan" || has_own_rule(filter) {
        return None;
    }
    let removed = node.number("Rows Removed by Filter")? * node.loops();
    let kept = context.time(id).rows?;
    let part = removed / (removed + kept).max(1.0);
    Some(Scans {
        nodes: vec![id],
        index: index(&own_terms(node, filter)),
        removed,
        kept,
        saving_ms: context.time(id).self_ms.map(|ms| ms * part),
    })
}

fn own_terms(node: &Node, filter: &str) -> Vec<Term> {
    terms(filter)
        .into_iter()
        .filter_map(|term| term.of(alias(node)))
        .collect()
}

/// Whether the filter is all of a form that another rule has the index for: OR, a function, a cast, a pattern.
fn has_own_rule(filter: &str) -> bool {
    if arms(filter).len() > 1 {
        return true;
    }
    let terms = terms(filter);
    terms.len() == parts(filter).len() && index(&terms).is_none() && terms.iter().all(is_special)
}

fn is_special(term: &Term) -> bool {
    matches!(term.wrap, Some(Wrap::Call(_) | Wrap::Cast(_)))
        || matches!(term.operator, Operator::Like | Operator::ILike)
}

/// Whether a scan reads another partition of the table that the others read, in the same way.
fn belong(plan: &Plan, scans: &Scans, scan: &Scans) -> bool {
    let parent = |s: &Scans| plan.nodes.get(*s.nodes.first()?)?.parent;
    let appends = |id: usize| {
        plan.nodes
            .get(id)
            .is_some_and(|n| matches!(n.kind.as_str(), "Append" | "Merge Append"))
    };
    parent(scans) == parent(scan)
        && parent(scan).is_some_and(appends)
        && scan.index.is_some()
        && scans.index == scan.index
}

fn advice(context: &PlanContext<'_>, scans: &Scans) -> Option<Advice> {
    let plan = context.plan;
    let first = *scans.nodes.first()?;
    let node = plan.nodes.get(first)?;
    let settings = context.settings;
    let (target, what) = match above(plan, first).next() {
        Some(parent) if scans.nodes.len() > 1 => (
            parent,
            format!(
                "{} partitions of {} are",
                scans.nodes.len(),
                parent_name(node)
            ),
        ),
        _ => (first, format!("{} is", name(node))),
    };
    let known = scans
        .index
        .as_ref()
        .and_then(|index| used_elsewhere(plan, node, &index.first));
    let mut why = format!(
        "{} of {} rows removed by the filter, {} (from {} rows and {} on)",
        count(scans.removed),
        count(scans.removed + scans.kept),
        percent(scans.removed / (scans.removed + scans.kept).max(1.0)),
        count(settings.selective_scan_rows),
        percent(settings.selective_scan_share)
    );
    let suggestions = match (&scans.index, known) {
        (_, Some(known)) => {
            why.push_str("; the planner passed over the index ");
            why.push_str(known);
            why.push_str(", which this plan uses elsewhere");
            analyze(&[table(node)?]).into_iter().collect()
        }
        (Some(index), None) if scans.nodes.len() > 1 => vec![partitions(plan, scans, index)],
        (Some(index), None) => vec![index.create(&table(node)?)],
        (None, None) => {
            why.push_str("; no column of the filter could be told from its text");
            Vec::new()
        }
    };
    Some(Advice {
        rule: RULE.name,
        node: Some(target),
        title: format!("{what} read whole to keep {}", counted(scans.kept, "row")),
        why,
        saving_ms: scans.saving_ms,
        share: scans
            .nodes
            .iter()
            .map(|n| context.time(*n).self_share)
            .sum(),
        suggestions,
    })
}

/// The index that another scan of the table looks up the column in.
fn used_elsewhere<'a>(plan: &'a Plan, scan: &Node, column: &str) -> Option<&'a str> {
    plan.nodes.iter().enumerate().find_map(|(id, node)| {
        let same = node.relation == scan.relation && node.schema == scan.schema;
        let condition = node
            .text("Index Cond")
            .or_else(|| node.text("Recheck Cond"))?;
        let first = own_terms(node, condition).into_iter().next()?;
        if !same || first.column.name != column {
            return None;
        }
        let below = || {
            plan.children(id)
                .find_map(|c| plan.nodes.get(c)?.index.as_deref())
        };
        node.index.as_deref().or_else(below)
    })
}

/// The table that a scan reads a partition of, by the alias that the server makes: `entry_3`.
fn parent_name(node: &Node) -> String {
    let alias = alias(node).unwrap_or_default();
    match alias.rsplit_once('_') {
        Some((name, number)) if number.bytes().all(|b| b.is_ascii_digit()) => name.to_owned(),
        _ => alias.to_owned(),
    }
}

fn partitions(plan: &Plan, scans: &Scans, index: &Index) -> Suggestion {
    let parent = scans
        .nodes
        .last()
        .and_then(|id| plan.nodes.get(*id))
        .map(parent_name)
        .unwrap_or_default();
    let tables = scans
        .nodes
        .iter()
        .filter_map(|id| table(plan.nodes.get(*id)?));
    let definition = index.definition();
    let mut code: String = tables
        .map(|table| format!("CREATE INDEX CONCURRENTLY ON {table} {definition};\n"))
        .collect();
    code.push_str(&format!(
        "CREATE INDEX ON {} {definition};",
        quoted(&parent)
    ));
    Suggestion {
        guessed: vec![parent.clone()],
        ..noted(
            sql(
                SuggestionKind::Index,
                format!("Index the partitions of {parent} by what the condition looks for"),
                code,
            ),
            "A partitioned table can't be indexed concurrently, but takes over the indexes that its partitions have. Partitions that this plan didn't read want one too.",
        )
    }
}
