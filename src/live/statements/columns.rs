//! Which columns a server's view has, and the statements that read them.
//!
//! Columns are chosen by their presence, never by the server's version: a server that came through `pg_upgrade`
//! keeps an old version of the extension until somebody runs `ALTER EXTENSION … UPDATE`.

use serde::{Deserialize, Serialize};

use super::metric::Metric;

/// The columns of a server's `pg_stat_statements`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// The metrics and their columns' names, in the order in which they are read.
    metrics: Vec<(Metric, String)>,
    /// Whether it tells statements inside functions from others (1.9).
    pub toplevel: bool,
    /// Whether it tells since when a row counts (1.11).
    pub since: bool,
    /// Whether it tells since when the extremes count (1.11).
    pub minmax_since: bool,
    /// Columns of a version later than this program.
    pub unknown: Vec<String>,
}

/// Of what no statement is read.
const NEEDED: [&str; 5] = ["userid", "dbid", "queryid", "query", "calls"];

impl Columns {
    /// Chooses among the names of the view's columns.
    ///
    /// # Errors
    /// Those that are missing without which there is nothing to read.
    pub fn choose(names: &[String]) -> Result<Self, Vec<&'static str>> {
        let has = |name: &str| names.iter().any(|n| n == name);
        let metrics: Vec<(Metric, String)> = Metric::all()
            .filter_map(|metric| {
                let name = metric.columns().iter().find(|name| has(name))?;
                Some((metric, (*name).to_owned()))
            })
            .collect();
        let mut missing: Vec<&'static str> = NEEDED.into_iter().filter(|name| !has(name)).collect();
        if !metrics.iter().any(|(m, _)| *m == Metric::TotalTime) {
            missing.extend(Metric::TotalTime.columns().first());
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        let others = ["toplevel", "stats_since", "minmax_stats_since"];
        let known = |name: &str| {
            NEEDED.contains(&name) || others.contains(&name) || Metric::of_column(name).is_some()
        };
        Ok(Self {
            metrics,
            toplevel: has("toplevel"),
            since: has("stats_since"),
            minmax_since: has("minmax_stats_since"),
            unknown: names.iter().filter(|n| !known(n)).cloned().collect(),
        })
    }

    /// The metrics in the order in which they are read.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> + '_ {
        self.metrics.iter().map(|(metric, _)| *metric)
    }

    /// Whether the view has this number.
    #[must_use]
    pub fn has(&self, metric: Metric) -> bool {
        self.metrics.iter().any(|(m, _)| *m == metric)
    }

    /// What to select of a statement under the alias `s`: always the same seven columns, whatever the view has.
    /// The numbers come as one array of double precision, as text: no version needs a decoder of its own. Up to 2^53
    /// that is exact for counts.
    #[must_use]
    pub(super) fn list(&self) -> String {
        let optional = |present: bool, column: &str| {
            if present {
                micros(&format!("s.{column}"))
            } else {
                "NULL::bigint".to_owned()
            }
        };
        let metrics: Vec<String> = self
            .metrics
            .iter()
            .map(|(_, name)| format!("s.{name}::float8"))
            .collect();
        format!(
            "s.dbid::bigint AS dbid, s.userid::bigint AS userid, s.queryid, {} AS toplevel, {} AS since, \
             {} AS minmax_since, ARRAY[{}]::text AS numbers",
            if self.toplevel {
                "s.toplevel"
            } else {
                "NULL::boolean"
            },
            optional(self.since, "stats_since"),
            optional(self.minmax_since, "minmax_stats_since"),
            metrics.join(", ")
        )
    }
}

/// A time as microseconds since 1970-01-01 UTC, in SQL.
pub(super) fn micros(time: &str) -> String {
    format!("(extract(epoch FROM {time}) * 1000000)::bigint")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The columns of a version of the extension.
    pub(crate) fn names(version: &str) -> Vec<String> {
        let matrix = include_str!("../../../fixtures/live/statements_columns.txt");
        let line = matrix
            .lines()
            .find_map(|line| line.strip_prefix(version)?.strip_prefix(':'))
            .unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    }

    /// Version, columns of the view, metrics among them, `toplevel`, `stats_since`; what it has, and what it hasn't.
    type Case = (
        &'static str,
        usize,
        usize,
        bool,
        bool,
        &'static [Metric],
        &'static [Metric],
    );

    #[test]
    fn every_version() {
        use Metric as M;
        let cases: &[Case] = &[
            (
                "1.6",
                23,
                19,
                false,
                false,
                &[M::TotalTime, M::StddevTime, M::BlockReadTime],
                &[M::Plans, M::WalBytes],
            ),
            ("1.7", 23, 19, false, false, &[M::TotalTime], &[M::Plans]),
            (
                "1.8",
                32,
                28,
                false,
                false,
                &[M::PlanTime, M::WalBytes],
                &[M::TempReadTime],
            ),
            (
                "1.9",
                33,
                28,
                true,
                false,
                &[M::PlanTime],
                &[M::JitFunctions],
            ),
            (
                "1.10",
                43,
                38,
                true,
                false,
                &[M::TempReadTime, M::JitEmissionTime, M::BlockReadTime],
                &[M::SharedReadTime],
            ),
            (
                "1.11",
                49,
                42,
                true,
                true,
                &[M::SharedReadTime, M::LocalWriteTime, M::JitDeformTime],
                &[M::BlockReadTime],
            ),
            (
                "1.12",
                52,
                45,
                true,
                true,
                &[M::WalBuffersFull, M::WorkersLaunched],
                &[M::BlockWriteTime],
            ),
        ];
        for (version, all, metrics, toplevel, since, has, lacks) in cases {
            let names = names(version);
            assert_eq!(names.len(), *all, "{version}");
            let columns = Columns::choose(&names).unwrap();
            assert_eq!(columns.metrics().count(), *metrics, "{version}");
            assert_eq!(
                (columns.toplevel, columns.since),
                (*toplevel, *since),
                "{version}"
            );
            assert!(has.iter().all(|m| columns.has(*m)), "{version}");
            assert!(!lacks.iter().any(|m| columns.has(*m)), "{version}");
            assert_eq!(columns.unknown, [""; 0], "{version}");
            let list = columns.list();
            assert_eq!(list.contains("s.toplevel AS"), *toplevel, "{version}");
            assert_eq!(list.contains("s.stats_since"), *since, "{version}");
        }
    }

    #[test]
    fn a_future_version_and_no_view_of_ours() {
        let mut future = names("1.12");
        future.push("carbon_footprint".to_owned());
        assert_eq!(
            Columns::choose(&future).unwrap().unknown,
            ["carbon_footprint"]
        );
        let other = ["query", "calls", "userid"].map(str::to_owned);
        assert_eq!(
            Columns::choose(&other),
            Err(vec!["dbid", "queryid", "total_exec_time"])
        );
    }
}
