//! From the tree of JSON, YAML or XML to plans.

use super::figures::{Figures, take_usage};
use super::jit::jit;
use super::title::title;
use super::tree::{Entry, Id, Tree, What};
use super::{Reading, Warning};
use crate::plan::{
    Format, Node, Plan, Property, Role, Serialization, Trigger, Usage, Value, Worker,
};

/// The line of the input, counted from 1, of a line of the text that is read.
pub(super) type Lines<'a> = &'a dyn Fn(usize) -> u32;

/// Adds the plans of a tree, wherever in it they are. Gives how many there are.
pub(super) fn plans(
    tree: &Tree<'_>,
    format: Format,
    lines: Lines<'_>,
    reading: &mut Reading,
) -> usize {
    let before = reading.plans.len();
    let mut at = 0;
    while at < tree.all().end {
        let Some((wrapper, root)) = root(tree, at) else {
            at += 1;
            continue;
        };
        reading.plans.push(plan(tree, wrapper, root, format, lines));
        at = tree.after(at);
    }
    let found = reading.plans.len() - before;
    if found > 0 {
        warn(tree, lines, &mut reading.warnings);
    }
    found
}

fn warn(tree: &Tree<'_>, lines: Lines<'_>, warnings: &mut Vec<Warning>) {
    if let Some((line, text)) = tree.unread.first() {
        let more = match tree.unread.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more pieces"),
        };
        let text: String = text.chars().take(40).collect();
        warnings.push(Warning {
            line: lines(*line),
            what: format!(
                "\u{201c}{text}\u{201d}{more} fit nowhere in the plan and are left out; copy the plan again if it is damaged"
            ),
        });
    }
    if let Some(line) = tree.cut {
        warnings.push(Warning {
            line: lines(line),
            what: super::CUT.to_owned(),
        });
    }
}

/// The map that says all of a plan, if it is this one, and the root node in it; a node alone is a plan too.
fn root(tree: &Tree<'_>, id: Id) -> Option<(Option<Id>, Id)> {
    if tree.get(id)?.what != What::Map {
        return None;
    }
    match tree.child(id, "Plan") {
        Some((root, entry)) if entry.what == What::Map => Some((Some(id), root)),
        _ => tree.child(id, "Node Type").map(|_| (None, id)),
    }
}

fn plan(tree: &Tree<'_>, wrapper: Option<Id>, root: Id, format: Format, lines: Lines<'_>) -> Plan {
    let mut plan = Plan::new(format);
    let all = tree
        .get(wrapper.unwrap_or(root))
        .map_or((0, 0), |e| e.lines);
    plan.lines = lines(all.0)..=lines(all.1);
    nodes(tree, root, lines, &mut plan.nodes);
    if let Some(wrapper) = wrapper {
        for (id, entry) in tree.children(wrapper) {
            if id != root {
                about_plan(tree, id, entry, lines, &mut plan);
            }
        }
    }
    plan
}

