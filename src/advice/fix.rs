//! What a framework's words for a fix are made of.

use super::names::class_name;

/// Code for one framework and what there is to say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fix {
    /// The code.
    pub code: String,
    /// When to use it, or what it changes beside.
    pub note: Option<String>,
    /// Names in it that were made up.
    pub guessed: Vec<String>,
}

impl Fix {
    /// Code with the names that were made up for it: those that it has.
    pub(super) fn new(code: impl Into<String>, guesses: Guesses) -> Self {
        let code = code.into();
        let Guesses(mut names) = guesses;
        names.retain(|name| match name.rsplit_once('.') {
            Some((_, attribute)) => code.contains(attribute),
            None => has_word(&code, name),
        });
        Self {
            code,
            note: None,
            guessed: names,
        }
    }

    /// The same with a note; several become one.
    pub(super) fn note(mut self, note: &str) -> Self {
        self.note = Some(match self.note.take() {
            Some(before) => format!("{before} {note}"),
            None => note.to_owned(),
        });
        self
    }

    /// The same with a note when `holds`.
    pub(super) fn note_if(self, holds: bool, note: &str) -> Self {
        if holds { self.note(note) } else { self }
    }
}

/// Whether a text has a word that is no part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).is_some_and(|t| t.ends_with(within));
        let after = text
            .get(at + word.len()..)
            .is_some_and(|t| t.starts_with(within));
        !before && !after
    })
}

/// Names that were made up from tables and columns, each once, in the order that they come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Guesses(Vec<String>);

impl Guesses {
    /// A class for a table. It is no guess where the table is called the same.
    pub(super) fn class(&mut self, table: &str) -> String {
        let class = class_name(table);
        self.derived(table, class)
    }

    /// A name made from another; a guess where they differ.
    pub(super) fn derived(&mut self, from: &str, name: String) -> String {
        if from != name {
            self.add(name.clone());
        }
        name
    }

    /// An attribute of a class that stands for no column of its own, so is always a guess.
    pub(super) fn attribute(&mut self, class: &str, attribute: &str) {
        self.add(format!("{class}.{attribute}"));
    }

    /// A name that was made up.
    pub(super) fn add(&mut self, name: String) {
        if !self.0.contains(&name) {
            self.0.push(name);
        }
    }
}

/// A call with its arguments: in one line while that is short, else one argument a line, each behind `indent` and
/// the last one with `comma` behind it.
pub(super) fn call(
    head: &str,
    arguments: &[String],
    tail: &str,
    indent: &str,
    comma: &str,
) -> String {
    let joined = arguments.join(", ");
    if head.len() + joined.len() + tail.len() <= LINE && !joined.contains('\n') {
        return format!("{head}{joined}{tail}");
    }
    let deeper =
        |argument: &String| format!("{indent}{}", argument.replace('\n', &format!("\n{indent}")));
    let lines: Vec<String> = arguments.iter().map(deeper).collect();
    format!(
        "{}\n{}{comma}\n{}",
        head.trim_end(),
        lines.join(",\n"),
        tail.trim_start()
    )
}

/// Lines of code are at most about this long.
pub(super) const LINE: usize = 96;
