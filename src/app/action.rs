//! What drawing asks for; applied after the frame.

use std::path::PathBuf;

use super::command::Command;
use super::live::Ask;
use super::model::{Spot, View};
use super::order::{Events, Sort};
use super::prefs::Prefs;
use crate::advice;
use crate::live::Target;

/// One wish of the person at the window.
#[derive(Debug)]
pub(crate) enum Action {
    /// Do what has a name.
    Run(Command),
    /// Open these files.
    Open(Vec<PathBuf>),
    /// Show something else and remember where we came from.
    Go(Spot),
    /// Select a row of the list that is shown.
    Select(usize),
    /// Show only rows that match.
    Filter(String),
    /// Filter and show another view at once.
    FilterIn(View, String),
    /// List only these events, or all of them.
    Events(Option<Events>),
    /// Order a list otherwise.
    Sort(View, Sort),
    /// Look only at executions that begin in this range, in microseconds since 1970-01-01 UTC.
    Narrow(i64, i64),
    /// Put text on the clipboard; the second part says what it is.
    Copy(String, &'static str),
    /// Connect to what is typed into the dialog.
    Connect,
    /// Fill the dialog with a known connection.
    Recall(Target),
    /// Show a proposal's statement with its plans: which of those that it serves.
    Serve(usize),
    /// Ask the connected server.
    Ask(Ask),
    /// Run what was shown, as a superuser or not.
    RunProposed(bool),
    /// Ask for the plan again: the functions are harmless.
    Vouch,
    /// End what runs on the server.
    CancelLive,
    /// Show fixes for this framework first.
    Target(advice::Target),
    /// Change preferences.
    Prefer(Box<Prefs>),
    /// Forget which files were opened.
    ForgetRecents,
    /// Take a message away.
    Dismiss,
}

/// Wishes of one frame, in order.
pub(crate) type Actions = Vec<Action>;
