//! A plan as it is drawn: the tree, the flame graph, the sums and the raw text, each node's place in all of them.

use std::sync::Arc;

use super::lines::cut;
use super::summary;
use crate::analysis::{Analysis, FoundPlan, PlanPlace};
use crate::app::format;
use crate::plan::{Actual, Node, NodeTime, Plan, Sum, Timing, by_index, by_kind, by_table};
use crate::rules::plan::Explained;

/// A plan that was read again.
#[derive(Debug)]
pub(crate) struct PlanPicture {
    /// What it is called: its query, else what it does.
    pub(crate) name: String,
    /// "server.log:1203", or empty.
    pub(crate) place: String,
    /// The plan, or why it can't be read.
    pub(crate) drawn: Result<Arc<Drawn>, String>,
}

/// All that the views of a plan show.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) explained: Arc<Explained>,
    pub(crate) tree: Vec<TreeRow>,
    pub(crate) flame: Vec<FlameCell>,
    /// Levels of the flame graph.
    pub(crate) levels: usize,
    /// By node, by table and by index.
    pub(crate) sums: [Vec<SumRow>; 3],
    /// The text that it was read from.
    pub(crate) lines: Vec<String>,
    /// The number of the first of them.
    pub(crate) first_line: u64,
    /// Which node each line belongs to.
    pub(crate) node_of_line: Vec<Option<usize>>,
}

/// A node in the tree.
#[derive(Debug)]
pub(crate) struct TreeRow {
    pub(crate) depth: usize,
    /// `Hash Left Join`.
    pub(crate) title: String,
    /// What it reads, and by which condition.
    pub(crate) about: String,
    /// `InitPlan 1`, `CTE recent`; empty for an ordinary input.
    pub(crate) subplan: String,
    pub(crate) own: String,
    pub(crate) total: String,
    pub(crate) rows: String,
    pub(crate) estimate: String,
    pub(crate) buffers: String,
    /// Part of the execution that is its own, 0 to 1.
    pub(crate) own_part: f64,
    /// Against the most rows and blocks of any node, 0 to 1.
    pub(crate) rows_part: f64,
    pub(crate) buffers_part: f64,
    /// Whether the estimate is off by ten times or more.
    pub(crate) misestimated: bool,
    /// Whether it ran at all.
    pub(crate) ran: bool,
    /// How many pieces of advice are about it.
    pub(crate) advice: usize,
}

/// A node, or what stands outside the tree, in the flame graph.
#[derive(Debug)]
pub(crate) struct FlameCell {
    pub(crate) node: Option<usize>,
    pub(crate) name: String,
    pub(crate) level: usize,
    /// Parts of the whole width.
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Part of the execution that is its own.
    pub(crate) own_part: f64,
    pub(crate) tip: String,
}

/// What a table, an index or a kind of node adds up to.
#[derive(Debug)]
pub(crate) struct SumRow {
    pub(crate) name: String,
    pub(crate) nodes: String,
    pub(crate) time: String,
    pub(crate) share: String,
    pub(crate) rows: String,
    pub(crate) buffers: String,
    pub(crate) part: f64,
    /// The first node that it adds up.
    pub(crate) node: Option<usize>,
}

impl PlanPicture {
    /// Reads the `nth` plan of a group.
    pub(crate) fn new(analysis: &Analysis, group: u32, nth: u32) -> Self {
        let set = analysis.plans();
        let found = set
            .groups
            .get(group as usize)
            .and_then(|g| Some((g, g.plans.get(nth as usize)?)));
        let Some((group, at)) = found else {
            return Self::failed("There is no such plan any more.".to_owned());
        };
        let Some(found) = set.plan(&analysis.sources, at.place) else {
            return Self::failed(
                "The plan can't be read any more: the file has changed since it was opened. Reload it."
                    .to_owned(),
            );
        };
        let FoundPlan {
            plan,
            text,
            line: first,
            on_lines,
        } = found;
        let name = group
            .query
            .and_then(|q| analysis.workload.query(q))
            .map(|q| summary(q).to_owned())
            .or_else(|| plan.query.as_deref().map(crate::sql::summary))
            .unwrap_or_else(|| group.summary.clone());
        let file = match at.place {
            PlanPlace::Record(place) => analysis
                .workload
                .capture
                .files
                .get(usize::from(place.file))
                .and_then(|f| f.path.file_name())
                .map(|n| format!("{}:{first}", n.to_string_lossy())),
            PlanPlace::Text(_) => Some(format!("line {}", plan.lines.start())),
        };
        let explained = Explained::new(plan, &analysis.settings.plan, analysis.catalog.as_deref());
        Self {
            name,
            place: file.unwrap_or_default(),
            drawn: Ok(Arc::new(Drawn::new(
                explained,
                &text,
                if on_lines { first } else { 1 },
            ))),
        }
    }

    fn failed(why: String) -> Self {
        Self {
            name: String::new(),
            place: String::new(),
            drawn: Err(why),
        }
    }
}