fn about_plan(tree: &Tree<'_>, id: Id, entry: &Entry<'_>, lines: Lines<'_>, plan: &mut Plan) {
    let text = || tree.text(id).map(str::to_owned);
    let number = || tree.number(id);
    let taken = match &*entry.name {
        "Query Text" => set(&mut plan.query, text()),
        "Query Parameters" => set(&mut plan.parameters, text()),
        "Query Identifier" => set(
            &mut plan.query_id,
            tree.text(id).and_then(|text| text.trim().parse().ok()),
        ),
        "Planning Time" => set(&mut plan.planning_ms, number()),
        "Execution Time" | "Total Runtime" => set(&mut plan.execution_ms, number()),
        "Planning" => {
            let rest = usage(tree, id, &mut plan.planning_usage);
            if !rest.is_empty() {
                plan.properties.push(Property {
                    name: "Planning".to_owned(),
                    value: Value::Group(rest),
                });
            }
            true
        }
        "Triggers" => {
            let triggers = tree.children(id);
            plan.triggers
                .extend(triggers.map(|(id, entry)| trigger(tree, id, lines(entry.lines.0))));
            true
        }
        "JIT" => {
            let Value::Group(parts) = tree.value(id) else {
                return;
            };
            set(&mut plan.jit, Some(jit(&parts)))
        }
        "Serialization" => set(&mut plan.serialization, Some(serialization(tree, id))),
        "Settings" => {
            let settings = tree.children(id).filter_map(|(id, entry)| {
                Some((entry.name.to_string(), tree.text(id)?.to_owned()))
            });
            plan.settings.extend(settings);
            true
        }
        _ => false,
    };
    if !taken {
        plan.properties.push(property(tree, id, entry));
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let taken = value.is_some();
    if taken {
        *slot = value;
    }
    taken
}

fn property(tree: &Tree<'_>, id: Id, entry: &Entry<'_>) -> Property {
    Property {
        name: entry.name.to_string(),
        value: tree.value(id),
    }
}

/// Takes what was read and written; gives all else.
fn usage(tree: &Tree<'_>, id: Id, usage: &mut Usage) -> Vec<Property> {
    tree.children(id)
        .filter(|(id, entry)| !take_usage(usage, &entry.name, tree.number(*id)))
        .map(|(id, entry)| property(tree, id, entry))
        .collect()
}

fn nodes(tree: &Tree<'_>, root: Id, lines: Lines<'_>, nodes: &mut Vec<Node>) {
    let mut waiting = vec![(root, None)];
    while let Some((id, parent)) = waiting.pop() {
        let here = nodes.len();
        let mut node = node(tree, id, lines);
        node.parent = parent;
        node.depth = parent
            .and_then(|parent: usize| nodes.get(parent))
            .map_or(0, |parent| parent.depth + 1);
        nodes.push(node);
        let lists = tree.children(id).filter(|(_, entry)| entry.name == "Plans");
        let children = lists.flat_map(|(list, _)| tree.children(list));
        let first = waiting.len();
        waiting.extend(
            children
                .filter(|(_, entry)| entry.what == What::Map)
                .map(|(child, _)| (child, Some(here))),
        );
        if let Some(added) = waiting.get_mut(first..) {
            added.reverse();
        }
    }
}

fn node(tree: &Tree<'_>, id: Id, lines: Lines<'_>) -> Node {
    let first = tree.get(id).map_or(0, |entry| entry.lines.0);
    let mut node = Node::new(super::UNNAMED, lines(first));
    let mut figures = Figures::default();
    let (mut last, mut inputs_seen) = (first, false);
    for (at, entry) in tree.children(id) {
        if entry.name == "Plans" {
            inputs_seen = true;
            continue;
        }
        if !inputs_seen {
            last = last.max(entry.lines.1);
        }
        about_node(tree, at, entry, &mut node, &mut figures);
    }
    node.lines = lines(first)..=lines(last);
    node.estimate = figures.estimate(&mut node.properties);
    node.actual = figures.actual(&mut node.properties);
    node.usage = figures.usage;
    if node.alias == node.relation {
        node.alias = None;
    }
    node.title = title(&node);
    node
}

fn about_node(tree: &Tree<'_>, id: Id, entry: &Entry<'_>, node: &mut Node, figures: &mut Figures) {
    if entry.name == "Workers" {
        for (id, entry) in tree.children(id) {
            if entry.what == What::Map {
                worker(tree, id, &mut node.workers);
            }
        }
        return;
    }
    let taken = if let Some(text) = tree.text(id) {
        let owned = || Some(text.to_owned());
        match &*entry.name {
            "Node Type" => {
                text.clone_into(&mut node.kind);
                true
            }
            "Parent Relationship" => set(&mut node.role, Some(role(text))),
            "Subplan Name" => set(&mut node.subplan, owned()),
            "Parallel Aware" => {
                node.parallel_aware = text == "true";
                true
            }
            "Schema" => set(&mut node.schema, owned()),
            "Relation Name" => set(&mut node.relation, owned()),
            "Alias" => set(&mut node.alias, owned()),
            "Index Name" => set(&mut node.index, owned()),
            name => figures.take(name, super::number(text)),
        }
    } else {
        false
    };
    if !taken {
        node.properties.push(property(tree, id, entry));
    }
}

/// What `Parent Relationship` says; extensions call their inputs `child` and `children`.
fn role(text: &str) -> Role {
    match text {
        "Outer" => Role::Outer,
        "Inner" => Role::Inner,
        "Subquery" => Role::Subquery,
        "InitPlan" => Role::InitPlan,
        "SubPlan" => Role::SubPlan,
        _ => Role::Member,
    }
}

/// Adds what is said of a worker: until PostgreSQL 12, a node may list its workers twice, with one thing each.
fn worker(tree: &Tree<'_>, id: Id, workers: &mut Vec<Worker>) {
    let mut figures = Figures::default();
    let mut number = 0;
    let mut properties = Vec::new();
    for (id, entry) in tree.children(id) {
        let figure = tree.number(id);
        if entry.name == "Worker Number" {
            number = tree
                .text(id)
                .and_then(|t| t.trim().parse().ok())
                .unwrap_or(0);
        } else if !figures.take(&entry.name, figure) {
            properties.push(property(tree, id, entry));
        }
    }
    let actual = figures.actual(&mut properties);
    super::add_worker(
        workers,
        Worker {
            number,
            actual,
            usage: figures.usage,
            properties,
        },
    );
}

fn trigger(tree: &Tree<'_>, id: Id, line: u32) -> Trigger {
    let text = |name| tree.child(id, name).and_then(|(id, _)| tree.text(id));
    let number = |name| tree.child(id, name).and_then(|(id, _)| tree.number(id));
    Trigger {
        name: text("Trigger Name").unwrap_or_default().to_owned(),
        constraint: text("Constraint Name").map(str::to_owned),
        relation: text("Relation").map(str::to_owned),
        ms: number("Time"),
        calls: number("Calls").unwrap_or_default(),
        line,
    }
}

fn serialization(tree: &Tree<'_>, id: Id) -> Serialization {
    let mut made = Serialization::default();
    for (id, entry) in tree.children(id) {
        let figure = tree.number(id);
        match &*entry.name {
            "Time" => made.ms = figure,
            "Output Volume" => made.output_kb = figure,
            "Format" => made.format = tree.text(id).map(str::to_owned),
            name => {
                take_usage(&mut made.usage, name, figure);
            }
        }
    }
    made
}
