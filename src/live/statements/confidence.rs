//! How far a difference of two snapshots can be trusted.

use super::snapshot::{Hidden, Snapshot};

/// What stands between a difference and the truth.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something else that can happen between two looks"
)]
pub struct Confidence {
    /// Whether all counters were reset in between: what ran before that is lost.
    pub reset: bool,
    /// When that was, in microseconds since 1970 UTC, where it is known.
    pub reset_at: Option<i64>,
    /// How often the server threw out the least used statements in between; `None` where it doesn't tell (before 1.9).
    pub evictions: Option<u64>,
    /// Statements of the first snapshot that are missing in the second: what they did meanwhile is lost.
    pub gone: usize,
    /// Statements whose counters began anew in between.
    pub replaced: usize,
    /// What ran in between of which nothing but time and calls may be seen.
    pub hidden: Hidden,
    /// The part of all time in between that [`Confidence::hidden`] statements took, 0 to 1.
    pub unseen: f64,
    /// Whether the first snapshot had hidden statements that the second may show.
    pub newly_visible: bool,
    /// Statements in the second snapshot, where the server keeps hardly more: it is about to throw some out.
    pub full: Option<u64>,
    /// Whether times of reading and writing are 0 because the server doesn't measure them.
    pub io_untimed: bool,
    /// Whether planning is 0 because the server doesn't count it.
    pub planning_untracked: bool,
}

/// Of the places for statements, how many may be taken before that is worth a word.
const NEARLY_FULL: f64 = 0.95;

impl Confidence {
    /// What the heads of two snapshots tell.
    pub(super) fn begin(earlier: &Snapshot, later: &Snapshot) -> Self {
        let (old, new) = (&earlier.header, &later.header);
        let told = old.has_info && new.has_info;
        let fewer = new.evictions < old.evictions;
        let reset = told && (old.reset_at != new.reset_at || fewer);
        let evictions = match (old.evictions, new.evictions) {
            (Some(old), Some(new)) if told && !reset => u64::try_from(new - old).ok(),
            (_, Some(new)) if told => u64::try_from(new).ok(),
            _ => None,
        };
        let rows = later.rows.len() as u64 + later.hidden.rows;
        let nearly = |max: &u64| rows as f64 >= *max as f64 * NEARLY_FULL;
        Self {
            reset,
            reset_at: new.reset_at.filter(|_| reset),
            evictions,
            hidden: hidden(&earlier.hidden, &later.hidden, reset),
            newly_visible: earlier.hidden.rows > 0
                && (old.user != new.user || earlier.hidden.rows > later.hidden.rows),
            full: new.max.filter(nearly).map(|_| rows),
            io_untimed: new.track_io_timing == Some(false),
            planning_untracked: new.track_planning == Some(false),
            ..Self::default()
        }
    }

    /// Says which part of the time is unseen, `seen` being the milliseconds that are not.
    pub(super) fn share_unseen(&mut self, seen: f64) {
        let all = seen + self.hidden.time;
        self.unseen = if all > 0.0 {
            self.hidden.time / all
        } else {
            0.0
        };
    }

    /// Whether any statement may have lost counts without that showing in its own row.
    #[must_use]
    pub fn disturbed(&self) -> bool {
        match self.evictions {
            Some(evictions) => evictions > 0,
            // The server throws out many at once: where all are still there and none fell, none was thrown out.
            None => self.gone > 0 || self.replaced > 0,
        }
    }

    /// Whether the whole is what ran, with nothing lost and nothing hidden.
    #[must_use]
    pub fn is_full(&self) -> bool {
        !self.reset
            && !self.disturbed()
            && self.gone == 0
            && self.replaced == 0
            && self.hidden.rows == 0
            && !self.newly_visible
    }

