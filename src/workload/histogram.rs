//! Percentiles of durations in little memory, with a bounded relative error.

/// Neighbouring buckets differ by this factor, so that a bucket's middle is at most 1 % from any value in it.
///
/// The scheme is DDSketch's logarithmic mapping (Masson, Rim, Lee: *DDSketch*, VLDB 2019):
/// γ = (1 + α) / (1 − α) with α = 0.01.
const GAMMA: f64 = 1.01 / 0.99;

/// The largest relative error of [`Histogram::percentile`].
pub const RELATIVE_ERROR: f64 = 0.01;

/// Durations in microseconds, counted in logarithmic buckets.
///
/// Only buckets that hold something are kept, sorted, so a query that ran once costs eight bytes
/// and one that ran a million times about two kilobytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    buckets: Vec<(u16, u32)>,
    count: u64,
}

impl Histogram {
    /// Counts one duration in microseconds.
    pub fn record(&mut self, micros: u64) {
        let bucket = bucket_of(micros);
        match self.buckets.binary_search_by_key(&bucket, |b| b.0) {
            Ok(at) => {
                if let Some(b) = self.buckets.get_mut(at) {
                    b.1 = b.1.saturating_add(1);
                }
            }
            Err(at) => self.buckets.insert(at, (bucket, 1)),
        }
        self.count += 1;
    }

    /// How many durations were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The duration in microseconds that a share `p` (0 to 1) of all stays at or below, within
    /// [`RELATIVE_ERROR`]; `None` when nothing was counted.
    ///
    /// This is the nearest-rank percentile: the value of the ⌈p · n⌉-th smallest.
    #[must_use]
    pub fn percentile(&self, p: f64) -> Option<f64> {
        // A rank is between 1 and the count, both far from where f64 stops counting.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let rank = ((p * self.count as f64).ceil() as u64).clamp(1, self.count.max(1));
        let mut seen = 0_u64;
        self.buckets.iter().find_map(|&(bucket, n)| {
            seen += u64::from(n);
            (seen >= rank).then(|| middle_of(bucket))
        })
    }

    /// The buckets that hold something, as (lower edge, upper edge, count), edges in microseconds.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, f64, u32)> + '_ {
        self.buckets
            .iter()
            .map(|&(b, n)| (upper_edge(b.saturating_sub(1)), upper_edge(b), n))
    }
}

/// Bucket 0 holds everything up to one microsecond, the finest step that Postgres prints.
fn bucket_of(micros: u64) -> u16 {
    if micros <= 1 {
        return 0;
    }
    // ln(2^64) / ln(γ) is about 2218.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let bucket = ((micros as f64).ln() / GAMMA.ln()).ceil() as u16;
    bucket
}

fn upper_edge(bucket: u16) -> f64 {
    if bucket == 0 {
        1.0
    } else {
        GAMMA.powi(i32::from(bucket))
    }
}

fn middle_of(bucket: u16) -> f64 {
    if bucket == 0 {
        1.0
    } else {
        2.0 * GAMMA.powi(i32::from(bucket)) / (GAMMA + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_stay_within_the_stated_error() {
        let mut values: Vec<u64> = (1..=20_000_u64)
            .map(|i| 3 + i * i % 7_919 * (1 + i % 13))
            .collect();
        let mut histogram = Histogram::default();
        for &v in &values {
            histogram.record(v);
        }
        values.sort_unstable();
        // The rank of each percentile among 20,000 values.
        for (p, rank) in [
            (0.0001, 2),
            (0.25, 5_000),
            (0.5, 10_000),
            (0.95, 19_000),
            (0.999, 19_980),
            (1.0, 20_000),
        ] {
            let exact = values[rank - 1] as f64;
            let got = histogram.percentile(p).unwrap_or_default();
            assert!(
                (got - exact).abs() <= exact * RELATIVE_ERROR + 1e-9,
                "p{p}: {got} is not {exact}"
            );
        }
    }

    #[test]
    fn nothing_counted_has_no_percentile() {
        assert_eq!(Histogram::default().percentile(0.5), None);
    }

    #[test]
    fn the_largest_duration_is_counted() {
        let mut histogram = Histogram::default();
        histogram.record(u64::MAX);
        assert_eq!(histogram.count(), 1);
    }
}
