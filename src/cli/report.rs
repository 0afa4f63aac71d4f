//! `pgloupe report`: the findings without a window.

use std::io::{self, BufWriter, Write as _};
use std::sync::Arc;

use super::catalog::{connect, of_file, warn};
use super::{Failure, Format, ReportArgs, print};
use crate::advice::Target;
use crate::analysis::{Analysis, Patient, analyse};
use crate::capture::{CaptureError, Options};
use crate::config;
use crate::report::{self, ReportError};
use crate::rules::Settings;

pub(super) fn run(args: &ReportArgs) -> Result<(), Failure> {
    let settings = settings(args)?;
    let options = Options {
        prefix: args.input.prefix.clone(),
        ..Options::default()
    };
    let analysis = analyse(&args.input.files, &options, &settings, &Patient).map_err(failure)?;
    let analysis = with_indexes(args, analysis)?;
    match args.format {
        Format::Json => {
            let mut out = BufWriter::new(io::stdout().lock());
            report::write_json(&analysis, &mut out).map_err(|error| match error {
                ReportError::Capture(error) => failure(error),
                ReportError::Write(_) => Failure::Output,
            })?;
            out.flush().map_err(|_| Failure::Output)
        }
        Format::Text => print(&report::text(&analysis, args.limit).map_err(failure)?),
    }
}

/// With what a server or a catalog says of missing indexes, where one is given.
fn with_indexes(args: &ReportArgs, analysis: Arc<Analysis>) -> Result<Arc<Analysis>, Failure> {
    let catalog = args.catalog.as_deref().map(of_file).transpose()?;
    let session = args.url.as_deref().map(connect).transpose();
    let mut session = session.map_err(|error| Failure::Input(error.to_string()))?;
    if catalog.is_none() && session.is_none() {
        return Ok(analysis);
    }
    let advice = analysis
        .advise_on_indexes(catalog.as_ref(), session.as_mut(), &mut |_| true)
        .map_err(Failure::Input)?;
    for note in &advice.advice.notes {
        warn(note);
    }
    Ok(Arc::new(analysis.with_indexes(&advice)))
}

/// What the options say, else the configuration file, else the defaults.
fn settings(args: &ReportArgs) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    let file = args
        .config
        .clone()
        .or_else(|| config::beside(&args.input.files));
    if let Some(path) = file {
        settings = config::read(&path, &settings)
            .map_err(|error| Failure::Arguments(error.to_string()))?;
    }
    if let Some(name) = &args.orm {
        if Target::from_name(name).is_none() {
            let known: Vec<&str> = Target::ALL.iter().map(|t| t.name()).collect();
            let message = format!("there is no orm '{name}'. Known are {}", known.join(", "));
            return Err(Failure::Arguments(message));
        }
        settings.orm = Some(name.clone());
    }
    let set = |value: &mut f64, given: Option<f64>| *value = given.unwrap_or(*value);
    set(&mut settings.slow_ms, args.slow);
    set(&mut settings.full_load_ms, args.full_load);
    set(&mut settings.round_trip_ms, args.round_trip);
    let set = |value: &mut u32, given: Option<u32>| *value = given.unwrap_or(*value);
    set(&mut settings.n_plus_one_executions, args.n_plus_one);
    set(&mut settings.loop_executions, args.loops);
    Ok(settings)
}

fn failure(error: CaptureError) -> Failure {
    match error {
        CaptureError::NoInput | CaptureError::Prefix { .. } | CaptureError::TooManyFiles(_) => {
            Failure::Arguments(error.to_string())
        }
        error => Failure::Input(error.to_string()),
    }
}
