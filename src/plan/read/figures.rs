//! The figures that nodes, workers and planning have in common, by the names of `FORMAT JSON`.

use crate::plan::{Actual, Estimate, Property, Usage, Value};

/// What is known so far of what was expected and what happened.
#[derive(Debug, Default)]
pub(super) struct Figures {
    startup_cost: Option<f64>,
    total_cost: Option<f64>,
    plan_rows: Option<f64>,
    width: Option<f64>,
    startup_ms: Option<f64>,
    total_ms: Option<f64>,
    rows: Option<f64>,
    loops: Option<f64>,
    pub usage: Usage,
}

impl Figures {
    /// Takes a figure; whether it is one of these.
    pub(super) fn take(&mut self, name: &str, value: Option<f64>) -> bool {
        let slot = match name {
            "Startup Cost" => &mut self.startup_cost,
            "Total Cost" => &mut self.total_cost,
            "Plan Rows" => &mut self.plan_rows,
            "Plan Width" => &mut self.width,
            "Actual Startup Time" => &mut self.startup_ms,
            "Actual Total Time" => &mut self.total_ms,
            "Actual Rows" => &mut self.rows,
            "Actual Loops" => &mut self.loops,
            _ => return take_usage(&mut self.usage, name, value),
        };
        if value.is_some() {
            *slot = value;
        }
        value.is_some()
    }

    /// What was expected. A cost alone is kept as a property, for without rows it is no estimate.
    pub(super) fn estimate(&self, rest: &mut Vec<Property>) -> Option<Estimate> {
        if let (Some(total_cost), Some(rows)) = (self.total_cost, self.plan_rows) {
            return Some(Estimate {
                startup_cost: self.startup_cost.unwrap_or_default(),
                total_cost,
                rows,
                width: self.width.unwrap_or_default(),
            });
        }
        keep(rest, "Startup Cost", self.startup_cost);
        keep(rest, "Total Cost", self.total_cost);
        keep(rest, "Plan Rows", self.plan_rows);
        keep(rest, "Plan Width", self.width);
        None
    }

    /// What happened. Figures without loops, as where an input was cut, are kept as properties.
    pub(super) fn actual(&self, rest: &mut Vec<Property>) -> Actual {
        if let (Some(rows), Some(loops)) = (self.rows, self.loops) {
            if loops <= 0.0 {
                return Actual::Never;
            }
            return Actual::Ran {
                startup_ms: self.startup_ms,
                total_ms: self.total_ms,
                rows,
                loops,
            };
        }
        keep(rest, "Actual Startup Time", self.startup_ms);
        keep(rest, "Actual Total Time", self.total_ms);
        keep(rest, "Actual Rows", self.rows);
        keep(rest, "Actual Loops", self.loops);
        Actual::Unknown
    }
}

fn keep(rest: &mut Vec<Property>, name: &str, value: Option<f64>) {
    if let Some(value) = value {
        rest.push(Property {
            name: name.to_owned(),
            value: Value::Text(value.to_string()),
        });
    }
}

/// Takes a figure of what was read and written; whether it is one.
pub(super) fn take_usage(usage: &mut Usage, name: &str, value: Option<f64>) -> bool {
    let Some(slot) = slot(usage, name) else {
        return false;
    };
    if let Some(value) = value {
        *slot = value;
    }
    value.is_some()
}

fn slot<'u>(usage: &'u mut Usage, name: &str) -> Option<&'u mut f64> {
    let Usage {
        shared,
        local,
        temp,
        wal,
    } = usage;
    Some(match name {
        "Shared Hit Blocks" => &mut shared.hit,
        "Shared Read Blocks" => &mut shared.read,
        "Shared Dirtied Blocks" => &mut shared.dirtied,
        "Shared Written Blocks" => &mut shared.written,
        // Until PostgreSQL 16 these hold the times of temporary tables too.
        "I/O Read Time" | "Shared I/O Read Time" => &mut shared.read_ms,
        "I/O Write Time" | "Shared I/O Write Time" => &mut shared.write_ms,
        "Local Hit Blocks" => &mut local.hit,
        "Local Read Blocks" => &mut local.read,
        "Local Dirtied Blocks" => &mut local.dirtied,
        "Local Written Blocks" => &mut local.written,
        "Local I/O Read Time" => &mut local.read_ms,
        "Local I/O Write Time" => &mut local.write_ms,
        "Temp Read Blocks" => &mut temp.read,
        "Temp Written Blocks" => &mut temp.written,
        "Temp I/O Read Time" => &mut temp.read_ms,
        "Temp I/O Write Time" => &mut temp.write_ms,
        "WAL Records" => &mut wal.records,
        "WAL FPI" => &mut wal.images,
        "WAL Bytes" => &mut wal.bytes,
        "WAL Buffers Full" => &mut wal.buffers_full,
        _ => return None,
    })
}
