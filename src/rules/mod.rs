//! The rules: each looks at a workload and says what is slow or wasteful in it.
//!
//! One rule is one file with one page (the `.md` beside it), which is its documentation here and its help in the
//! window. A rule names what it can prove: every finding leads back to lines of the capture.
//!
//! | file | what it knows |
//! |---|---|
//! | `bursts` | what requests repeat, each repetition called by its name |
//! | `form` | what changes from one execution to the next, looked up in the capture |
//! | `parent`, `keys` | which query fed a burst, by the names of keys |
//! | `trust` | how sure a finding is, and why |

mod bursts;
mod cache_candidate;
mod catalog;
mod chatty_request;
mod count_per_page;
mod deep_offset;
mod duplicate_query;
mod finding;
mod form;
mod full_load;
mod insert_loop;
mod keys;
pub mod live;
mod loops;
mod missing_index;
mod n_plus_one;
mod names;
mod page_loop;
mod parent;
pub mod plan;
mod relation;
mod settings;
mod sightings;
mod slow_query;
mod suppress;
mod trust;
mod update_loop;
mod upsert_loop;

use crate::advice::indexes::IndexAdvice;
use crate::advice::{self, Target};
use crate::capture::{AppLog, Format, Sources};
use crate::workload::{QueryId, Workload};
use bursts::Burst;
use form::Form;

pub(crate) use finding::count;
pub use finding::{Cost, Finding, KnownBy, Saving, Severity, Sighting, Subject};
pub use form::Forms;
pub use settings::Settings;
pub use suppress::{Suppressed, Suppression};

/// What the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The capture's content.
    pub workload: &'a Workload,
    /// Reads single records of it again: a rule that needs the values of parameters looks at a few.
    pub sources: &'a Sources,
    /// What was found out of them.
    pub forms: &'a Forms,
    /// The thresholds.
    pub settings: &'a Settings,
    /// What is advised on indexes, once somebody has asked.
    pub indexes: Option<&'a IndexAdvice>,
}

/// What a rule looks at.
struct Context<'a> {
    workload: &'a Workload,
    sources: &'a Sources,
    forms: &'a Forms,
    settings: &'a Settings,
    /// What is advised on indexes.
    indexes: Option<&'a IndexAdvice>,
    /// What requests repeat.
    bursts: Vec<Burst>,
    /// The frameworks that fixes are written for, the one in use first.
    targets: Vec<Target>,
}

impl<'a> Context<'a> {
    /// What changes when a query is repeated.
    fn form(&self, query: QueryId) -> Option<&'a Form> {
        self.forms.of(self.workload, self.sources, query)
    }

    /// The framework in use.
    fn in_use(&self) -> Target {
        self.targets.first().copied().unwrap_or(Target::Sql)
    }

    /// What `db_time` microseconds in `executions` statements cost.
    fn cost(&self, db_time: u64, executions: u64) -> Cost {
        Cost {
            db_time,
            executions,
            round_trips: executions.saturating_mul(self.settings.round_trip_us()),
            share: self.workload.share_of_cost(db_time),
        }
    }
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name in reports and settings.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it speaks of.
    pub scope: Scope,
    /// Its page, in Markdown.
    pub page: &'static str,
    check: fn(&Context<'_>) -> Vec<Finding>,
}

/// What a rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What single requests do.
    Request,
    /// A query, in whichever request it runs.
    Query,
    /// The capture as a whole: that most requests show it is no news about any of them.
    Capture,
}

/// All rules. Where two of them speak of the same executions, the one that stands first has the better fix.
pub const RULES: &[Rule] = &[
    n_plus_one::RULE,
    duplicate_query::RULE,
    insert_loop::RULE,
    update_loop::RULE,
    upsert_loop::RULE,
    page_loop::RULE,
    deep_offset::RULE,
    count_per_page::RULE,
    missing_index::RULE,
    full_load::RULE,
    slow_query::RULE,
    chatty_request::RULE,
    cache_candidate::RULE,
];

/// The rule called `name`.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// Takes out of findings about a server what is not to be told of.
pub(crate) fn without_ignored(
    workload: &Workload,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Suppressed {
    suppress::suppress(workload, &settings.ignore, findings)
}

/// The name for people and the page of a rule about captures or about a live server.
#[must_use]
pub fn described(name: &str) -> Option<(&'static str, &'static str)> {
    let captures = rule(name).map(|rule| (rule.title, rule.page));
    captures.or_else(|| live::live_rule(name).map(|rule| (rule.title, rule.page)))
}

/// The frameworks that fixes are written for: the one that was chosen, else that of an application's own log, else the
/// one that the statements look like; all others behind it.
fn targets(workload: &Workload, settings: &Settings) -> Vec<Target> {
    let chosen = settings.orm.as_deref().and_then(Target::from_name);
    let logs = workload.capture.files.iter().find_map(|f| match f.format {
        Format::App(AppLog::SqlAlchemy) => Some(Target::SqlAlchemy),
        Format::App(AppLog::Django) => Some(Target::Django),
        Format::App(AppLog::Rails) => Some(Target::Rails),
        Format::App(AppLog::Sequelize) => Some(Target::Sequelize),
        Format::App(AppLog::TypeOrm) => Some(Target::TypeOrm),
        _ => None,
    });
    let mut all = advice::recognise(workload);
    if let Some(first) = chosen.or(logs) {
        all.retain(|target| *target != first);
        all.insert(0, first);
    }
    all
}

/// What all rules say, the largest saving first; where a saving isn't known, the cost stands for it. With it, how much
/// was suppressed.
#[must_use]
pub fn check(input: &Input<'_>) -> (Vec<Finding>, Suppressed) {
    let Input {
        workload,
        sources,
        forms,
        settings,
        indexes,
    } = *input;
    let mut context = Context {
        workload,
        sources,
        forms,
        settings,
        indexes,
        bursts: Vec::new(),
        targets: targets(workload, settings),
    };
    context.bursts = bursts::bursts(&context);
    let mut findings: Vec<Finding> = RULES
        .iter()
        .flat_map(|rule| (rule.check)(&context))
        .collect();
    missing_index::lend(&context, &mut findings);
    let suppressed = suppress::suppress(workload, &settings.ignore, &mut findings);
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
    (findings, suppressed)
}