    /// The same in a line for people: "delta unreliable: 2 evictions in between, 5 statements hidden, so 12 % of the
    /// time is unseen". `None` when all is well.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        if self.is_full() {
            return None;
        }
        let mut what = Vec::new();
        if self.reset {
            what.push(
                "the counters were reset in between, what ran before that is lost".to_owned(),
            );
        }
        match self.evictions {
            Some(0) => {}
            Some(1) => what.push("the server threw out statements once in between".to_owned()),
            Some(n) => what.push(format!(
                "the server threw out statements {n} times in between"
            )),
            None if self.disturbed() => what
                .push("the server threw out statements in between, or they were reset".to_owned()),
            None => {}
        }
        if !self.reset {
            what.extend(counted(
                self.gone,
                "statement is gone",
                "statements are gone",
            ));
            what.extend(counted(
                self.replaced,
                "statement began anew",
                "statements began anew",
            ));
        }
        let hidden = usize::try_from(self.hidden.rows).unwrap_or(usize::MAX);
        if let Some(counted) = counted(
            hidden,
            "statement of another role is hidden",
            "statements of other roles are hidden",
        ) {
            what.push(format!(
                "{counted}, so {} of the time is unseen",
                percent(self.unseen)
            ));
        }
        if self.newly_visible {
            what.push(
                "the first snapshot was not allowed to see all that the second shows".to_owned(),
            );
        }
        Some(format!("delta unreliable: {}", what.join("; ")))
    }

    /// What else to know: zeros that mean "not measured", room that runs out.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(rows) = self.full {
            notes.push(format!(
                "{rows} statements are about all that the server keeps: it will throw out the least used; raise \
                 pg_stat_statements.max (needs a restart)"
            ));
        }
        if self.io_untimed {
            notes.push(
                "times of reading and writing are 0 because the server doesn't measure them: set track_io_timing = on"
                    .to_owned(),
            );
        }
        if self.planning_untracked {
            notes.push(
                "planning is 0 because the server doesn't count it: set pg_stat_statements.track_planning = on \
                 (it costs some time where many sessions run the same statement)"
                    .to_owned(),
            );
        }
        notes
    }
}

fn hidden(old: &Hidden, new: &Hidden, reset: bool) -> Hidden {
    // Which rows they are can't be told: where the sums fell, all that is left is what they are now.
    let goes_on = !reset && new.calls >= old.calls && new.time >= old.time;
    let base = if goes_on { *old } else { Hidden::default() };
    Hidden {
        rows: new.rows,
        calls: new.calls - base.calls,
        time: new.time - base.time,
    }
}

fn counted(n: usize, one: &str, many: &str) -> Option<String> {
    match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    }
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 {
        "less than 1 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

/// Why two snapshots can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// They are of different servers.
    #[error(
        "the two snapshots are of different servers: a pooler or a failover led to another one. Compare snapshots of \
         one server, or look at the totals since its last reset"
    )]
    OtherServer,
    /// The server was restarted in between, or another with the same data took its place.
    #[error(
        "the server was restarted in between, or its standby took its place: the counters may have begun anew. Compare \
         snapshots of the time since, or look at the totals since the last reset"
    )]
    Restarted,
    /// The view tells statements in functions from others in one of them only.
    #[error(
        "pg_stat_statements was updated in between and counts its rows in another way now. Compare snapshots of the \
         time since"
    )]
    Updated,
    /// The second was taken before the first.
    #[error("the second snapshot was taken before the first. Choose them the other way round")]
    WrongOrder,
}

/// Whether two snapshots are of the same server at different times.
///
/// When the server was started, to the microsecond, says it: standbys share the identifier of the data, and one server
/// has several addresses.
pub(super) fn comparable(earlier: &Snapshot, later: &Snapshot) -> Result<(), NotComparable> {
    let (old, new) = (&earlier.header.server, &later.header.server);
    let both = |a: Option<i64>, b: Option<i64>| a.zip(b);
    if both(old.system, new.system).is_some_and(|(a, b)| a != b) {
        return Err(NotComparable::OtherServer);
    }
    if old.started_at != new.started_at {
        let same_data = both(old.system, new.system).is_some();
        let same_place = old.address == new.address;
        return Err(if same_data || same_place {
            NotComparable::Restarted
        } else {
            NotComparable::OtherServer
        });
    }
    if earlier.header.taken_at > later.header.taken_at {
        return Err(NotComparable::WrongOrder);
    }
    if earlier.columns.toplevel != later.columns.toplevel {
        return Err(NotComparable::Updated);
    }
    Ok(())
}
