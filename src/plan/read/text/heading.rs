//! The line that begins a node: `Index Scan using i on s.t x  (cost=… rows=… width=…) (actual time=… rows=… loops=…)`.

use super::balance::find_unquoted;
use super::kind::Kind;
use crate::plan::read::number;
use crate::plan::{Actual, Estimate, Node, Property, Value};

/// What stands at the end of a heading.
#[derive(Debug, Default)]
pub(super) struct Ending {
    pub estimate: Option<Estimate>,
    pub actual: Option<Actual>,
    /// Figures that are no numbers, as where a test of PostgreSQL's own hides them: `actual`, `rows=N loops=N`.
    pub hidden: Vec<(&'static str, String)>,
}

impl Ending {
    pub(super) fn is_empty(&self) -> bool {
        self.estimate.is_none() && self.actual.is_none() && self.hidden.is_empty()
    }
}

/// Splits the figures off the end; a name that looks like figures is not at the end.
pub(super) fn split(text: &str) -> (&str, Ending) {
    let mut rest = text.trim_end();
    let mut ending = Ending::default();
    if let Some(before) = rest.strip_suffix("(never executed)") {
        ending.actual = Some(Actual::Never);
        rest = before.trim_end();
    } else if let Some((before, inside)) = last_group(rest, "(actual ")
        && is_figures(inside)
    {
        ending.actual = actual(inside);
        if ending.actual.is_none() {
            ending.hidden.push(("actual", inside.to_owned()));
        }
        rest = before.trim_end();
    }
    if let Some((before, inside)) = last_group(rest, "(cost=")
        && is_figures(inside)
    {
        ending.estimate = estimate(inside);
        if ending.estimate.is_none() {
            ending.hidden.push(("cost", inside.to_owned()));
        }
        rest = before.trim_end();
    }
    (rest, ending)
}

/// Whether all is `name=value`, but for the costs, of which the name is before.
fn is_figures(inside: &str) -> bool {
    let mut words = inside.split_whitespace();
    let first = words
        .next()
        .is_some_and(|word| word.contains("..") || word.contains('='));
    let mut rest = words.peekable();
    first
        && rest.peek().is_some()
        && rest.all(|word| {
            ["time=", "rows=", "width=", "loops="]
                .iter()
                .any(|name| word.starts_with(name))
        })
}

/// What stands before and in the last bracket, if it begins like this.
fn last_group<'a>(text: &'a str, open: &str) -> Option<(&'a str, &'a str)> {
    let inside = text.strip_suffix(')')?;
    let at = inside.rfind(open)?;
    Some((text.get(..at)?, inside.get(at + open.len()..)?))
}

/// `0.00..1.00 rows=1 width=4`, behind `cost=`.
fn estimate(inside: &str) -> Option<Estimate> {
    let mut words = inside.split_whitespace();
    let (startup_cost, total_cost) = range(words.next()?)?;
    let rows = figure(words.next()?, "rows=")?;
    let width = figure(words.next()?, "width=")?;
    words.next().is_none().then_some(Estimate {
        startup_cost,
        total_cost,
        rows,
        width,
    })
}

/// `time=0.01..0.02 rows=1 loops=1`, behind `actual`; without time under `TIMING OFF`.
pub(super) fn actual(inside: &str) -> Option<Actual> {
    let mut words = inside.split_whitespace().peekable();
    let time = words.next_if(|word| word.starts_with("time="));
    let times = match time {
        Some(time) => Some(range(time.strip_prefix("time=")?)?),
        None => None,
    };
    let rows = figure(words.next()?, "rows=")?;
    let loops = figure(words.next()?, "loops=")?;
    if words.next().is_some() {
        return None;
    }
    Some(if loops <= 0.0 {
        Actual::Never
    } else {
        Actual::Ran {
            startup_ms: times.map(|(startup, _)| startup),
            total_ms: times.map(|(_, total)| total),
            rows,
            loops,
        }
    })
}

fn range(text: &str) -> Option<(f64, f64)> {
    let (from, to) = text.split_once("..")?;
    Some((number(from)?, number(to)?))
}

fn figure(word: &str, name: &str) -> Option<f64> {
    number(word.strip_prefix(name)?)
}

/// The node that a heading speaks of.
pub(super) fn node(text: &str, line: u32) -> Node {
    let (named, ending) = split(text);
    let (title, index, on) = parts(named);
    let kind = Kind::of(title);
    let mut node = Node::new(kind.name.as_ref(), line);
    title.clone_into(&mut node.title);
    node.parallel_aware = kind.parallel;
    node.properties = kind.properties;
    node.index = index.map(|name| names(name).0.pop().unwrap_or_default());
    node.estimate = ending.estimate;
    node.actual = ending.actual.unwrap_or(Actual::Unknown);
    if let Some(on) = on {
        object(&mut node, on);
    }
    for (name, value) in ending.hidden {
        node.properties.push(Property {
            name: name.to_owned(),
            value: Value::Text(value),
        });
    }
    node
}

/// What it is, the index that it uses and what it reads.
pub(super) fn parts(named: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, on) = cut(named, " on ");
    let (title, index) = cut(rest, " using ");
    (title, index, on)
}

fn cut<'a>(text: &'a str, at: &str) -> (&'a str, Option<&'a str>) {
    match find_unquoted(text, at) {
        Some(place) => (
            text.get(..place).unwrap_or_default().trim_end(),
            text.get(place + at.len()..).map(str::trim),
        ),
        None => (text, None),
    }
}

/// What a node reads: a table, an index, a function, a CTE or a subquery.
fn object(node: &mut Node, on: &str) {
    let (mut path, alias) = names(on);
    let name = path.pop();
    let schema = path.pop();
    let under = match node.kind.as_str() {
        "Bitmap Index Scan" => {
            node.index = name;
            return;
        }
        "Function Scan" => "Function Name",
        "Table Function Scan" => "Table Function Name",
        "CTE Scan" | "WorkTable Scan" => "CTE Name",
        "Named Tuplestore Scan" => "Tuplestore Name",
        "Subquery Scan" | "Values Scan" => {
            node.alias = alias.or(name);
            return;
        }
        _ => {
            node.schema = schema;
            node.alias = alias.filter(|alias| Some(alias) != name.as_ref());
            node.relation = name;
            return;
        }
    };
    node.schema = schema;
    node.alias = alias.or_else(|| name.clone());
    if let Some(name) = name {
        node.properties.push(Property {
            name: under.to_owned(),
            value: Value::Text(name),
        });
    }
}

/// `s."My table" t` without quotes: the path and the alias.
pub(super) fn names(text: &str) -> (Vec<String>, Option<String>) {
    let mut path = vec![String::new()];
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        let name = path.last_mut();
        match (letter, name) {
            ('"', Some(name)) if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                name.push('"');
            }
            ('"', _) => quoted = !quoted,
            ('.', _) if !quoted => path.push(String::new()),
            (' ', _) if !quoted => {
                let rest: String = letters.collect();
                let alias = names(rest.trim()).0.join(".");
                return (path, Some(alias).filter(|alias| !alias.is_empty()));
            }
            (letter, Some(name)) => name.push(letter),
            (_, None) => {}
        }
    }
    (path, None)
}
