//! The wordings, as the catalog file has them.

/// One wording of one message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Which message it is: `ran`, `lock-waiting`, …
    pub key: &'static str,
    /// The languages that word it so, with commas between them.
    pub languages: &'static str,
    /// The wording, with `{fields}`; a line break is written `\n`.
    pub template: &'static str,
}

/// Every wording of the catalog.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    include_str!("catalog.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (key, rest) = line.split_once('\t')?;
            let (languages, template) = rest.split_once('\t')?;
            Some(Entry {
                key,
                languages,
                template,
            })
        })
}

/// The wordings of the message `key` in the language of `entry` and in English, which fills the gaps of a catalog.
///
/// An English entry may itself fill such a gap: it takes the words of every language.
pub(super) fn words_for(key: &str, entry: Entry) -> Vec<&'static str> {
    let mut words: Vec<&str> = entries()
        .filter(|word| word.key == key)
        .filter(|word| {
            entry.languages == "en"
                || word.languages == "en"
                || word
                    .languages
                    .split(',')
                    .any(|language| entry.languages.split(',').any(|other| other == language))
        })
        .map(|word| word.template)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}
