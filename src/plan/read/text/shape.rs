//! Which node a node hangs on: what the columns of the arrows say, or, where blanks were lost, what kinds of nodes do.

use super::line::Line;
use crate::plan::read::page::Page;
use crate::plan::{Node, Role};

/// The column of the root, and whether the arrows' columns say nothing. The root of a plan that was put together by
/// hand may stand further in than its inputs.
pub(super) fn of_arrows(page: &Page, at: usize, root: Line<'_>) -> (usize, bool) {
    let column = root.column;
    if root.arrow {
        return (column, false);
    }
    let lines = (at + 1..page.count()).map(|at| Line::of(page.line(at)));
    let mut arrows = lines
        .take(200)
        .filter(|line| line.arrow)
        .map(|line| line.column);
    let Some(first) = arrows.next().filter(|first| *first <= column) else {
        return (column, false);
    };
    if arrows.take(3).all(|arrow| arrow == first) {
        return (column, true);
    }
    (first.saturating_sub(1), false)
}

#[derive(Debug)]
pub(super) struct Shape {
    /// The nodes from the root to the last one, each with the column of its arrow.
    path: Vec<Place>,
    /// Whether arrows stand no further in than the root.
    flat: bool,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    column: usize,
    id: usize,
    /// How many inputs it may still have.
    free: usize,
    /// What the costs of its inputs leave of its own.
    cost: f64,
}

impl Shape {
    pub(super) fn new(flat: bool) -> Self {
        Self {
            path: Vec::new(),
            flat,
        }
    }

    pub(super) fn is_flat(&self) -> bool {
        self.flat
    }

    /// Whether another root may follow.
    pub(super) fn may_end(&self) -> bool {
        !self.path.is_empty()
    }

    /// The node that a line in this column speaks of.
    pub(super) fn owner(&self, column: usize) -> Option<usize> {
        let last = self.path.last()?;
        let mut places = self.path.iter().rev();
        let owner = if self.flat {
            Some(last)
        } else {
            places.find(|place| place.column < column)
        };
        Some(owner.unwrap_or(last).id)
    }

    /// Hangs the node that comes next on its parent. `column` is that of its arrow, `from` that of its label.
    pub(super) fn place(
        &mut self,
        node: &mut Node,
        before: &[Node],
        column: usize,
        from: usize,
        mut label: Option<String>,
    ) {
        let id = before.len();
        if self.flat {
            self.climb(node, before, label.as_deref());
        } else {
            let mut left = None;
            while self.path.len() > 1 && self.path.last().is_some_and(|top| top.column >= from) {
                left = self.path.pop();
            }
            // Old servers write one `SubPlan` above all of them.
            let beside = left
                .filter(|left| left.column == from)
                .and_then(|left| before.get(left.id));
            label = label.or_else(|| beside?.subplan.clone());
        }
        node.role = label.as_deref().map(|label| {
            if label.starts_with("SubPlan") {
                Role::SubPlan
            } else {
                Role::InitPlan
            }
        });
        node.subplan = label;
        node.parent = self.path.last().map(|top| top.id);
        node.depth = self.path.len();
        self.path.push(Place {
            column,
            id,
            free: inputs(&node.kind),
            cost: node.estimate.map_or(f64::INFINITY, |e| e.total_cost),
        });
    }

    /// Finds the parent without columns: the nearest that has room for another input.
    fn climb(&mut self, node: &Node, before: &[Node], label: Option<&str>) {
        if let Some(label) = label.filter(|label| label.starts_with("SubPlan")) {
            self.climb_to_user_of(label, before);
            return;
        }
        let cost = node.estimate.map_or(0.0, |e| e.total_cost);
        // An init plan comes before its parent's inputs.
        let needs_room = label.is_none() || self.path.last().is_some_and(|top| top.free == 0);
        while needs_room && self.path.len() > 1 {
            let Some(top) = self.path.last() else { return };
            let open = top.free == usize::MAX;
            let fits = top.free > 0 && (!open || cost <= top.cost * 1.01 + 0.02);
            if fits {
                break;
            }
            self.path.pop();
        }
        if let Some(top) = self.path.last_mut().filter(|_| label.is_none()) {
            if top.free != usize::MAX {
                top.free = top.free.saturating_sub(1);
            }
            top.cost -= cost;
        }
    }

    /// Goes to the nearest node that names the sub plan.
    fn climb_to_user_of(&mut self, label: &str, before: &[Node]) {
        let name = label.split(" (").next().unwrap_or(label);
        let uses = |place: &Place| {
            before
                .get(place.id)
                .is_some_and(|node| node.properties.iter().any(|p| mentions(&p.value, name)))
        };
        if let Some(at) = self.path.iter().rposition(uses) {
            self.path.truncate(at + 1);
        }
    }
}

fn mentions(value: &crate::plan::Value, name: &str) -> bool {
    value.texts().iter().any(|text| {
        text.match_indices(name).any(|(at, _)| {
            let behind = text.get(at + name.len()..).unwrap_or_default();
            !behind.starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

/// How many inputs a node has at most, by its kind.
fn inputs(kind: &str) -> usize {
    match kind {
        "Hash Join" | "Merge Join" | "Nested Loop" | "Recursive Union" => 2,
        "Append" | "Merge Append" | "BitmapAnd" | "BitmapOr" | "Custom Scan" | "Result"
        | "SetOp" => usize::MAX,
        "Bitmap Heap Scan" | "Subquery Scan" => 1,
        kind if kind.ends_with(" Scan") => 0,
        _ => 1,
    }
}

/// Says what each node is to its parent, which the text leaves to the reader.
pub(super) fn roles(nodes: &mut [Node]) {
    let mut inputs = vec![0_usize; nodes.len()];
    let places = nodes.iter().map(|node| (node.parent, node.role));
    let places: Vec<_> = places.collect();
    for (parent, role) in &places {
        if let (Some(parent), None) = (parent, role)
            && let Some(count) = inputs.get_mut(*parent)
        {
            *count += 1;
        }
    }
    let kinds: Vec<_> = nodes
        .iter()
        .zip(&inputs)
        .map(|(node, inputs)| Inputs::of(&node.kind, *inputs))
        .collect();
    let mut seen = vec![0_usize; nodes.len()];
    for node in nodes {
        let Some(parent) = node.parent.filter(|_| node.role.is_none()) else {
            continue;
        };
        let (Some(kind), Some(seen)) = (kinds.get(parent), seen.get_mut(parent)) else {
            continue;
        };
        node.role = Some(match (kind, *seen) {
            (Inputs::Subquery, _) => Role::Subquery,
            (Inputs::Ordered, 0) => Role::Outer,
            (Inputs::Ordered, 1) => Role::Inner,
            (Inputs::Members | Inputs::Ordered, _) => Role::Member,
        });
        *seen += 1;
    }
}

enum Inputs {
    Ordered,
    Members,
    Subquery,
}

impl Inputs {
    fn of(kind: &str, count: usize) -> Self {
        match kind {
            "Append" | "Merge Append" | "BitmapAnd" | "BitmapOr" | "Custom Scan" => Self::Members,
            // Until PostgreSQL 13, one for each partition.
            "ModifyTable" if count > 1 => Self::Members,
            "Subquery Scan" => Self::Subquery,
            _ => Self::Ordered,
        }
    }
}
