//! How long a pause has to be to end a request: the valley between the pauses within requests and those between them.

/// Pauses are counted in half octaves of microseconds, up to about two minutes.
const BINS: usize = 54;
/// The two heaps of pauses lie at least this many half octaves apart: a factor of four.
const APART: usize = 4;
/// Fewer pauses than these between requests say nothing.
const FEWEST: u32 = 4;

/// Pauses by their length.
#[derive(Clone, Debug)]
pub(super) struct Gaps {
    bins: [u32; BINS],
}

impl Default for Gaps {
    fn default() -> Self {
        Self { bins: [0; BINS] }
    }
}

fn bin(micros: i64) -> usize {
    let micros = micros.max(1).unsigned_abs();
    let octave = micros.ilog2() as usize;
    // Whether it is past the octave's middle, 1.5 times its start.
    let half = usize::from(octave > 0 && micros >> (octave - 1) & 1 == 1);
    (octave * 2 + half).min(BINS - 1)
}

fn lower_edge(bin: usize) -> i64 {
    let start = 1_i64 << (bin / 2);
    if bin.is_multiple_of(2) {
        start
    } else {
        start + start / 2
    }
}

impl Gaps {
    /// Counts a pause between two statements of a session, in microseconds.
    pub(super) fn count(&mut self, micros: i64) {
        if let Some(n) = self.bins.get_mut(bin(micros)) {
            *n = n.saturating_add(1);
        }
    }

    /// The pause from which on a request has ended, in microseconds; `None` where no valley parts long pauses from
    /// short ones.
    pub(super) fn valley(&self) -> Option<i64> {
        let peak = (0..BINS).max_by_key(|at| (self.at(*at), BINS - at))?;
        let total: u32 = self.bins.iter().sum();
        let least = FEWEST.max(total / 200);
        // What lies right of the valley is a heap, be its pauses ever so spread out.
        let mut best: Option<(u32, usize)> = None;
        for at in peak + 2..BINS {
            let beyond: u32 = self.bins.iter().skip(at + 1).sum();
            let far = (at + 1..BINS).any(|b| b >= peak + APART && self.at(b) > 0);
            if beyond < least || !far {
                break;
            }
            let here = self.at(at);
            if best.is_none_or(|(count, _)| here < count) {
                best = Some((here, at));
            }
        }
        let (count, at) = best?;
        let beyond = (at + 1..BINS).map(|b| self.at(b)).max().unwrap_or(0);
        (count * 4 <= beyond.min(self.at(peak))).then(|| lower_edge(at + 1))
    }

    fn at(&self, bin: usize) -> u32 {
        self.bins.get(bin).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valley(pauses: &[(i64, u32)]) -> Option<i64> {
        let mut gaps = Gaps::default();
        for (micros, times) in pauses {
            for _ in 0..*times {
                gaps.count(*micros);
            }
        }
        gaps.valley()
    }

    #[test]
    fn two_heaps_have_a_valley() {
        let found = valley(&[(300, 50), (500, 80), (900, 20), (60_000, 5), (150_000, 6)]).unwrap();
        assert!((1_000..60_000).contains(&found), "{found}");
    }

    #[test]
    fn one_heap_has_none() {
        assert_eq!(
            valley(&[(300, 50), (500, 80), (900, 40), (1_500, 12)]),
            None
        );
        assert_eq!(valley(&[]), None);
    }
}
