//! The lines under `JIT:`.

use super::balance::items;
use super::property::{split, text};
use crate::plan::{Property, Value};

/// Whether a line may stand under `JIT:`.
pub(super) fn is_part(line: &str) -> bool {
    let (name, _) = split(line);
    matches!(name, "Functions" | "Options" | "Timing")
        || ["Generation", "Inlining", "Optimization", "Emission"]
            .iter()
            .any(|part| name.starts_with(part))
}

/// Takes a line: `Functions: 6`, `Options: Inlining true, …`, `Timing: Generation 0.443 ms (Deform 0.1 ms), …`.
pub(super) fn take(line: &str, parts: &mut Vec<Property>) {
    let (name, value) = split(line);
    let part = match name {
        "Options" | "Timing" => Property {
            name: name.to_owned(),
            value: Value::Group(items(value).into_iter().map(option).collect()),
        },
        _ => text(name, without_unit(value)),
    };
    parts.push(part);
}

fn option(item: &str) -> Property {
    let (name, value) = item.split_once(' ').unwrap_or((item, ""));
    let Some((total, deform)) = value.split_once(" (Deform ") else {
        return text(name, without_unit(value));
    };
    Property {
        name: name.to_owned(),
        value: Value::Group(vec![
            text("Deform", without_unit(deform.trim_end_matches(')'))),
            text("Total", without_unit(total)),
        ]),
    }
}

fn without_unit(value: &str) -> &str {
    value.strip_suffix(" ms").unwrap_or(value)
}
