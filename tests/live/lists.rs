//! The tables of attacks and of healthy statements.

use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) sql: String,
    pub(crate) refused_by: By,
    #[serde(default)]
    pub(crate) plain: Plain,
}

/// What refuses to run it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// A look at the text.
    Text,
    /// A look at the functions that it names.
    Functions,
    /// A look at the plan.
    Plan,
}

/// What becomes of it when it is only planned.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Plain {
    Refused,
    /// Planning it changes nothing.
    Allowed,
    /// Whatever the server says: it runs nothing.
    #[default]
    Either,
}

pub(crate) fn attacks() -> Vec<Attack> {
    serde_json::from_str(include_str!("../../fixtures/live/attacks.json")).unwrap()
}

pub(crate) fn allowed() -> Vec<String> {
    serde_json::from_str(include_str!("../../fixtures/live/allowed.json")).unwrap()
}
