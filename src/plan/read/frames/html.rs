//! The cells of a table of HTML.

use super::Line;
use crate::plan::read::entity;

pub(super) fn strip<'a>(lines: &mut Vec<Line<'a>>, whole: &str) {
    let tag = |line: &Line<'_>| {
        let text = line.text.trim_start();
        ["<table", "<tr", "<td"]
            .iter()
            .any(|tag| text.starts_with(tag))
    };
    if !whole.contains("<td") || !lines.iter().any(tag) {
        return;
    }
    let mut cells = Vec::new();
    let mut within = false;
    for line in lines.iter() {
        let mut rest = &*line.text;
        loop {
            if !within {
                let Some(start) = rest.find("<td").and_then(|at| rest.get(at..)) else {
                    break;
                };
                let Some((_, behind)) = start.split_once('>') else {
                    break;
                };
                rest = behind;
                within = true;
            }
            let (cell, behind) = match rest.split_once("</td>") {
                Some((cell, behind)) => (cell, Some(behind)),
                None => (rest, None),
            };
            for text in cell.split("<br").map(without_tag_end) {
                // psql breaks the line behind its `<br />` itself.
                if !text.is_empty() || !cell.contains("<br") {
                    cells.push(Line::<'a> {
                        text: entity::plain(text).into_owned().into(),
                        number: line.number,
                    });
                }
            }
            let Some(behind) = behind else { break };
            within = false;
            rest = behind;
        }
    }
    *lines = cells;
}

/// What follows the end of a `<br />` that was cut off before.
fn without_tag_end(text: &str) -> &str {
    [" />", "/>", " >", ">"]
        .iter()
        .find_map(|end| text.strip_prefix(end))
        .unwrap_or(text)
}
