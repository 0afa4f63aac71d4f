//! The numbers of one statement.

use super::metric::{METRICS, Metric};

/// One number a [`Metric`], each of which may be missing: what a version lacks is not 0.
///
/// Missing ones are NaN inside, which takes half the room of an [`Option`]: a server may have 10,000 statements.
#[derive(Clone, Copy)]
pub struct Values([f64; METRICS]);

impl Default for Values {
    fn default() -> Self {
        Self([f64::NAN; METRICS])
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        Metric::all().all(|metric| self.get(metric) == other.get(metric))
    }
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries(Metric::all().filter_map(|m| Some((m, self.get(m)?))))
            .finish()
    }
}

/// Bytes of a block, unless a server was built otherwise.
const BLOCK: f64 = 8192.0;

impl Values {
    /// The number; `None` where the server doesn't keep it, or where it can't be told for these calls.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Option<f64> {
        let value = self.0.get(metric as usize).copied();
        value.filter(|value| !value.is_nan())
    }

    /// Sets or clears the number. What is no finite number is none.
    pub fn set(&mut self, metric: Metric, value: Option<f64>) {
        if let Some(place) = self.0.get_mut(metric as usize) {
            *place = value.filter(|v| v.is_finite()).unwrap_or(f64::NAN);
        }
    }

    /// The same with this number.
    #[must_use]
    pub fn with(mut self, metric: Metric, value: f64) -> Self {
        self.set(metric, Some(value));
        self
    }

    /// Executions.
    #[must_use]
    pub fn calls(&self) -> f64 {
        self.get(Metric::Calls).unwrap_or(0.0)
    }

    /// Milliseconds of execution in all.
    #[must_use]
    pub fn total_time(&self) -> f64 {
        self.get(Metric::TotalTime).unwrap_or(0.0)
    }

    /// Milliseconds of execution and planning in all: what the statement costs the server.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.total_time() + self.get(Metric::PlanTime).unwrap_or(0.0)
    }

    /// A number a call; `None` without calls.
    #[must_use]
    pub fn per_call(&self, metric: Metric) -> Option<f64> {
        let calls = Some(self.calls()).filter(|calls| *calls > 0.0)?;
        self.get(metric).map(|value| value / calls)
    }

    /// The sum of those of the metrics that are known.
    fn sum(&self, metrics: &[Metric]) -> Option<f64> {
        let known = metrics.iter().filter_map(|m| self.get(*m));
        known.reduce(|a, b| a + b)
    }

    /// Milliseconds of reading blocks from outside of shared buffers, temporary files included.
    #[must_use]
    pub fn read_time(&self) -> Option<f64> {
        self.sum(&[
            Metric::BlockReadTime,
            Metric::SharedReadTime,
            Metric::LocalReadTime,
            Metric::TempReadTime,
        ])
    }

    /// Milliseconds of writing blocks, temporary files included.
    #[must_use]
    pub fn write_time(&self) -> Option<f64> {
        self.sum(&[
            Metric::BlockWriteTime,
            Metric::SharedWriteTime,
            Metric::LocalWriteTime,
            Metric::TempWriteTime,
        ])
    }

    /// Milliseconds of compiling just in time.
    #[must_use]
    pub fn jit_time(&self) -> Option<f64> {
        self.sum(&[
            Metric::JitGenerationTime,
            Metric::JitInliningTime,
            Metric::JitOptimizationTime,
            Metric::JitEmissionTime,
        ])
    }

    /// Which part of the blocks of tables and indexes was found in shared buffers, 0 to 1; `None` where it needed none.
    #[must_use]
    pub fn hit_ratio(&self) -> Option<f64> {
        let hit = self.get(Metric::SharedHit)?;
        let all = hit + self.get(Metric::SharedRead)?;
        (all > 0.0).then(|| hit / all)
    }

    /// Bytes written to temporary files, with blocks of 8 KiB.
    #[must_use]
    pub fn temp_bytes(&self) -> Option<f64> {
        self.get(Metric::TempWritten).map(|blocks| blocks * BLOCK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_not_zero() {
        let none = Values::default();
        assert_eq!((none.read_time(), none.jit_time()), (None, None));
        assert_eq!(none.per_call(Metric::Rows), None);
        let old = none
            .with(Metric::Calls, 4.0)
            .with(Metric::Rows, 6.0)
            .with(Metric::BlockReadTime, 3.0)
            .with(Metric::TempReadTime, 1.0);
        assert_eq!(old.read_time(), Some(4.0));
        assert_eq!(old.per_call(Metric::Rows), Some(1.5));
        assert_eq!(none.with(Metric::Rows, f64::NAN).get(Metric::Rows), None);
    }

    #[test]
    fn hits() {
        let of = |hit, read| {
            Values::default()
                .with(Metric::SharedHit, hit)
                .with(Metric::SharedRead, read)
                .hit_ratio()
        };
        assert_eq!(of(3.0, 1.0), Some(0.75));
        assert_eq!(of(0.0, 0.0), None);
    }
}
