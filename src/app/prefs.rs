//! What is remembered from one start to the next.

use std::path::{Path, PathBuf};

use eframe::egui::ThemePreference;
use serde::{Deserialize, Serialize};

use crate::advice::Target;
use crate::rules::Settings;

/// The key under which preferences are stored.
const KEY: &str = "preferences";
/// How many files are remembered.
const RECENTS: usize = 8;

/// Preferences; what is missing or unknown in the stored text falls back to its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Prefs {
    pub(crate) theme: Theme,
    pub(crate) density: Density,
    /// Thresholds of the rules.
    pub(crate) settings: Settings,
    /// How log lines begin; empty to find out from the file.
    pub(crate) prefix: String,
    /// Whether the status bar shows how long frames take.
    pub(crate) frame_time: bool,
    /// The name of the framework whose fixes come first.
    pub(crate) target: Option<String>,
    /// Captures opened before, the latest first.
    pub(crate) recents: Vec<Vec<PathBuf>>,
    /// Servers connected to before, the latest first; never with a password.
    pub(crate) targets: Vec<crate::live::Target>,
    /// Days for which snapshots of a server's statistics are kept.
    pub(crate) history: Days,
    /// The part of the width that lists take, in views with a table.
    pub(crate) split: Split,
}

/// Which colours to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Theme {
    #[default]
    System,
    Dark,
    Light,
}

impl Theme {
    pub(crate) fn preference(self) -> ThemePreference {
        match self {
            Self::System => ThemePreference::System,
            Self::Dark => ThemePreference::Dark,
            Self::Light => ThemePreference::Light,
        }
    }
}

/// How much room rows take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Density {
    #[default]
    Comfortable,
    Compact,
}

impl Density {
    /// The height of a row of a table.
    pub(crate) fn row(self) -> f32 {
        match self {
            Self::Comfortable => 26.0,
            Self::Compact => 22.0,
        }
    }

    /// The height of a button or a field.
    pub(crate) fn control(self) -> f32 {
        self.row()
    }
}

/// A number of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Days(pub(crate) u32);

impl Default for Days {
    fn default() -> Self {
        Self(30)
    }
}

/// Where the line between list and detail stands, as parts of the width.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Split {
    pub(crate) findings: f32,
    pub(crate) tables: f32,
    /// The list of events has their sums beside it.
    pub(crate) events: f32,
    /// A plan needs room.
    pub(crate) plans: f32,
}

impl Default for Split {
    fn default() -> Self {
        Self {
            findings: 0.33,
            tables: 0.54,
            events: 0.62,
            plans: 0.3,
        }
    }
}

impl Prefs {
    /// The stored preferences, or the defaults.
    pub(crate) fn load(storage: Option<&dyn eframe::Storage>) -> Self {
        storage
            .and_then(|s| s.get_string(KEY))
            .map(|text| Self::parse(&text))
            .unwrap_or_default()
    }

    /// Reads field by field, so that one unknown value costs only itself.
    fn parse(text: &str) -> Self {
        fn field<T: serde::de::DeserializeOwned + Default>(
            stored: &serde_json::Value,
            name: &str,
        ) -> T {
            stored
                .get(name)
                .and_then(|v| T::deserialize(v).ok())
                .unwrap_or_default()
        }
        let Ok(stored) = serde_json::from_str::<serde_json::Value>(text) else {
            return Self::default();
        };
        Self {
            theme: field(&stored, "theme"),
            density: field(&stored, "density"),
            settings: field(&stored, "settings"),
            prefix: field(&stored, "prefix"),
            frame_time: field(&stored, "frame_time"),
            target: field(&stored, "target"),
            recents: field(&stored, "recents"),
            targets: field(&stored, "targets"),
            history: field(&stored, "history"),
            split: field(&stored, "split"),
        }
    }

    /// Hands the preferences to storage.
    pub(crate) fn save(&self, storage: &mut dyn eframe::Storage) {
        if let Ok(text) = serde_json::to_string(self) {
            storage.set_string(KEY, text);
        }
    }

    /// Remembers a capture as the latest.
    pub(crate) fn remember(&mut self, paths: &[PathBuf]) {
        self.recents.retain(|r| r.as_slice() != paths);
        self.recents.insert(0, paths.to_vec());
        self.recents.truncate(RECENTS);
    }

    /// Remembers a server as the latest.
    pub(crate) fn remember_target(&mut self, target: &crate::live::Target) {
        self.targets.retain(|t| t.id() != target.id());
        self.targets.insert(0, target.clone());
        self.targets.truncate(RECENTS);
    }

    /// The folder to look for files in first.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.recents
            .first()?
            .first()?
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
    }

    /// The framework whose fixes come first, if one was chosen.
    pub(crate) fn target(&self) -> Option<Target> {
        Target::from_name(self.target.as_deref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_come_back_as_they_were() {
        let mut prefs = Prefs {
            theme: Theme::Light,
            prefix: "%m ".to_owned(),
            ..Prefs::default()
        };
        prefs.remember(&[PathBuf::from("shop.log")]);
        let text = serde_json::to_string(&prefs).unwrap_or_default();
        assert_eq!(Prefs::parse(&text), prefs);
    }

    #[test]
    fn unknown_values_fall_back_one_by_one() {
        let prefs =
            Prefs::parse(r#"{"theme":"Sepia","prefix":"%t ","density":"Compact","later":1}"#);
        assert_eq!(
            prefs,
            Prefs {
                prefix: "%t ".to_owned(),
                density: Density::Compact,
                ..Prefs::default()
            }
        );
        assert_eq!(Prefs::parse("not json"), Prefs::default());
    }

    #[test]
    fn the_latest_capture_comes_first_and_once() {
        let mut prefs = Prefs::default();
        for name in ["a", "b", "a"] {
            prefs.remember(&[PathBuf::from(name)]);
        }
        assert_eq!(prefs.recents, [[PathBuf::from("a")], [PathBuf::from("b")]]);
    }
}
