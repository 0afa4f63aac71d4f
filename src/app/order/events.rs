//! Which events are listed, and what they add up to.

use std::cmp::Ordering;

use super::{By, Sort, all, turn};
use crate::analysis::Analysis;
use crate::app::filter::Filter;
use crate::app::format;
use crate::capture::{Class, Unit};
use crate::workload::{Occurrence, OccurrenceSum, Session, sum_up};

/// Events of one class, and of one SQLSTATE where they have any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Events {
    pub(crate) class: Class,
    pub(crate) sqlstate: Option<[u8; 5]>,
}

impl Events {
    /// Those that an event is one of.
    pub(crate) fn of(occurrence: &Occurrence) -> Self {
        Self {
            class: occurrence.what.class,
            sqlstate: occurrence.what.sqlstate,
        }
    }
}

/// What events add up to, in words.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    /// Which; `None` for all of them.
    pub(crate) of: Option<Events>,
    pub(crate) name: String,
    pub(crate) count: String,
    /// Their amounts; empty where they have none.
    pub(crate) amounts: String,
}

/// Adds up all events of an analysis: all of them first, then those that happened most often.
pub(super) fn sums(analysis: &Analysis) -> Vec<Sum> {
    let occurrences = &analysis.workload.occurrences;
    let mut each = sum_up(occurrences);
    // Equal ones stay in the order of the classes.
    each.sort_by_key(|sum| std::cmp::Reverse(sum.count));
    let all = Sum {
        of: None,
        name: "All events".to_owned(),
        count: format::count(occurrences.len() as u64),
        amounts: String::new(),
    };
    std::iter::once(all)
        .chain(each.iter().map(|sum| Sum {
            of: Some(Events {
                class: sum.class,
                sqlstate: sum.sqlstate,
            }),
            name: name(sum),
            count: format::count(sum.count),
            amounts: amounts(sum),
        }))
        .collect()
}

fn name(sum: &OccurrenceSum) -> String {
    let name = name_of_class(sum.class);
    match sum.sqlstate.as_ref().map(|s| std::str::from_utf8(s)) {
        Some(Ok(state)) => format!("{name} {state}"),
        _ => name,
    }
}

fn amounts(sum: &OccurrenceSum) -> String {
    let told = |amount| amount_of(sum.class, amount).unwrap_or_default();
    match sum.class {
        class if class.unit().is_none() || sum.most == 0 => String::new(),
        // Intervals and rates don't add up.
        Class::CheckpointsTooFrequent | Class::PoolWait => format!("{} at most", told(sum.most)),
        _ if sum.count == 1 => told(sum.amount),
        _ => format!("{} in all · {} at most", told(sum.amount), told(sum.most)),
    }
}

/// The name of a class for people.
pub(crate) fn name_of_class(class: Class) -> String {
    format::sentence(&class.name().replace('-', " "))
}

/// The amount of an event in its unit; `None` where it has none.
pub(crate) fn amount(occurrence: &Occurrence) -> Option<String> {
    amount_of(occurrence.what.class, occurrence.what.amount)
}

fn amount_of(class: Class, amount: u64) -> Option<String> {
    Some(match class.unit()? {
        Unit::Microseconds => format::duration(amount as f64),
        Unit::Seconds => format::short(amount as f64 * 1e6),
        Unit::Bytes => format::bytes(amount),
    })
}

/// Whose session it is, as far as the capture says; empty where it doesn't.
pub(crate) fn who(session: &Session) -> String {
    let user = session.user.as_deref().unwrap_or_default();
    match session.database.as_deref().filter(|d| !d.is_empty()) {
        Some(database) => format!("{user}@{database}"),
        None => user.to_owned(),
    }
}

/// The events that pass, ordered.
pub(super) fn rows(
    analysis: &Analysis,
    filter: &Filter,
    sort: Sort,
    wanted: Option<Events>,
) -> Vec<u32> {
    let w = &analysis.workload;
    // An event belongs to no rule and no finding.
    if filter.rule.is_some() || filter.finding.is_some() {
        return Vec::new();
    }
    // Which sessions match is asked once each, not once an event.
    let of_word: Vec<(Filter, Vec<bool>)> = filter
        .words
        .iter()
        .map(|word| {
            let one = Filter {
                words: vec![word.clone()],
                ..Filter::default()
            };
            let sessions = w.sessions.iter().map(|s| session_passes(&one, s)).collect();
            (one, sessions)
        })
        .collect();
    let passes = |o: &Occurrence| {
        let class = o.what.class.name();
        wanted.is_none_or(|wanted| wanted == Events::of(o))
            && filter.kind.as_deref().is_none_or(|k| class.contains(k))
            && of_word.iter().all(|(word, sessions)| {
                sessions.get(o.session.index()).copied().unwrap_or(false)
                    || word.words_in(&[class, state(o)])
            })
    };
    let mut rows: Vec<u32> = all(w.occurrences.len())
        .zip(&w.occurrences)
        .filter(|(_, o)| passes(o))
        .map(|(i, _)| i)
        .collect();
    order(analysis, &mut rows, sort);
    rows
}

fn session_passes(word: &Filter, session: &Session) -> bool {
    let texts = [&session.user, &session.database, &session.application];
    texts
        .into_iter()
        .flatten()
        .any(|text| word.words_in(&[text]))
        || word.words_in(&[&session.name])
}

