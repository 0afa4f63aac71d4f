//! Where in a page plans begin, and in which form.

use super::page::Page;
use super::text;
use super::{Reading, Warning, build, json};
use crate::plan::{Format, Plan};

/// Reads all plans of a page.
pub(super) fn plans(page: &Page) -> Reading {
    let mut scan = Scan {
        page,
        reading: Reading::default(),
        json_ended: false,
        statement: None,
        duration_ms: None,
        other: None,
    };
    let mut at = 0;
    while at < page.count() {
        at = scan.step(at).max(at + 1);
    }
    scan.finish()
}

/// Reads the body of a log record, whose statement reaches to the last line that looks like a root.
pub(super) fn record(page: &Page) -> Reading {
    let first = page.next_full(0).unwrap_or(0);
    if !is_statement(page.line(first).trim_start()) {
        return plans(page);
    }
    let root = (first + 1..page.count()).rev().find(|at| {
        is_unindented(page.line(*at)) && text::begins_plan(page, *at) && has_costs(page.line(*at))
    });
    let Some(root) = root else {
        return plans(page);
    };
    let mut reading = Reading::default();
    let end = text::read(page, root, &mut reading);
    if let Some(plan) = reading.plans.first_mut() {
        statement(page, first, root, plan);
    }
    debug_assert!(end > root, "a plan has a line");
    reading
}

fn is_unindented(line: &str) -> bool {
    !line.starts_with(char::is_whitespace)
}

fn has_costs(line: &str) -> bool {
    line.contains("(cost=")
}

/// `Query Text: SELECT …`; in YAML the statement is in quotes.
fn is_statement(line: &str) -> bool {
    line.strip_prefix("Query Text: ")
        .is_some_and(|text| !text.starts_with('"'))
}

/// Takes the statement and its parameters from the lines before the root.
fn statement(page: &Page, first: usize, root: usize, plan: &mut Plan) {
    let parameters = (first + 1..root).rev().find(|at| {
        page.line(*at)
            .trim_start()
            .starts_with("Query Parameters: ")
    });
    let text = |from: usize, to: usize, name: &str| {
        let lines: Vec<_> = (from..to).map(|at| page.line(at)).collect();
        let whole = lines.join("\n");
        let whole = whole.trim();
        whole.strip_prefix(name).unwrap_or(whole).trim().to_owned()
    };
    plan.query = Some(text(first, parameters.unwrap_or(root), "Query Text:"));
    plan.parameters = parameters.map(|at| text(at, root, "Query Parameters:"));
    plan.lines = page.number(first)..=*plan.lines.end();
}

struct Scan<'p> {
    page: &'p Page,
    reading: Reading,
    /// Whether a value of JSON was read to the end of the page: no other begins in it.
    json_ended: bool,
    /// Where the statement of the next plan stands.
    statement: Option<usize>,
    /// Milliseconds that a log gives for the next plan.
    duration_ms: Option<f64>,
    /// The line of something that is no plan, and what it is.
    other: Option<(usize, &'static str)>,
}

impl Scan<'_> {
    /// Reads what begins in a line; gives the line to go on with.
    fn step(&mut self, at: usize) -> usize {
        let page = self.page;
        let line = page.line(at);
        let begin = line.trim_start();
        let before = self.reading.plans.len();
        let next = if let Some(offset) = json_in(line).filter(|_| !self.json_ended) {
            self.json(at, offset)
        } else if is_statement(begin) {
            self.statement = Some(at);
            at + 1
        } else if text::begins_plan(page, at) {
            let next = text::read(page, at, &mut self.reading);
            if let (Some(first), Some(plan)) = (self.statement, self.reading.plans.get_mut(before))
            {
                statement(page, first, at, plan);
            }
            next
        } else {
            self.note(at, begin);
            at + 1
        };
        if let Some(plan) = self.reading.plans.get_mut(before) {
            plan.duration_ms = self.duration_ms.take();
            self.statement = None;
        }
        next
    }

    fn json(&mut self, at: usize, offset: usize) -> usize {
        let page = self.page;
        let start = page.start(at) + offset;
        let (tree, end) = json::read(page.text(), start, at);
        let found = build::plans(
            &tree,
            Format::Json,
            &|line| page.number(line),
            &mut self.reading,
        );
        if found == 0 {
            self.json_ended = end >= page.text().len();
            self.other.get_or_insert((at, "JSON"));
            return at + 1;
        }
        at + super::lines_in(page.text(), start, end).max(1)
    }

    /// Notes what a line says of the plan to come.
    fn note(&mut self, at: usize, line: &str) {
        if line.ends_with("plan:")
            && let Some((_, behind)) = line.rsplit_once("duration: ")
        {
            self.duration_ms = behind.split(' ').next().and_then(super::number);
        } else if line.starts_with("Utility statements have no plan") {
            self.other.get_or_insert((at, "utility"));
        }
    }

    fn finish(mut self) -> Reading {
        if self.reading.plans.is_empty() {
            let (at, what) = self.other.unwrap_or((0, ""));
            let what = match what {
                "JSON" => {
                    "this is JSON, but no plan: it has neither \u{201c}Plan\u{201d} nor \u{201c}Node Type\u{201d}; open what EXPLAIN (FORMAT JSON) gives"
                }
                "utility" => {
                    "the statement is a utility statement, which has no plan; explain a SELECT, INSERT, UPDATE, DELETE or MERGE"
                }
                _ => {
                    "no plan was found; open what EXPLAIN gives, as text, JSON, YAML or XML, from its first line to its last"
                }
            };
            self.reading.warnings.push(Warning {
                line: self.page.number(at),
                what: what.to_owned(),
            });
        }
        self.reading
    }
}

/// Where in a line JSON that may be a plan begins.
fn json_in(line: &str) -> Option<usize> {
    let begin = line.trim_start();
    if begin.starts_with(['{', '[']) {
        return Some(line.len() - begin.len());
    }
    if line.contains("\"Plan\"") || line.contains("\"Node Type\"") || line.contains("plan: {") {
        return line.find(['{', '[']);
    }
    None
}
