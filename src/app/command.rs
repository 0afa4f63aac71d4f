//! Every action that has a name: for menus, the palette, keys and tests.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use super::live::Live;
use super::model::{Loading, Model, View};

/// Something a person can ask the window to do by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    Open,
    OpenFolder,
    Sample,
    Reload,
    Follow,
    Close,
    Cancel,
    Findings,
    Queries,
    Requests,
    Endpoints,
    SingleRequests,
    Events,
    Plans,
    PastePlan,
    PinPlan,
    Indexes,
    AdviseIndexes,
    Connect,
    Disconnect,
    Server,
    Activity,
    Tables,
    Filter,
    ClearFilter,
    FullRange,
    Back,
    CloseDetail,
    Previous,
    Next,
    PageUp,
    PageDown,
    First,
    Last,
    OpenRow,
    Copy,
    CopySql,
    Warnings,
    Suppressed,
    Files,
    Palette,
    Shortcuts,
    Settings,
    ThemeSystem,
    ThemeDark,
    ThemeLight,
    Compact,
    FrameTime,
    Escape,
}

use Command as C;

const CTRL: Modifiers = Modifiers::COMMAND;
const NONE: Modifiers = Modifiers::NONE;

const fn key(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

impl Command {
    /// All of them, in the order that the palette and the shortcut sheet list them.
    pub(crate) const ALL: [Self; 49] = [
        C::Open,
        C::OpenFolder,
        C::Sample,
        C::Reload,
        C::Follow,
        C::Close,
        C::Cancel,
        C::Findings,
        C::Queries,
        C::Requests,
        C::Endpoints,
        C::SingleRequests,
        C::Events,
        C::Plans,
        C::PastePlan,
        C::PinPlan,
        C::Indexes,
        C::AdviseIndexes,
        C::Connect,
        C::Disconnect,
        C::Server,
        C::Activity,
        C::Tables,
        C::Filter,
        C::ClearFilter,
        C::FullRange,
        C::Back,
        C::CloseDetail,
        C::Previous,
        C::Next,
        C::PageUp,
        C::PageDown,
        C::First,
        C::Last,
        C::OpenRow,
        C::Copy,
        C::CopySql,
        C::Warnings,
        C::Suppressed,
        C::Files,
        C::Palette,
        C::Shortcuts,
        C::Settings,
        C::ThemeSystem,
        C::ThemeDark,
        C::ThemeLight,
        C::Compact,
        C::FrameTime,
        C::Escape,
    ];

    /// Its name; an ellipsis when it asks for more.
    pub(crate) fn text(self) -> &'static str {
        match self {
            C::Open => "Open…",
            C::OpenFolder => "Open folder…",
            C::Sample => "Try the sample",
            C::Reload => "Reload",
            C::Follow => "Follow the log",
            C::Close => "Close",
            C::Cancel => "Stop reading",
            C::Findings => "Show findings",
            C::Queries => "Show queries",
            C::Requests => "Show requests",
            C::Endpoints => "Requests by endpoint",
            C::SingleRequests => "Single requests",
            C::Events => "Show events",
            C::Plans => "Show plans",
            C::PastePlan => "Paste a plan",
            C::PinPlan => "Pin this plan to compare",
            C::Indexes => "Show indexes",
            C::AdviseIndexes => "Look for indexes again",
            C::Connect => "Connect to PostgreSQL…",
            C::Disconnect => "Disconnect from the server",
            C::Server => "Statements of the server",
            C::Activity => "Show activity",
            C::Tables => "Show tables",
            C::Filter => "Filter",
            C::ClearFilter => "Clear the filter",
            C::FullRange => "Full range",
            C::Back => "Back",
            C::CloseDetail => "Close the detail",
            C::Previous => "Previous row",
            C::Next => "Next row",
            C::PageUp => "Page up",
            C::PageDown => "Page down",
            C::First => "First row",
            C::Last => "Last row",
            C::OpenRow => "Open the row",
            C::Copy => "Copy the row",
            C::CopySql => "Copy SQL",
            C::Warnings => "Show warnings",
            C::Suppressed => "Show what is suppressed",
            C::Files => "Files of the capture",
            C::Palette => "Command palette…",
            C::Shortcuts => "Keyboard shortcuts",
            C::Settings => "Settings…",
            C::ThemeSystem => "Theme of the system",
            C::ThemeDark => "Dark theme",
            C::ThemeLight => "Light theme",
            C::Compact => "Compact rows",
            C::FrameTime => "Show frame times",
            C::Escape => "Go back one step",
        }
    }

    /// One sentence about it.
    pub(crate) fn tip(self) -> &'static str {
        match self {
            C::Open => "Choose one or more log files",
            C::OpenFolder => "Read all logs in a folder as one capture",
            C::Sample => "Open the log of a small web shop that comes with pgloupe",
            C::Reload => "Read the same files again and keep the place",
            C::Follow => "Go on reading as the server writes, until you stop it",
            C::Close => "Back to the welcome page",
            C::Cancel => "Keep what has been read so far",
            C::Findings => "What is slow or wasteful, the largest saving first",
            C::Queries => "Every distinct query with its times",
            C::Requests => "What the application was asked for, and what that took",
            C::Endpoints => "Requests of one kind added up, with their percentiles",
            C::SingleRequests => "Every request with its statements",
            C::Events => "Connections, locks, temporary files, checkpoints and errors",
            C::Plans => "Plans by query and shape, and where their time goes",
            C::PastePlan => "Open what EXPLAIN printed from the clipboard, in any of its forms",
            C::Indexes => "Which indexes to make, with proof, and which exist without need",
            C::AdviseIndexes => "Work out once more which indexes the queries need",
            C::PinPlan => "Keep this plan beside whichever plan is shown next",
            C::Connect => "Read the statistics of a running server, and ask it for plans",
            C::Disconnect => "Leave nothing behind on the server",
            C::Server => "Show what pg_stat_statements says in the place of the capture",
            C::Activity => "Sessions, what they wait for, and who blocks whom",
            C::Tables => "Tables with their indexes, sizes and use",
            C::Filter => "Show only what contains these words",
            C::ClearFilter => "Show everything again",
            C::FullRange => "Look at the whole capture again",
            C::Back => "Return to what was shown before",
            C::CloseDetail => "Give the table the whole width",
            C::Previous => "Select the row above",
            C::Next => "Select the row below",
            C::PageUp => "Go up by a page of rows",
            C::PageDown => "Go down by a page of rows",
            C::First => "Go to the first row",
            C::Last => "Go to the last row",
            C::OpenRow => "Show the detail of the selected row",
            C::Copy => "Copy the selected row as tab-separated text",
            C::CopySql => "Copy the SQL of the query that is shown",
            C::Warnings => "List what could not be read",
            C::Suppressed => "What a file or a comment tells not to report",
            C::Files => "How each file was read: what lies around the log, its format and prefix",
            C::Palette => "Find any command by its name",
            C::Shortcuts => "Every key that does something",
            C::Settings => "Theme, thresholds and how logs are read",
            C::ThemeSystem => "Follow the system between light and dark",
            C::ThemeDark => "Always dark",
            C::ThemeLight => "Always light",
            C::Compact => "Fit more rows on the screen, or fewer",
            C::FrameTime => "Show the slowest frame of the last seconds in the status bar",
            C::Escape => "Close what is open, clear the filter, then the range",
        }
    }

    /// The keys for it; the first is the one that menus show.
    pub(crate) fn shortcuts(self) -> &'static [KeyboardShortcut] {
        const CTRL_SHIFT: Modifiers = CTRL.plus(Modifiers::SHIFT);
        match self {
            C::Open => const { &[key(CTRL, Key::O)] },
            C::OpenFolder => const { &[key(CTRL_SHIFT, Key::O)] },
            C::Follow => const { &[key(CTRL_SHIFT, Key::F)] },
            C::Reload => const { &[key(CTRL, Key::R), key(NONE, Key::F5)] },
            C::Close => const { &[key(CTRL, Key::W)] },
            C::Findings => const { &[key(CTRL, Key::Num1)] },
            C::Queries => const { &[key(CTRL, Key::Num2)] },
            C::Requests => const { &[key(CTRL, Key::Num3)] },
            C::Endpoints => const { &[key(NONE, Key::E)] },
            C::SingleRequests => const { &[key(NONE, Key::R)] },
            C::Events => const { &[key(CTRL, Key::Num5)] },
            C::Plans => const { &[key(CTRL, Key::Num4)] },
            C::PinPlan => const { &[key(NONE, Key::P)] },
            C::Indexes => const { &[key(CTRL, Key::Num8)] },
            C::Connect => const { &[key(CTRL_SHIFT, Key::N)] },
            C::Activity => const { &[key(CTRL, Key::Num6)] },
            C::Tables => const { &[key(CTRL, Key::Num7)] },
            C::Filter => const { &[key(NONE, Key::Slash), key(CTRL, Key::F)] },
            C::FullRange => const { &[key(CTRL, Key::Backspace)] },
            C::Back => {
                const {
                    &[
                        key(Modifiers::ALT, Key::ArrowLeft),
                        key(NONE, Key::Backspace),
                    ]
                }
            }
            C::CloseDetail => const { &[key(CTRL, Key::D)] },
            C::Previous => const { &[key(NONE, Key::ArrowUp), key(NONE, Key::K)] },
            C::Next => const { &[key(NONE, Key::ArrowDown), key(NONE, Key::J)] },
            C::PageUp => const { &[key(NONE, Key::PageUp)] },
            C::PageDown => const { &[key(NONE, Key::PageDown)] },
            C::First => const { &[key(NONE, Key::Home)] },
            C::Last => const { &[key(NONE, Key::End)] },
            C::OpenRow => const { &[key(NONE, Key::Enter)] },
            C::Copy => const { &[key(CTRL, Key::C)] },
            C::CopySql => const { &[key(CTRL_SHIFT, Key::C)] },
            C::Palette => const { &[key(CTRL, Key::K), key(CTRL_SHIFT, Key::P)] },
            C::Shortcuts => const { &[key(NONE, Key::Questionmark), key(NONE, Key::F1)] },
            C::Settings => const { &[key(CTRL, Key::Comma)] },
            C::Escape => const { &[key(NONE, Key::Escape)] },
            C::Sample
            | C::AdviseIndexes
            | C::PastePlan
            | C::Disconnect
            | C::Server
            | C::Cancel
            | C::ClearFilter
            | C::Warnings
            | C::Suppressed
            | C::Files
            | C::ThemeSystem
            | C::ThemeDark
            | C::ThemeLight
            | C::Compact
            | C::FrameTime => &[],
        }
    }

    /// Whether it makes sense to look for it by name; moving by a row does not.
    pub(crate) fn in_palette(self) -> bool {
        !matches!(
            self,
            C::Previous
                | C::Next
                | C::PageUp
                | C::PageDown
                | C::First
                | C::Last
                | C::OpenRow
                | C::Escape
                | C::Palette
        )
    }

    /// Whether it can be done now.
    pub(crate) fn possible(self, model: &Model) -> bool {
        let following = model.loading.as_ref().is_some_and(Loading::follows);
        match self {
            C::Cancel => model.loading.is_some(),
            // Only a file that somebody may write to can be followed.
            C::Follow => following || model.capture.as_ref().is_some_and(|c| c.overview.grows),
            C::Disconnect => model.live.is_some(),
            C::Server => model.live.as_ref().is_some_and(|l| l.look.is_some()),
            C::Activity | C::Tables => {
                model.live.as_ref().is_some_and(Live::is_open) && model.capture.is_some()
            }
            C::PinPlan => model.spot.view == View::Plans && model.spot.plan.is_some(),
            _ => !self.needs_capture() || model.capture.is_some(),
        }
    }

    /// Whether it needs a capture to work on.
    fn needs_capture(self) -> bool {
        !matches!(
            self,
            C::Open
                | C::OpenFolder
                | C::Sample
                | C::PastePlan
                | C::Connect
                | C::Palette
                | C::Shortcuts
                | C::Settings
                | C::ThemeSystem
                | C::ThemeDark
                | C::ThemeLight
                | C::Compact
                | C::FrameTime
                | C::Escape
                | C::Cancel
        )
    }
}