fn state(occurrence: &Occurrence) -> &str {
    let state = occurrence.what.sqlstate.as_ref();
    state
        .and_then(|s| std::str::from_utf8(s).ok())
        .unwrap_or_default()
}

fn order(analysis: &Analysis, rows: &mut [u32], sort: Sort) {
    let w = &analysis.workload;
    let by = |rows: &mut [u32], compare: &dyn Fn(&Occurrence, &Occurrence) -> Ordering| {
        rows.sort_by(|a, b| {
            let of = |i: &u32| w.occurrences.get(*i as usize);
            match (of(a), of(b)) {
                (Some(a), Some(b)) => compare(a, b),
                _ => Ordering::Equal,
            }
        });
    };
    match sort.by {
        By::Label => by(rows, &|a, b| {
            (a.what.class.name(), a.what.sqlstate).cmp(&(b.what.class.name(), b.what.sqlstate))
        }),
        By::Code => by(rows, &|a, b| a.what.sqlstate.cmp(&b.what.sqlstate)),
        By::Amount => by(rows, &|a, b| key(a).cmp(&key(b))),
        By::Who => {
            let rank = ranks(&w.sessions);
            let of = |o: &Occurrence| rank.get(o.session.index()).copied();
            by(rows, &|a, b| of(a).cmp(&of(b)));
        }
        // They are in the order of time already.
        _ => {}
    }
    turn(rows, sort);
}

/// What an event is ordered by where its amount counts: durations before bytes, and bytes before nothing.
fn key(occurrence: &Occurrence) -> (u8, u64) {
    let amount = occurrence.what.amount;
    match occurrence.what.class.unit() {
        Some(Unit::Microseconds) => (2, amount),
        Some(Unit::Seconds) => (2, amount.saturating_mul(1_000_000)),
        Some(Unit::Bytes) => (1, amount),
        None => (0, 0),
    }
}

/// Where each session comes when they are ordered by whose they are.
fn ranks(sessions: &[Session]) -> Vec<u32> {
    let mut order: Vec<(String, u32)> = sessions.iter().map(who).zip(0..).collect();
    order.sort();
    let mut rank = vec![u32::MAX; sessions.len()];
    let mut last: Option<(&str, u32)> = None;
    for ((name, session), place) in order.iter().zip(0_u32..) {
        // Sessions of the same people are equal.
        let place = last.filter(|(n, _)| n == name).map_or(place, |(_, p)| p);
        last = Some((name, place));
        if let Some(rank) = rank.get_mut(*session as usize) {
            *rank = place;
        }
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Notable, Place};
    use crate::rules::Settings;
    use crate::workload::{SessionId, Workload};

    fn analysis() -> Analysis {
        let session = |user: &str, database: &str| Session {
            name: user.to_owned(),
            user: Some(user.to_owned()),
            database: Some(database.to_owned()),
            application: None,
            active: true,
        };
        let occurrence = |time, session, class, amount, sqlstate| Occurrence {
            time,
            place: Place::default(),
            session: SessionId(session),
            what: Notable {
                class,
                amount,
                sqlstate,
            },
        };
        let workload = Workload {
            sessions: vec![session("zoe", "shop"), session("app", "shop")],
            occurrences: vec![
                occurrence(1, 0, Class::Connection, 0, None),
                occurrence(2, 1, Class::TemporaryFile, 9_000_000, None),
                occurrence(3, 1, Class::LockAcquired, 2_500, None),
                occurrence(4, 0, Class::Error, 0, Some(*b"23505")),
                occurrence(5, 1, Class::LockAcquired, 1_500, None),
            ],
            ..Workload::default()
        };
        Analysis::new(workload, std::sync::Arc::default(), Settings::default())
    }

    fn check(filter: &str, by: By, wanted: Option<Class>, expected: &[u32]) {
        let wanted = wanted.map(|class| Events {
            class,
            sqlstate: None,
        });
        let got = rows(&analysis(), &Filter::parse(filter), by.first(), wanted);
        assert_eq!(got, expected, "{filter} {by:?} {wanted:?}");
    }

    #[test]
    fn events_pass_by_class_and_words_and_are_ordered() {
        check("", By::When, None, &[0, 1, 2, 3, 4]);
        check("", By::When, Some(Class::LockAcquired), &[2, 4]);
        check("", By::Amount, None, &[2, 4, 1, 3, 0]);
        check("", By::Label, None, &[0, 3, 2, 4, 1]);
        check("", By::Who, None, &[1, 2, 4, 0, 3]);
        check("zoe", By::When, None, &[0, 3]);
        check("23505", By::When, None, &[3]);
        check("app lock", By::When, None, &[2, 4]);
        check("kind:lock", By::When, None, &[2, 4]);
        check("rule:n-plus-one", By::When, None, &[]);
    }

    #[test]
    fn sums_are_told_in_their_units() {
        let told: Vec<_> = sums(&analysis())
            .into_iter()
            .map(|s| format!("{}|{}|{}", s.name, s.count, s.amounts))
            .collect();
        assert_eq!(
            told,
            [
                "All events|5|",
                "Lock acquired|2|4.00 ms in all · 2.50 ms at most",
                "Connection|1|",
                "Temporary file|1|9.00 MB",
                "Error 23505|1|",
            ]
        );
    }
}
