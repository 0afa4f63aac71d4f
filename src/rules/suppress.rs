//! What a team has looked at and decided to live with.

use serde::{Deserialize, Serialize};

use super::{Finding, Subject, described};
use crate::workload::{RequestId, Workload};

/// One thing not to be told of again. Whatever it names must match; what it leaves out matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// The rule, as in [`super::RULES`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// A query, by the 16 hexadecimal digits of its fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// A route as reports show it; a `*` stands for anything: `GET /admin/*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// A table, index, column or sequence of a server, with its schema; `*` stands for anything:
    /// `public.archive_*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Why, for those who read the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How much was suppressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suppressed {
    /// Findings of which nothing is left.
    pub findings: usize,
    /// Requests that were taken out of findings, those of suppressed findings among them.
    pub sightings: usize,
}

impl Suppression {
    /// What is wrong with it, for people; `None` when nothing is.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        if let Some(name) = self
            .rule
            .as_deref()
            .filter(|name| described(name).is_none())
        {
            return Some(format!("there is no rule '{name}'"));
        }
        let digits = |f: &str| f.len() == 16 && f.bytes().all(|b| b.is_ascii_hexdigit());
        if let Some(f) = self.fingerprint.as_deref().filter(|f| !digits(f)) {
            return Some(format!(
                "'{f}' is no fingerprint: it has 16 hexadecimal digits"
            ));
        }
        let named = [&self.rule, &self.fingerprint, &self.route, &self.subject];
        let empty = named.iter().all(|n| n.is_none());
        empty.then(|| {
            "it names no rule, fingerprint, route or subject, and would suppress everything"
                .to_owned()
        })
    }

    fn concerns(&self, workload: &Workload, finding: &Finding) -> bool {
        let rule = self.rule.as_deref().is_none_or(|name| name == finding.rule);
        rule && self.fingerprint.as_deref().is_none_or(|wanted| {
            let mut queries = finding.queries.iter().filter_map(|q| workload.query(*q));
            queries.any(|q| q.fingerprint.to_string().eq_ignore_ascii_case(wanted))
        })
    }

    fn has_subject(&self, finding: &Finding) -> bool {
        self.subject.as_deref().is_none_or(|pattern| {
            let name = finding.subject.as_ref().and_then(Subject::name);
            name.is_some_and(|name| matches(pattern, &name))
        })
    }

    fn has_route(&self, workload: &Workload, request: RequestId) -> bool {
        self.route.as_deref().is_none_or(|pattern| {
            let label = workload.request(request).and_then(|r| workload.label(r));
            label.is_some_and(|label| matches(pattern, label))
        })
    }
}

/// Takes out of findings what is suppressed, by a list or by a comment in a statement
/// (`/* pgloupe:ignore n-plus-one */`).
pub(super) fn suppress(
    workload: &Workload,
    list: &[Suppression],
    findings: &mut Vec<Finding>,
) -> Suppressed {
    let mut suppressed = Suppressed::default();
    findings.retain_mut(|finding| {
        let commented = finding
            .queries
            .iter()
            .filter_map(|q| workload.query(*q))
            .any(|q| {
                q.ignored
                    .iter()
                    .any(|name| name.is_empty() || name == finding.rule)
            });
        let own: Vec<&Suppression> = list
            .iter()
            .filter(|s| s.concerns(workload, finding) && s.has_subject(finding))
            // What was seen in no request has no route.
            .filter(|s| s.route.is_none() || !finding.sightings.is_empty())
            .collect();
        if !commented && own.is_empty() {
            return true;
        }
        let before = finding.sightings.len();
        finding
            .sightings
            .retain(|s| !commented && !own.iter().any(|o| o.has_route(workload, s.request)));
        let left = finding.sightings.len();
        suppressed.sightings += before - left;
        if left == 0 {
            suppressed.findings += 1;
            return false;
        }
        if left < before {
            shrink(workload, finding);
        }
        true
    });
    suppressed
}

/// Works out anew what a finding costs after sightings were taken out.
fn shrink(workload: &Workload, finding: &mut Finding) {
    let (db_time, executions) = super::sightings::totals(&finding.sightings);
    let part = |of: u64, now: u64, before: u64| {
        let share = u128::from(of) * u128::from(now) / u128::from(before.max(1));
        u64::try_from(share).unwrap_or(of)
    };
    let before = finding.cost;
    finding.saving.db_time = finding
        .saving
        .db_time
        .map(|of| part(of, db_time, before.db_time));
    finding.saving.executions = finding
        .saving
        .executions
        .map(|of| part(of, executions, before.executions));
    finding.cost.round_trips = part(before.round_trips, executions, before.executions);
    finding.cost.db_time = db_time;
    finding.cost.executions = executions;
    finding.cost.share = workload.share_of_cost(db_time);
}

/// Whether a pattern with `*` for anything matches a whole text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("GET /a", "GET /a", true),
            ("GET /a", "GET /ab", false),
            ("GET /a*", "GET /ab", true),
            ("*/admin/*", "GET /admin/x", true),
            ("GET /*/x", "GET /a/b/x", true),
            ("GET /*/x", "GET /a/b/y", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let rule = |name: &str| Suppression {
            rule: Some(name.to_owned()),
            ..Suppression::default()
        };
        assert_eq!(rule("n-plus-one").problem(), None);
        assert!(rule("n-plus-two").problem().unwrap().contains("n-plus-two"));
        assert!(Suppression::default().problem().is_some());
    }
}
