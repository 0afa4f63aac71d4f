//! From the templates of the catalog to what they mean.

use std::sync::LazyLock;

use super::catalog::{self, Entry};
use super::encoding;
use super::event::{LockOutcome, LogEvent};
use super::index::Item;
use super::phrase::{Phrase, Step};
use super::template::{self, Captures, Template};
use super::{number, position};

/// What a template means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meaning {
    /// Makes the phrase of a message that fits.
    pub build: for<'a> fn(&Captures<'a>) -> Phrase<'a>,
    /// Whether it begins with the duration of a statement.
    pub duration: bool,
    /// Whether most messages of a log are of this kind.
    pub usual: bool,
}

/// Every template of a message in every encoding, in the order in which they are to be tried.
pub(super) fn templates() -> Vec<Item<Meaning>> {
    let mut items = Vec::new();
    for entry in catalog::entries() {
        if entry.template.contains("{step}") {
            add_steps(entry, &mut items);
        } else if let Some(build) = build(entry.key) {
            add(entry.key, entry.template, build, &mut items);
        }
    }
    // Of two that fit, the one with more of its own text says more. What nearly all messages of a log are comes
    // before them, as no other fits the same message.
    items.sort_by_key(|item| (!item.value.usual, std::cmp::Reverse(item.template.weight())));
    items
}

/// A word for the step is part of the wording: the template is taken once with each word.
fn add_steps(entry: Entry, items: &mut Vec<Item<Meaning>>) {
    for (word_key, ran, said) in [
        ("execute", "ran-execute", "say-execute"),
        ("fetch", "ran-fetch", "say-fetch"),
    ] {
        let key = if entry.key == "ran-step" { ran } else { said };
        let Some(build) = build(key) else { continue };
        for word in catalog::words_for(word_key, entry) {
            add(key, &entry.template.replace("{step}", word), build, items);
        }
    }
}

fn add(key: &str, text: &str, build: Build, items: &mut Vec<Item<Meaning>>) {
    let duration = key == "duration" || key.starts_with("ran");
    for encoding in encoding::encodings(text) {
        items.push(Item {
            template: Template::new(text, encoding),
            value: Meaning {
                build,
                duration,
                usual: key == "ran",
            },
        });
    }
}

type Build = for<'a> fn(&Captures<'a>) -> Phrase<'a>;

/// How the phrase of a key is made; `None` for a key that is not a message's.
fn build(key: &str) -> Option<Build> {
    statement(key)
        .or_else(|| session(key))
        .or_else(|| server(key))
}

fn statement(key: &str) -> Option<Build> {
    Some(match key {
        "duration" => |c| Phrase::Duration {
            micros: c.number("ms"),
        },
        "ran" => |c| Phrase::Ran {
            micros: c.number("ms"),
            sql: c.text("sql"),
        },
        "ran-parse" => |c| ran(c, Step::Parse),
        "ran-bind" => |c| ran(c, Step::Bind),
        "ran-execute" => |c| ran(c, Step::Execute),
        "ran-fetch" => |c| ran(c, Step::Fetch),
        "ran-function" => |c| {
            Phrase::Event(LogEvent::FunctionCall {
                micros: c.number("ms"),
                name: c.text("name"),
            })
        },
        "statement-text" => |c| Phrase::Statement { sql: c.text("sql") },
        "say-execute" => |c| say(c, Step::Execute),
        "say-fetch" => |c| say(c, Step::Fetch),
        _ => return None,
    })
}

fn ran<'a>(c: &Captures<'a>, step: Step) -> Phrase<'a> {
    Phrase::Step {
        micros: c.number("ms"),
        step,
        name: c.text("name"),
        sql: c.text("sql"),
    }
}

fn say<'a>(c: &Captures<'a>, step: Step) -> Phrase<'a> {
    Phrase::Execute {
        step,
        name: c.text("name"),
        sql: c.text("sql"),
    }
}

