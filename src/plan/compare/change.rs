//! What is different about two nodes that do the same work.

use super::mark::{CONDITIONS, KEYS};
use crate::plan::Node;
use crate::plan::expression::{conjuncts, skeleton};

/// A difference of two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is done in another way: `Seq Scan` became `Index Scan`.
    Kind {
        /// What it was called.
        before: String,
        /// What it is called.
        after: String,
    },
    /// It uses another index, or one where there was none.
    Index {
        /// The index.
        before: Option<String>,
        /// The index.
        after: Option<String>,
    },
    /// A condition is checked elsewhere in it, is new, or is gone: from `Filter` to `Index Cond`.
    Condition {
        /// The condition, as the second plan has it if it does.
        condition: String,
        /// Where it was checked; `None` if it is new.
        before: Option<&'static str>,
        /// Where it is checked; `None` if it is gone.
        after: Option<&'static str>,
    },
    /// It sorts or groups by other keys.
    Keys {
        /// What they are called: `Sort Key`.
        name: &'static str,
        /// The keys.
        before: Vec<String>,
        /// The keys.
        after: Vec<String>,
    },
}

/// What is different, figures and constants aside.
pub(super) fn changes(before: &Node, after: &Node) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.title != after.title {
        changes.push(Change::Kind {
            before: before.title.clone(),
            after: after.title.clone(),
        });
    }
    if before.index != after.index {
        changes.push(Change::Index {
            before: before.index.clone(),
            after: after.index.clone(),
        });
    }
    conditions(before, after, &mut changes);
    for name in KEYS {
        let (old, new) = (before.texts(name), after.texts(name));
        let skeletons =
            |texts: &[&str]| texts.iter().map(|text| skeleton(text)).collect::<Vec<_>>();
        if skeletons(&old) != skeletons(&new) {
            changes.push(Change::Keys {
                name,
                before: old.into_iter().map(str::to_owned).collect(),
                after: new.into_iter().map(str::to_owned).collect(),
            });
        }
    }
    changes
}

/// A condition, without constants, and where it is checked.
struct Condition<'a> {
    text: &'a str,
    skeleton: String,
    place: &'static str,
}

fn conditions(before: &Node, after: &Node, changes: &mut Vec<Change>) {
    let mut old = written(before);
    let mut new = written(after);
    // What stayed where it was is said first, so that of two equal conditions the one that moved is told.
    for same_place in [true, false] {
        new.retain(|now| {
            let was = old.iter().position(|was| {
                was.skeleton == now.skeleton && (!same_place || was.place == now.place)
            });
            let Some(was) = was.map(|at| old.remove(at)) else {
                return true;
            };
            if was.place != now.place {
                changes.push(change(now.text, Some(was.place), Some(now.place)));
            }
            false
        });
    }
    changes.extend(
        old.iter()
            .map(|was| change(was.text, Some(was.place), None)),
    );
    changes.extend(
        new.iter()
            .map(|now| change(now.text, None, Some(now.place))),
    );
}

fn written(node: &Node) -> Vec<Condition<'_>> {
    let places = CONDITIONS.iter().copied();
    let texts =
        places.flat_map(|place| node.texts(place).into_iter().map(move |text| (place, text)));
    texts
        .flat_map(|(place, text)| conjuncts(text).into_iter().map(move |text| (place, text)))
        .map(|(place, text)| Condition {
            text,
            skeleton: skeleton(text),
            place,
        })
        .collect()
}

fn change(condition: &str, before: Option<&'static str>, after: Option<&'static str>) -> Change {
    Change::Condition {
        condition: condition.to_owned(),
        before,
        after,
    }
}
