//! Line breaks that a terminal or an editor put in at a fixed width, in the middle of words.

use super::Line;
use crate::plan::read::text;

/// Where lines are broken is seen by a node's figures that end in the middle.
pub(super) fn strip(lines: &mut Vec<Line<'_>>) {
    let mut widths: Vec<usize> = Vec::new();
    for (line, next) in lines.iter().zip(lines.iter().skip(1)) {
        let width = width(line);
        if is_cut(&line.text) && goes_on(&next.text) && !widths.contains(&width) {
            widths.push(width);
        }
        if widths.len() > 2 {
            // Nothing breaks lines at three widths; words were wrapped, which the text form reads by itself.
            return;
        }
    }
    if widths.is_empty() {
        return;
    }
    let mut out: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    let mut broken = false;
    for line in lines.drain(..) {
        let next_broken = widths.contains(&width(&line));
        match out.last_mut() {
            Some(last) if broken && goes_on(&line.text) => last.text.to_mut().push_str(&line.text),
            _ => out.push(line),
        }
        broken = next_broken;
    }
    *lines = out;
}

fn width(line: &Line<'_>) -> usize {
    line.text.chars().count()
}

/// Whether a node's figures begin in a line and don't end.
fn is_cut(text: &str) -> bool {
    let open = text.rfind("(cost=").max(text.rfind("(actual "));
    open.and_then(|at| text.get(at..))
        .is_some_and(|figures| !figures.contains(')'))
}

/// Whether a line isn't one of its own: neither a node, nor `Name: value` where that may stand, nor further in.
fn goes_on(text: &str) -> bool {
    let begin = text.trim_start();
    if begin.is_empty() || begin.starts_with("->") {
        return false;
    }
    begin.starts_with("(actual") || !text.starts_with("  ") && !text::begins_own_line(begin)
}
