//! Which part of a column looks like a pattern, and what is plain in a pattern.

use crate::catalog::ColumnStatistics;

/// The part of the values, 0 to 1, NULLs left out, that a LIKE pattern matches.
///
/// A histogram of 100 bounds is a sample good enough to count in; else each plain character is taken to leave a fifth,
/// as the server does.
pub(super) fn part(statistics: Option<&ColumnStatistics>, pattern: &str, ignore_case: bool) -> f64 {
    let folded = if ignore_case {
        pattern.to_lowercase()
    } else {
        pattern.to_owned()
    };
    let parts = parse(&folded);
    let guess = guess(&parts);
    let Some(statistics) = statistics else {
        return guess;
    };
    let fits = |text: &str| {
        if ignore_case {
            matches(&parts, &text.to_lowercase())
        } else {
            matches(&parts, text)
        }
    };
    let mut common = 0.0;
    let mut found = 0.0;
    for one in &statistics.most_common {
        common += one.frequency;
        if fits(&one.value) {
            found += one.frequency;
        }
    }
    let bounds = &statistics.histogram;
    let rest = if bounds.len() >= ENOUGH {
        let hits = bounds.iter().filter(|bound| fits(bound)).count();
        hits as f64 / bounds.len() as f64
    } else {
        guess
    };
    let filled = (1.0 - statistics.null_frac).max(f64::MIN_POSITIVE);
    let others = (filled - common).max(0.0);
    ((found + rest.clamp(LEAST, 1.0 - LEAST) * others) / filled).clamp(0.0, 1.0)
}

/// How many bounds make a histogram a good sample.
const ENOUGH: usize = 100;
/// A sample can't tell parts smaller than this from nothing.
const LEAST: f64 = 0.0001;

/// What a LIKE pattern begins with before its first wildcard, as it is written there.
pub(in crate::advice::indexes) fn plain_prefix(pattern: &str) -> &str {
    let end = pattern.find(['%', '_', '\\']).unwrap_or(pattern.len());
    pattern.get(..end).unwrap_or_default()
}

/// The length of the longest run of letters and digits in a LIKE pattern: what trigrams can be made of.
pub(in crate::advice::indexes) fn longest_run(pattern: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for part in parse(pattern) {
        match part {
            Part::Plain(c) if c.is_alphanumeric() => run += 1,
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    longest
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Plain(char),
    One,
    Many,
}

fn parse(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
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

fn guess(parts: &[Part]) -> f64 {
    let of = |part: &Part| match part {
        Part::Plain(_) => 0.2,
        Part::One => 0.9,
        Part::Many => 5.0,
    };
    // A wildcard at the front or the end opens what the server takes for closed.
    parts.iter().map(of).product::<f64>().clamp(LEAST, 1.0)
}

/// Whether a text fits, in steps that grow with the product of both lengths at most.
fn matches(parts: &[Part], text: &str) -> bool {
    let mut fit = vec![false; parts.len() + 1];
    if let Some(first) = fit.first_mut() {
        *first = true;
    }
    close(parts, &mut fit);
    for c in text.chars().take(LONGEST) {
        let mut next = vec![false; parts.len() + 1];
        for (at, part) in parts.iter().enumerate() {
            if !fit.get(at).copied().unwrap_or_default() {
                continue;
            }
            let to = match part {
                Part::Many => at,
                Part::One => at + 1,
                Part::Plain(p) if *p == c => at + 1,
                Part::Plain(_) => continue,
            };
            if let Some(slot) = next.get_mut(to) {
                *slot = true;
            }
        }
        close(parts, &mut next);
        fit = next;
    }
    fit.last().copied().unwrap_or_default()
}

/// Lets `%` match nothing.
fn close(parts: &[Part], fit: &mut [bool]) {
    for (at, part) in parts.iter().enumerate() {
        if *part == Part::Many
            && fit.get(at).copied().unwrap_or_default()
            && let Some(slot) = fit.get_mut(at + 1)
        {
            *slot = true;
        }
    }
}

/// Statistics hold no values longer than this.
const LONGEST: usize = 1_000;
