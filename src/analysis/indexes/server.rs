//! The statements of a server, by its pg_stat_statements.

use super::load::of_capture;
use crate::advice::indexes::Load;
use crate::analysis::{Patient, analyse};
use crate::capture::Options;
use crate::live::Session;
use crate::live::statements::{Names, Statements, Texts};
use crate::live::workload::{Content, spool};
use crate::rules::Settings;

/// The statements that a server ran in this database since its statistics were reset.
///
/// # Errors
///
/// When there are none to read, or the server is away: a sentence for people.
pub fn statements_of(session: &mut Session, settings: &Settings) -> Result<Load, String> {
    let said = |error: crate::live::LiveError| error.to_string();
    let opened = Statements::open(session).map_err(said)?;
    let Some(statements) = opened.statements else {
        let obstacle = opened.obstacles.first();
        return Err(obstacle.map_or_else(
            || "the server has no statistics of statements that can be read".to_owned(),
            |obstacle| format!("{} {}", obstacle.what, obstacle.fix.join(" ")),
        ));
    };
    let mut snapshot = statements.snapshot(session).map_err(said)?;
    let mut names = Names::default();
    Statements::fetch_names(session, &snapshot, &mut names).map_err(said)?;
    let own = session.facts().database.clone();
    let known = names.databases.iter().find(|(_, name)| ***name == *own);
    if let Some(database) = known.map(|(id, _)| *id) {
        snapshot.rows.retain(|row| row.key.database == database);
    }
    let mut texts = Texts::default();
    statements
        .fetch_texts(session, &snapshot, &mut texts)
        .map_err(said)?;
    let spooled = spool("server", Content::Since(&snapshot), &texts, &names)
        .map_err(|e| format!("the temporary folder can't be written to: {e}"))?;
    let paths = [spooled.path().to_owned()];
    let analysis = analyse(&paths, &Options::default(), settings, &Patient);
    let analysis = analysis.map_err(|error| error.to_string())?;
    let mut load = of_capture(&analysis);
    let seconds = snapshot
        .header
        .reset_at
        .map(|at| snapshot.header.taken_at - at);
    load.seconds = seconds
        .map(|micros| micros as f64 / 1e6)
        .filter(|s| *s > 0.0);
    Ok(load)
}
