//! EXPLAIN ANALYZE: the statement runs, so a person agrees to this very text, on this very server, as this very role.

use super::guard::{self, Checked};
use super::judge::Mode;
use super::plain::{plan, reach, search_path};
use super::send::{self, How};
use super::{Ask, Explained};
use crate::live::error::{LiveError, Trouble};
use crate::live::reader::{Limits, Reader};
use crate::live::session::Session;
use crate::sql::{Calls, calls};
use std::collections::BTreeSet;
use std::time::Duration;

/// What would be run, where and as whom: to be shown before anything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    ask: Ask,
    checked: Checked,
    place: String,
    role: String,
    superuser: bool,
    limit: Duration,
}

/// That a person saw a [`Request`] and agreed. There is no other way to get one.
#[derive(Debug)]
pub struct Consent(Request);

impl Request {
    /// Looks at a text without sending it. `limit` is the longest time that it may run.
    ///
    /// # Errors
    ///
    /// When its syntax alone tells that it may do more than read, or that is not known.
    pub fn new(session: &Session, ask: Ask, limit: Duration) -> Result<Self, LiveError> {
        let place = session.target().to_string();
        let refuse = |why: String| LiveError::new(Trouble::Unsafe, &place, why);
        let checked = guard::analyze(&ask.text).map_err(refuse)?;
        if ask.values.len() < checked.calls.parameters as usize {
            return Err(refuse("it has parameters without values".to_owned()));
        }
        Ok(Self {
            checked,
            ask,
            role: session.facts().role.clone(),
            superuser: session.facts().superuser,
            limit,
            place,
        })
    }

    /// The text that would run.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.checked.text
    }

    /// Where it would run: `user@host:port/database`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The role that it would run as.
    #[must_use]
    pub fn role(&self) -> &str {
        &self.role
    }

    /// Whether that role may do anything, so that nothing on the server would stop the statement.
    #[must_use]
    pub fn superuser(&self) -> bool {
        self.superuser
    }

    /// The longest time that it may run.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// A person saw text, place and role, and agreed.
    ///
    /// # Errors
    ///
    /// When the role is a superuser, which needs [`Self::agree_as_superuser`].
    pub fn agree(self) -> Result<Consent, LiveError> {
        if !self.superuser {
            return Ok(Consent(self));
        }
        let detail = format!(
            "{} is a superuser; connect as a plain role, or confirm it",
            self.role
        );
        Err(LiveError::new(Trouble::Unsafe, self.place, detail))
    }

    /// As [`Self::agree`], and the person confirmed that it runs as a superuser.
    #[must_use]
    pub fn agree_as_superuser(self) -> Consent {
        Consent(self)
    }
}

/// Runs what was agreed to, in a read-only transaction that is rolled back, and returns the plan with what happened.
///
/// # Errors
///
/// When the session is not the one that was agreed to, the statement reaches what is not known to be harmless, it
/// takes too long, or someone cancels.
pub fn analyze(session: &mut Session, consent: Consent) -> Result<Explained, LiveError> {
    let Consent(request) = consent;
    let limits = Limits {
        statement: request.limit,
    };
    session.read(limits, |reader| run(reader, &request))
}

fn run(reader: &mut Reader<'_>, request: &Request) -> Result<Explained, LiveError> {
    let place = reader.target().to_string();
    let refuse = |why: &str| Err(LiveError::new(Trouble::Unsafe, &place, why));
    if place != request.place || reader.facts().role != request.role {
        return refuse("it was agreed to run elsewhere or as another role");
    }
    let Request { ask, checked, .. } = request;
    let path = search_path(reader, ask);
    reach(reader, checked, ask, &path, Mode::Run)?;
    // What views, policies and functions in SQL bring in shows in the plan, which is looked at in its turn.
    let planned = plan(reader, checked, ask)?;
    let found = Seen::of(&planned.json);
    if let Some(node) = found.writes {
        return refuse(&format!(
            "the plan has a {node} node: it would write or lock"
        ));
    }
    let inside = Checked {
        text: String::new(),
        calls: found.calls,
        functions: BTreeSet::new(),
    };
    reach(reader, &inside, ask, &path, Mode::Run)?;
    notice_a_lost_client(reader);
    let sent = send::explain(reader, &checked.text, &ask.values, &path, How::Run)?;
    Ok(Explained {
        json: sent.json,
        parameters: sent.parameters,
        generic: false,
        mended: None,
    })
}

/// Lets the server look now and then whether we are still there, where it can: a killed program leaves nothing.
fn notice_a_lost_client(reader: &mut Reader<'_>) {
    if reader.facts().major() >= 14 {
        // Not on all systems, and the limit on the statement's time holds in any case.
        drop(
            reader.attempt(|reader| {
                reader.command("SET LOCAL client_connection_check_interval = '2s'")
            }),
        );
    }
}

/// What a verbose plan tells of what would run.
#[derive(Debug, Default)]
struct Seen {
    calls: Calls,
    writes: Option<String>,
}

impl Seen {
    fn of(json: &str) -> Self {
        let mut seen = Self::default();
        match serde_json::from_str(json) {
            Ok(value) => seen.look(&value),
            // A plan that can't be read tells nothing of what would run.
            Err(_) => seen.writes = Some("unreadable".to_owned()),
        }
        seen
    }

    fn look(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) => {
                let found = calls(text);
                self.calls.called.extend(found.called);
                self.calls.named.extend(found.named);
                self.calls.operators.extend(found.operators);
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| self.look(value)),
            serde_json::Value::Object(map) => {
                let node = map.get("Node Type").and_then(serde_json::Value::as_str);
                if let Some(node @ ("ModifyTable" | "LockRows")) = node {
                    self.writes = Some(node.to_owned());
                }
                map.values().for_each(|value| self.look(value));
            }
            _ => {}
        }
    }
}
