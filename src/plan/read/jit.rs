//! What compiling took, from the parts that all forms have in common.

use crate::plan::{Jit, Property, Value, find};

/// Reads `Functions`, `Options` and `Timing`; PostgreSQL 11 writes the parts of both beside each other.
pub(super) fn jit(parts: &[Property]) -> Jit {
    let mut jit = Jit::default();
    for Property { name, value } in parts {
        match (name.as_str(), value) {
            ("Functions", _) => jit.functions = number(value).unwrap_or_default(),
            ("Options" | "Timing", Value::Group(parts)) => {
                for Property { name, value } in parts {
                    part(name, value, &mut jit);
                }
            }
            (name, value) => part(name, value, &mut jit),
        }
    }
    jit
}

fn part(name: &str, value: &Value, jit: &mut Jit) {
    if let Some(text @ ("true" | "false")) = value.text() {
        jit.options.push((name.to_owned(), text == "true"));
        return;
    }
    let ms = number(value);
    match name.strip_suffix(" Time").unwrap_or(name) {
        "Generation" => {
            let within = |name| match value {
                Value::Group(parts) => find(parts, name).and_then(number),
                Value::Text(_) | Value::List(_) => None,
            };
            jit.generation_ms = ms.or_else(|| within("Total"));
            jit.deform_ms = within("Deform");
        }
        "Inlining" => jit.inlining_ms = ms,
        "Optimization" => jit.optimization_ms = ms,
        "Emission" => jit.emission_ms = ms,
        "Total" => jit.total_ms = ms,
        _ => {}
    }
}

fn number(value: &Value) -> Option<f64> {
    super::number(value.text()?)
}
