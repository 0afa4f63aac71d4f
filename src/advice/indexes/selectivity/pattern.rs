//! Which part of a column's values looks like a LIKE pattern.

use crate::catalog::ColumnStatistics;

/// Fewer values than these are no sample to count in.
const ENOUGH: usize = 20;
/// A sample can't tell parts smaller than this from nothing; `patternsel` in the server's `like_support.c` has it too.
const LEAST: f64 = 1e-4;
/// Characters of a value that are looked at; statistics hold no longer ones.
const LONGEST: usize = 1_000;

/// The part of the rows whose value fits, by how many of the values that ANALYZE kept do; `None` where too few are
/// kept, or none fits: then the pattern itself tells more.
pub(super) fn part(statistics: &ColumnStatistics, pattern: &str, any_case: bool) -> Option<f64> {
    let fold = |text: &str| {
        if any_case {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    };
    let parts = parse(&fold(pattern));
    let fits = |text: &str| matches(&parts, &fold(text));
    let common = &statistics.most_common;
    let listed: f64 = common.iter().map(|c| c.frequency).sum();
    let found = common.iter().filter(|c| fits(&c.value));
    let found: f64 = found.map(|c| c.frequency).sum();
    let rest = (1.0 - statistics.null_frac - listed).max(0.0);
    let bounds = &statistics.histogram;
    let hits = bounds.iter().filter(|bound| fits(bound)).count();
    if hits == 0 || bounds.len() < ENOUGH {
        return (found > 0.0).then_some(found + rest * guess(pattern).min(found));
    }
    Some(found + rest * hits as f64 / bounds.len() as f64)
}

/// The more plain characters a pattern has, the less it fits: a fifth is left by each of them.
pub(super) fn guess(pattern: &str) -> f64 {
    let plain = parse(pattern)
        .iter()
        .filter(|part| matches!(part, Part::Plain(_)))
        .count();
    0.2_f64
        .powi(i32::try_from(plain).unwrap_or(9).min(9))
        .max(LEAST)
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Plain(char),
    One,
    Many,
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut chars = pattern.chars();
    let mut parts = Vec::new();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '%' => Part::Many,
            '_' => Part::One,
            '\\' => Part::Plain(chars.next().unwrap_or('\\')),
            c => Part::Plain(c),
        });
    }
    parts
}

/// Whether a text fits, in steps that are as many as the product of both lengths at most: the places in the pattern
/// that its beginning leads to, character by character.
fn matches(parts: &[Part], text: &str) -> bool {
    let mut at = vec![false; parts.len() + 1];
    reach(parts, &mut at, 0);
    for c in text.chars().take(LONGEST) {
        let mut next = vec![false; parts.len() + 1];
        for (place, part) in parts.iter().enumerate() {
            if at.get(place) != Some(&true) {
                continue;
            }
            match part {
                Part::Many => reach(parts, &mut next, place),
                Part::One => reach(parts, &mut next, place + 1),
                Part::Plain(plain) if *plain == c => reach(parts, &mut next, place + 1),
                Part::Plain(_) => {}
            }
        }
        at = next;
    }
    at.last() == Some(&true)
}

/// Marks a place, and those behind it where `%` stands for nothing.
fn reach(parts: &[Part], at: &mut [bool], mut place: usize) {
    while let Some(mark) = at.get_mut(place) {
        *mark = true;
        if parts.get(place) != Some(&Part::Many) {
            break;
        }
        place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_counted_in_the_kept_values() {
        let statistics = ColumnStatistics {
            histogram: (0..200).map(|n| format!("Item {n:03}")).collect(),
            ..ColumnStatistics::default()
        };
        for (pattern, any_case, want) in [
            ("Item 0%", false, Some(0.5)),
            ("item 0%", false, None),
            ("item 0%", true, Some(0.5)),
            ("%99", false, Some(0.01)),
            ("Item _5_", false, Some(0.1)),
            ("%tem%", true, Some(1.0)),
            (r"Item\%%", false, None),
            ("%x%", false, None),
        ] {
            assert_eq!(part(&statistics, pattern, any_case), want, "{pattern}");
        }
    }
}
