//! The plans of a capture or of a text, grouped by query and shape: which plan a query gets, and which of them is slow.

use std::collections::BTreeMap;

use crate::capture::{Place, PlanText, Sources};
use crate::plan::{self, Plan, shape};
use crate::sql::{Digester, Fingerprint};
use crate::workload::{Execution, QueryId, Workload};

/// So many plans of one query are read: the slowest, and others spread over the capture.
const OF_QUERY: usize = 400;
/// So many of them are the slowest.
const SLOWEST: usize = 100;

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanPlace {
    /// In a record of the capture.
    Record(Place),
    /// In [`PlanSet::texts`].
    Text(usize),
}

/// One plan of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanRef {
    /// Where it stands.
    pub place: PlanPlace,
    /// Milliseconds that the execution took; `None` for a plan that was not run.
    pub ms: Option<f64>,
}

/// A plan that was read again.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPlan {
    /// The plan, whose lines count within its text.
    pub plan: Plan,
    /// The text that it was read from.
    pub text: String,
    /// The line of the file that the text begins on, counted from 1.
    pub line: u64,
    /// Whether the text's lines are those of the file: not where a whole record stands on one.
    pub on_lines: bool,
}

/// Plans of one query and one shape.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanGroup {
    /// The query, where the capture has it.
    pub query: Option<QueryId>,
    /// The statement's normalised text, where the plans name it.
    pub sql: Option<String>,
    /// What the shape is: `Hash Join of orders, customers`.
    pub summary: String,
    /// Equal for plans of the same shape, see [`shape()`].
    pub shape: u64,
    /// The plans that were read, the slowest first.
    pub plans: Vec<PlanRef>,
    /// How many other shapes the same query was run with.
    pub siblings: u32,
    /// Mean milliseconds of the plans that were read; `None` where none was run.
    pub mean_ms: Option<f64>,
}

/// All plans of a capture or of a text.
#[derive(Clone, Debug, Default)]
pub struct PlanSet {
    /// Groups, the one that took the longest in all first.
    pub groups: Vec<PlanGroup>,
    /// Plans that stand in a text of their own, with the lines that they stand on.
    pub texts: Vec<Plan>,
    /// The text that [`PlanSet::texts`] were read from.
    pub text: String,
    /// Plans that there are.
    pub total: u64,
    /// Plans that were read.
    pub read: u64,
    /// Plans that could not be read, and the first reasons with their lines.
    pub unreadable: u64,
    /// What could not be read, with its line.
    pub warnings: Vec<plan::Warning>,
}

type Key = (Option<Fingerprint>, u64);

/// Groups by query and shape while plans come in.
#[derive(Default)]
struct Sorter {
    digester: Digester,
    groups: BTreeMap<Key, PlanGroup>,
}

impl Sorter {
    fn add(&mut self, plan: &Plan, place: PlanPlace, ms: Option<f64>) {
        let fingerprint = plan
            .query
            .as_ref()
            .map(|sql| self.digester.digest(sql.as_bytes()).fingerprint);
        let shape = shape(plan);
        let group = self
            .groups
            .entry((fingerprint, shape))
            .or_insert_with(|| PlanGroup {
                query: None,
                sql: plan
                    .query
                    .as_ref()
                    .map(|q| crate::sql::normalise(q.as_bytes())),
                summary: summary(plan),
                shape,
                plans: Vec::new(),
                siblings: 0,
                mean_ms: None,
            });
        group.plans.push(PlanRef { place, ms });
    }

    fn finish(self, workload: Option<&Workload>) -> Vec<PlanGroup> {
        let mut siblings: BTreeMap<Fingerprint, u32> = BTreeMap::new();
        for (fingerprint, _) in self.groups.keys() {
            if let Some(f) = fingerprint {
                *siblings.entry(*f).or_default() += 1;
            }
        }
        let known: BTreeMap<Fingerprint, QueryId> = workload
            .iter()
            .flat_map(|w| w.queries.iter().enumerate())
            .map(|(at, q)| (q.fingerprint, QueryId::at(at)))
            .collect();
        let mut groups: Vec<PlanGroup> = self
            .groups
            .into_iter()
            .map(|((fingerprint, _), mut group)| {
                if let Some(f) = fingerprint {
                    group.query = known.get(&f).copied();
                    group.siblings = siblings.get(&f).map_or(0, |n| n - 1);
                }
                group
                    .plans
                    .sort_by(|a, b| b.ms.unwrap_or(-1.0).total_cmp(&a.ms.unwrap_or(-1.0)));
                let times: Vec<f64> = group.plans.iter().filter_map(|p| p.ms).collect();
                group.mean_ms = mean(&times);
                group
            })
            .collect();
        groups.sort_by(|a, b| b.total_ms().total_cmp(&a.total_ms()));
        groups
    }
}

impl PlanGroup {
    /// Milliseconds of all its plans that were read.
    #[must_use]
    pub fn total_ms(&self) -> f64 {
        self.plans.iter().filter_map(|p| p.ms).sum()
    }

    /// Milliseconds of its slowest plan.
    #[must_use]
    pub fn max_ms(&self) -> Option<f64> {
        self.plans.first().and_then(|p| p.ms)
    }
}

impl PlanSet {
    /// Reads the plans that `auto_explain` wrote into a capture. Of a query with more than 400 of them the slowest are
    /// read, and others spread over the capture.
    #[must_use]
    pub fn of_capture(workload: &Workload, sources: &Sources) -> Self {
        let mut set = Self::default();
        let mut sorter = Sorter::default();
        for places in chosen(workload, &mut set.total) {
            for place in places {
                match sources.plan(place).ok().and_then(|text| read_one(&text)) {
                    Some(plan) => {
                        set.read += 1;
                        let ms = plan.duration_ms;
                        sorter.add(&plan, PlanPlace::Record(place), ms);
                    }
                    None => set.unreadable += 1,
                }
            }
        }
        set.groups = sorter.finish(Some(workload));
        set
    }

