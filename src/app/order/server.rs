//! The rows of the views of a connected server: sessions by their processes, tables by their places in the catalog.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{By, Ordered, Question, Sort, all};
use crate::app::filter::Filter;
use crate::app::live::{Live, Sample, who};
use crate::app::model::View;
use crate::catalog::{Catalog, Table};

/// Answers a question about a server.
pub(crate) fn of_server(live: Option<&Live>, question: &Question) -> Ordered {
    let Question {
        view, filter, sort, ..
    } = question;
    let (mut rows, mut largest) = (Vec::new(), 0.0);
    if *view == View::Activity {
        if let Some(sample) = live.and_then(|l| l.sample.as_deref()) {
            rows = sessions(sample, filter, *sort);
        }
    } else if let Some(catalog) = live.and_then(|l| l.catalog.as_deref()) {
        rows = tables(catalog, filter, *sort);
        let keys = catalog
            .tables
            .iter()
            .map(|t| table_key(t, sort.by, catalog.taken_at));
        largest = keys.filter(|k| k.is_finite()).fold(0.0, f64::max);
    }
    Ordered {
        question: question.clone(),
        rows: Arc::new(rows),
        largest,
        sums: None,
        endpoint_findings: None,
    }
}

/// The sessions of a later sample where those of an earlier one are being looked at: nobody moves; who is new comes
/// last, and who is gone keeps the place.
pub(crate) fn steady(sample: &Sample, filter: &Filter, shown: &[u32]) -> Vec<u32> {
    let mut rows = shown.to_vec();
    let known: rustc_hash::FxHashSet<u32> = shown.iter().copied().collect();
    let new = sample
        .order
        .iter()
        .filter(|pid| passes(sample, **pid, filter));
    rows.extend(
        new.map(|pid| pid.cast_unsigned())
            .filter(|pid| !known.contains(pid)),
    );
    rows
}

fn sessions(sample: &Sample, filter: &Filter, sort: Sort) -> Vec<u32> {
    let mut pids: Vec<i32> = sample
        .order
        .iter()
        .copied()
        .filter(|pid| passes(sample, *pid, filter))
        .collect();
    let text = |pid: &i32| {
        let (session, told) = sample.session(*pid)?;
        let text = match sort.by {
            By::Who => who(session),
            By::Wait => session
                .wait
                .as_ref()
                .map(|(class, event)| format!("{class} {event}"))?,
            _ => told.summary.clone(),
        };
        // What has none comes last.
        (!text.is_empty()).then_some(text)
    };
    match sort.by {
        By::Who | By::Wait | By::Summary => {
            pids.sort_by_cached_key(|pid| text(pid).map_or((true, String::new()), |t| (false, t)));
        }
        By::Pid => pids.sort_unstable(),
        By::Transaction | By::Duration | By::Blocking => {
            pids.sort_by_cached_key(|pid| session_key(sample, *pid, sort.by));
        }
        _ => {}
    }
    if sort.descending {
        pids.reverse();
    }
    pids.into_iter().map(i32::cast_unsigned).collect()
}

/// What a session is ordered by.
fn session_key(sample: &Sample, pid: i32, by: By) -> i64 {
    let session = sample.session(pid).map(|(session, _)| session);
    match by {
        By::Transaction => sample
            .since(session.and_then(|s| s.transaction_at))
            .unwrap_or(-1),
        By::Duration => sample
            .since(session.and_then(|s| s.statement_at.filter(|_| runs(s))))
            .unwrap_or(-1),
        _ => sample
            .branches
            .get(&pid)
            .map_or(-1, |b| i64::try_from(b.behind).unwrap_or(i64::MAX)),
    }
}

/// Whether its statement still runs.
pub(crate) fn runs(session: &crate::live::activity::Session) -> bool {
    session
        .state
        .as_deref()
        .is_some_and(|s| s == "active" || s.starts_with("fastpath"))
}

fn passes(sample: &Sample, pid: i32, filter: &Filter) -> bool {
    if filter.words.is_empty() {
        return true;
    }
    let pid_text = pid.to_string();
    let Some((session, told)) = sample.session(pid) else {
        return filter.words_in(&[&pid_text]);
    };
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    let wait = session.wait.clone().unwrap_or_default();
    filter.words_in(&[
        &pid_text,
        told.doing.word(),
        &told.summary,
        session.query.as_deref().unwrap_or_default(),
        &own(&session.user),
        &own(&session.database),
        &own(&session.application),
        &own(&session.client),
        &own(&session.kind),
        &wait.0,
        &wait.1,
    ])
}

fn tables(catalog: &Catalog, filter: &Filter, sort: Sort) -> Vec<u32> {
    let get = |at: &u32| catalog.tables.get(*at as usize);
    let mut rows: Vec<u32> = all(catalog.tables.len())
        .filter(|at| {
            filter.words.is_empty() || get(at).is_some_and(|t| table_passes(catalog, filter, t))
        })
        .collect();
    let turned = |order: Ordering| {
        if sort.descending {
            order.reverse()
        } else {
            order
        }
    };
    match sort.by {
        By::Label => rows.sort_by(|a, b| {
            let name = |at| get(at).map(|t| (&t.name.name, &t.name.schema));
            turned(name(a).cmp(&name(b)))
        }),
        by => {
            let mut keyed: Vec<(f64, u32)> = rows
                .iter()
                .map(|at| {
                    (
                        get(at).map_or(-1.0, |t| table_key(t, by, catalog.taken_at)),
                        *at,
                    )
                })
                .collect();
            // What is not known comes last either way, equals in the order of their names.
            keyed.sort_by(|(a, at_a), (b, at_b)| {
                let unknown = (*a < 0.0).cmp(&(*b < 0.0));
                unknown.then(turned(a.total_cmp(b))).then(at_a.cmp(at_b))
            });
            rows = keyed.into_iter().map(|(_, at)| at).collect();
        }
    }
    rows
}

