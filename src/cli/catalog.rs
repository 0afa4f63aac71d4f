//! `pgloupe catalog`: what a database consists of, as JSON.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::{CatalogArgs, Failure, print};
use crate::catalog::{self, Catalog};
use crate::live::catalog::{Options, read_catalog};
use crate::live::{Canceller, LiveError, Secret, Session, resolve, url};

/// How long connecting may take.
const TO_CONNECT: Duration = Duration::from_secs(15);

pub(super) fn run(args: &CatalogArgs) -> Result<(), Failure> {
    let path = Path::new(&args.from);
    let catalog = if path.is_file() {
        of_file(path)?
    } else {
        of_server(&args.from, !args.without_values)
            .map_err(|error| Failure::Input(error.to_string()))?
    };
    for note in &catalog.notes {
        warn(note);
    }
    let text = catalog::to_json(&catalog)
        .map_err(|error| Failure::Input(format!("the catalog can't be written: {error}")))?;
    print(&text)
}

/// The catalog that a file holds, in either of its forms.
pub(super) fn of_file(path: &Path) -> Result<Catalog, Failure> {
    let bytes = std::fs::read(path).map_err(|e| {
        Failure::Input(format!(
            "{} can't be read: {e}. Check the path",
            path.display()
        ))
    })?;
    let opened = catalog::open(&String::from_utf8_lossy(&bytes))
        .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
    for warning in &opened.warnings {
        warn(&format!("{}: {warning}", path.display()));
    }
    Ok(opened.catalog)
}

/// A session with the server that a text names.
pub(super) fn connect(text: &str) -> Result<Session, LiveError> {
    let found = resolve(url::parse(text)?, &|name| std::env::var(name).ok())?;
    for warning in &found.warnings {
        warn(warning);
    }
    let password = found.password.unwrap_or_else(|| Secret::new(""));
    Session::open(&found.target, &password, &Canceller::new(), TO_CONNECT)
}

fn of_server(text: &str, values: bool) -> Result<Catalog, LiveError> {
    let mut session = connect(text)?;
    read_catalog(&mut session, &Options { values })
}

/// Tells of what doesn't keep the result from being useful.
pub(super) fn warn(text: &str) {
    // When even standard error is closed, the result has to do.
    writeln!(std::io::stderr(), "pgloupe: {text}").unwrap_or_default();
}
