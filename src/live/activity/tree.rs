//! From "who waits for whom" to a forest: whoever holds others up stands above them.

use std::collections::{BTreeMap, BTreeSet};

use super::Activity;

/// Blockers at the roots, those that wait for them below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// In the order in which they are shown: each before those that wait for it. The root with the most behind it is
    /// first.
    pub branches: Vec<Branch>,
}

/// A session in the tree. Each stands there once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its process; 0 is a prepared transaction.
    pub pid: i32,
    /// How far below its root it is.
    pub depth: usize,
    /// How many wait for it, directly or behind others.
    pub behind: usize,
    /// Whom it waits for besides the one that it stands below.
    pub also: Vec<i32>,
    /// Whether it is a root that waits itself, for one that stands below: a deadlock that isn't resolved yet, or locks
    /// that changed while they were read.
    pub circle: bool,
}

/// The forest of those that wait and those that they wait for; empty when nobody waits.
#[must_use]
pub fn tree(activity: &Activity) -> Tree {
    let waits: BTreeMap<i32, Vec<i32>> = activity
        .sessions
        .iter()
        .filter(|session| !session.blocked_by.is_empty())
        .map(|session| (session.pid, distinct(session.pid, &session.blocked_by)))
        .filter(|(_, blockers)| !blockers.is_empty())
        .collect();
    let mut below: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    let mut parents: BTreeMap<i32, i32> = BTreeMap::new();
    for (pid, blockers) in &waits {
        // One that runs is what really holds it up; one that waits too may only be ahead in the queue.
        let parent = blockers
            .iter()
            .find(|b| !waits.contains_key(b))
            .or(blockers.first());
        if let Some(parent) = parent {
            below.entry(*parent).or_default().push(*pid);
            parents.insert(*pid, *parent);
        }
    }
    let free = below.keys().filter(|pid| !waits.contains_key(pid)).copied();
    let mut roots: Vec<Vec<Branch>> = Vec::new();
    let mut placed = BTreeSet::new();
    for root in free {
        roots.push(grow(root, false, &below, &waits, &mut placed));
    }
    // What is left waits in circles: it is entered where somebody is waited for, at the lowest number.
    for pid in waits.keys() {
        if !placed.contains(pid) {
            let root = entrance(*pid, &parents);
            roots.push(grow(root, true, &below, &waits, &mut placed));
        }
    }
    roots.sort_by_key(|branches| std::cmp::Reverse(branches.len()));
    Tree {
        branches: roots.into_iter().flatten().collect(),
    }
}

/// Those that it waits for, each once. Parallel workers count as their leader, which may be itself.
fn distinct(pid: i32, blockers: &[i32]) -> Vec<i32> {
    let mut seen = BTreeSet::new();
    let others = blockers.iter().filter(|b| **b != pid);
    others.filter(|b| seen.insert(**b)).copied().collect()
}

/// The lowest number in the circle that waiting leads to from here.
fn entrance(pid: i32, parents: &BTreeMap<i32, i32>) -> i32 {
    let mut path = Vec::new();
    let mut seen = BTreeSet::new();
    let mut at = pid;
    while seen.insert(at) {
        path.push(at);
        match parents.get(&at) {
            Some(parent) => at = *parent,
            None => return at,
        }
    }
    let circle = path.iter().skip_while(|p| **p != at);
    circle.min().copied().unwrap_or(pid)
}

