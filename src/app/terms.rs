//! The thresholds that a capture is looked through with: the person's own, and what a file beside the capture says.

use std::path::PathBuf;

use crate::config::{self, ConfigError};
use crate::rules::Settings;

/// Thresholds in use, and where they come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Terms {
    /// Those of the preferences.
    pub(crate) own: Settings,
    /// Those in use.
    pub(crate) used: Settings,
    /// The file beside the capture, where there is one.
    pub(crate) file: Option<PathBuf>,
    /// Why that file can't be used, in a full sentence.
    pub(crate) problem: Option<String>,
}

impl Terms {
    /// Looks for a file beside a capture and reads it. One that can't be used leaves the person's own thresholds.
    pub(crate) fn of(paths: &[PathBuf], own: &Settings) -> Self {
        let file = config::beside(paths);
        let (used, problem) = match file.as_deref().map(|path| config::read(path, own)) {
            Some(Ok(used)) => (used, None),
            Some(Err(error)) => (own.clone(), Some(sentence(&error))),
            None => (own.clone(), None),
        };
        Self {
            own: own.clone(),
            used,
            file,
            problem,
        }
    }

    /// Whether a file beside the capture has its say.
    pub(crate) fn shared(&self) -> bool {
        self.file.is_some() && self.problem.is_none()
    }
}

fn sentence(error: &ConfigError) -> String {
    match error {
        ConfigError::Read { source, .. } => {
            format!(
                "{} beside the capture can't be read: {source}.",
                config::NAME
            )
        }
        ConfigError::Content {
            line: Some(line),
            what,
            ..
        } => format!(
            "{} beside the capture is not used. Line {line}: {what}.",
            config::NAME
        ),
        ConfigError::Content { what, .. } => {
            format!("{} beside the capture is not used: {what}.", config::NAME)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Terms {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(config::NAME), text).unwrap();
        let own = Settings {
            slow_ms: 7.0,
            ..Settings::default()
        };
        Terms::of(&[folder.path().join("a.log")], &own)
    }

    #[test]
    fn a_file_beside_the_capture_overrides_thresholds() {
        let terms = check("[settings]\nloop_executions = 9\n");
        assert!(terms.shared());
        assert_eq!(terms.used.loop_executions, 9);
        assert_eq!(terms.own.loop_executions, 5);
    }

    #[test]
    fn a_file_with_a_mistake_is_named_and_not_used() {
        let terms = check("\norm = 3");
        assert!(!terms.shared());
        assert_eq!(terms.used, terms.own);
        let problem = terms.problem.unwrap();
        assert!(
            problem.contains(".pgloupe.toml") && problem.contains("Line 2"),
            "{problem}"
        );
    }
}
