//! A line of a plan: how far in it stands, and whether it begins a node.

/// Tabs reach to the next multiple of this. Any width will do that is not below the one of whoever put them in.
const TAB: usize = 8;

/// A line without what stands before and behind it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line<'a> {
    /// How far in it stands; for a node the place of its arrow.
    pub column: usize,
    /// Whether an arrow stood before the text.
    pub arrow: bool,
    pub text: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn of(whole: &'a str) -> Self {
        let text = whole.trim();
        let mut column = 0;
        for letter in whole.chars().take_while(|c| c.is_whitespace()) {
            column = if letter == '\t' {
                (column / TAB + 1) * TAB
            } else {
                column + 1
            };
        }
        let behind = text.strip_prefix("->").or_else(|| text.strip_prefix('→'));
        match behind {
            Some(text) if text.starts_with(char::is_whitespace) || text.is_empty() => Self {
                column,
                arrow: true,
                text: text.trim_start(),
            },
            _ => Self {
                column,
                arrow: false,
                text,
            },
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty() && !self.arrow
    }
}