/// A key as a person finds it on the keyboard.
pub(crate) fn key_text(ctx: &eframe::egui::Context, shortcut: KeyboardShortcut) -> String {
    match (shortcut.modifiers == NONE, shortcut.logical_key) {
        (true, Key::Slash) => "/".to_owned(),
        (true, Key::Questionmark) => "?".to_owned(),
        (true, Key::Escape) => "Esc".to_owned(),
        _ => ctx
            .format_shortcut(&shortcut)
            .replace("Comma", ",")
            .replace("ArrowLeft", "Left"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)]
    fn no_two_commands_share_a_key() {
        let mut seen: Vec<(KeyboardShortcut, Command)> = Vec::new();
        for command in Command::ALL {
            for shortcut in command.shortcuts() {
                if let Some((_, other)) = seen.iter().find(|(s, _)| s == shortcut) {
                    panic!("{shortcut:?} is both {other:?} and {command:?}");
                }
                seen.push((*shortcut, command));
            }
        }
    }

    #[test]
    fn names_are_short_sentences_without_a_stop() {
        for (at, command) in Command::ALL.into_iter().enumerate() {
            for text in [command.text(), command.tip()] {
                assert!(!text.is_empty() && !text.ends_with(['.', ':']), "{text}");
                assert!(text.starts_with(|c: char| c.is_uppercase()), "{text}");
            }
            assert!(
                !Command::ALL[..at].contains(&command),
                "{command:?} is listed twice"
            );
        }
    }
}
