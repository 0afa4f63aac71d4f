//! The rules about a live server: each looks at its catalog, its statements or its sessions and says what is amiss.
//!
//! They are rules like the others: a file, a page and a folder of cases each, and what they say stands in the same list.
//! What isn't known (a role may not see it, a file of definitions has no figures) makes a rule silent, never wrong.
//! Nothing that they suggest is run by this program.
//!
//! | file | what it knows |
//! |---|---|
//! | `input` | [`LiveInput`]: what rules look at |
//! | `settings` | [`LiveSettings`]: their thresholds |
//! | `say` | words and code that several of them need |
//! | `statement`, `key_end` | what statements are called; how much of its numbers a key has used |

mod blocked_sessions;
mod cache_hit_ratio;
mod duplicate_index;
mod foreign_key_without_index;
mod heavy_statement;
mod idle_in_transaction;
mod input;
mod integer_key_near_end;
mod invalid_index;
mod key_end;
mod long_transaction;
mod needs_analyze;
mod needs_vacuum;
mod say;
mod seq_scanned_table;
mod sequence_near_end;
mod session;
mod settings;
mod slow_statement;
mod statement;
mod temp_spill;
mod unused_index;
mod wraparound;

use super::Finding;

pub use input::{LiveInput, Statement, Statements};
pub use settings::LiveSettings;

/// A rule about a live server.
#[derive(Clone, Copy, Debug)]
pub struct LiveRule {
    /// Its name in reports and settings.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    check: fn(&LiveInput<'_>) -> Vec<Finding>,
}

/// All rules about a live server: what hurts at this moment first, then what costs time, then what will hurt.
pub const LIVE_RULES: &[LiveRule] = &[
    blocked_sessions::RULE,
    idle_in_transaction::RULE,
    long_transaction::RULE,
    slow_statement::RULE,
    heavy_statement::RULE,
    seq_scanned_table::RULE,
    temp_spill::RULE,
    cache_hit_ratio::RULE,
    foreign_key_without_index::RULE,
    invalid_index::RULE,
    duplicate_index::RULE,
    unused_index::RULE,
    needs_vacuum::RULE,
    needs_analyze::RULE,
    wraparound::RULE,
    integer_key_near_end::RULE,
    sequence_near_end::RULE,
];

/// The rule about a live server that is called `name`.
#[must_use]
pub fn live_rule(name: &str) -> Option<&'static LiveRule> {
    LIVE_RULES.iter().find(|rule| rule.name == name)
}

/// What all rules say, the gravest first; among equals what costs most time, then in the order of the rules.
#[must_use]
pub fn check(input: &LiveInput<'_>) -> Vec<Finding> {
    let all = LIVE_RULES.iter().enumerate();
    let mut findings: Vec<(usize, Finding)> = all
        .flat_map(|(at, rule)| (rule.check)(input).into_iter().map(move |f| (at, f)))
        .collect();
    // One index is to be dropped once: that another does its work says more than that nobody asks for it.
    let doubled: Vec<_> = findings
        .iter()
        .filter(|(_, f)| f.rule == duplicate_index::RULE.name)
        .filter_map(|(_, f)| f.subject.clone())
        .collect();
    findings.retain(|(_, f)| {
        let said = f.subject.as_ref().is_some_and(|s| doubled.contains(s));
        f.rule != unused_index::RULE.name || !said
    });
    findings.sort_by(|(a_at, a), (b_at, b)| {
        (b.severity, b.cost.db_time)
            .cmp(&(a.severity, a.cost.db_time))
            .then_with(|| (a_at, &a.subject, &a.title).cmp(&(b_at, &b.subject, &b.title)))
    });
    findings.into_iter().map(|(_, finding)| finding).collect()
}
