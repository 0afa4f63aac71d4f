//! The text form, which is for people: its tree is how far lines stand in, and each kind of node has its own words.
//!
//! | file | what it knows |
//! |---|---|
//! | `line` | how far in a line stands, and whether an arrow begins it |
//! | `fold` | which lines go on in the next |
//! | `root` | which lines begin a plan, and which can't be part of one |
//! | `heading`, `kind` | the line that begins a node |
//! | `shape` | which node a node hangs on |
//! | `property`, `sets`, `compiled` | the lines under a node, by the names of the other forms |
//! | `summary` | what stands behind the tree |
//! | `balance` | quotes and brackets |

mod balance;
mod compiled;
mod fold;
mod heading;
mod kind;
mod line;
mod property;
mod root;
mod sets;
mod shape;
mod summary;

use std::borrow::Cow;

use self::line::Line;
use self::property::Target;
use self::shape::Shape;
use self::summary::Summary;
use super::page::Page;
use super::{Reading, Warning};
use crate::plan::{Actual, Format, Node, Plan, Property, Usage, Value, Worker};

pub(super) use root::begins as begins_plan;
pub(super) use summary::is_known as begins_own_line;

/// Reads the plan whose root is the line `at`; gives the line behind it.
pub(super) fn read(page: &Page, at: usize, reading: &mut Reading) -> usize {
    let root = Line::of(page.line(at));
    let (root_column, flat) = shape::of_arrows(page, at, root);
    let mut reader = Reader {
        page,
        plan: Plan::new(Format::Text),
        shape: Shape::new(flat),
        root_column,
        within: root.arrow,
        label: None,
        worker: None,
        summary: None,
        compiled: None,
        last: at,
        stray: Vec::new(),
    };
    let mut next = reader.heading(root, at);
    while next < page.count() {
        let line = Line::of(page.line(next));
        if line.is_blank() {
            next += 1;
            continue;
        }
        if reader.ends(next, line) {
            break;
        }
        next = reader.line(line, next);
    }
    let goes_on = root.arrow && Line::of(page.line(next)).arrow;
    reader.warn(at, goes_on, &mut reading.warnings);
    let mut plan = reader.finish();
    plan.lines = page.number(at)..=*plan.lines.end();
    reading.plans.push(plan);
    next
}

struct Reader<'p> {
    page: &'p Page,
    plan: Plan,
    shape: Shape,
    root_column: usize,
    /// `CTE x`, `InitPlan 1 (returns $0)` or `SubPlan 2` before the node that it names.
    label: Option<Label>,
    /// The column of the line of the worker that lines deeper in belong to.
    worker: Option<usize>,
    /// What the lines behind the tree speak of.
    summary: Option<Summary>,
    /// `JIT:` of a worker: its column, and what it says.
    compiled: Option<(usize, Vec<Property>)>,
    /// The last line that is part of the plan.
    last: usize,
    /// Whether the root has an arrow: what stands above it was not copied.
    within: bool,
    /// Lines in the middle of the plan that are no part of it.
    stray: Vec<usize>,
}

struct Label {
    name: String,
    column: usize,
    line: usize,
}