impl Drawn {
    /// Works out all that is shown of a plan which stands in `text`, whose first line has the number `first`.
    pub(crate) fn new(explained: Explained, text: &str, first: u64) -> Self {
        let tree = tree(&explained);
        let (flame, levels) = flame(&explained.plan, &explained.timing);
        let (plan, timing) = (&explained.plan, &explained.timing);
        let sums = [
            rows_of_sums(&by_kind(plan, timing)),
            rows_of_sums(&by_table(plan, timing)),
            rows_of_sums(&by_index(plan, timing)),
        ];
        let (lines, first_line, node_of_line) = lines(&explained.plan, text, first);
        Self {
            explained: Arc::new(explained),
            tree,
            flame,
            levels,
            sums,
            lines,
            first_line,
            node_of_line,
        }
    }
}

/// Milliseconds for people.
pub(crate) fn time(ms: f64) -> String {
    format::duration(ms * 1e3)
}

/// Rows for people: fractions only where there are few.
pub(crate) fn rows(rows: f64) -> String {
    if rows.fract() != 0.0 && rows < 100.0 {
        format!("{rows:.2}")
    } else {
        format::count(whole(rows))
    }
}

/// Blocks of 8 kB as bytes.
pub(crate) fn blocks(blocks: f64) -> String {
    format::bytes(whole(blocks * 8192.0))
}

/// How far an estimate was off: `12 × too few`.
pub(crate) fn estimate(time: &NodeTime) -> String {
    match time.estimate_factor {
        Some(factor) if factor >= 1.5 => {
            let sign = if time.overestimated { "÷" } else { "×" };
            format!("{sign} {}", format::average(factor))
        }
        Some(_) => "≈".to_owned(),
        None => String::new(),
    }
}

fn whole(value: f64) -> u64 {
    // Counts of rows and bytes fit.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = value.round().max(0.0) as u64;
    whole
}

fn tree(explained: &Explained) -> Vec<TreeRow> {
    let Explained {
        plan,
        timing,
        advice,
    } = explained;
    let touched = |t: &NodeTime| t.own.shared.hit + t.own.shared.read;
    let most = |f: &dyn Fn(&NodeTime) -> f64| timing.nodes.iter().map(f).fold(0.0, f64::max);
    let most_rows = most(&|t| t.rows.unwrap_or(0.0));
    let most_blocks = most(&touched);
    let part = |value: f64, most: f64| if most > 0.0 { value / most } else { 0.0 };
    let timed = plan.is_timed();
    plan.nodes
        .iter()
        .zip(&timing.nodes)
        .enumerate()
        .map(|(id, (node, t))| {
            let ran = !matches!(node.actual, Actual::Never);
            let cost = node.estimate.map(|e| format!("cost {:.0}", e.total_cost));
            TreeRow {
                depth: node.depth,
                title: node.title.clone(),
                about: about(node),
                subplan: node.subplan.clone().unwrap_or_default(),
                own: match t.self_ms {
                    Some(ms) => time(ms),
                    None if !ran => "not run".to_owned(),
                    None => String::new(),
                },
                total: t
                    .total_ms
                    .map_or_else(|| cost.filter(|_| !timed).unwrap_or_default(), time),
                rows: match (t.rows, node.estimate) {
                    (Some(n), _) => rows(n),
                    (None, Some(e)) if ran => format!("~ {}", rows(e.rows)),
                    _ => String::new(),
                },
                estimate: estimate(t),
                buffers: if touched(t) > 0.0 {
                    blocks(touched(t))
                } else {
                    String::new()
                },
                own_part: t.self_share,
                rows_part: part(t.rows.unwrap_or(0.0), most_rows),
                buffers_part: part(touched(t), most_blocks),
                misestimated: t.estimate_factor.is_some_and(|f| f >= 10.0),
                ran,
                advice: advice.iter().filter(|a| a.node == Some(id)).count(),
            }
        })
        .collect()
}

/// What a node reads, and by which condition: `orders using orders_pkey · id = 4`.
fn about(node: &Node) -> String {
    let mut text = String::new();
    if let Some(relation) = &node.relation {
        text.push_str(relation);
    }
    if let Some(alias) = node
        .alias
        .as_ref()
        .filter(|a| node.relation.as_ref() != Some(a))
    {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(alias);
    }
    if let Some(index) = &node.index {
        text.push_str(if text.is_empty() { "" } else { " using " });
        text.push_str(index);
    }
    for name in [
        "Index Cond",
        "Hash Cond",
        "Merge Cond",
        "Join Filter",
        "Filter",
        "Sort Key",
        "Group Key",
        "Cache Key",
    ] {
        let keys = node.texts(name);
        if !keys.is_empty() {
            if !text.is_empty() {
                text.push_str(" · ");
            }
            // A condition may hold thousands of constants.
            text.extend(keys.join(", ").chars().take(240));
        }
    }
    text
}

