//! The file `.pgloupe.toml`: thresholds and suppressions that a team shares, kept next to its captures.
//!
//! ```toml
//! orm = "sqlalchemy"
//!
//! [settings]
//! n_plus_one_executions = 5
//!
//! [[ignore]]
//! rule = "n-plus-one"
//! route = "GET /admin/*"
//! reason = "two people use it"
//! ```

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::advice::Target;
use crate::rules::{Settings, Suppression};

/// What the file is called.
pub const NAME: &str = ".pgloupe.toml";

/// What such a file says.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    orm: Option<String>,
    settings: Option<Settings>,
    #[serde(default)]
    ignore: Vec<Suppression>,
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{}: it can't be read ({source}). Give another file with --config", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Its content can't be used.
    #[error("{}{}: {what}. Mend the file, or give another one with --config", path.display(), line.map(|l| format!(":{l}")).unwrap_or_default())]
    Content {
        /// Its path.
        path: PathBuf,
        /// The line, counted from 1, where known.
        line: Option<usize>,
        /// What is wrong.
        what: String,
    },
}

/// Looks for the file next to the first of a capture's files; `None` where there is none.
#[must_use]
pub fn beside(captures: &[PathBuf]) -> Option<PathBuf> {
    let first = captures.first().filter(|p| p.as_os_str() != "-")?;
    let folder = if first.is_dir() {
        first.as_path()
    } else {
        first.parent().unwrap_or(Path::new(""))
    };
    let path = folder.join(NAME);
    path.is_file().then_some(path)
}

/// Settings with what a configuration file says of them. What the file leaves out stays as in `settings`.
///
/// # Errors
/// When the file can't be read or says something that means nothing.
pub fn read(path: &Path, settings: &Settings) -> Result<Settings, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    let content = |line, what| ConfigError::Content {
        path: path.to_owned(),
        line,
        what,
    };
    let file: File = toml::from_str(&text).map_err(|error| {
        let line = error.span().map(|span| {
            let before = text.get(..span.start).unwrap_or_default();
            before.matches('\n').count() + 1
        });
        content(line, error.message().replace('\n', " "))
    })?;
    if let Some(problem) = file.ignore.iter().find_map(Suppression::problem) {
        return Err(content(None, format!("in an [[ignore]]: {problem}")));
    }
    let orm = match file.orm.as_deref() {
        None => settings.orm.clone(),
        Some(name) if Target::from_name(name).is_some() => Some(name.to_owned()),
        Some(name) => {
            let known: Vec<&str> = Target::ALL.iter().map(|t| t.name()).collect();
            let what = format!("there is no orm '{name}'; known are {}", known.join(", "));
            return Err(content(None, what));
        }
    };
    let mut found = file.settings.unwrap_or_else(|| settings.clone());
    found.orm = orm;
    found.ignore.extend(settings.ignore.iter().cloned());
    found.ignore.extend(file.ignore);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        std::fs::write(&path, text).unwrap();
        assert_eq!(beside(&[folder.path().join("a.log")]), Some(path.clone()));
        read(&path, &Settings::default()).map_err(|e| e.to_string())
    }

    #[test]
    fn thresholds_and_suppressions() {
        let settings = check(
            "orm = \"django\"\n[settings]\nn_plus_one_executions = 7\n[[ignore]]\nrule = \"n-plus-one\"\nroute = \"GET /*\"\n",
        )
        .unwrap();
        assert_eq!(settings.n_plus_one_executions, 7);
        assert_eq!(
            settings.loop_executions,
            Settings::default().loop_executions
        );
        assert_eq!(settings.orm.as_deref(), Some("django"));
        assert_eq!(settings.ignore.len(), 1);
    }

    #[test]
    fn mistakes_name_the_file_and_what_to_do() {
        for (text, part) in [
            ("orm = \"cobol\"", "sqlalchemy"),
            ("[[ignore]]\nrule = \"x\"", "no rule 'x'"),
            ("[[ignore]]\nreason = \"x\"", "suppress everything"),
            ("\n[settings]\nn_plus = 3", ":3: "),
            ("orm = ", ":1: "),
        ] {
            let error = check(text).unwrap_err();
            assert!(
                error.contains(part) && error.contains(NAME) && error.contains("--config"),
                "{error}"
            );
        }
    }
}
