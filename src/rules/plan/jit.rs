#![doc = include_str!("jit.md")]

use super::suggest::{noted, sql};
use super::words::{count, ms, percent};
use super::{Advice, PlanContext, PlanRule};
use crate::advice::{Suggestion, SuggestionKind};

pub(super) const RULE: PlanRule = PlanRule {
    name: "jit",
    title: "Compiling takes longer than it saves",
    page: include_str!("jit.md"),
    check,
};

fn check(context: &PlanContext<'_>) -> Vec<Advice> {
    advice(context).into_iter().collect()
}

fn advice(context: &PlanContext<'_>) -> Option<Advice> {
    let settings = context.settings;
    let jit = context.plan.jit.as_ref()?;
    // Processes compile side by side, and the plan tells but the sum.
    let processes = processes(context);
    let taken = jit.total_ms? / processes;
    let execution = context.timing.execution_ms?;
    let share = context.share_of(taken);
    if taken < settings.jit_ms || taken < settings.jit_share * execution {
        return None;
    }
    let mut suggestions = vec![noted(
        sql(
            SuggestionKind::Settings,
            "Run this statement without compiling",
            "SET LOCAL jit = off;",
        ),
        "What compiled code saved elsewhere is lost with it, so compare both times. It holds until the end of the transaction; for a whole application: ALTER ROLE … SET jit = off.",
    )];
    suggestions.extend(above_cost(context));
    Some(Advice {
        rule: RULE.name,
        node: None,
        title: format!(
            "compiling {} functions takes {} of {}",
            count(jit.functions),
            ms(taken),
            ms(execution)
        ),
        why: format!(
            "{} of JIT{}, {} of the execution (from {} and {} on)",
            ms(taken),
            if processes > 1.0 {
                format!(" in each of {} processes", count(processes))
            } else {
                String::new()
            },
            percent(share),
            ms(settings.jit_ms),
            percent(settings.jit_share)
        ),
        saving_ms: Some(taken),
        share,
        suggestions,
    })
}

fn processes(context: &PlanContext<'_>) -> f64 {
    let nodes = context.timing.nodes.iter().map(|n| n.processes);
    nodes.fold(1.0, f64::max)
}

/// Cost from which on plans are compiled, above that of this one.
fn above_cost(context: &PlanContext<'_>) -> Option<Suggestion> {
    let cost = context.plan.root()?.estimate?.total_cost * 2.0;
    let mut round = 100_000.0;
    while round < cost {
        round *= 10.0;
    }
    let value = (cost / (round / 10.0)).ceil() * (round / 10.0);
    // Dearer plans than that are worth compiling, if any is.
    (100_000.0..=100_000_000.0).contains(&value).then(|| {
        noted(
            sql(
                SuggestionKind::Settings,
                "Compile only for plans that cost more",
                format!("ALTER SYSTEM SET jit_above_cost = {value:.0};\nSELECT pg_reload_conf();"),
            ),
            "The default is 100000. It holds for the whole server.",
        )
    })
}
