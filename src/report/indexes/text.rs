//! Advice on indexes for people.

use std::fmt::Write as _;

use crate::advice::indexes::write::sentence;
use crate::advice::indexes::{Existing, Hint, IndexAdvice, Proposal, Verdict};
use crate::rules::count;
use crate::sql;

/// Characters of a statement in a list.
const WIDTH: usize = 90;

/// Advice on indexes as text, with `limit` entries at most in each list.
#[must_use]
pub fn indexes_text(indexes: &IndexAdvice, limit: usize) -> String {
    let mut out = String::new();
    let advice = &indexes.advice;
    // Writing to a text does not fail.
    let mut line = |text: String| writeln!(out, "{text}").unwrap_or_default();
    for note in &advice.notes {
        line(format!("Note: {note}."));
    }
    line(format!("INDEXES TO MAKE ({})", advice.proposals.len()));
    if advice.proposals.is_empty() {
        line(format!(
            "  none is missing for {} statements",
            indexes.load.statements.len()
        ));
    }
    for (number, proposal) in advice.proposals.iter().enumerate().take(limit) {
        line(self::proposal(indexes, number + 1, proposal));
    }
    more(&mut line, advice.proposals.len(), limit);
    let (fine, to_do): (Vec<&Hint>, Vec<&Hint>) = advice.hints.iter().partition(|h| h.is_fine);
    for (title, list) in [("WHAT ELSE HELPS", to_do), ("NOTHING TO DO", fine)] {
        if list.is_empty() {
            continue;
        }
        line(format!("\n{title} ({})", list.len()));
        for hint in list.iter().take(limit) {
            line(format!(
                "  {} [{}]\n    {}",
                hint.title,
                hint.rule,
                text_of(indexes, hint.statement)
            ));
            if !hint.code.is_empty() {
                line(format!("    → {}", hint.code));
            }
        }
        more(&mut line, list.len(), limit);
    }
    let doubtful: Vec<&Existing> = advice
        .existing
        .iter()
        .filter(|e| {
            !matches!(
                e.verdict,
                Verdict::Used | Verdict::Needed | Verdict::Unknown
            )
        })
        .collect();
    if !doubtful.is_empty() {
        line(format!(
            "\nEXISTING INDEXES ({} of {} are worth a look)",
            doubtful.len(),
            advice.existing.len()
        ));
        for existing in doubtful.iter().take(limit) {
            line(self::existing(existing));
        }
        more(&mut line, doubtful.len(), limit);
    }
    if !advice.warnings.is_empty() {
        line(format!(
            "\nSTATEMENTS THAT COULD NOT BE LOOKED AT ({})",
            advice.warnings.len()
        ));
        for warning in advice.warnings.iter().take(limit) {
            line(format!(
                "  {}\n    {}",
                warning.what,
                text_of(indexes, warning.statement)
            ));
        }
        more(&mut line, advice.warnings.len(), limit);
    }
    out
}

fn proposal(indexes: &IndexAdvice, number: usize, proposal: &Proposal) -> String {
    let mut text = format!("\n{number}. {} [{}]", proposal.short, proposal.proof.word());
    let mut facts = Vec::new();
    if let Some(bytes) = proposal.bytes {
        facts.push(format!("about {}", size(bytes)));
    }
    if let Some(seconds) = proposal.build_seconds {
        facts.push(format!("built in about {}", duration(seconds)));
    }
    facts.extend(sentence(&proposal.write, &proposal.index.table));
    write!(text, "\n   {};", proposal.ddl).unwrap_or_default();
    if !facts.is_empty() {
        write!(text, "\n   {}", facts.join("; ")).unwrap_or_default();
    }
    for reason in &proposal.reasons {
        write!(text, "\n   because: {reason}").unwrap_or_default();
    }
    for served in proposal.serves.iter().take(5) {
        write!(
            text,
            "\n   cost {} → {}, {} ×  {}",
            cost(served.before),
            cost(served.after),
            cost(served.calls),
            text_of(indexes, served.statement)
        )
        .unwrap_or_default();
    }
    if proposal.serves.len() > 5 {
        write!(
            text,
            "\n   and {} more statements",
            proposal.serves.len() - 5
        )
        .unwrap_or_default();
    }
    for name in &proposal.replaces {
        write!(text, "\n   it makes {name} needless").unwrap_or_default();
    }
    text
}

fn existing(existing: &Existing) -> String {
    let mut text = format!(
        "  {} {} is {}",
        existing.name,
        existing.short,
        existing.verdict.word()
    );
    if let Some(other) = &existing.other {
        write!(text, ": {other} does its work").unwrap_or_default();
    }
    if let Some(bytes) = existing.bytes {
        write!(text, " ({})", size(bytes)).unwrap_or_default();
    }
    for reason in &existing.reasons {
        write!(text, "\n    {reason}").unwrap_or_default();
    }
    if let Some(code) = &existing.code {
        let first = code.lines().next().unwrap_or_default();
        write!(text, "\n    {first}").unwrap_or_default();
    }
    text
}

fn text_of(indexes: &IndexAdvice, statement: usize) -> String {
    let sql = indexes.load.statements.get(statement);
    let summary = sql::summary(sql.map_or("", |s| &s.sql));
    if summary.chars().count() <= WIDTH {
        return summary;
    }
    let cut: String = summary.chars().take(WIDTH - 1).collect();
    format!("{cut}…")
}

fn more(line: &mut impl FnMut(String), all: usize, limit: usize) {
    if all > limit {
        line(format!("  … and {} more", all - limit));
    }
}

/// A cost or a number of calls for people.
fn cost(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and far below 2^53"
    )]
    let whole = number.max(0.0).round() as u64;
    if number < 10.0 && number.fract() != 0.0 {
        format!("{number:.1}")
    } else {
        count(whole)
    }
}

fn size(bytes: u64) -> String {
    match bytes as f64 {
        b if b >= 1_073_741_824.0 => format!("{:.1} GB", b / 1_073_741_824.0),
        b if b >= 1_048_576.0 => format!("{:.0} MB", b / 1_048_576.0),
        b => format!("{:.0} kB", b / 1_024.0),
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 90.0 => format!("{:.0} min", s / 60.0),
        s if s >= 1.0 => format!("{s:.0} s"),
        _ => "a second".to_owned(),
    }
}
