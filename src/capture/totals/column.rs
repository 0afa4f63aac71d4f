//! The columns of `pg_stat_statements` by their names in all versions.

/// What a column holds. Times are in milliseconds in the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Query,
    QueryId,
    UserName,
    UserId,
    DatabaseName,
    DatabaseId,
    TopLevel,
    Calls,
    TotalTime,
    MinTime,
    MaxTime,
    MeanTime,
    StddevTime,
    Plans,
    PlanTime,
    Rows,
    SharedHit,
    SharedRead,
    SharedDirtied,
    SharedWritten,
    TempRead,
    TempWritten,
    ReadTime,
    WriteTime,
    WalBytes,
    JitTime,
    Since,
}

/// Finds a column by its name in whichever case; `None` for those that say nothing we use.
///
/// A name may stand behind that of its table (`s.query`), as some programs write headers.
pub(super) fn column(name: &str) -> Option<Column> {
    let name = name.rsplit('.').next().unwrap_or(name).trim();
    NAMES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, column)| *column)
}

/// Behind a name, the versions of PostgreSQL that have it where not all do.
const NAMES: &[(&str, Column)] = &[
    ("query", Column::Query),
    ("queryid", Column::QueryId),
    ("userid", Column::UserId),
    ("dbid", Column::DatabaseId),
    // Not of the view: what people join to it.
    ("rolname", Column::UserName),
    ("usename", Column::UserName),
    ("username", Column::UserName),
    ("user", Column::UserName),
    ("datname", Column::DatabaseName),
    ("database", Column::DatabaseName),
    ("dbname", Column::DatabaseName),
    ("toplevel", Column::TopLevel), // 14
    ("calls", Column::Calls),
    ("total_time", Column::TotalTime), // to 12
    ("min_time", Column::MinTime),     // 9.5 to 12, as the three below
    ("max_time", Column::MaxTime),
    ("mean_time", Column::MeanTime),
    ("stddev_time", Column::StddevTime),
    ("total_exec_time", Column::TotalTime), // 13, as the four below
    ("min_exec_time", Column::MinTime),
    ("max_exec_time", Column::MaxTime),
    ("mean_exec_time", Column::MeanTime),
    ("stddev_exec_time", Column::StddevTime),
    ("plans", Column::Plans),              // 13
    ("total_plan_time", Column::PlanTime), // 13
    ("rows", Column::Rows),
    ("shared_blks_hit", Column::SharedHit),
    ("shared_blks_read", Column::SharedRead),
    ("shared_blks_dirtied", Column::SharedDirtied),
    ("shared_blks_written", Column::SharedWritten),
    ("temp_blks_read", Column::TempRead),
    ("temp_blks_written", Column::TempWritten),
    // Up to 16 one column has the time for shared and local blocks together.
    ("blk_read_time", Column::ReadTime),
    ("blk_write_time", Column::WriteTime),
    ("shared_blk_read_time", Column::ReadTime),
    ("shared_blk_write_time", Column::WriteTime),
    ("local_blk_read_time", Column::ReadTime),
    ("local_blk_write_time", Column::WriteTime),
    ("wal_bytes", Column::WalBytes), // 13
    // 15. The time of deforming (17) is part of that of generation.
    ("jit_generation_time", Column::JitTime),
    ("jit_inlining_time", Column::JitTime),
    ("jit_optimization_time", Column::JitTime),
    ("jit_emission_time", Column::JitTime),
    ("stats_since", Column::Since), // 17
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_dress() {
        for (name, expected) in [
            ("query", Some(Column::Query)),
            ("QUERY", Some(Column::Query)),
            (" Total_Exec_Time ", Some(Column::TotalTime)),
            ("total_time", Some(Column::TotalTime)),
            ("pg_stat_statements.calls", Some(Column::Calls)),
            ("s.rows", Some(Column::Rows)),
            ("minmax_stats_since", None),
            ("jit_deform_time", None),
            ("", None),
        ] {
            assert_eq!(column(name), expected, "{name}");
        }
    }
}
