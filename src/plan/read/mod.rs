//! From what a person pastes, opens or finds in a log to plans, whichever form it is in and whatever stands around it.
//!
//! | file | what it knows |
//! |---|---|
//! | `frames` | what terminals, editors, mails and logs put around a plan |
//! | `page` | the lines without it, each with its line of the input |
//! | `scan` | where in a page plans begin, and in which form |
//! | `json`, `yaml`, `xml` | these forms into a `tree` |
//! | `build`, `title` | from the tree to the model |
//! | `text` | the text form, straight to the model |
//! | `figures`, `jit` | what all of them have in common |
//! | `entity` | letters that XML and HTML write by name |

mod build;
mod entity;
mod figures;
mod frames;
mod jit;
mod json;
mod page;
mod scan;
mod text;
mod title;
mod tree;
mod xml;
mod yaml;

use super::{Actual, Plan, Worker};

/// What a node is called that doesn't say it itself.
const UNNAMED: &str = "unnamed node";

const CUT: &str = "the text ends in the middle of the plan, so the nodes after this line are missing; copy the whole plan, or save it to a file and open that";

/// What was read of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The plans, in the order of the text.
    pub plans: Vec<Plan>,
    /// What could not be read, and what to do about it.
    pub warnings: Vec<Warning>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line of the input, counted from 1.
    pub line: u32,
    /// What it is, and what to do.
    pub what: String,
}

/// Reads the plans in a text, in any form that `EXPLAIN` has and with whatever a terminal, an editor or a mail put
/// around them. Never fails: what can't be read is a warning.
#[must_use]
pub fn read(text: &str) -> Reading {
    scan::plans(&frames::page(text))
}

/// Reads the body of a record of `auto_explain`: what follows `duration: 1.234 ms  plan:`, in whichever form.
/// `duration_ms` is what the record says before it.
#[must_use]
pub fn read_log_record(body: &str, duration_ms: Option<f64>) -> Reading {
    let mut reading = scan::record(&frames::log_record(body));
    for plan in &mut reading.plans {
        plan.duration_ms = duration_ms.or(plan.duration_ms);
    }
    reading
}

fn lines_in(text: &str, from: usize, to: usize) -> usize {
    let bytes = text.as_bytes().get(from..to).unwrap_or_default();
    memchr::memchr_iter(b'\n', bytes).count()
}

/// Adds what is said of a worker to what is known of it.
fn add_worker(workers: &mut Vec<Worker>, more: Worker) {
    let known = workers.iter_mut().find(|known| known.number == more.number);
    let Some(known) = known else {
        workers.push(more);
        return;
    };
    if more.actual != Actual::Unknown {
        known.actual = more.actual;
    }
    known.usage = known.usage.plus(more.usage);
    known.properties.extend(more.properties);
}

/// A number as a server writes it.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    // `nan` and `inf` are words to us.
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|n: &f64| plain && n.is_finite())
}
