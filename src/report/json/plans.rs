//! The plans of a capture by query and shape.

use serde::Serialize;

use super::values::file_name;
use crate::analysis::{Analysis, PlanGroup, PlanPlace};
use crate::capture::CaptureError;

#[derive(Serialize)]
pub(super) struct PlansRow {
    /// Plans that the capture has, and those that were read.
    total: u64,
    read: u64,
    unreadable: u64,
    groups: Vec<GroupRow>,
}

#[derive(Serialize)]
struct GroupRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    /// Equal for plans that differ in figures only.
    shape: String,
    summary: String,
    plans: usize,
    /// Other shapes that the same query was run with.
    other_shapes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    mean_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slowest: Option<PlaceRow>,
}

#[derive(Serialize)]
struct PlaceRow {
    file: String,
    line: u64,
}

/// The plans that `auto_explain` wrote into the capture; `None` where it has none.
pub(super) fn plans(analysis: &Analysis) -> Result<Option<PlansRow>, CaptureError> {
    if analysis.workload.plans.is_empty() {
        return Ok(None);
    }
    let set = analysis.plans();
    Ok(Some(PlansRow {
        total: set.total,
        read: set.read,
        unreadable: set.unreadable,
        groups: set
            .groups
            .iter()
            .map(|g| group(analysis, g))
            .collect::<Result<_, _>>()?,
    }))
}

fn group(analysis: &Analysis, group: &PlanGroup) -> Result<GroupRow, CaptureError> {
    let slowest = match group.plans.first().map(|p| p.place) {
        Some(PlanPlace::Record(place)) => Some(PlaceRow {
            file: file_name(analysis, place.file.into()),
            line: analysis.sources.line(place)?,
        }),
        _ => None,
    };
    let query = group.query.and_then(|q| analysis.workload.query(q));
    let rounded = |ms: f64| (ms * 1e3).round() / 1e3;
    Ok(GroupRow {
        fingerprint: query.map(|q| q.fingerprint.to_string()),
        shape: format!("{:016x}", group.shape),
        summary: group.summary.clone(),
        plans: group.plans.len(),
        other_shapes: group.siblings,
        mean_ms: group.mean_ms.map(rounded),
        max_ms: group.max_ms().map(rounded),
        slowest,
    })
}
