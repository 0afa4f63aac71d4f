//! The rules: each looks at a workload and says what is slow or wasteful in it.
//!
//! One rule is one file with one page (the `.md` beside it), which is its documentation here and its help in the
//! window. A rule names what it can prove: every finding leads back to lines of the capture.

mod catalog;
mod finding;
mod full_load;
mod n_plus_one;
mod parent;
mod settings;
mod sightings;
mod slow_query;
mod values;

use crate::capture::Sources;
use crate::workload::Workload;

pub use finding::{Cost, Finding, KnownBy, Saving, Severity, Sighting};
pub use settings::Settings;

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The capture's content.
    pub workload: &'a Workload,
    /// Reads single records of it again: a rule that needs the values of parameters looks at a few.
    pub sources: &'a Sources,
    /// The thresholds.
    pub settings: &'a Settings,
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name in reports and settings.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    check: fn(&Context<'_>) -> Vec<Finding>,
}

/// All rules. Where two of them speak of the same executions, the one that stands first has the better fix.
pub const RULES: &[Rule] = &[n_plus_one::RULE, full_load::RULE, slow_query::RULE];

/// The rule called `name`.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// What all rules say, the largest saving first; where a saving isn't known, the cost stands for it.
#[must_use]
pub fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES
        .iter()
        .flat_map(|rule| (rule.check)(context))
        .collect();
    let workload = context.workload;
    findings.sort_by_cached_key(|f| {
        let main = f
            .queries
            .first()
            .and_then(|q| workload.query(*q))
            .map(|q| q.fingerprint);
        (
            std::cmp::Reverse((
                f.saving.db_time.unwrap_or(f.cost.db_time),
                f.cost.executions,
            )),
            f.rule,
            main,
        )
    });
    findings
}
