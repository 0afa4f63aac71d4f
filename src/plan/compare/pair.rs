//! Which nodes of two plans have the same marks.

use rustc_hash::FxHashMap;

use super::mark::{Mark, marks};
use crate::plan::Plan;
use crate::plan::shape::hash;

/// What must be the same, the strictest first.
const PASSES: [fn(&Mark) -> u64; 7] = [
    |m| hash(&(m.class, m.kind, m.detail, m.named)),
    |m| hash(&(m.class, m.detail, m.named)),
    |m| hash(&(m.class, m.kind, m.named)),
    |m| hash(&(m.class, m.named)),
    |m| hash(&(m.class, m.detail, m.sources)),
    |m| hash(&(m.class, m.kind, m.sources)),
    |m| hash(&(m.class, m.sources)),
];

/// All nodes of both plans in reading order, those that do the same work side by side.
pub(super) fn pairs(before: &Plan, after: &Plan) -> Vec<(Option<usize>, Option<usize>)> {
    let (old, new) = (marks(before), marks(after));
    let mut matched = Matched {
        after: vec![None; old.len()],
        before: vec![None; new.len()],
    };
    for pass in PASSES {
        matched.by(&old, &new, pass);
    }
    matched.by_place(before, after, &old, &new);
    matched.in_order()
}

/// For each node the one in the other plan.
struct Matched {
    after: Vec<Option<usize>>,
    before: Vec<Option<usize>>,
}

impl Matched {
    fn set(&mut self, a: usize, b: usize) {
        if let (Some(after), Some(before)) = (self.after.get_mut(a), self.before.get_mut(b)) {
            (*after, *before) = (Some(b), Some(a));
        }
    }

    /// Matches what has the same key, the first with the first.
    fn by(&mut self, old: &[Mark], new: &[Mark], key: fn(&Mark) -> u64) {
        let mut waiting: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for (b, mark) in new.iter().enumerate().rev() {
            if self.before.get(b) == Some(&None) {
                waiting.entry(key(mark)).or_default().push(b);
            }
        }
        for (a, mark) in old.iter().enumerate() {
            if self.after.get(a) == Some(&None)
                && let Some(b) = waiting.get_mut(&key(mark)).and_then(Vec::pop)
            {
                self.set(a, b);
            }
        }
    }

    /// Matches what does the same sort of work in the same place: below nodes that are matched, or at the root.
    fn by_place(&mut self, before: &Plan, after: &Plan, old: &[Mark], new: &[Mark]) {
        let mut waiting: FxHashMap<(Option<usize>, u64), Vec<usize>> = FxHashMap::default();
        for (b, (node, mark)) in after.nodes.iter().zip(new).enumerate().rev() {
            if self.before.get(b) == Some(&None) {
                let place = (node.parent, hash(&(mark.class, node.role)));
                waiting.entry(place).or_default().push(b);
            }
        }
        for (a, (node, mark)) in before.nodes.iter().zip(old).enumerate() {
            if self.after.get(a) != Some(&None) {
                continue;
            }
            let parent = match node.parent {
                Some(parent) => match self.after.get(parent).copied().flatten() {
                    Some(parent) => Some(parent),
                    None => continue,
                },
                None => None,
            };
            let place = (parent, hash(&(mark.class, node.role)));
            if let Some(b) = waiting.get_mut(&place).and_then(Vec::pop) {
                self.set(a, b);
            }
        }
    }

    /// The second plan's order. A node that is gone stands behind the last before it that is not.
    fn in_order(&self) -> Vec<(Option<usize>, Option<usize>)> {
        let mut gone: Vec<Vec<usize>> = vec![Vec::new(); self.before.len() + 1];
        let mut place = 0;
        for (a, b) in self.after.iter().enumerate() {
            match b {
                Some(b) => place = b + 1,
                None => gone
                    .get_mut(place)
                    .into_iter()
                    .for_each(|gone| gone.push(a)),
            }
        }
        let mut gone = gone.into_iter();
        let removed =
            |gone: Option<Vec<usize>>| gone.into_iter().flatten().map(|a| (Some(a), None));
        let mut pairs: Vec<_> = removed(gone.next()).collect();
        for (b, a) in self.before.iter().enumerate() {
            pairs.push((*a, Some(b)));
            pairs.extend(removed(gone.next()));
        }
        pairs
    }
}
