//! Joins the records of a session that tell of one execution: its parse and bind steps, its statement and duration
//! where they are apart, its plan, and the fetches from its portal.
//!
//! The server writes them in this order: parse, bind, then what ran with its duration. A plan comes before the record
//! of a simple statement, and after that of a portal, which is closed later than it is run.

use super::ids::{ExecutionId, SessionId, TagsId};
use crate::capture::{Event, EventKind, Place, Ran};

/// Steps of one session that wait for their execution; older ones than these are forgotten.
const WAITING_STEPS: usize = 32;
/// Executions of one session whose plan or fetches may still come.
const RECENT: usize = 4;
/// Plans of one session that wait for their statement's record, before the oldest counts as an execution of its own.
const WAITING_PLANS: usize = 1_024;
/// Within so many microseconds of its start, a plan may belong to the statement before.
const START_SLACK: i64 = 1_000;

/// An execution put together, and what is to be noted with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Joined {
    pub ran: Ran,
    pub session: SessionId,
    /// Of the record that shows its text.
    pub place: Place,
    /// When its last record was written, in microseconds since 1970-01-01 UTC.
    pub end: i64,
    /// In microseconds.
    pub duration: u64,
    /// Parse and bind before it, in microseconds.
    pub steps: u64,
    pub tags: Option<TagsId>,
}

/// What an event turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Execution(Joined),
    /// The execution also fetched, for `steps` microseconds.
    Fetched {
        of: ExecutionId,
        steps: u64,
    },
    /// The execution has a plan, in the record at `plan`.
    Planned {
        of: ExecutionId,
        plan: Place,
    },
}

/// Takes what is settled, and returns the number of the execution that it is or belongs to.
pub(super) type Settle<'a> = &'a mut dyn FnMut(Outcome) -> ExecutionId;

/// All sessions' open ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Joiner {
    sessions: Vec<Open>,
    /// Statements that were logged, but neither timed nor explained.
    pub never_timed: u64,
}

#[derive(Clone, Debug, Default)]
struct Open {
    /// A statement that was logged before it ran.
    waiting: Option<Waiting>,
    plans: Vec<Plan>,
    /// Plans of what functions and triggers ran, whose statement is still to come.
    inner: Vec<Place>,
    steps: Vec<(Ran, u64)>,
    recent: Vec<Recent>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    ran: Ran,
    place: Place,
    tags: Option<TagsId>,
    plan_follows: bool,
    /// Whether its plan was counted for it.
    counted: bool,
}

#[derive(Clone, Debug)]
struct Plan {
    ran: Ran,
    /// Its record, behind those of what it called.
    places: Vec<Place>,
    end: i64,
    duration: u64,
    tags: Option<TagsId>,
}

#[derive(Clone, Copy, Debug)]
struct Recent {
    ran: Ran,
    id: ExecutionId,
    planned: bool,
    /// Its time so far, with its fetches: its plan took no longer.
    duration: u64,
}

impl Joiner {
    /// Takes the next event of a session, and hands on what it settles.
    pub(super) fn take(
        &mut self,
        session: SessionId,
        event: &Event,
        tags: Option<TagsId>,
        out: Settle<'_>,
    ) {
        if self.sessions.len() <= session.index() {
            self.sessions.resize(session.index() + 1, Open::default());
        }
        let Some(open) = self.sessions.get_mut(session.index()) else {
            return;
        };
        let joined = |ran, place, duration| Joined {
            ran,
            session,
            place,
            end: event.time,
            duration,
            steps: 0,
            tags,
        };
        match event.kind {
            EventKind::Execution {
                ran,
                duration,
                plan_follows,
            } => {
                self.never_timed += open.forget_waiting();
                open.execution(joined(ran, event.place, duration), plan_follows, out);
            }
            EventKind::Part {
                ran,
                duration,
                fetch: true,
            } => open.fetch(joined(ran, event.place, duration), out),
            EventKind::Part { ran, duration, .. } => open.step(ran, duration),
            EventKind::Statement { ran, plan_follows } => {
                open.flush(session, out);
                self.never_timed += open.forget_waiting();
                open.waiting = Some(Waiting {
                    ran,
                    place: event.place,
                    tags,
                    plan_follows,
                    counted: false,
                });
            }
            EventKind::Duration { duration } => {
                // Without a statement before it, it times a parse or bind step, or a text that isn't logged.
                if let Some(w) = open.waiting.take().filter(|w| !w.counted) {
                    let whole = Joined {
                        tags: w.tags,
                        ..joined(w.ran, w.place, duration)
                    };
                    open.execution(whole, w.plan_follows, out);
                }
            }
            // What a function or trigger runs is a part of the statement that called it.
            EventKind::Plan { ran: None, .. } => open.inner.push(event.place),
            EventKind::Plan {
                ran: Some(ran),
                duration,
            } => {
                let mut places = std::mem::take(&mut open.inner);
                places.push(event.place);
                let plan = Plan {
                    ran,
                    places,
                    end: event.time,
                    duration,
                    tags,
                };
                open.plan(plan, session, out);
            }
            EventKind::Error { .. } => open.waiting = None,
            // What the application's side tells is whole, and goes another way.
            EventKind::Notable(_)
            | EventKind::Logged { .. }
            | EventKind::RequestBegan(_)
            | EventKind::RequestHandled(_)
            | EventKind::RequestEnded(_)
            | EventKind::CalledFrom(_) => {}
        }
    }