impl Reader<'_> {
    /// Whether a line is no part of the plan any more.
    fn ends(&self, at: usize, line: Line<'_>) -> bool {
        if line.arrow {
            return self.within && line.column <= self.root_column;
        }
        if root::is_foreign(line.text) {
            return true;
        }
        if line.column > self.root_column {
            return false;
        }
        self.shape.may_end() && root::begins(self.page, at)
            || !self.is_behind_tree(line) && !self.is_stray(at)
    }

    fn is_behind_tree(&self, line: Line<'_>) -> bool {
        self.shape.is_flat() || summary::is_known(line.text) || property::looks_named(line.text)
    }

    /// Whether a line that is no part of the plan stands in its midst.
    fn is_stray(&self, at: usize) -> bool {
        let next = Line::of(self.page.line(at + 1));
        at == self.last + 1 && !next.is_blank() && (next.arrow || next.column > self.root_column)
    }

    /// Says what is wrong with the plan whose root is the line `at`.
    fn warn(&self, at: usize, goes_on: bool, warnings: &mut Vec<Warning>) {
        let mut say = |at: usize, what: String| {
            let line = self.page.number(at);
            warnings.push(Warning { line, what });
        };
        if self.shape.is_flat() {
            say(at, "the lines have lost the blanks before them, so which node hangs on which is guessed from their kinds; copy the plan with its blanks to be sure".to_owned());
        }
        if goes_on {
            say(at, "the beginning of the plan is missing, so its parts are shown as plans of their own; copy it from its first line".to_owned());
        }
        if let Some(first) = self.stray.first() {
            let text: String = self.page.line(*first).trim().chars().take(40).collect();
            let more = match self.stray.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more lines"),
            };
            say(
                *first,
                format!(
                    "\u{201c}{text}\u{201d}{more} fit nowhere in the plan and are left out; copy the plan again if it is damaged"
                ),
            );
        }
    }

    fn line(&mut self, line: Line<'_>, at: usize) -> usize {
        if line.arrow {
            return self.heading(line, at);
        }
        if let Some(name) = self.label_at(line, at) {
            self.settle();
            self.label = Some(Label {
                name: name.to_owned(),
                column: line.column,
                line: at,
            });
            self.last = at;
            return at + 1;
        }
        let (text, next) = fold::whole(self.page, at, line.text);
        let behind_tree = if self.shape.is_flat() {
            summary::is_known(line.text)
        } else {
            // The first line of a paste may have lost a blank.
            line.column <= self.root_column
                || line.column == self.root_column + 1 && summary::is_known(line.text)
        };
        if behind_tree && self.summary.is_none() && !self.is_behind_tree(line) {
            self.stray.push(at);
        } else if behind_tree {
            self.settle();
            self.summary = Some(summary::begin(&text, self.page.number(at), &mut self.plan));
        } else if let Some(summary) = &mut self.summary {
            summary.go_on(&text, &mut self.plan);
        } else {
            self.about_node(line.column, &text, next - 1);
        }
        self.last = next - 1;
        next
    }

    fn heading(&mut self, line: Line<'_>, at: usize) -> usize {
        self.settle();
        self.summary = None;
        self.worker = None;
        let (text, next) = fold::heading(self.page, at, line.text);
        let label = self.label.take();
        let first = label.as_ref().map_or(at, |label| label.line);
        let mut node = heading::node(&text, self.page.number(first));
        node.lines = self.page.number(first)..=self.page.number(next - 1);
        let column = label.as_ref().map_or(line.column, |label| label.column);
        self.shape.place(
            &mut node,
            &self.plan.nodes,
            line.column,
            column,
            label.map(|label| label.name),
        );
        self.plan.nodes.push(node);
        self.last = next - 1;
        next
    }

    /// The name of an init plan, sub plan or CTE: a line of its own before a node.
    fn label_at<'l>(&self, line: Line<'l>, at: usize) -> Option<&'l str> {
        let named = root::is_label(line.text);
        let next = || {
            self.page
                .next_full(at + 1)
                .map(|at| Line::of(self.page.line(at)))
        };
        (named && next().is_some_and(|next| next.arrow)).then_some(line.text)
    }

    fn about_node(&mut self, column: usize, text: &str, last: usize) {
        let Some(id) = self.shape.owner(column) else {
            return;
        };
        let Some(node) = self.plan.nodes.get_mut(id) else {
            return;
        };
        node.lines = *node.lines.start()..=self.page.number(last);
        if let Some((number, rest)) = worker(text) {
            self.settle();
            self.worker = Some(column);
            if let Some(node) = self.plan.nodes.get_mut(id) {
                super::add_worker(&mut node.workers, new_worker(number, rest, &node.kind));
            }
            return;
        }
        let flat = self.shape.is_flat();
        let of_worker = self.worker.is_some_and(|at| flat || column > at);
        if let Some((jit, parts)) = &mut self.compiled {
            if column > *jit || (flat && compiled::is_part(text)) {
                compiled::take(text, parts);
                return;
            }
            self.settle();
        }
        let Some(node) = self.plan.nodes.get_mut(id) else {
            return;
        };
        if text == "JIT:" {
            self.compiled = Some((column, Vec::new()));
            return;
        }
        if of_worker && let Some(worker) = node.workers.last_mut() {
            let mut target = Target {
                kind: &node.kind,
                properties: &mut worker.properties,
                usage: &mut worker.usage,
            };
            property::take(text, &mut target);
            return;
        }
        self.worker = None;
        if node.kind == "ModifyTable" && sets::target_table(text, &mut node.properties) {
            return;
        }
        let mut target = Target {
            kind: &node.kind,
            properties: &mut node.properties,
            usage: &mut node.usage,
        };
        property::take(text, &mut target);
    }

    /// Puts what was gathered of a worker's or a node's compiling where it belongs.
    fn settle(&mut self) {
        let Some((_, parts)) = self.compiled.take() else {
            return;
        };
        let Some(node) = self.plan.nodes.last_mut() else {
            return;
        };
        let properties = match node.workers.last_mut() {
            Some(worker) if self.worker.is_some() => &mut worker.properties,
            _ => &mut node.properties,
        };
        properties.push(Property {
            name: "JIT".to_owned(),
            value: Value::Group(parts),
        });
    }

    fn finish(mut self) -> Plan {
        self.settle();
        if let Some(label) = self.label.take() {
            // The text ends before the node that it names.
            let line = self.page.number(label.line);
            let mut node = Node::new(super::UNNAMED, line);
            self.shape.place(
                &mut node,
                &self.plan.nodes,
                label.column + 2,
                label.column,
                Some(label.name),
            );
            self.plan.nodes.push(node);
        }
        summary::finish(&mut self.plan);
        shape::roles(&mut self.plan.nodes);
        for node in &mut self.plan.nodes {
            sets::gather(node);
        }
        self.plan.lines = 1..=self.page.number(self.last);
        self.plan
    }
}

/// `Worker 0:  actual time=…` or `Worker 0:  Sort Method: …`.
fn worker(text: &str) -> Option<(u32, &str)> {
    let (number, rest) = text.strip_prefix("Worker ")?.split_once(':')?;
    Some((number.parse().ok()?, rest.trim()))
}

fn new_worker(number: u32, rest: &str, kind: &str) -> Worker {
    let mut worker = Worker {
        number,
        actual: Actual::Unknown,
        usage: Usage::default(),
        properties: Vec::new(),
    };
    let actual = rest.strip_prefix("actual ").and_then(heading::actual);
    if let Some(actual) = actual {
        worker.actual = actual;
    } else if !rest.is_empty() {
        let mut target = Target {
            kind,
            properties: &mut worker.properties,
            usage: &mut worker.usage,
        };
        property::take(rest, &mut target);
    }
    worker
}

/// A text as it stands, or joined from several lines.
type Whole<'a> = Cow<'a, str>;
