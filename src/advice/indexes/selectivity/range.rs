//! Which part of a column lies below a value.

use std::cmp::Ordering;

use super::scalar::Scalar;
use crate::catalog::ColumnStatistics;

/// The part of all rows whose value is below `value`; `None` where the statistics or the type don't tell.
pub(super) fn below(statistics: &ColumnStatistics, data_type: &str, value: &str) -> Option<f64> {
    let value = Scalar::read(data_type, value)?;
    let mut common = 0.0;
    let mut below = 0.0;
    for one in &statistics.most_common {
        common += one.frequency;
        let known = Scalar::read(data_type, &one.value)?;
        if known.order(&value)? == Ordering::Less {
            below += one.frequency;
        }
    }
    if statistics.histogram.is_empty() {
        return (!statistics.most_common.is_empty()).then_some(below);
    }
    let rest = (1.0 - statistics.null_frac - common).max(0.0);
    Some(below + rest * in_histogram(&statistics.histogram, data_type, &value)?)
}

/// The part of a histogram, whose bounds part it into equal groups, that lies below a value.
fn in_histogram(bounds: &[String], data_type: &str, value: &Scalar) -> Option<f64> {
    let smaller = |bound: &String| {
        Scalar::read(data_type, bound).and_then(|b| b.order(value)) == Some(Ordering::Less)
    };
    // One bound that can't be read makes all of it useless.
    Scalar::read(data_type, bounds.first()?)?;
    let above = bounds.partition_point(smaller);
    let groups = bounds.len().saturating_sub(1);
    if above == 0 || groups == 0 {
        return Some(0.0);
    }
    if above > groups {
        return Some(1.0);
    }
    let low = Scalar::read(data_type, bounds.get(above - 1)?)?;
    let high = Scalar::read(data_type, bounds.get(above)?)?;
    let within = match (low, high, value) {
        (Scalar::Number(low), Scalar::Number(high), Scalar::Number(at)) if high > low => {
            (at - low) / (high - low)
        }
        _ => 0.5,
    };
    Some(((above - 1) as f64 + within) / groups as f64)
}
