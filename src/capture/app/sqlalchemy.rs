//! What SQLAlchemy logs with `echo=True`: a statement, then its parameters in a record of their own.
//!
//! `2026-11-21 04:40:51,987 INFO sqlalchemy.engine.Engine SELECT …`, then `… [cached since 0.02s ago] {'pk_1': 11}`.

mod line;
mod meeting;

use std::borrow::Cow;

use super::access::access;
use super::extent::{Rule, extent};
use super::given::{self, Given};
use super::pairs::{Log, Role, pair};
use super::placeholders::{self, Style};
use super::regions::{Region, first_line, regions};
use super::words::{is_statement, trimmed};
use super::{AppEvent, AppRecord, Parameters, shortened};
use line::{Kind, head};
use meeting::Meeting;

/// Records of other threads that may stand between a statement and its parameters: more than a server has threads.
const WINDOW: usize = 64;

/// Whether no other program would write this line.
pub(super) fn is_typical(line: &[u8]) -> bool {
    head(line).is_some_and(|head| match head.kind {
        Kind::Statement => is_statement(line.get(head.body..).unwrap_or_default()),
        Kind::Parameters | Kind::Control(_) => true,
        Kind::Nothing | Kind::Access => false,
    })
}

/// Reads the records of a block.
pub(super) fn records(
    block: &[u8],
    base: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
    broken: &mut dyn FnMut(u64, &'static str),
) {
    let log = log(block);
    for (at, region) in log.regions.iter().enumerate() {
        let offset = base + region.start as u64;
        let partner = log.partner(at);
        match region.head.kind {
            _ if is_twin(block, &log.regions, at) => {}
            Kind::Statement => statement(block, region, partner, offset, each),
            Kind::Parameters if partner.is_none() => {
                // Those of a transaction's own words are empty, and no loss.
                if given(block, region).is_none_or(|given| !given.values.is_empty()) {
                    broken(offset, "the parameters of a statement that is missing");
                }
            }
            Kind::Control(word) => {
                let what = AppEvent::Statement {
                    sql: Cow::Borrowed(word.as_bytes()),
                    parameters: Parameters::InText,
                    duration: None,
                    sets: 1,
                    cached: false,
                };
                each(region.head.prefix.record(offset, what));
            }
            Kind::Access => {
                if let Some(access) = access(first_line(&region.body(block))) {
                    access.tell(&region.head.prefix, offset, each);
                }
            }
            Kind::Parameters | Kind::Nothing => {}
        }
    }
}

/// Where a block can be cut: where no statement waits for its parameters.
pub(super) fn last_start(block: &[u8]) -> usize {
    let log = log(block);
    // Of the last record the end may be missing, so that it doesn't look like a repetition yet.
    let last = log.regions.len().saturating_sub(1);
    let may_begin = |at| {
        let repeats = if at == last {
            may_be_twin(&log.regions, at)
        } else {
            is_twin(block, &log.regions, at)
        };
        !repeats
    };
    log.last_start(may_begin)
}

/// The records of a block, paired.
fn log(block: &[u8]) -> Log<'_, Kind> {
    let regions = regions(block, head);
    let roles: Vec<Role> = regions
        .iter()
        .enumerate()
        .map(|(at, region)| match region.head.kind {
            _ if is_twin(block, &regions, at) => Role::Alone,
            Kind::Statement => Role::Opens,
            Kind::Parameters => Role::Closes,
            _ => Role::Alone,
        })
        .collect();
    let mut meeting = Meeting::new(block, &regions);
    let partners = pair(&roles, WINDOW, |open, closing| {
        meeting.choose(open, closing)
    });
    Log {
        regions,
        roles,
        partners,
        window: WINDOW,
    }
}

/// Whether a record repeats the one before it: `echo=True` beside a logger of one's own writes each twice, in two forms.
fn is_twin(block: &[u8], regions: &[Region<'_, Kind>], at: usize) -> bool {
    if !may_be_twin(regions, at) {
        return false;
    }
    let (Some(before), Some(region)) = (regions.get(at.wrapping_sub(1)), regions.get(at)) else {
        return false;
    };
    region.head.kind == before.head.kind
        && region.head.kind != Kind::Access
        && before.body(block).trim_ascii() == region.body(block).trim_ascii()
}

/// Whether a record is written in another form than the one before it.
fn may_be_twin(regions: &[Region<'_, Kind>], at: usize) -> bool {
    let (Some(before), Some(region)) = (regions.get(at.wrapping_sub(1)), regions.get(at)) else {
        return false;
    };
    let (one, other) = (&before.head.prefix, &region.head.prefix);
    // Threads differ within one form: only what one form never has tells two apart.
    one.time.is_some() != other.time.is_some() || one.thread.is_empty() != other.thread.is_empty()
}

/// The parameters that a record shows.
fn given(block: &[u8], region: &Region<'_, Kind>) -> Option<Given> {
    given::many(line::parameters(first_line(&region.body(block)))?)
}

fn statement(
    block: &[u8],
    region: &Region<'_, Kind>,
    partner: Option<&Region<'_, Kind>>,
    offset: u64,
    each: &mut dyn FnMut(AppRecord<'_>),
) {
    let body = region.body(block);
    let text = body
        .get(..extent(&body, Rule::Anything).end)
        .unwrap_or_default();
    // What has no parameters may be a remark.
    if trimmed(text).is_empty() || (partner.is_none() && !is_statement(text)) {
        return;
    }
    let mended = shortened::mended(text);
    let text = mended.as_deref().unwrap_or(text);
    let given = partner.and_then(|partner| given(block, partner));
    let style = match placeholders::style(text) {
        // Also an operator of jsonb.
        Style::Question
            if given.as_ref().is_some_and(|given| {
                let marks = placeholders::rewrite(text, Style::Question, false).count;
                given.keys.is_some() || given.values.len() != marks
            }) =>
        {
            Style::None
        }
        style => style,
    };
    let named = given.as_ref().is_some_and(|given| given.keys.is_some());
    let doubled = named || matches!(style, Style::Named | Style::Format);
    let rewritten = placeholders::rewrite(text, style, doubled);
    let sets = given.as_ref().map_or(1, |given| given.sets);
    let parameters = placeholders::values(&rewritten, given);
    let what = AppEvent::Statement {
        sql: Cow::Borrowed(trimmed(&rewritten.sql)),
        parameters,
        duration: None,
        sets,
        cached: false,
    };
    each(region.head.prefix.record(offset, what));
}
