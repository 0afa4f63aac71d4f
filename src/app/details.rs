//! What is known about the selected finding, query, endpoint, request, event and plan, asked of workers when it changes.

use std::sync::Arc;

use super::jobs::{Answer, Jobs, Kind};
use super::model::{Model, Pinned, View};
use super::pictures::{
    Compared, EndpointPicture, EventPicture, FindingPicture, Picture, PlanPicture, QueryPicture,
    RequestPicture,
};

/// Which thing of which epoch an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) epoch: u64,
    pub(crate) id: u32,
    /// Which of several, where there are several: a plan of its group.
    pub(crate) part: u32,
}

/// The last answer of a kind.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    held: Option<(Key, T)>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { held: None }
    }
}

impl<T> Slot<T> {
    /// What is known about `key`, once it is.
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        self.held
            .as_ref()
            .filter(|(k, _)| *k == key)
            .map(|(_, value)| value)
    }

    /// Keeps an answer.
    pub(crate) fn put(&mut self, key: Key, value: T) {
        self.held = Some((key, value));
    }
}

/// The last answers.
#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) finding: Slot<FindingPicture>,
    pub(crate) query: Slot<QueryPicture>,
    pub(crate) endpoint: Slot<EndpointPicture>,
    pub(crate) request: Slot<RequestPicture>,
    pub(crate) event: Slot<EventPicture>,
    pub(crate) plan: Slot<PlanPicture>,
    /// With the address of the pinned plan that it is about.
    compare: Slot<(usize, Compared)>,
    /// Kinds whose worker failed for a key: it is not asked again.
    failed: Vec<(Kind, Key)>,
    asked: [Option<Key>; 6],
}

impl Details {
    /// Keeps an answer.
    pub(crate) fn put(&mut self, key: Key, picture: Picture) {
        match picture {
            Picture::Finding(picture) => self.finding.put(key, *picture),
            Picture::Query(picture) => self.query.put(key, *picture),
            Picture::Endpoint(picture) => self.endpoint.put(key, *picture),
            Picture::Request(picture) => self.request.put(key, *picture),
            Picture::Event(picture) => self.event.put(key, *picture),
            Picture::Plan(picture) => self.plan.put(key, *picture),
            Picture::Nothing => {}
            Picture::Compared(compared, pinned) => self.compare.put(key, (pinned, *compared)),
        }
    }

    /// Remembers that the open question of `kind` found no answer.
    pub(crate) fn fail(&mut self, kind: Kind) {
        if let Some(key) = slot_of(kind).and_then(|s| self.asked.get(s).copied().flatten()) {
            self.failed.push((kind, key));
        }
    }

    /// The plan of `key` beside the pinned one, once it is worked out.
    pub(crate) fn compared(&self, key: Key, pinned: Option<&Pinned>) -> Option<&Compared> {
        let (of, compared) = self.compare.get(key)?;
        (*of == address(pinned?)).then_some(compared)
    }

    /// Whether the worker failed for this key.
    pub(crate) fn failed(&self, kind: Kind, key: Key) -> bool {
        self.failed.contains(&(kind, key))
    }
}

/// What tells one pinned plan from another.
fn address(pinned: &Pinned) -> usize {
    Arc::as_ptr(&pinned.explained) as usize
}

fn slot_of(kind: Kind) -> Option<usize> {
    match kind {
        Kind::Finding => Some(0),
        Kind::Query => Some(1),
        Kind::Request => Some(2),
        Kind::Event => Some(3),
        Kind::Endpoint => Some(4),
        Kind::Plan => Some(5),
        _ => None,
    }
}

impl Model {
    /// The key of an entry of what is shown now.
    pub(crate) fn key(&self, id: u32) -> Key {
        Key {
            epoch: self.epoch,
            id,
            part: if self.spot.view == View::Plans {
                self.spot.nth
            } else {
                0
            },
        }
    }
}

/// Lays the plan that is shown beside the pinned one.
fn compare(model: &Model, jobs: &mut Jobs, key: Key) {
    let (Some(pinned), Some(picture)) = (&model.pinned, model.details.plan.get(key)) else {
        return;
    };
    let Ok(drawn) = &picture.drawn else { return };
    let same = Arc::ptr_eq(&pinned.explained, &drawn.explained);
    if same || jobs.running(Kind::Compare) || model.details.compared(key, Some(pinned)).is_some() {
        return;
    }
    let (before, after) = (Arc::clone(&pinned.explained), Arc::clone(&drawn.explained));
    let of = address(pinned);
    jobs.start(Kind::Compare, move |_| {
        let compared = Box::new(Compared::new(&before, &after));
        Some(Answer::Looked(key, Picture::Compared(compared, of)))
    });
}

/// Asks for what the view shows and nobody knows yet. One question of a kind is open at a time, so
/// that a held arrow key does not start a thread a row.
pub(crate) fn refresh(model: &mut Model, jobs: &mut Jobs) {
    let Some(analysis) = model.shown().map(Arc::clone) else {
        return;
    };
    let view = model.spot.view;
    let Some(id) = model.spot.selected(view) else {
        return;
    };
    let key = model.key(id);
    let kind = match view {
        View::Findings => Kind::Finding,
        View::Queries => Kind::Query,
        View::Endpoints => Kind::Endpoint,
        View::Requests => Kind::Request,
        View::Events => Kind::Event,
        View::Plans => Kind::Plan,
        // All of it is in memory.
        View::Indexes | View::Activity | View::Tables => return,
    };
    if view == View::Plans {
        compare(model, jobs, key);
    }
    let known = match view {
        View::Findings => model.details.finding.get(key).is_some(),
        View::Queries => model.details.query.get(key).is_some(),
        View::Endpoints => model.details.endpoint.get(key).is_some(),
        View::Requests => model.details.request.get(key).is_some(),
        View::Events => model.details.event.get(key).is_some(),
        View::Plans => model.details.plan.get(key).is_some(),
        View::Indexes | View::Activity | View::Tables => true,
    };
    if known || jobs.running(kind) || model.details.failed(kind, key) {
        return;
    }
    if let Some(asked) = slot_of(kind).and_then(|s| model.details.asked.get_mut(s)) {
        *asked = Some(key);
    }
    jobs.start(kind, move |_| {
        Some(Answer::Looked(
            key,
            Picture::new(&analysis, view, id, key.part),
        ))
    });
}
