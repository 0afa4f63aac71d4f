//! Where in a page plans begin, and in which form.

use super::page::Page;
use super::text;
use super::tree::Tree;
use super::{Reading, Warning, build, json, xml, yaml};
use crate::plan::{Format, Plan};

/// Reads all plans of a page.
pub(super) fn plans(page: &Page) -> Reading {
    let mut scan = Scan {
        page,
        reading: Reading::default(),
        json_ended: false,
        xml_ended: false,
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
    text::read(page, root, &mut reading);
    if let Some(plan) = reading.plans.first_mut() {
        statement(page, first, root, plan);
    }
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

const NOTHING: &str = "no plan was found; open what EXPLAIN gives, as text, JSON, YAML or XML, from its first line to its last";

/// What was found that is no plan.
#[derive(Clone, Copy)]
enum Other {
    Data(Format),
    Cut,
    Utility,
}

impl Other {
    fn say(self) -> &'static str {
        match self {
            Self::Data(Format::Json) => {
                "this is JSON, but no plan: it has neither \u{201c}Plan\u{201d} nor \u{201c}Node Type\u{201d}; open what EXPLAIN (FORMAT JSON) gives"
            }
            Self::Data(Format::Xml) => {
                "this is XML, but no plan: it has no <Plan>; open what EXPLAIN (FORMAT XML) gives"
            }
            Self::Data(_) => NOTHING,
            Self::Cut => {
                "the text ends before the first node of a plan; copy the whole plan, or save it to a file and open that; in a log, PostgreSQL writes all of it, but a collector between may cut it"
            }
            Self::Utility => {
                "the statement is a utility statement, which has no plan; explain a SELECT, INSERT, UPDATE, DELETE or MERGE"
            }
        }
    }
}

struct Scan<'p> {
    page: &'p Page,
    reading: Reading,
    /// Whether a value of JSON was read to the end of the page: no other begins in it.
    json_ended: bool,
    /// The same of XML.
    xml_ended: bool,
    /// Where the statement of the next plan stands.
    statement: Option<usize>,
    /// Milliseconds that a log gives for the next plan.
    duration_ms: Option<f64>,
    /// The line of something that is no plan, and what it is.
    other: Option<(usize, Other)>,
}

impl Scan<'_> {
    /// Reads what begins in a line; gives the line to go on with.
    fn step(&mut self, at: usize) -> usize {
        let page = self.page;
        let line = page.line(at);
        let begin = line.trim_start();
        let before = self.reading.plans.len();
        let next = if let Some(offset) = json_in(line).filter(|_| !self.json_ended) {
            let (tree, end) = json::read(page.text(), page.start(at) + offset, at);
            let found = self.build(&tree, Format::Json, at);
            self.json_ended = !found && tree.cut.is_some();
            self.behind(at, offset, end, self.json_ended)
        } else if let Some(offset) = xml_in(line).filter(|_| !self.xml_ended) {
            let (tree, end) = xml::read(page.text(), page.start(at) + offset, at);
            let found = self.build(&tree, Format::Xml, at);
            self.xml_ended = !found && tree.cut.is_some();
            self.behind(at, offset, end, self.xml_ended)
        } else if yaml::begins(line) {
            let (tree, next) = yaml::read(page, at);
            self.build(&tree, Format::Yaml, at);
            next
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

    /// Makes the plans of a tree; whether there are any.
    fn build(&mut self, tree: &Tree<'_>, format: Format, at: usize) -> bool {
        let page = self.page;
        let lines = |line| page.number(line);
        let found = build::plans(tree, format, &lines, &mut self.reading) > 0;
        if !found {
            let what = if tree.cut.is_some() {
                Other::Cut
            } else {
                Other::Data(format)
            };
            self.other.get_or_insert((at, what));
        }
        found
    }

    /// The line to go on with behind a value. What seemed to begin one and never ended is passed over alone.
    fn behind(&self, at: usize, offset: usize, end: usize, endless: bool) -> usize {
        if endless {
            return at + 1;
        }
        let start = self.page.start(at) + offset;
        at + super::lines_in(self.page.text(), start, end).max(1)
    }

    /// Notes what a line says of the plan to come.
    fn note(&mut self, at: usize, line: &str) {
        if line.ends_with("plan:")
            && let Some((_, behind)) = line.rsplit_once("duration: ")
        {
            self.duration_ms = behind.split(' ').next().and_then(super::number);
        } else if line.starts_with("Utility statements have no plan") {
            self.other.get_or_insert((at, Other::Utility));
        }
    }

    fn finish(mut self) -> Reading {
        if self.reading.plans.is_empty() {
            let (at, what) = self
                .other
                .map_or((0, NOTHING), |(at, what)| (at, what.say()));
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

/// Where in a line XML that may be a plan begins.
fn xml_in(line: &str) -> Option<usize> {
    let starts = ["<explain", "<Query>", "<Query-Text>", "<Plan>"];
    starts.iter().filter_map(|start| line.find(start)).min()
}
