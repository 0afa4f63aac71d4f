//! `pgloupe plan`: annotated plans with advice, without a window.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Failure, Format, PlanArgs, print};
use crate::analysis::{FoundPlan, Patient, PlanPlace, analyse};
use crate::capture::Options;
use crate::config;
use crate::plan::{self, Reading, Warning};
use crate::report;
use crate::rules::Settings;
use crate::rules::plan::Explained;

/// So much of a file is looked at to tell a log from a plan.
const HEAD: usize = 1 << 16;

pub(super) fn run(args: &PlanArgs) -> Result<(), Failure> {
    let settings = settings(args)?;
    let catalog = args
        .catalog
        .as_deref()
        .map(super::catalog::of_file)
        .transpose()?;
    let reading = read(&args.file, &settings)?;
    if reading.plans.is_empty() {
        return Err(Failure::Input(nothing(&args.file, &reading.warnings)));
    }
    let explained: Vec<Explained> = reading
        .plans
        .into_iter()
        .map(|plan| Explained::new(plan, &settings.plan, catalog.as_ref()))
        .collect();
    let text = match args.format {
        Format::Text => report::plans_text(&explained, &reading.warnings),
        Format::Json => report::plans_json(&explained, &reading.warnings)
            .map_err(|error| Failure::Input(format!("the plans can't be written: {error}")))?,
    };
    print(&text)
}

fn settings(args: &PlanArgs) -> Result<Settings, Failure> {
    let files = [args.file.clone()];
    let file = args.config.clone().or_else(|| config::beside(&files));
    match file {
        Some(path) => config::read(&path, &Settings::default())
            .map_err(|error| Failure::Arguments(error.to_string())),
        None => Ok(Settings::default()),
    }
}

fn read(file: &Path, settings: &Settings) -> Result<Reading, Failure> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|e| Failure::Input(format!("standard input can't be read: {e}")))?;
        return Ok(plan::read(&String::from_utf8_lossy(&bytes)));
    }
    let bytes = std::fs::read(file).map_err(|e| {
        Failure::Input(format!(
            "{} can't be read: {e}. Check the path",
            file.display()
        ))
    })?;
    let text = String::from_utf8_lossy(&bytes);
    if is_log(&text) {
        return of_log(file, settings);
    }
    Ok(plan::read(&text))
}

/// Whether plans stand in records of a server's log.
fn is_log(text: &str) -> bool {
    let head = text.get(..HEAD).unwrap_or(text);
    head.contains("duration: ") && head.contains(" plan:")
}

/// The plans of a log, the slowest of each query first.
fn of_log(file: &Path, settings: &Settings) -> Result<Reading, Failure> {
    let paths: [PathBuf; 1] = [file.to_owned()];
    let analysis = analyse(&paths, &Options::default(), settings, &Patient)
        .map_err(|error| Failure::Input(error.to_string()))?;
    let mut reading = Reading::default();
    let set = analysis.plans();
    for group in &set.groups {
        for at in &group.plans {
            let PlanPlace::Record(place) = at.place else {
                continue;
            };
            match set.plan(&analysis.sources, at.place) {
                Some(found) => reading.plans.push(on_lines(found)),
                None => reading.warnings.push(Warning {
                    line: analysis
                        .sources
                        .line(place)
                        .ok()
                        .and_then(|l| u32::try_from(l).ok())
                        .unwrap_or(0),
                    what: "the plan of this record can't be read".to_owned(),
                }),
            }
        }
    }
    Ok(reading)
}

/// A plan on the lines of its file.
fn on_lines(found: FoundPlan) -> plan::Plan {
    let mut plan = found.plan;
    let line = u32::try_from(found.line).unwrap_or(u32::MAX);
    if found.on_lines {
        plan.move_lines(line.saturating_sub(1));
    } else {
        plan.lines = line..=line;
        for node in &mut plan.nodes {
            node.lines = line..=line;
        }
    }
    plan
}

fn nothing(file: &Path, warnings: &[Warning]) -> String {
    let name = if file.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    };
    match warnings.first() {
        Some(first) => format!("{name}, line {}: {}", first.line, first.what),
        None => format!(
            "{name} holds no plan. Give what EXPLAIN printed, as text, JSON, YAML or XML, or a log with plans of auto_explain"
        ),
    }
}