    /// Hands on what waited in vain: plans without any other record are executions.
    pub(super) fn finish(&mut self, out: Settle<'_>) {
        for (at, open) in self.sessions.iter_mut().enumerate() {
            open.flush(SessionId::at(at), out);
            self.never_timed += open.forget_waiting();
        }
    }
}

fn planned(of: ExecutionId, plans: impl IntoIterator<Item = Place>, out: Settle<'_>) {
    for plan in plans {
        out(Outcome::Planned { of, plan });
    }
}

/// Whether both are the same text. Bound parameters are not compared: not every record shows them.
fn same(a: Ran, b: Ran) -> bool {
    (a.fingerprint, a.constants) == (b.fingerprint, b.constants)
}

impl Open {
    fn execution(&mut self, e: Joined, plan_follows: bool, out: Settle<'_>) {
        let mut whole = e;
        if !self.steps.is_empty() {
            self.steps.retain(|(ran, micros)| {
                let own = same(*ran, e.ran);
                whole.steps += if own { *micros } else { 0 };
                !own
            });
        }
        let own = if self.plans.is_empty() {
            Vec::new()
        } else {
            self.own_plans(&e, out)
        };
        let id = out(Outcome::Execution(whole));
        let own = own.into_iter().flat_map(|plan| plan.places);
        planned(id, own.chain(self.inner.drain(..)), out);
        if plan_follows {
            if self.recent.len() >= RECENT {
                self.recent.remove(0);
            }
            self.recent.push(Recent {
                ran: e.ran,
                id,
                planned: false,
                duration: e.duration,
            });
        }
    }

    /// Those of the waiting plans that ran within the execution and are its own; the ones before it are executions.
    fn own_plans(&mut self, e: &Joined, out: Settle<'_>) -> Vec<Plan> {
        let start = e.end.saturating_sub_unsigned(e.duration);
        let mut room = e.duration;
        let mut first_own = self.plans.len();
        // The latest plans belong to it as long as all of them fit into its time.
        for (at, plan) in self.plans.iter().enumerate().rev() {
            let within = plan.end.saturating_sub_unsigned(plan.duration) > start + START_SLACK;
            if plan.duration > room || !(same(plan.ran, e.ran) || within) {
                break;
            }
            if same(plan.ran, e.ran) {
                room -= plan.duration;
            }
            first_own = at;
        }
        let mut own = self.plans.split_off(first_own);
        self.flush(e.session, out);
        own.retain(|plan| same(plan.ran, e.ran));
        own
    }

    fn fetch(&mut self, fetch: Joined, out: Settle<'_>) {
        let mut recent = self.recent.iter_mut().rev();
        match recent.find(|r| same(r.ran, fetch.ran)) {
            Some(recent) => {
                recent.duration = recent.duration.saturating_add(fetch.duration);
                out(Outcome::Fetched {
                    of: recent.id,
                    steps: fetch.duration,
                });
            }
            // The first steps took too little to be logged: this one stands for the execution.
            None => self.execution(fetch, true, out),
        }
    }

    fn step(&mut self, ran: Ran, micros: u64) {
        if self.steps.len() >= WAITING_STEPS {
            self.steps.remove(0);
        }
        self.steps.push((ran, micros));
    }

    fn plan(&mut self, plan: Plan, session: SessionId, out: Settle<'_>) {
        let mut recent = self.recent.iter_mut().rev();
        if let Some(recent) =
            recent.find(|r| !r.planned && same(r.ran, plan.ran) && plan.duration <= r.duration)
        {
            recent.planned = true;
            return planned(recent.id, plan.places, out);
        }
        if self.plans.len() >= WAITING_PLANS {
            self.flush(session, out);
        }
        self.plans.push(plan);
    }

    /// Plans that no other record tells of are executions.
    fn flush(&mut self, session: SessionId, out: Settle<'_>) {
        for plan in self.plans.drain(..) {
            if let Some(waiting) = self.waiting.as_mut().filter(|w| same(w.ran, plan.ran)) {
                waiting.counted = true;
            }
            let id = out(Outcome::Execution(Joined {
                ran: plan.ran,
                session,
                place: plan.places.last().copied().unwrap_or_default(),
                end: plan.end,
                duration: plan.duration,
                steps: 0,
                tags: plan.tags,
            }));
            planned(id, plan.places, out);
        }
    }

    /// Forgets the statement that waits; 1 when nothing has told its time.
    fn forget_waiting(&mut self) -> u64 {
        u64::from(self.waiting.take().is_some_and(|w| !w.counted))
    }
}
