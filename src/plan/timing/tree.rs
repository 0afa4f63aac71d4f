//! Where subtrees end, and which processes share a node.

use crate::plan::{Plan, Role};

/// What is known of the nodes' places.
pub(super) struct Tree {
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Place {
    parent: Option<usize>,
    depth: usize,
    /// The node behind its subtree.
    end: usize,
    processes: f64,
}

impl Tree {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut places: Vec<Place> = Vec::with_capacity(plan.nodes.len());
        for (id, node) in plan.nodes.iter().enumerate() {
            // A parent stands before its children; anything else would be a loop.
            let parent = node.parent.filter(|parent| *parent < id);
            let above = parent.and_then(|parent| places.get(parent));
            places.push(Place {
                parent,
                depth: above.map_or(0, |place| place.depth + 1),
                end: id + 1,
                processes: processes(plan, id, parent, above.map_or(1.0, |place| place.processes)),
            });
        }
        for id in (0..places.len()).rev() {
            let (parent, end) = (places[id].parent, places[id].end);
            if let Some(parent) = parent.and_then(|parent| places.get_mut(parent)) {
                parent.end = parent.end.max(end);
            }
        }
        Self { places }
    }

    pub(super) fn parent(&self, id: usize) -> Option<usize> {
        self.places.get(id)?.parent
    }

    pub(super) fn depth(&self, id: usize) -> usize {
        self.places.get(id).map_or(0, |place| place.depth)
    }

    /// The processes that share a node's work.
    pub(super) fn processes(&self, id: usize) -> f64 {
        self.places.get(id).map_or(1.0, |place| place.processes)
    }

    /// The nodes of a node's subtree, itself first.
    pub(super) fn subtree(&self, id: usize) -> std::ops::Range<usize> {
        id..self.places.get(id).map_or(id, |place| place.end)
    }

    /// A node's turn where children come before their parents, and the left before the right.
    pub(super) fn turn(&self, id: usize) -> usize {
        (self.subtree(id).end - 1).saturating_sub(self.depth(id))
    }
}

/// Below a Gather, as many as its child has loops for each loop of its own: that counts workers that were launched and
/// whether the leader took part. Init plans and CTEs are run by one process. What Gather's own expressions run is run
/// by the leader.
fn processes(plan: &Plan, id: usize, parent: Option<usize>, above: f64) -> f64 {
    let Some(node) = plan.nodes.get(id) else {
        return 1.0;
    };
    if node.role == Some(Role::InitPlan) {
        return 1.0;
    }
    let gather = parent
        .and_then(|parent| plan.nodes.get(parent))
        .filter(|parent| matches!(parent.kind.as_str(), "Gather" | "Gather Merge"));
    match gather {
        // Fewer loops than Gather's own would make time longer than it was measured.
        Some(gather) if node.role != Some(Role::SubPlan) && node.ran() && gather.ran() => {
            (node.loops() / gather.loops()).max(1.0)
        }
        Some(gather) if node.role != Some(Role::SubPlan) && !gather.ran() => 1.0,
        _ => above,
    }
}
