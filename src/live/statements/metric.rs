//! The numbers of `pg_stat_statements`, by whatever names its versions give them.

use serde::{Deserialize, Serialize};

/// A number that the server keeps of each statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Metric {
    /// Executions.
    Calls,
    /// Milliseconds of execution, all calls together.
    TotalTime,
    /// Milliseconds of the quickest call.
    MinTime,
    /// Milliseconds of the slowest call.
    MaxTime,
    /// Milliseconds of a call on average.
    MeanTime,
    /// The standard deviation of calls, in milliseconds.
    StddevTime,
    /// Rows returned or changed.
    Rows,
    /// How often it was planned; 0 as well unless `pg_stat_statements.track_planning` is on.
    Plans,
    /// Milliseconds of planning, with the same zero.
    PlanTime,
    /// Milliseconds of the quickest planning.
    MinPlanTime,
    /// Milliseconds of the slowest planning.
    MaxPlanTime,
    /// Milliseconds of planning on average.
    MeanPlanTime,
    /// The standard deviation of planning, in milliseconds.
    StddevPlanTime,
    /// Blocks of tables and indexes found in shared buffers.
    SharedHit,
    /// Blocks that were not.
    SharedRead,
    /// Blocks that it made dirty.
    SharedDirtied,
    /// Blocks that it had to write itself.
    SharedWritten,
    /// As [`Metric::SharedHit`], of temporary tables.
    LocalHit,
    /// As [`Metric::SharedRead`], of temporary tables.
    LocalRead,
    /// As [`Metric::SharedDirtied`], of temporary tables.
    LocalDirtied,
    /// As [`Metric::SharedWritten`], of temporary tables.
    LocalWritten,
    /// Blocks read back from temporary files, which sorts and hashes need beyond `work_mem`.
    TempRead,
    /// Blocks written to temporary files.
    TempWritten,
    /// Milliseconds of reading shared and local blocks, up to version 16; 0 as well unless `track_io_timing` is on.
    BlockReadTime,
    /// Milliseconds of writing them, up to version 16, with the same zero.
    BlockWriteTime,
    /// Milliseconds of reading shared blocks, from version 17 on, with the same zero.
    SharedReadTime,
    /// Milliseconds of writing shared blocks, from version 17 on, with the same zero.
    SharedWriteTime,
    /// Milliseconds of reading local blocks, from version 17 on, with the same zero.
    LocalReadTime,
    /// Milliseconds of writing local blocks, from version 17 on, with the same zero.
    LocalWriteTime,
    /// Milliseconds of reading temporary files, with the same zero.
    TempReadTime,
    /// Milliseconds of writing temporary files, with the same zero.
    TempWriteTime,
    /// Records of write-ahead log.
    WalRecords,
    /// Full images of pages in the write-ahead log.
    WalFpi,
    /// Bytes of write-ahead log.
    WalBytes,
    /// How often the buffers of the write-ahead log were full.
    WalBuffersFull,
    /// Functions compiled just in time.
    JitFunctions,
    /// Milliseconds of generating code, that for deforming tuples included.
    JitGenerationTime,
    /// Inlinings.
    JitInliningCount,
    /// Milliseconds of inlining.
    JitInliningTime,
    /// Optimisations.
    JitOptimizationCount,
    /// Milliseconds of optimising.
    JitOptimizationTime,
    /// Emissions.
    JitEmissionCount,
    /// Milliseconds of emitting.
    JitEmissionTime,
    /// Functions compiled for deforming tuples.
    JitDeformCount,
    /// Milliseconds of compiling them, part of [`Metric::JitGenerationTime`].
    JitDeformTime,
    /// Parallel workers that were planned.
    WorkersToLaunch,
    /// Parallel workers that could be launched.
    WorkersLaunched,
}

/// How many there are.
pub const METRICS: usize = Metric::WorkersLaunched as usize + 1;

/// How a number behaves as time goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A count that only grows.
    Count,
    /// A sum of milliseconds that only grows.
    Time,
    /// Of all calls since the counters began: two of them say nothing about the calls between.
    Whole,
}