    /// Reads the plans of a text: a file, or what was copied somewhere.
    #[must_use]
    pub fn of_text(text: String) -> Self {
        let reading = plan::read(&text);
        let mut sorter = Sorter::default();
        for (at, plan) in reading.plans.iter().enumerate() {
            let ms = plan::timing(plan).execution_ms;
            sorter.add(plan, PlanPlace::Text(at), ms);
        }
        let n = reading.plans.len() as u64;
        Self {
            groups: sorter.finish(None),
            texts: reading.plans,
            text,
            total: n,
            read: n,
            unreadable: 0,
            warnings: reading.warnings,
        }
    }

    /// Adds a plan that a server gave, with its text in JSON.
    pub(super) fn add(&mut self, mut plan: Plan, json: &str, workload: &Workload) {
        // All texts stand in one, each on lines of its own.
        let before = u32::try_from(self.text.lines().count()).unwrap_or(u32::MAX);
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(json);
        plan.move_lines(before);
        let ms = plan::timing(&plan).execution_ms;
        let mut sorter = Sorter::default();
        sorter.add(&plan, PlanPlace::Text(self.texts.len()), ms);
        self.texts.push(plan);
        self.total += 1;
        self.read += 1;
        // The newest stands first.
        for group in sorter.finish(Some(workload)) {
            let same = |g: &PlanGroup| g.shape == group.shape && g.sql == group.sql;
            match self.groups.iter().position(same) {
                Some(at) => {
                    let mut old = self.groups.remove(at);
                    old.plans.splice(0..0, group.plans);
                    let times: Vec<f64> = old.plans.iter().filter_map(|p| p.ms).collect();
                    old.mean_ms = mean(&times);
                    self.groups.insert(0, old);
                }
                None => self.groups.insert(0, group),
            }
        }
    }

    /// Forgets which queries the plans are of: their texts tell it still.
    pub(super) fn forget_queries(&mut self) {
        for group in &mut self.groups {
            group.query = None;
        }
    }

    /// The plan at `place`, with its text.
    #[must_use]
    pub fn plan(&self, sources: &Sources, place: PlanPlace) -> Option<FoundPlan> {
        match place {
            PlanPlace::Record(place) => {
                let text = sources.plan(place).ok()?;
                let plan = read_one(&text)?;
                Some(FoundPlan {
                    plan,
                    text: text.text,
                    line: text.line,
                    on_lines: text.on_lines,
                })
            }
            PlanPlace::Text(at) => {
                let plan = self.texts.get(at)?.clone();
                Some(FoundPlan {
                    plan,
                    text: self.text.clone(),
                    line: 1,
                    on_lines: true,
                })
            }
        }
    }
}

fn mean(times: &[f64]) -> Option<f64> {
    (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64)
}

/// The plan of one record.
fn read_one(text: &PlanText) -> Option<Plan> {
    let ms = text.duration as f64 / 1e3;
    plan::read_log_record(&text.text, Some(ms))
        .plans
        .into_iter()
        .next()
}

/// Which plans are read, query by query in the order of the capture, and how many there are.
fn chosen(workload: &Workload, total: &mut u64) -> Vec<Vec<Place>> {
    if workload.plans.is_empty() {
        return Vec::new();
    }
    let mut of_query: BTreeMap<QueryId, Vec<Execution>> = BTreeMap::new();
    for e in workload.executions.iter() {
        if workload.plans.of(&e).next().is_some() {
            of_query.entry(e.query).or_default().push(e);
        }
    }
    of_query
        .into_values()
        .map(|mut executions| {
            let all: usize = executions
                .iter()
                .map(|e| workload.plans.of(e).count())
                .sum();
            *total += all as u64;
            if executions.len() > OF_QUERY {
                executions.sort_by_key(|e| std::cmp::Reverse(e.duration));
                let rest = executions.split_off(SLOWEST);
                let step = rest.len().div_ceil(OF_QUERY - SLOWEST).max(1);
                executions.extend(rest.into_iter().step_by(step));
            }
            let mut places: Vec<Place> = executions
                .iter()
                .flat_map(|e| workload.plans.of(e))
                .take(OF_QUERY)
                .collect();
            places.sort_unstable();
            places
        })
        .collect()
}

/// What a plan is, in a few words: its topmost join or scan and the tables that it reads.
fn summary(plan: &Plan) -> String {
    let telling = |kind: &str| {
        kind.contains("Join")
            || kind == "Nested Loop"
            || kind.contains("Scan")
            || kind == "ModifyTable"
    };
    let main = plan
        .nodes
        .iter()
        .find(|n| telling(&n.kind))
        .or_else(|| plan.root());
    let mut tables: Vec<&str> = Vec::new();
    for relation in plan.nodes.iter().filter_map(|n| n.relation.as_deref()) {
        if !tables.contains(&relation) {
            tables.push(relation);
        }
    }
    let (some, more) = tables.split_at(tables.len().min(4));
    let title = main.map_or("", |n| n.title.as_str());
    match (some.is_empty(), more.len()) {
        (true, _) => title.to_owned(),
        (false, 0) => format!("{title} of {}", some.join(", ")),
        (false, n) => format!("{title} of {} and {n} more", some.join(", ")),
    }
}