/// What concerns one session.
fn session(key: &str) -> Option<Build> {
    Some(match key {
        "connection-received" => |c| {
            Phrase::Event(LogEvent::ConnectionReceived {
                host: c.text("host"),
                port: c.text("port"),
            })
        },
        "connection-authenticated" => |c| {
            Phrase::Event(LogEvent::ConnectionAuthenticated {
                identity: c.text("identity"),
                method: c.text("method"),
            })
        },
        "connection-authorized" => |c| {
            Phrase::Event(LogEvent::ConnectionAuthorized {
                user: before_security(c.text("user")),
                database: before_security(c.text("database")),
                application: before_security(c.text("application")),
            })
        },
        "connection-ready" => |c| {
            Phrase::Event(LogEvent::ConnectionReady {
                setup: c.number("ms"),
                fork: c.number("fork"),
                authentication: c.number("authentication"),
            })
        },
        "disconnection" => |c| Phrase::Event(disconnection(c)),
        "connection-lost" => |_| Phrase::Event(LogEvent::ConnectionLost),
        "too-many-connections" => |_| Phrase::Event(LogEvent::TooManyConnections),
        "authentication-failed" => |c| {
            Phrase::Event(LogEvent::AuthenticationFailed {
                user: c.text("user"),
            })
        },
        "lock-waiting" => |c| lock(c, LockOutcome::Waiting),
        "lock-acquired" => |c| lock(c, LockOutcome::Acquired),
        "lock-failed" => |c| lock(c, LockOutcome::Failed),
        "lock-avoided" => |c| lock(c, LockOutcome::DeadlockAvoided),
        "lock-deadlock" => |c| lock(c, LockOutcome::DeadlockDetected),
        "lock-refused" => |c| lock(c, LockOutcome::Refused),
        "deadlock-detected" => |_| Phrase::Event(LogEvent::DeadlockDetected),
        "lock-not-available" => |c| {
            Phrase::Event(LogEvent::LockNotAvailable {
                object: position::stripped(c.text("object")),
            })
        },
        "serialization-failure" => |_| Phrase::Event(LogEvent::SerializationFailure),
        "statement-timeout" => |_| Phrase::Event(LogEvent::StatementTimeout),
        "lock-timeout" => |_| Phrase::Event(LogEvent::LockTimeout),
        "transaction-timeout" => |_| Phrase::Event(LogEvent::TransactionTimeout),
        "idle-in-transaction-timeout" => |_| Phrase::Event(LogEvent::IdleInTransactionTimeout),
        "idle-session-timeout" => |_| Phrase::Event(LogEvent::IdleSessionTimeout),
        "user-cancel" => |_| Phrase::Event(LogEvent::UserCancel),
        "administrator-command" => |_| Phrase::Event(LogEvent::AdministratorCommand),
        "recovery-conflict" => |_| conflict(false),
        "recovery-conflict-ended" => |_| conflict(true),
        _ => return None,
    })
}

/// What concerns the server as a whole.
fn server(key: &str) -> Option<Build> {
    Some(match key {
        "recovery-waiting" => |c| recovery_wait(c, false),
        "recovery-waited" => |c| recovery_wait(c, true),
        "autovacuum-canceled" => |_| Phrase::Event(LogEvent::AutovacuumCanceled),
        "temporary-file" => |c| {
            Phrase::Event(LogEvent::TemporaryFile {
                path: c.text("path"),
                bytes: c.number("bytes"),
            })
        },
        "checkpoint-starting" => |c| checkpoint_starting(c, false),
        "restartpoint-starting" => |c| checkpoint_starting(c, true),
        "checkpoint-complete" => |c| checkpoint_complete(c, false),
        "restartpoint-complete" => |c| checkpoint_complete(c, true),
        "checkpoints-too-frequent" => |c| {
            Phrase::Event(LogEvent::CheckpointsTooFrequent {
                seconds: c.number("apart"),
            })
        },
        "autovacuum" => |c| autovacuum(c, false),
        "autovacuum-wraparound" => |c| autovacuum(c, true),
        "autoanalyze" => |c| {
            Phrase::Event(LogEvent::Autoanalyze {
                table: c.text("table"),
                elapsed: elapsed(c.text("rest")),
            })
        },
        "server-starting" => |c| {
            Phrase::Event(LogEvent::ServerStarting {
                version: c.text("version"),
            })
        },
        "server-ready" => |_| Phrase::Event(LogEvent::ServerReady),
        "shutdown-requested" => |_| Phrase::Event(LogEvent::ShutdownRequested),
        "server-shutdown" => |_| Phrase::Event(LogEvent::ServerShutdown),
        "server-crashed" => |_| Phrase::Event(LogEvent::ServerCrashed),
        "server-recovering" => |_| Phrase::Event(LogEvent::ServerRecovering),
        "configuration-reloaded" => |_| Phrase::Event(LogEvent::ConfigurationReloaded),
        "setting-changed" => |c| {
            Phrase::Event(LogEvent::SettingChanged {
                name: c.text("name"),
                value: c.text("value"),
            })
        },
        _ => return None,
    })
}

