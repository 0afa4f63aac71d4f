#![doc = include_str!("nested_loop.md")]

use super::condition::{Against, Term, terms};
use super::index::index;
use super::links::{sides, source};
use super::suggest::{noted, sql};
use super::words::{alias, count, counted, name, percent, table};
use super::{
    Advice, PlanContext, PlanRule, cartesian, join_filter, misestimate, selective_seq_scan,
};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::Node;

pub(super) const RULE: PlanRule = PlanRule {
    name: "nested-loop",
    title: "Nested loop over many rows",
    page: include_str!("nested_loop.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if node.kind != "Nested Loop" {
        return None;
    }
    let (plan, settings) = (context.plan, context.settings);
    let (outer, inner) = sides(plan, id)?;
    let side = plan.nodes.get(inner)?;
    // What a Memoize remembers is not looked up again.
    let asked = if side.kind == "Memoize" {
        plan.children(inner).next().and_then(|c| plan.nodes.get(c))
    } else {
        Some(side)
    };
    let loops = asked?.loops();
    let looked_up = source(plan, inner);
    let share = context.time(id).self_share + context.time(inner).total_share;
    let timed = context.timing.execution_ms.is_some();
    if loops < settings.nested_loop_loops || (timed && share < settings.nested_loop_share) {
        return None;
    }
    // Where these speak they know more.
    if join_filter::speaks_of(context, id)
        || cartesian::speaks_of(context, id)
        || selective_seq_scan::speaks_of(context, looked_up)
    {
        return None;
    }
    let inside = plan.nodes.get(looked_up)?;
    let wrong = misestimate::below(context, outer);
    let mut suggestions = misestimate::fixes(context, outer);
    let joined = joined(inside);
    if inside.kind == "Seq Scan" {
        let made = index(&joined).and_then(|index| Some(index.create(&table(inside)?)));
        suggestions.extend(made);
    }
    if joined.iter().any(|term| term.operator.is_equality()) {
        suggestions.push(hash_join());
    }
    if suggestions.is_empty() {
        return None;
    }
    Some(Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} is looked up {}, once for each row",
            name(inside),
            counted(loops, "time")
        ),
        why: format!(
            "{} loops (from {} on) take {} of the time (from {} on){}",
            count(loops),
            count(settings.nested_loop_loops),
            percent(share),
            percent(settings.nested_loop_share),
            if wrong {
                "; the planner expected far fewer rows on the outer side"
            } else {
                "; the planner expected as many"
            }
        ),
        saving_ms: None,
        share,
        suggestions,
    })
}

/// The comparisons of the inner side with columns of the outer one.
fn joined(node: &Node) -> Vec<Term> {
    ["Index Cond", "Recheck Cond", "Filter"]
        .into_iter()
        .filter_map(|name| node.text(name))
        .flat_map(terms)
        .filter_map(|term| term.of(alias(node)))
        .filter(|term| matches!(&term.against, Against::Column(other) if other.table.is_some()))
        .collect()
}

fn hash_join() -> Suggestion {
    noted(
        sql(
            SuggestionKind::Settings,
            "Try it as a hash join",
            "SET LOCAL enable_nestloop = off;",
        ),
        "To compare, not to keep: the setting holds for the transaction and for all joins in it. If a hash join is faster, the planner finds it by itself with right estimates and with enough work_mem for the hash table.",
    )
}
