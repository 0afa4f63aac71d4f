#![doc = include_str!("planning_time.md")]

use super::suggest::{noted, sql};
use super::words::{count, counted, ms, percent};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::Plan;

pub(super) const RULE: PlanRule = PlanRule {
    name: "planning-time",
    title: "Planning takes longer than running",
    page: include_str!("planning_time.md"),
    check,
};

/// Pages of the catalog that planning reads in a session that knows the tables: hardly any.
const MANY_PAGES: f64 = 1_000.0;
/// Tables from which on the planner has many orders to think about.
const MANY_TABLES: usize = 8;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    advice(context).into_iter().collect()
}

fn advice(context: &PlanContext<'_>) -> Option<Advice> {
    let plan = context.plan;
    let planning = plan.planning_ms?;
    let execution = context.timing.execution_ms?;
    if planning < context.settings.planning_ms || planning < execution {
        return None;
    }
    let pages = plan.planning_usage.shared.hit + plan.planning_usage.shared.read;
    let (tables, partitions) = tables(plan);
    let mut why = format!(
        "{} of planning (from {} on) for {} of execution",
        ms(planning),
        ms(context.settings.planning_ms),
        ms(execution)
    );
    if pages >= MANY_PAGES {
        why.push_str("; it read ");
        why.push_str(&counted(pages, "page"));
        why.push_str(" of the catalog");
    }
    Some(Advice {
        rule: RULE.name,
        node: None,
        title: format!(
            "planning takes {} of the time for {}",
            percent(planning / (planning + execution)),
            match (tables, partitions) {
                (tables, 0) => counted(tables as f64, "table"),
                (0, partitions) => counted(partitions as f64, "partition"),
                (tables, partitions) => format!(
                    "{} and {}",
                    counted(tables as f64, "table"),
                    counted(partitions as f64, "partition")
                ),
            }
        ),
        why,
        saving_ms: Some(planning),
        share: planning / (planning + execution),
        suggestions: suggestions(tables, pages),
    })
}

fn suggestions(tables: usize, pages: f64) -> Vec<Suggestion> {
    let mut found = vec![noted(
        sql(
            SuggestionKind::Rewrite,
            "Plan once and run often",
            "PREPARE by_key AS …;\nEXECUTE by_key (…);",
        ),
        "Drivers do this by themselves when they are told to: prepareThreshold in JDBC, statement_cache_size in asyncpg, prepare_threshold in psycopg. After five runs the server keeps one plan for all values if it looks as good; plan_cache_mode = force_generic_plan makes it do so at once.",
    )];
    if tables >= MANY_TABLES {
        found.push(noted(
            sql(
                SuggestionKind::Settings,
                "Let the planner try fewer orders of the joins",
                "SET LOCAL join_collapse_limit = 4;\nSET LOCAL from_collapse_limit = 4;",
            ),
            format!("{} tables are in this plan. The joins are then made more nearly in the order in which they are written, so begin with the one that leaves fewest rows.", count(tables as f64)),
        ));
    }
    if pages >= MANY_PAGES {
        found.push(noted(
            sql(
                SuggestionKind::Maintenance,
                "See whether the catalog has grown beyond its rows",
                "SELECT relname, n_live_tup, n_dead_tup, pg_size_pretty(pg_total_relation_size(relid))\nFROM pg_stat_sys_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 5;",
            ),
            "A session's first plan reads the catalog once for all, so look at the second. If these tables are large and their rows few, VACUUM FULL pg_attribute and the like; temporary tables made in numbers do that.",
        ));
    }
    found
}

/// Tables in the plan, and apart from them partitions: members of an Append.
fn tables(plan: &Plan) -> (usize, usize) {
    let scans = plan.nodes.iter().filter(|n| n.relation.is_some());
    let is_partition = |parent: Option<usize>| {
        parent
            .and_then(|p| plan.nodes.get(p))
            .is_some_and(|p| matches!(p.kind.as_str(), "Append" | "Merge Append"))
    };
    let partitions = scans.clone().filter(|n| is_partition(n.parent)).count();
    (scans.count() - partitions, partitions)
}
