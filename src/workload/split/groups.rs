//! Numbers grouped by a small key, in their own order within each (a counting sort).

/// Runs of numbers, one a key.
pub(super) struct Groups {
    /// The numbers, those of each key together.
    pub order: Vec<u32>,
    /// Where each key's run begins; one more than there are keys.
    pub starts: Vec<u32>,
}

/// Groups the positions of `keys`, each of which is below `count`.
pub(super) fn group(keys: impl ExactSizeIterator<Item = u32> + Clone, count: usize) -> Groups {
    let mut starts = vec![0_u32; count + 1];
    for key in keys.clone() {
        if let Some(n) = starts.get_mut(key as usize + 1) {
            *n += 1;
        }
    }
    for i in 1..starts.len() {
        let before = starts.get(i - 1).copied().unwrap_or(0);
        if let Some(n) = starts.get_mut(i) {
            *n += before;
        }
    }
    let mut next = starts.clone();
    let mut order = vec![0_u32; keys.len()];
    for (i, key) in (0..).zip(keys) {
        if let Some(to) = next.get_mut(key as usize) {
            if let Some(slot) = order.get_mut(*to as usize) {
                *slot = i;
            }
            *to += 1;
        }
    }
    Groups { order, starts }
}

impl Groups {
    /// The numbers of a key.
    pub(super) fn run(&self, key: usize) -> &[u32] {
        let bounds = self.starts.get(key).zip(self.starts.get(key + 1));
        bounds
            .and_then(|(&from, &to)| self.order.get(from as usize..to as usize))
            .unwrap_or_default()
    }
}
