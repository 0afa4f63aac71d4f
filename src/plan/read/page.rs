//! The lines to be read, each with its line of the input.

/// A text in lines that know where they come from.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    /// Where each line begins in `text`.
    starts: Vec<usize>,
    /// Each line's number in the input, counted from 1.
    numbers: Vec<u32>,
}

impl Page {
    pub(super) fn push(&mut self, line: &str, number: u32) {
        self.starts.push(self.text.len());
        self.numbers.push(number);
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn start(&self, at: usize) -> usize {
        self.starts.get(at).copied().unwrap_or(self.text.len())
    }

    /// A line without its end; empty beyond the last.
    pub(super) fn line(&self, at: usize) -> &str {
        let line = self.text.get(self.start(at)..self.start(at + 1));
        line.unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// The number in the input of a line, or of the last one.
    pub(super) fn number(&self, at: usize) -> u32 {
        let last = self.numbers.last().copied().unwrap_or(1);
        self.numbers.get(at).copied().unwrap_or(last)
    }

    /// The first line at or behind `at` that isn't blank.
    pub(super) fn next_full(&self, at: usize) -> Option<usize> {
        (at..self.count()).find(|at| !self.line(*at).trim().is_empty())
    }
}
