//! What going through temporary files costs.

use super::PlanContext;

/// Milliseconds that writing or reading a page of a temporary file takes where the plan doesn't tell: on the machine
/// that these rules were tried on it was half of that, with the file in the system's cache.
const PAGE_MS: f64 = 0.01;
const KB_PER_PAGE: f64 = 8.0;

/// Milliseconds that the nodes spent on temporary files: as `track_io_timing` measured them, else by the pages, else by
/// `disk` kilobytes that were written once and read once. Never more than the nodes' own time; `None` if that isn't
/// known. The work itself is as much in memory, and often more, for larger tables fit the processor's caches worse.
pub(super) fn spent(context: &PlanContext<'_>, nodes: &[usize], disk: f64) -> Option<f64> {
    let (mut own_ms, mut measured, mut pages) = (0.0, 0.0, 0.0);
    let mut processes = 1.0_f64;
    for time in nodes.iter().map(|id| context.time(*id)) {
        let temp = time.own.temp;
        own_ms += time.self_ms?;
        measured += temp.read_ms + temp.write_ms;
        pages += temp.read + temp.written;
        processes = processes.max(time.processes);
    }
    let estimated = if pages > 0.0 {
        pages / processes * PAGE_MS
    } else {
        2.0 * disk / KB_PER_PAGE * PAGE_MS
    };
    let spent = if measured > 0.0 {
        measured / processes
    } else {
        estimated
    };
    Some(spent.min(own_ms))
}
