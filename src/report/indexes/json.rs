//! Advice on indexes for programs.

use serde::Serialize;

use crate::advice::indexes::{Existing, Hint, IndexAdvice, Proposal, WriteCost, suggestions};
use crate::report::json::{SuggestionRow, suggestion};

#[derive(Serialize)]
struct Report<'a> {
    proposals: Vec<ProposalRow<'a>>,
    advice: Vec<HintRow<'a>>,
    fine: Vec<HintRow<'a>>,
    existing: Vec<ExistingRow<'a>>,
    warnings: Vec<WarningRow<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct ProposalRow<'a> {
    index: &'a str,
    name: &'a str,
    ddl: &'a str,
    serves: Vec<ServedRow>,
    known_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_seconds: Option<f64>,
    reasons: &'a [String],
    #[serde(skip_serializing_if = "WriteRow::is_empty")]
    write: WriteRow<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaces: Vec<String>,
    suggestions: Vec<OwnedSuggestion>,
}

#[derive(Serialize)]
struct ServedRow {
    fingerprint: String,
    calls: f64,
    cost_before: f64,
    cost_after: f64,
}

#[derive(Serialize)]
struct WriteRow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    entries_per_second: Option<f64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    ends_hot: &'a [String],
}

impl WriteRow<'_> {
    fn is_empty(&self) -> bool {
        self.entries_per_second.is_none() && self.ends_hot.is_empty()
    }
}

#[derive(Serialize)]
struct HintRow<'a> {
    fingerprint: String,
    rule: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    code: &'a str,
}

#[derive(Serialize)]
struct ExistingRow<'a> {
    index: &'a str,
    name: String,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reasons: &'a [String],
    safe_to_drop: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scans: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    serves: Vec<String>,
}

#[derive(Serialize)]
struct WarningRow<'a> {
    fingerprint: String,
    what: &'a str,
}

/// A suggestion that lives as long as the report is written.
#[derive(Serialize)]
#[serde(transparent)]
struct OwnedSuggestion(serde_json::Value);

/// Advice on indexes as JSON.
///
/// # Errors
///
/// When a number in it is none.
pub fn indexes_json(indexes: &IndexAdvice) -> serde_json::Result<String> {
    let advice = &indexes.advice;
    let name = |statement: usize| fingerprint(indexes, statement);
    let (fine, to_do): (Vec<&Hint>, Vec<&Hint>) = advice.hints.iter().partition(|h| h.is_fine);
    let report = Report {
        proposals: advice
            .proposals
            .iter()
            .map(|proposal| proposal_row(indexes, proposal))
            .collect::<serde_json::Result<_>>()?,
        advice: to_do.into_iter().map(|h| hint_row(indexes, h)).collect(),
        fine: fine.into_iter().map(|h| hint_row(indexes, h)).collect(),
        existing: advice
            .existing
            .iter()
            .map(|existing| existing_row(indexes, existing))
            .collect(),
        warnings: advice
            .warnings
            .iter()
            .map(|warning| WarningRow {
                fingerprint: name(warning.statement),
                what: &warning.what,
            })
            .collect(),
        notes: &advice.notes,
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    Ok(text)
}

fn fingerprint(indexes: &IndexAdvice, statement: usize) -> String {
    let known = indexes.load.statements.get(statement);
    known.map_or_else(String::new, |s| s.fingerprint.to_string())
}

fn proposal_row<'a>(
    indexes: &IndexAdvice,
    proposal: &'a Proposal,
) -> serde_json::Result<ProposalRow<'a>> {
    let WriteCost {
        entries_per_second,
        ends_hot,
    } = &proposal.write;
    let own = suggestions(proposal);
    let rows = own.iter().map(suggestion);
    let rows = rows.map(|row: SuggestionRow<'_>| serde_json::to_value(row).map(OwnedSuggestion));
    Ok(ProposalRow {
        index: &proposal.short,
        name: &proposal.index.name,
        ddl: &proposal.ddl,
        serves: proposal
            .serves
            .iter()
            .map(|served| ServedRow {
                fingerprint: fingerprint(indexes, served.statement),
                calls: served.calls,
                cost_before: cents(served.before),
                cost_after: cents(served.after),
            })
            .collect(),
        known_by: proposal.proof.word(),
        bytes: proposal.bytes,
        build_seconds: proposal.build_seconds.map(cents),
        reasons: &proposal.reasons,
        write: WriteRow {
            entries_per_second: entries_per_second.map(cents),
            ends_hot,
        },
        replaces: proposal.replaces.iter().map(ToString::to_string).collect(),
        suggestions: rows.collect::<serde_json::Result<_>>()?,
    })
}

fn hint_row<'a>(indexes: &IndexAdvice, hint: &'a Hint) -> HintRow<'a> {
    HintRow {
        fingerprint: fingerprint(indexes, hint.statement),
        rule: hint.rule,
        title: &hint.title,
        code: &hint.code,
    }
}

fn existing_row<'a>(indexes: &IndexAdvice, existing: &'a Existing) -> ExistingRow<'a> {
    ExistingRow {
        index: &existing.short,
        name: existing.name.to_string(),
        verdict: existing.verdict.word(),
        other: existing.other.as_ref().map(ToString::to_string),
        reasons: &existing.reasons,
        safe_to_drop: existing.safe_to_drop,
        code: existing.code.as_deref(),
        bytes: existing.bytes,
        scans: existing.scans,
        serves: existing
            .serves
            .iter()
            .map(|statement| fingerprint(indexes, *statement))
            .collect(),
    }
}

/// As exact as the planner prints its costs.
fn cents(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
