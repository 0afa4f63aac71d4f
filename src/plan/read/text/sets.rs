//! Lines under a node that belong together: the keys of grouping sets, and the tables of a change.

use super::heading;
use super::kind::Kind;
use crate::plan::{Node, Property, Value};

/// Makes of several lines of keys what the other forms call `Grouping Sets`.
pub(super) fn gather(node: &mut Node) {
    if node.kind != "Aggregate" {
        return;
    }
    let is_key = |p: &Property| matches!(p.name.as_str(), "Group Key" | "Hash Key" | "Sort Key");
    let keys = node.properties.iter().filter(|p| is_key(p)).count();
    let hashed = node.properties.iter().any(|p| p.name == "Hash Key");
    if keys < 2 && !hashed {
        return;
    }
    let first = node.properties.iter().position(is_key).unwrap_or_default();
    let (keys, mut rest): (Vec<_>, Vec<_>) = node.properties.drain(..).partition(is_key);
    let mut sets: Vec<Set> = Vec::new();
    for key in keys {
        let name = match key.name.as_str() {
            "Sort Key" => {
                sets.push(Set {
                    sort: Some(key),
                    ..Set::default()
                });
                continue;
            }
            "Hash Key" => "Hash Keys",
            _ => "Group Keys",
        };
        let value = match key.value {
            Value::List(items) if items == [Value::Text("()".to_owned())] => {
                Value::List(Vec::new())
            }
            value => value,
        };
        match sets.last_mut() {
            Some(set) if name == "Group Keys" && (set.keys.is_empty() || set.name == name) => {
                set.name = name;
                set.keys.push(value);
            }
            _ => sets.push(Set {
                sort: None,
                name,
                keys: vec![value],
            }),
        }
    }
    let sets = sets.into_iter().map(Set::into_value).collect();
    rest.insert(
        first.min(rest.len()),
        Property {
            name: "Grouping Sets".to_owned(),
            value: Value::List(sets),
        },
    );
    node.properties = rest;
}

#[derive(Default)]
struct Set {
    sort: Option<Property>,
    name: &'static str,
    keys: Vec<Value>,
}

impl Set {
    fn into_value(self) -> Value {
        let mut parts: Vec<_> = self.sort.into_iter().collect();
        parts.push(Property {
            name: self.name.to_owned(),
            value: Value::List(self.keys),
        });
        Value::Group(parts)
    }
}

/// `Update on measurements_2024 m`: one of the tables that a statement changes. Whether the line is one.
pub(super) fn target_table(text: &str, properties: &mut Vec<Property>) -> bool {
    let (title, _, Some(on)) = heading::parts(text) else {
        return false;
    };
    let kind = Kind::of(title);
    if !matches!(&*kind.name, "ModifyTable" | "Foreign Scan") {
        return false;
    }
    let (mut path, alias) = heading::names(on);
    let relation = path.pop().unwrap_or_default();
    let alias = alias.unwrap_or_else(|| relation.clone());
    let parts = path
        .pop()
        .map(|schema| super::property::text("Schema", &schema))
        .into_iter()
        .chain([
            super::property::text("Relation Name", &relation),
            super::property::text("Alias", &alias),
        ]);
    let table = Value::Group(parts.collect());
    let known = properties.iter_mut().find(|p| p.name == "Target Tables");
    match known.map(|p| &mut p.value) {
        Some(Value::List(tables)) => tables.push(table),
        _ => properties.push(Property {
            name: "Target Tables".to_owned(),
            value: Value::List(vec![table]),
        }),
    }
    true
}
