//! `pgloupe indexes`: which indexes to make, without a window.

use std::io::Read as _;
use std::path::Path;

use super::catalog::{connect, of_file, warn};
use super::{Failure, Format, IndexesArgs, print};
use crate::advice::indexes::Load;
use crate::analysis::indexes::{advise_on_indexes, of_capture, of_lines, statements_of};
use crate::analysis::{Patient, analyse};
use crate::capture::Options;
use crate::config;
use crate::live::Session;
use crate::report;
use crate::rules::Settings;

pub(super) fn run(args: &IndexesArgs) -> Result<(), Failure> {
    let settings = settings(args)?;
    let catalog = args.catalog.as_deref().map(of_file).transpose()?;
    let session = args.url.as_deref().map(connect).transpose();
    let mut session = session.map_err(|error| Failure::Input(error.to_string()))?;
    let load = load(args, &settings, session.as_mut())?;
    let advice = advise_on_indexes(
        load,
        catalog.as_ref(),
        session.as_mut(),
        &settings,
        &mut |_| true,
    )
    .map_err(Failure::Input)?;
    match args.format {
        Format::Text => print(&report::indexes_text(&advice, args.limit)),
        Format::Json => {
            let text = report::indexes_json(&advice).map_err(|error| {
                Failure::Input(format!("the proposals can't be written: {error}"))
            })?;
            print(&text)
        }
    }
}

fn settings(args: &IndexesArgs) -> Result<Settings, Failure> {
    let file = args
        .config
        .clone()
        .or_else(|| config::beside(&args.input.files));
    let mut settings = match file {
        Some(path) => config::read(&path, &Settings::default())
            .map_err(|error| Failure::Arguments(error.to_string()))?,
        None => Settings::default(),
    };
    let indexes = &mut settings.indexes;
    indexes.most = args.most.unwrap_or(indexes.most);
    indexes.most_mb = args.most_mb.unwrap_or(indexes.most_mb);
    Ok(settings)
}

fn load(
    args: &IndexesArgs,
    settings: &Settings,
    session: Option<&mut Session>,
) -> Result<Load, Failure> {
    if let Some(path) = &args.sql {
        return lines(path);
    }
    if !args.input.files.is_empty() {
        let options = Options {
            prefix: args.input.prefix.clone(),
            ..Options::default()
        };
        let analysis = analyse(&args.input.files, &options, settings, &Patient)
            .map_err(|error| Failure::Input(error.to_string()))?;
        return Ok(of_capture(&analysis));
    }
    match session {
        Some(session) => statements_of(session, settings).map_err(Failure::Input),
        None => Err(Failure::Arguments(
            "there are no statements to make indexes for. Give a capture, or --sql FILE, or --url of a server that has pg_stat_statements"
                .to_owned(),
        )),
    }
}

fn lines(path: &Path) -> Result<Load, Failure> {
    let mut bytes = Vec::new();
    let is_input = path.as_os_str() == "-";
    let name = if is_input {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    };
    let read = if is_input {
        std::io::stdin().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    read.map_err(|e| Failure::Input(format!("{name} can't be read: {e}. Check the path")))?;
    let lines = of_lines(&String::from_utf8_lossy(&bytes));
    for (line, what) in &lines.warnings {
        warn(&format!("{name}:{line}: {what}"));
    }
    if lines.load.statements.is_empty() {
        return Err(Failure::Input(format!(
            "{name} holds no statements. Each line is an object like {{\"sql\": \"SELECT …\", \"calls\": 120}}"
        )));
    }
    Ok(lines.load)
}