fn lock<'a>(c: &Captures<'a>, outcome: LockOutcome) -> Phrase<'a> {
    Phrase::Event(LogEvent::LockWait {
        process: c.number("process"),
        mode: position::stripped(c.text("mode")),
        object: position::stripped(c.text("object")),
        waited: c.number("ms"),
        outcome,
    })
}

fn conflict<'a>(session_ended: bool) -> Phrase<'a> {
    Phrase::Event(LogEvent::RecoveryConflict { session_ended })
}

fn recovery_wait<'a>(c: &Captures<'a>, over: bool) -> Phrase<'a> {
    Phrase::Event(LogEvent::RecoveryWait {
        waited: c.number("ms"),
        reason: c.text("reason"),
        over,
    })
}

fn checkpoint_starting<'a>(c: &Captures<'a>, restartpoint: bool) -> Phrase<'a> {
    Phrase::Event(LogEvent::CheckpointStarting {
        reason: c.text("reason").trim_ascii(),
        restartpoint,
    })
}

/// The times are in seconds with three decimals.
fn checkpoint_complete<'a>(c: &Captures<'a>, restartpoint: bool) -> Phrase<'a> {
    let micros = |name| c.number(name).saturating_mul(1_000);
    Phrase::Event(LogEvent::CheckpointComplete {
        buffers: c.number("buffers"),
        write: micros("write"),
        sync: micros("sync"),
        total: micros("total"),
        restartpoint,
    })
}

/// `session time: 1:02:03.456`.
fn disconnection<'a>(c: &Captures<'a>) -> LogEvent<'a> {
    let minutes = c
        .number("hours")
        .saturating_mul(60)
        .saturating_add(c.number("minutes"));
    LogEvent::Disconnection {
        session: minutes
            .saturating_mul(60_000)
            .saturating_add(c.number("seconds"))
            .saturating_mul(1_000),
        user: c.text("user"),
        database: c.text("database"),
    }
}

fn autovacuum<'a>(c: &Captures<'a>, wraparound: bool) -> Phrase<'a> {
    let rest = c.text("rest");
    // Pages come first, then tuples, in every version and language.
    let tuples = rest.split(|b| *b == b'\n').nth(1);
    Phrase::Event(LogEvent::Autovacuum {
        table: c.text("table"),
        index_scans: c.number("scans"),
        tuples_removed: tuples.and_then(number::first_whole),
        elapsed: elapsed(rest),
        wraparound,
    })
}

/// The report ends with `CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.00 s`, in this order in every language.
///
/// The server cuts it off at 100 bytes, which is before the third number in Georgian.
fn elapsed(report: &[u8]) -> Option<u64> {
    let last = report.trim_ascii_end().rsplit(|b| *b == b'\n').next()?;
    number::nth_hundredths(last, 3)?.checked_mul(10_000)
}

/// The last field of `connection authorized` without what may follow it: ` SSL enabled (protocol=…`.
fn before_security(text: &[u8]) -> &[u8] {
    let window = template::window(text);
    SECURITY
        .iter()
        .filter_map(|words| template::find(window, words))
        .min()
        .and_then(|end| text.get(..end))
        .unwrap_or(text)
}

static SECURITY: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    catalog::entries()
        .filter(|entry| entry.key == "security")
        .filter_map(|entry| entry.template.split('{').next())
        .flat_map(|words| encoding::encodings(words).map(|encoding| encoding.encode(words)))
        .collect()
});
