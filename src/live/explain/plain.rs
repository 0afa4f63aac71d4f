//! Plain EXPLAIN: what the server would do, without doing it.

use super::guard::{self, Checked};
use super::judge::{self, Mode};
use super::send::{self, How, Sent};
use super::{Ask, Explained, functions, mend};
use crate::live::error::{LiveError, Trouble};
use crate::live::reader::{Limits, Reader};
use crate::live::session::Session;

/// The plan of a text. Without values for its parameters it is the generic one.
///
/// # Errors
///
/// When the text is refused ([`LiveError::refusal`] says why), not understood, or the server does not answer.
pub fn plain(session: &mut Session, ask: &Ask) -> Result<Explained, LiveError> {
    let place = session.target().to_string();
    let mended = mend::mend(&ask.text);
    let text = mended.as_ref().map_or(ask.text.as_str(), |(text, _)| text);
    let checked = guard::plain(text).map_err(|why| LiveError::new(Trouble::Unsafe, &place, why))?;
    let generic = ask.values.is_empty() && checked.calls.parameters > 0;
    if generic && session.facts().major() < 12 {
        let detail =
            "before PostgreSQL 12 a text with parameters can be planned only with values for them";
        return Err(LiveError::new(Trouble::BadStatement, place, detail));
    }
    let sent = session.read(Limits::default(), |reader| plan(reader, &checked, ask))?;
    Ok(Explained {
        json: sent.json,
        parameters: sent.parameters,
        generic,
        mended: mended.map(|(_, what)| what),
    })
}

/// The plan of a text that was looked at, after a look at what it can reach.
pub(super) fn plan(
    reader: &mut Reader<'_>,
    checked: &Checked,
    ask: &Ask,
) -> Result<Sent, LiveError> {
    let path = search_path(reader, ask);
    reach(reader, checked, ask, &path, Mode::Plan)?;
    send::explain(reader, &checked.text, &ask.values, &path, How::Plan)
}

/// Where names of the text are looked for.
pub(in crate::live) fn search_path(reader: &Reader<'_>, ask: &Ask) -> String {
    let path = ask.search_path.as_deref();
    path.unwrap_or_else(|| reader.search_path()).to_owned()
}

/// Refuses a text that reaches what is not known to be harmless.
pub(in crate::live) fn reach(
    reader: &mut Reader<'_>,
    checked: &Checked,
    ask: &Ask,
    path: &str,
    mode: Mode,
) -> Result<(), LiveError> {
    let reached = functions::reached(reader, &checked.calls, path)?;
    match judge::judge(&reached, &checked.functions, &ask.known, mode) {
        Some(refusal) => Err(LiveError::refused(reader.target().to_string(), refusal)),
        None => Ok(()),
    }
}