/// All that waits for `root`, without recursion: a queue may be long.
fn grow(
    root: i32,
    circle: bool,
    below: &BTreeMap<i32, Vec<i32>>,
    waits: &BTreeMap<i32, Vec<i32>>,
    placed: &mut BTreeSet<i32>,
) -> Vec<Branch> {
    let mut branches: Vec<Branch> = Vec::new();
    let mut open = vec![(root, None, 0)];
    while let Some((pid, parent, depth)) = open.pop() {
        if !placed.insert(pid) {
            continue;
        }
        let blockers = waits.get(&pid).map(Vec::as_slice).unwrap_or_default();
        branches.push(Branch {
            pid,
            depth,
            behind: 0,
            also: blockers
                .iter()
                .filter(|b| Some(**b) != parent)
                .copied()
                .collect(),
            circle: circle && depth == 0,
        });
        let waiting = below.get(&pid).map(Vec::as_slice).unwrap_or_default();
        open.extend(
            waiting
                .iter()
                .rev()
                .map(|child| (*child, Some(pid), depth + 1)),
        );
    }
    // Those behind one are the branches that follow it at greater depth.
    let depths: Vec<usize> = branches.iter().map(|branch| branch.depth).collect();
    for (at, branch) in branches.iter_mut().enumerate() {
        let behind = depths.iter().skip(at + 1);
        branch.behind = behind.take_while(|depth| **depth > branch.depth).count();
    }
    branches
}

#[cfg(test)]
mod tests {
    use super::super::Session;
    use super::*;

    /// Draws the tree: a dot for each level, `*` for a circle, who waits behind, and whom it waits for besides.
    fn check(waits: &[(i32, &[i32])], expected: &[&str]) {
        let session = |(pid, blocked_by): &(i32, &[i32])| Session {
            pid: *pid,
            blocked_by: blocked_by.to_vec(),
            ..Session::default()
        };
        let activity = Activity {
            sessions: waits.iter().map(session).collect(),
            ..Activity::default()
        };
        let drawn: Vec<String> = tree(&activity)
            .branches
            .iter()
            .map(|b| {
                let dots = ".".repeat(b.depth);
                let star = if b.circle { "*" } else { "" };
                let also: Vec<String> = b.also.iter().map(|pid| format!(" +{pid}")).collect();
                format!("{dots}{}{star} ({}){}", b.pid, b.behind, also.concat())
            })
            .collect();
        assert_eq!(drawn, expected, "{waits:?}");
    }

    #[test]
    fn forests() {
        check(&[], &[]);
        check(&[(1, &[]), (2, &[])], &[]);
        check(&[(1, &[]), (2, &[1])], &["1 (1)", ".2 (0)"]);
        // A queue: 3 is behind 2, which waits for 1.
        check(
            &[(2, &[1]), (3, &[2]), (4, &[2])],
            &["1 (3)", ".2 (2)", "..3 (0)", "..4 (0)"],
        );
        // The one that runs is what really holds 3 up.
        check(
            &[(2, &[1]), (3, &[2, 1])],
            &["1 (2)", ".2 (0)", ".3 (0) +2"],
        );
        // Two roots; the one with more behind it is first.
        check(
            &[(5, &[1]), (6, &[2]), (7, &[2, 2])],
            &["2 (2)", ".6 (0)", ".7 (0)", "1 (1)", ".5 (0)"],
        );
        // A prepared transaction has no process.
        check(&[(5, &[0])], &["0 (1)", ".5 (0)"]);
    }

    #[test]
    fn circles() {
        check(&[(1, &[2]), (2, &[1])], &["1* (1) +2", ".2 (0)"]);
        check(&[(1, &[1])], &[]);
        // 1 waits for a circle of 3 and 2, without being in it.
        check(
            &[(1, &[3]), (2, &[3]), (3, &[2])],
            &["2* (2) +3", ".3 (1)", "..1 (0)"],
        );
        // A circle beside a tree.
        check(
            &[(2, &[1]), (8, &[9]), (9, &[8])],
            &["1 (1)", ".2 (0)", "8* (1) +9", ".9 (0)"],
        );
    }

    #[test]
    fn a_long_queue() {
        let sessions = (2..5_000).map(|pid| Session {
            pid,
            blocked_by: vec![pid - 1],
            ..Session::default()
        });
        let activity = Activity {
            sessions: sessions.collect(),
            ..Activity::default()
        };
        let tree = tree(&activity);
        assert_eq!(tree.branches.len(), 4_999);
        assert_eq!(tree.branches.first().map(|b| b.behind), Some(4_998));
    }
}
