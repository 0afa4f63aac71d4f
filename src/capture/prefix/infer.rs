//! Finding out which prefix a log was written with.

use super::candidates::{Row, Start, row, score, spread, starts};
use super::field::{Field, Part};
use super::{Prefix, behaviour, template, usual};

/// So many lines decide between templates; all of them tell its fields.
const SAMPLE: usize = 160;

/// Finds the prefix that explains the most of `lines`, and which share (0 to 1) it explains of those that have a
/// level, so that they may begin records.
pub(in super::super) fn infer(lines: &[&[u8]]) -> Option<(Prefix, f64)> {
    let starts = starts(lines);
    let mut prefix = usual::find(&starts).or_else(|| general(&starts))?;
    prefix.otherwise = otherwise(&prefix.parts);
    let read: Vec<Row<'_>> = starts
        .iter()
        .filter_map(|s| row(&prefix.parts, s.line))
        .collect();
    if read.is_empty() {
        return None;
    }
    whole_seconds(&mut prefix, &read);
    let explained = starts
        .iter()
        .filter(|s| prefix.line(s.line).is_some())
        .count();
    Some((prefix, explained as f64 / starts.len() as f64))
}

/// The template that tells the most of what the lines have in common.
fn general(starts: &[Start<'_>]) -> Option<Prefix> {
    let sample = spread(starts, SAMPLE);
    let best = template::templates(&sample)
        .into_iter()
        .map(|parts| template::with_session_only(parts, &sample))
        .map(|parts| (score(&parts, sample.iter().copied()), parts))
        .max_by(|a, b| a.0.cmp(&b.0).then(b.1.len().cmp(&a.1.len())))?;
    let rows: Vec<Row<'_>> = starts.iter().filter_map(|s| row(&best.1, s.line)).collect();
    Some(behaviour::named(best.1, &rows))
}

/// `%t` in place of `%m` where no time has a fraction.
fn whole_seconds(prefix: &mut Prefix, rows: &[Row<'_>]) {
    let Some(at) = prefix
        .parts
        .iter()
        .position(|p| p.field() == Some(Field::Time))
    else {
        return;
    };
    let mut values = rows.iter().filter_map(|row| row.values.get(at));
    if values.all(|value| !value.contains(&b'.')) {
        prefix.text = prefix.text.replace("%m", "%t");
    }
}

/// How lines begin whose later fields hold what the sample never showed: up to time and session, then anything.
fn otherwise(parts: &[Part]) -> Vec<Part> {
    let anchor = |part: &Part| {
        matches!(
            part.field(),
            Some(Field::Time | Field::Epoch | Field::SessionId)
        )
    };
    // Behind the time and the session, even what was the same in all of the sample may be another name, padded.
    let telling = |part: &Part| anchor(part) || part.field() == Some(Field::ProcessId);
    let Some(last) = parts.iter().rposition(telling) else {
        return Vec::new();
    };
    let mut head: Vec<Part> = parts.iter().take(last + 1).cloned().collect();
    if !head.iter().any(anchor) {
        return Vec::new();
    }
    // What stands behind the field is a part of the shape, but the blank that a line may lack.
    if let Some(Part::Literal(literal)) = parts.get(last + 1) {
        let kept: Vec<u8> = literal
            .iter()
            .copied()
            .take_while(|b| matches!(b, b']' | b')' | b'>'))
            .collect();
        if !kept.is_empty() {
            head.push(Part::Literal(kept));
        }
    }
    head.retain(|part| *part != Part::SessionOnly);
    head.push(Part::Field(Field::Text));
    head
}