impl Metric {
    /// All of them, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(metric, ..)| *metric)
    }

    /// The names of its column in the versions of the extension, the newest first.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        TABLE.get(self as usize).map_or(&[], |(_, names, _)| names)
    }

    /// How it behaves.
    #[must_use]
    pub fn nature(self) -> Nature {
        TABLE
            .get(self as usize)
            .map_or(Nature::Whole, |(.., nature)| *nature)
    }

    /// The metric that a column of this name holds.
    #[must_use]
    pub fn of_column(name: &str) -> Option<Self> {
        Self::all().find(|metric| metric.columns().contains(&name))
    }
}

use Metric as M;
use Nature::{Count, Time, Whole};

const TABLE: [(Metric, &[&str], Nature); METRICS] = [
    (M::Calls, &["calls"], Count),
    (M::TotalTime, &["total_exec_time", "total_time"], Time),
    (M::MinTime, &["min_exec_time", "min_time"], Whole),
    (M::MaxTime, &["max_exec_time", "max_time"], Whole),
    (M::MeanTime, &["mean_exec_time", "mean_time"], Whole),
    (M::StddevTime, &["stddev_exec_time", "stddev_time"], Whole),
    (M::Rows, &["rows"], Count),
    (M::Plans, &["plans"], Count),
    (M::PlanTime, &["total_plan_time"], Time),
    (M::MinPlanTime, &["min_plan_time"], Whole),
    (M::MaxPlanTime, &["max_plan_time"], Whole),
    (M::MeanPlanTime, &["mean_plan_time"], Whole),
    (M::StddevPlanTime, &["stddev_plan_time"], Whole),
    (M::SharedHit, &["shared_blks_hit"], Count),
    (M::SharedRead, &["shared_blks_read"], Count),
    (M::SharedDirtied, &["shared_blks_dirtied"], Count),
    (M::SharedWritten, &["shared_blks_written"], Count),
    (M::LocalHit, &["local_blks_hit"], Count),
    (M::LocalRead, &["local_blks_read"], Count),
    (M::LocalDirtied, &["local_blks_dirtied"], Count),
    (M::LocalWritten, &["local_blks_written"], Count),
    (M::TempRead, &["temp_blks_read"], Count),
    (M::TempWritten, &["temp_blks_written"], Count),
    (M::BlockReadTime, &["blk_read_time"], Time),
    (M::BlockWriteTime, &["blk_write_time"], Time),
    (M::SharedReadTime, &["shared_blk_read_time"], Time),
    (M::SharedWriteTime, &["shared_blk_write_time"], Time),
    (M::LocalReadTime, &["local_blk_read_time"], Time),
    (M::LocalWriteTime, &["local_blk_write_time"], Time),
    (M::TempReadTime, &["temp_blk_read_time"], Time),
    (M::TempWriteTime, &["temp_blk_write_time"], Time),
    (M::WalRecords, &["wal_records"], Count),
    (M::WalFpi, &["wal_fpi"], Count),
    (M::WalBytes, &["wal_bytes"], Count),
    (M::WalBuffersFull, &["wal_buffers_full"], Count),
    (M::JitFunctions, &["jit_functions"], Count),
    (M::JitGenerationTime, &["jit_generation_time"], Time),
    (M::JitInliningCount, &["jit_inlining_count"], Count),
    (M::JitInliningTime, &["jit_inlining_time"], Time),
    (M::JitOptimizationCount, &["jit_optimization_count"], Count),
    (M::JitOptimizationTime, &["jit_optimization_time"], Time),
    (M::JitEmissionCount, &["jit_emission_count"], Count),
    (M::JitEmissionTime, &["jit_emission_time"], Time),
    (M::JitDeformCount, &["jit_deform_count"], Count),
    (M::JitDeformTime, &["jit_deform_time"], Time),
    (M::WorkersToLaunch, &["parallel_workers_to_launch"], Count),
    (M::WorkersLaunched, &["parallel_workers_launched"], Count),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_metrics() {
        for (number, metric) in Metric::all().enumerate() {
            assert_eq!(metric as usize, number, "{metric:?}");
            for name in metric.columns() {
                assert_eq!(Metric::of_column(name), Some(metric), "{name}");
            }
        }
    }
}
