//! Levels: the severity of a record, or the label of one of its details.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::super::record::Severity;
use super::{catalog, encoding};

/// What a line's level says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Level {
    /// `LOG`, `ERROR`, …: a record begins.
    Severity(Severity),
    Detail,
    Hint,
    Context,
    Statement,
    Query,
    Location,
    Backtrace,
}

/// Reads `LOG:  `, `ERREUR:  `, `ASTUCE :  ` and the like at the start of `text`, in any language.
///
/// Returns the level and how many bytes it takes with its colon and spaces.
#[inline]
pub(in super::super) fn level_at(text: &[u8]) -> Option<(Level, usize)> {
    match text {
        // Most lines of most logs.
        [b'L', b'O', b'G', b':', b' ', b' ', ..] => Some((Level::Severity(Severity::Log), 6)),
        [b'D', b'E', b'T', b'A', b'I', b'L', b':', b' ', b' ', ..] => Some((Level::Detail, 9)),
        // No label begins with another letter, a space or a digit.
        [b'A'..=b'Z' | 0x80.., ..] => LEVELS.at(text),
        _ => None,
    }
}

/// Reads a severity alone, as the other formats have it, in any language.
pub(in super::super) fn severity(word: &[u8]) -> Option<Severity> {
    match word {
        b"LOG" => Some(Severity::Log),
        b"ERROR" => Some(Severity::Error),
        _ => LEVELS.severities.get(word).copied(),
    }
}

static LEVELS: LazyLock<Levels> = LazyLock::new(Levels::new);

struct Levels {
    severities: FxHashMap<Vec<u8>, Severity>,
    /// The labels by their first four bytes, which all have; the longest first.
    labels: FxHashMap<u32, Vec<(Vec<u8>, Level)>>,
}

impl Levels {
    fn new() -> Self {
        let mut levels = Self {
            severities: FxHashMap::default(),
            labels: FxHashMap::default(),
        };
        // Georgian has one word for NOTICE and WARNING: the first of the two in the catalog, WARNING, counts.
        for entry in catalog::entries() {
            let Some(level) = level(entry.key) else {
                continue;
            };
            let label = entry.template.split('{').next().unwrap_or_default();
            for encoding in encoding::encodings(label) {
                let text = encoding.encode(label);
                match level {
                    Level::Severity(severity) => {
                        levels.label([&text, b":  ".as_slice()].concat(), level);
                        if severity == Severity::Debug {
                            for n in b'1'..=b'5' {
                                let numbered = [&text, [n].as_slice()].concat();
                                levels.label([&numbered, b":  ".as_slice()].concat(), level);
                                levels.severities.entry(numbered).or_insert(severity);
                            }
                        }
                        levels.severities.entry(text).or_insert(severity);
                    }
                    _ => levels.label(text, level),
                }
            }
        }
        levels
    }

    fn label(&mut self, label: Vec<u8>, level: Level) {
        if let Some(head) = label.first_chunk() {
            let labels = self.labels.entry(u32::from_le_bytes(*head)).or_default();
            if labels.iter().all(|(known, _)| *known != label) {
                labels.push((label, level));
                labels.sort_by_key(|(label, _)| std::cmp::Reverse(label.len()));
            }
        }
    }

    fn at(&self, text: &[u8]) -> Option<(Level, usize)> {
        self.labels
            .get(&u32::from_le_bytes(*text.first_chunk()?))?
            .iter()
            .find(|(label, _)| text.starts_with(label))
            .map(|(label, level)| (*level, label.len()))
    }
}

fn level(key: &str) -> Option<Level> {
    Some(match key {
        "log" => Level::Severity(Severity::Log),
        "error" => Level::Severity(Severity::Error),
        "fatal" => Level::Severity(Severity::Fatal),
        "panic" => Level::Severity(Severity::Panic),
        "warning" => Level::Severity(Severity::Warning),
        "notice" => Level::Severity(Severity::Notice),
        "info" => Level::Severity(Severity::Info),
        "debug" => Level::Severity(Severity::Debug),
        "detail" => Level::Detail,
        "hint" => Level::Hint,
        "context" => Level::Context,
        "statement" => Level::Statement,
        "query" => Level::Query,
        "location" => Level::Location,
        "backtrace" => Level::Backtrace,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_lines() {
        let check = |text: &[u8], expected: Option<(Level, usize)>| {
            assert_eq!(level_at(text), expected, "{}", text.escape_ascii());
        };
        let severity = Level::Severity;
        check(b"LOG:  x", Some((severity(Severity::Log), 6)));
        check(b"STATEMENT:  x", Some((Level::Statement, 12)));
        check(b"DEBUG2:  x", Some((severity(Severity::Debug), 9)));
        check(
            "ERREUR:  x".as_bytes(),
            Some((severity(Severity::Error), 9)),
        );
        check("ASTUCE :  x".as_bytes(), Some((Level::Hint, 10)));
        check("DÉTAIL:  x".as_bytes(), Some((Level::Detail, 10)));
        check(b"D\xc9TAIL:  x", Some((Level::Detail, 9)));
        check(
            "ÖLÜMCÜL (FATAL):  x".as_bytes(),
            Some((severity(Severity::Fatal), 21)),
        );
        check("AYRINTI:x".as_bytes(), Some((Level::Detail, 8)));
        check("文:  x".as_bytes(), Some((Level::Statement, 6)));
        check(b"LOG: x", None);
        check(b"LOGS:  x", None);
        check(b"Log:  x", None);
        check(b"\tLOG:  x", None);
        check(b"LO", None);
        check(b"", None);
        check(b"\xff\xfe\xfd\xfc", None);
    }

    #[test]
    fn severities_of_other_formats() {
        let check =
            |word: &str, expected| assert_eq!(severity(word.as_bytes()), expected, "{word}");
        check("LOG", Some(Severity::Log));
        check("DEBUG5", Some(Severity::Debug));
        check("СООБЩЕНИЕ", Some(Severity::Log));
        check("HINWEIS", Some(Severity::Notice));
        check("გაფრთხილება", Some(Severity::Warning));
        check("FEHLER", Some(Severity::Error));
        check("FEHLER:  ", None);
        check("DETAIL", None);
        check("", None);
    }
}
