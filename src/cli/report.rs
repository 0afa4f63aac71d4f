//! `pgloupe report`: the findings without a window.

use std::io::{self, BufWriter, Write as _};

use super::{Failure, Format, ReportArgs, print};
use crate::analysis::{Patient, analyse};
use crate::capture::{CaptureError, Options};
use crate::report::{self, ReportError};
use crate::rules::Settings;

pub(super) fn run(args: &ReportArgs) -> Result<(), Failure> {
    let settings = Settings {
        n_plus_one_executions: args.n_plus_one,
        slow_ms: args.slow,
        full_load_ms: args.full_load,
        ..Settings::default()
    };
    let options = Options {
        prefix: args.input.prefix.clone(),
        ..Options::default()
    };
    let analysis = analyse(&args.input.files, &options, &settings, &Patient).map_err(failure)?;
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

fn failure(error: CaptureError) -> Failure {
    match error {
        CaptureError::NoInput | CaptureError::Prefix { .. } | CaptureError::TooManyFiles(_) => {
            Failure::Arguments(error.to_string())
        }
        error => Failure::Input(error.to_string()),
    }
}
