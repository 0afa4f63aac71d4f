#![doc = include_str!("workers_missing.md")]

use super::suggest::{noted, sql};
use super::words::{count, counted};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};
use crate::plan::{Node, Plan};

pub(super) const RULE: PlanRule = PlanRule {
    name: "workers-missing",
    title: "Fewer parallel workers than planned",
    page: include_str!("workers_missing.md"),
    check,
};

/// `max_worker_processes` and `max_parallel_workers` where nobody has changed them.
const DEFAULT: f64 = 8.0;

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    context
        .nodes()
        .filter_map(|(id, node)| advice(context, id, node))
        .collect()
}

fn advice(context: &PlanContext<'_>, id: usize, node: &Node) -> Option<Advice> {
    if !matches!(node.kind.as_str(), "Gather" | "Gather Merge") {
        return None;
    }
    let planned = node.number("Workers Planned")?;
    let launched = node.number("Workers Launched")?;
    if launched >= planned {
        return None;
    }
    let below = context.plan.children(id).next()?;
    // The leader works along.
    let saving_ms = context
        .time(below)
        .total_ms
        .map(|ms| ms * (1.0 - (launched + 1.0) / (planned + 1.0)));
    context.is_worth(saving_ms).then(|| Advice {
        rule: RULE.name,
        node: Some(id),
        title: format!(
            "{} of {} came to help",
            if launched == 0.0 {
                "none".to_owned()
            } else {
                count(launched)
            },
            counted(planned, "planned worker")
        ),
        why: format!(
            "{} launched of {} planned (from one missing on): others had them, or the server has no more",
            count(launched),
            count(planned)
        ),
        saving_ms,
        share: context.time(id).total_share,
        suggestions: suggestions(context.plan, planned),
    })
}

fn suggestions(plan: &Plan, planned: f64) -> Vec<Suggestion> {
    let setting = |name: &str| {
        let found = plan.settings.iter().find(|(n, _)| n == name)?;
        found.1.parse::<f64>().ok()
    };
    let workers = setting("max_parallel_workers").unwrap_or(DEFAULT);
    let wanted = (workers * 2.0).max(planned * 2.0);
    vec![
        sql(
            SuggestionKind::Settings,
            "See how many workers the server has, and who uses them",
            "SELECT name, setting FROM pg_settings WHERE name IN ('max_worker_processes', 'max_parallel_workers');\nSELECT leader_pid, count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker' GROUP BY leader_pid;",
        ),
        noted(
            sql(
                SuggestionKind::Settings,
                "Allow for more parallel workers",
                format!(
                    "{}ALTER SYSTEM SET max_parallel_workers = {wanted:.0};\nSELECT pg_reload_conf();",
                    if wanted > DEFAULT {
                        format!(
                            "ALTER SYSTEM SET max_worker_processes = {wanted:.0}; -- asks for a restart\n"
                        )
                    } else {
                        String::new()
                    }
                ),
            ),
            "More workers than processors help nobody: if the machine is busy, a smaller max_parallel_workers_per_gather shares them out better.",
        ),
    ]
}
