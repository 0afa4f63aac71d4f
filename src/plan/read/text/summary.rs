//! What stands behind the tree.

use super::balance::items;
use super::compiled;
use super::property::{self, Target, split};
use crate::plan::read::{jit::jit, number};
use crate::plan::{Plan, Property, Serialization, Trigger, Value};

/// What the lines deeper in than the last one behind the tree speak of.
#[derive(Debug)]
pub(super) enum Summary {
    Planning,
    Jit,
    Serialization,
    /// A group of a name that we don't know, as an extension writes.
    Group(String),
}

/// Whether a line can only stand behind the tree.
pub(in crate::plan::read) fn is_known(line: &str) -> bool {
    let (name, _) = split(line);
    matches!(
        name,
        "Planning"
            | "Planning Time"
            | "Planning time"
            | "Execution Time"
            | "Execution time"
            | "Total runtime"
            | "Settings"
            | "Query Identifier"
            | "JIT"
            | "Serialization"
    ) || name.starts_with("Trigger ") && line.contains("calls=")
}

/// Takes a line behind the tree.
pub(super) fn begin(line: &str, at: u32, plan: &mut Plan) -> Summary {
    let (name, value) = split(line);
    let ms = || value.strip_suffix(" ms").and_then(number);
    match name {
        "Planning" => return Summary::Planning,
        "JIT" => {
            plan.properties.push(Property {
                name: name.to_owned(),
                value: Value::Group(Vec::new()),
            });
            return Summary::Jit;
        }
        "Serialization" => {
            plan.serialization = Some(serialization(value));
            return Summary::Serialization;
        }
        "Planning Time" | "Planning time" if ms().is_some() => plan.planning_ms = ms(),
        "Execution Time" | "Execution time" | "Total runtime" if ms().is_some() => {
            plan.execution_ms = ms();
        }
        "Query Identifier" if value.parse::<i64>().is_ok() => plan.query_id = value.parse().ok(),
        "Settings" => plan.settings.extend(items(value).into_iter().map(setting)),
        _ => {
            if let Some(trigger) = trigger(line, at) {
                plan.triggers.push(trigger);
            } else {
                plan.properties.push(property::text(name, value));
                return Summary::Group(name.to_owned());
            }
        }
    }
    Summary::Group(String::new())
}

impl Summary {
    /// Takes a line that stands deeper in.
    pub(super) fn go_on(&mut self, line: &str, plan: &mut Plan) {
        match self {
            Self::Planning => {
                let mut properties = Vec::new();
                let mut target = Target {
                    kind: "",
                    properties: &mut properties,
                    usage: &mut plan.planning_usage,
                };
                property::take(line, &mut target);
                for property in properties {
                    add(&mut plan.properties, "Planning", property);
                }
            }
            Self::Jit => {
                let mut parts = Vec::new();
                compiled::take(line, &mut parts);
                for part in parts {
                    add(&mut plan.properties, "JIT", part);
                }
            }
            Self::Serialization => {
                let usage = plan.serialization.get_or_insert_default();
                let mut target = Target {
                    kind: "",
                    properties: &mut plan.properties,
                    usage: &mut usage.usage,
                };
                property::take(line, &mut target);
            }
            Self::Group(name) => {
                let (part, value) = split(line);
                let part = property::text(part, value);
                if name.is_empty() {
                    plan.properties.push(part);
                } else {
                    add(&mut plan.properties, name, part);
                }
            }
        }
    }
}

/// Adds a part to the group of this name.
fn add(properties: &mut Vec<Property>, name: &str, part: Property) {
    let group = properties.iter_mut().rev().find(|p| p.name == name);
    match group.map(|group| &mut group.value) {
        Some(Value::Group(parts)) => parts.push(part),
        // What stood behind the name itself comes first.
        Some(value) => {
            let own = Property {
                name: String::new(),
                value: value.clone(),
            };
            let own = Some(own).filter(|own| own.value.text() != Some(""));
            *value = Value::Group(own.into_iter().chain([part]).collect());
        }
        None => properties.push(Property {
            name: name.to_owned(),
            value: Value::Group(vec![part]),
        }),
    }
}

/// Makes of what was gathered under `JIT:` what it took.
pub(super) fn finish(plan: &mut Plan) {
    let at = plan.properties.iter().position(|p| p.name == "JIT");
    let Some(at) = at else { return };
    if let Value::Group(parts) = plan.properties.remove(at).value {
        plan.jit = Some(jit(&parts));
    }
}

/// `work_mem = '1MB'`.
fn setting(item: &str) -> (String, String) {
    let (name, value) = item.split_once(" = ").unwrap_or((item, ""));
    let plain = value
        .strip_prefix('\'')
        .and_then(|value| value.strip_suffix('\''))
        .map_or_else(|| value.to_owned(), |value| value.replace("''", "'"));
    (name.to_owned(), plain)
}

/// `time=0.036 ms  output=36kB  format=text`.
fn serialization(value: &str) -> Serialization {
    let mut made = Serialization::default();
    for word in value.split_whitespace() {
        match word.split_once('=') {
            Some(("time", ms)) => made.ms = number(ms),
            Some(("output", kb)) => made.output_kb = number(kb.trim_end_matches("kB")),
            Some(("format", format)) => made.format = Some(format.to_owned()),
            _ => {}
        }
    }
    made
}

/// `Trigger RI_ConstraintTrigger_c_16 for constraint orders_fkey on orders: time=1.5 calls=3`.
fn trigger(line: &str, at: u32) -> Option<Trigger> {
    let (who, figures) = line.strip_prefix("Trigger")?.rsplit_once(": ")?;
    let figure = |name| {
        let mut words = figures.split_whitespace();
        words.find_map(|word| number(word.strip_prefix(name)?))
    };
    let calls = figure("calls=")?;
    let (name, constraint) = match who.split_once(" for constraint ") {
        Some((name, constraint)) => (name, Some(constraint)),
        None => (who, None),
    };
    let on = |text: &str| match text.rsplit_once(" on ") {
        Some((name, relation)) => (name.trim().to_owned(), Some(relation.to_owned())),
        None => (text.trim().to_owned(), None),
    };
    let (name, of_name) = on(name);
    let (constraint, of_constraint) = constraint.map(on).unzip();
    Some(Trigger {
        name,
        constraint,
        relation: of_name.or(of_constraint.flatten()),
        ms: figure("time="),
        calls,
        line: at,
    })
}