fn table_passes(catalog: &Catalog, filter: &Filter, table: &Table) -> bool {
    let indexes = catalog.indexes_of(&table.name);
    let mut texts = vec![table.name.schema.as_str(), table.name.name.as_str()];
    texts.extend(indexes.iter().map(|index| index.name.as_str()));
    filter.words_in(&texts)
}

/// The number that a table is ordered by, below zero where it isn't known; also the length of the bar behind it.
pub(crate) fn table_key(table: &Table, by: By, now: Option<i64>) -> f64 {
    let counters = table.counters.as_ref();
    let count = |n: Option<u64>| n.map_or(-1.0, |n| n as f64);
    match by {
        By::Rows => count(table.rows),
        By::Size => count(table.bytes.map(|b| b.total())),
        By::SeqScans => count(counters.map(|c| c.seq_scans)),
        By::IndexScans => count(counters.map(|c| c.index_scans)),
        By::IndexShare => index_share(table).unwrap_or(-1.0),
        By::Changes => count(changes(table)),
        By::Dead => dead(table).unwrap_or(-1.0),
        By::Vacuum => age_key(table, vacuumed(table), now),
        By::Analyze => age_key(table, analysed(table), now),
        _ => 0.0,
    }
}

/// Never is longest ago.
fn age_key(table: &Table, at: Option<i64>, now: Option<i64>) -> f64 {
    match at {
        Some(at) => now.unwrap_or(at).saturating_sub(at).max(0) as f64,
        None if table.counters.is_some() => f64::INFINITY,
        None => -1.0,
    }
}

/// The part of its scans that used an index, 0 to 1.
pub(crate) fn index_share(table: &Table) -> Option<f64> {
    let counters = table.counters.as_ref()?;
    let all = counters.index_scans.saturating_add(counters.seq_scans);
    (all > 0).then(|| counters.index_scans as f64 / all as f64)
}

/// Rows inserted, updated and deleted.
pub(crate) fn changes(table: &Table) -> Option<u64> {
    let c = table.counters.as_ref()?;
    Some(
        c.inserted
            .saturating_add(c.updated)
            .saturating_add(c.deleted),
    )
}

/// The part of its rows that nobody sees any more, 0 to 1.
pub(crate) fn dead(table: &Table) -> Option<f64> {
    let c = table.counters.as_ref()?;
    let all = c.live.saturating_add(c.dead);
    (all > 0).then(|| c.dead as f64 / all as f64)
}

/// When it was vacuumed last.
pub(crate) fn vacuumed(table: &Table) -> Option<i64> {
    let c = table.counters.as_ref()?;
    c.last_vacuum.max(c.last_autovacuum)
}

/// When it was analysed last.
pub(crate) fn analysed(table: &Table) -> Option<i64> {
    let c = table.counters.as_ref()?;
    c.last_analyze.max(c.last_autoanalyze)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Bytes, Counters, Name};

    fn catalog() -> Catalog {
        let table = |name: &str, heap: Option<u64>, dead: u64, vacuum: Option<i64>| Table {
            name: Name::new("public", name),
            bytes: heap.map(|heap| Bytes {
                heap,
                ..Bytes::default()
            }),
            counters: heap.map(|_| Counters {
                live: 100,
                dead,
                last_vacuum: vacuum,
                ..Counters::default()
            }),
            ..Table::default()
        };
        let mut catalog = Catalog {
            taken_at: Some(100),
            tables: vec![
                table("a_view", None, 0, None),
                table("large", Some(900), 0, Some(10)),
                table("small", Some(10), 50, None),
                table("同じ", Some(10), 10, Some(90)),
            ],
            ..Catalog::default()
        };
        catalog.sort();
        catalog
    }

    #[test]
    fn tables_are_ordered_with_the_unknown_last_either_way() {
        let catalog = catalog();
        let names = |by: By, descending, words: &str| -> Vec<&str> {
            let rows = tables(&catalog, &Filter::parse(words), Sort { by, descending });
            let name = |at: &u32| catalog.tables[*at as usize].name.name.as_str();
            rows.iter().map(name).collect()
        };
        assert_eq!(
            names(By::Size, true, ""),
            ["large", "small", "同じ", "a_view"]
        );
        assert_eq!(
            names(By::Size, false, ""),
            ["small", "同じ", "large", "a_view"]
        );
        assert_eq!(
            names(By::Dead, true, ""),
            ["small", "同じ", "large", "a_view"]
        );
        assert_eq!(
            names(By::Vacuum, true, ""),
            ["small", "large", "同じ", "a_view"]
        );
        assert_eq!(
            names(By::Label, true, ""),
            ["同じ", "small", "large", "a_view"]
        );
        assert_eq!(
            names(By::Size, true, "L PUB"),
            ["large", "small"]
                .into_iter()
                .filter(|n| n.contains('l'))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn nobody_moves_while_somebody_looks() {
        let session = |pid| crate::live::activity::Session {
            pid,
            state: Some("idle".to_owned()),
            ..Default::default()
        };
        let sample = Sample::new(crate::live::activity::Activity {
            sessions: vec![session(1), session(3), session(9)],
            ..Default::default()
        });
        assert_eq!(
            steady(&sample, &Filter::default(), &[9, 5, 3]),
            [9, 5, 3, 1]
        );
        assert_eq!(steady(&sample, &Filter::parse("blocked"), &[9]), [9]);
    }
}
