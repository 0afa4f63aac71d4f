//! What the filter box says: words, and `name:value` for what words can't say.

/// A filter that was read; empty when it lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// All of these must occur somewhere, in lower case.
    pub(crate) words: Vec<String>,
    /// `kind:select`: what statements do.
    pub(crate) kind: Option<String>,
    /// `rule:n-plus-one`: the rule of a finding.
    pub(crate) rule: Option<String>,
    /// `finding:2`: the finding with that rank, counted from 1.
    pub(crate) finding: Option<usize>,
    /// `endpoint:2`: the endpoint with that rank, counted from 1.
    pub(crate) endpoint: Option<usize>,
}

/// The names that the filter understands, with an example each; shown beside the box.
pub(crate) const NAMES: [(&str, &str); 4] = [
    ("kind:select", "what a statement does"),
    ("rule:n-plus-one", "what a rule found"),
    ("finding:1", "what belongs to the first finding"),
    ("endpoint:1", "what the first endpoint's requests do"),
];

impl Filter {
    /// Reads the text of the box. An unknown name is a word like any other.
    pub(crate) fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for part in text.split_whitespace() {
            let part = part.to_lowercase();
            match part.split_once(':') {
                Some(("kind", value)) if !value.is_empty() => filter.kind = Some(value.to_owned()),
                Some(("rule", value)) if !value.is_empty() => filter.rule = Some(value.to_owned()),
                Some(("finding", value)) if value.parse::<usize>().is_ok() => {
                    filter.finding = value.parse().ok();
                }
                Some(("endpoint", value)) if value.parse::<usize>().is_ok() => {
                    filter.endpoint = value.parse().ok();
                }
                _ => filter.words.push(part),
            }
        }
        filter
    }

    /// Whether it lets everything through.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every word occurs in one of the texts.
    pub(crate) fn words_in(&self, texts: &[&str]) -> bool {
        self.words
            .iter()
            .all(|word| texts.iter().any(|text| contains(text, word)))
    }
}

/// Whether `text` contains `word`, which is in lower case.
fn contains(text: &str, word: &str) -> bool {
    if !word.is_ascii() || !text.is_ascii() {
        return text.to_lowercase().contains(word);
    }
    // SQL is nearly always ASCII: no copy of a long text for each word.
    let (text, word) = (text.as_bytes(), word.as_bytes());
    text.windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_names_are_told_apart() {
        let filter =
            Filter::parse("Books  kind:SELECT rule:n-plus-one finding:2 endpoint:3 a:b finding:x");
        assert_eq!(filter.words, ["books", "a:b", "finding:x"]);
        assert_eq!(filter.kind.as_deref(), Some("select"));
        assert_eq!(filter.rule.as_deref(), Some("n-plus-one"));
        assert_eq!((filter.finding, filter.endpoint), (Some(2), Some(3)));
        assert!(Filter::parse("  ").is_empty());
    }

    #[test]
    fn every_word_must_occur_somewhere() {
        let filter = Filter::parse("books GET über");
        assert!(filter.words_in(&["SELECT books", "get /ÜBER"]));
        assert!(!filter.words_in(&["SELECT books", "get /"]));
    }
}