/// Cells from the root down: a node is as wide as the time that it took with all that it waited for. Where nothing
/// was timed, as wide as its cost.
fn flame(plan: &Plan, timing: &Timing) -> (Vec<FlameCell>, usize) {
    let timed = plan.is_timed();
    let width = |id: usize| -> f64 {
        if timed {
            timing.nodes.get(id).and_then(|t| t.total_ms).unwrap_or(0.0)
        } else {
            let cost = plan.nodes.get(id).and_then(|n| n.estimate);
            cost.map_or(0.0, |e| e.total_cost)
        }
    };
    let root = width(0);
    let outside: f64 = timing.outside.iter().map(|o| o.ms.max(0.0)).sum();
    let width_of_all = (root + outside).max(f64::MIN_POSITIVE);
    let mut cells: Vec<FlameCell> = Vec::with_capacity(plan.nodes.len());
    // Where the next child of each node begins, and where the node ends.
    let mut places: Vec<(f64, f64)> = vec![(0.0, 0.0); plan.nodes.len()];
    let mut levels = 0;
    for (id, node) in plan.nodes.iter().enumerate() {
        let (from, end) = match node.parent {
            Some(parent) => places.get(parent).copied().unwrap_or_default(),
            None => (
                cells.last().map_or(0.0, |c| c.to) * width_of_all,
                width_of_all,
            ),
        };
        // What an init plan took may be charged to another branch: it is drawn where it stands, as far as there is
        // room.
        let to = (from + width(id)).min(end);
        if let Some(parent) = node.parent.and_then(|p| places.get_mut(p)) {
            parent.0 = to;
        }
        if let Some(own) = places.get_mut(id) {
            *own = (from, to);
        }
        if to > from {
            levels = levels.max(node.depth + 1);
            let t = timing.nodes.get(id);
            cells.push(FlameCell {
                node: Some(id),
                name: match &node.relation {
                    Some(relation) => format!("{} {relation}", node.title),
                    None => node.title.clone(),
                },
                level: node.depth,
                from: from / width_of_all,
                to: to / width_of_all,
                own_part: t.map_or(0.0, |t| t.self_share),
                tip: tip(node, t, width(id), timed),
            });
        }
    }
    let mut from = root / width_of_all;
    for o in timing.outside.iter().filter(|o| o.ms > 0.0) {
        let to = from + o.ms / width_of_all;
        cells.push(FlameCell {
            node: None,
            name: o.what.clone(),
            level: 0,
            from,
            to,
            own_part: o.ms / width_of_all,
            tip: format!("{}\n{} outside the tree", o.what, time(o.ms)),
        });
        from = to;
    }
    (cells, levels.max(1))
}

fn tip(node: &Node, t: Option<&NodeTime>, width: f64, timed: bool) -> String {
    let about = about(node);
    let mut text = node.title.clone();
    if !about.is_empty() {
        text = format!("{text} · {about}");
    }
    let Some(t) = t.filter(|_| timed) else {
        return format!("{text}\ncost {width:.2}");
    };
    if let (Some(own), Some(total)) = (t.self_ms, t.total_ms) {
        text = format!("{text}\n{} itself, {} in all", time(own), time(total));
    }
    if let Some(n) = t.rows {
        text = format!("{text}\n{} rows, {}", rows(n), estimate(t));
    }
    text
}

fn rows_of_sums(sums: &[Sum]) -> Vec<SumRow> {
    let touched = |s: &Sum| s.own.shared.hit + s.own.shared.read;
    let most = sums
        .iter()
        .map(|s| s.self_ms.unwrap_or(0.0))
        .fold(0.0, f64::max);
    sums.iter()
        .map(|s| SumRow {
            name: s.name.clone(),
            nodes: format::count(s.nodes.len() as u64),
            time: s.self_ms.map_or_else(|| "–".to_owned(), time),
            share: s
                .self_ms
                .map_or_else(|| "–".to_owned(), |_| format::share(s.share)),
            rows: s.rows.map_or_else(|| "–".to_owned(), rows),
            buffers: if touched(s) > 0.0 {
                blocks(touched(s))
            } else {
                "–".to_owned()
            },
            part: if most > 0.0 {
                s.self_ms.unwrap_or(0.0) / most
            } else {
                0.0
            },
            node: s.nodes.first().copied(),
        })
        .collect()
}

/// The lines of a plan's own text, the number of the first, and the node of each.
fn lines(plan: &Plan, text: &str, first: u64) -> (Vec<String>, u64, Vec<Option<usize>>) {
    let from = plan.lines.start().saturating_sub(1) as usize;
    let count = (plan.lines.end().saturating_sub(*plan.lines.start()) as usize).saturating_add(1);
    let lines: Vec<String> = text
        .lines()
        .skip(from)
        .take(count)
        .map(|line| cut(line.to_owned()))
        .collect();
    let mut node_of_line = vec![None; lines.len()];
    for (id, node) in plan.nodes.iter().enumerate() {
        let own = node.lines.clone();
        for at in own {
            let at = (at as usize).checked_sub(from + 1);
            if let Some(slot) = at.and_then(|at| node_of_line.get_mut(at)) {
                *slot = Some(id);
            }
        }
    }
    (lines, first + from as u64, node_of_line)
}
