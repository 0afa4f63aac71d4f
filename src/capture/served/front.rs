//! What a logger puts in front of the object of a line, where it belongs to the request: Ruby's
//! `I, [2026-11-21T04:10:19.773124 #6450]  INFO -- : `, Rails' tags `[de225579-48cb-bbce-e3ba-343a2b988054] `.

use std::borrow::Cow;

use super::target;
use super::when::{When, stamp};

#[derive(Default)]
pub(super) struct Front<'a> {
    pub(super) time: Option<When>,
    /// Behind a `#`.
    pub(super) process: Option<Cow<'a, str>>,
    pub(super) request_id: Option<Cow<'a, str>>,
}

impl<'a> Front<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let time = text
            .match_indices("20")
            .find_map(|(at, _)| stamp(text.get(at..)?));
        let mut words = text.split(|letter: char| letter.is_whitespace() || "[],".contains(letter));
        let process = words.clone().find_map(|word| {
            let number = word.strip_prefix('#')?;
            let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            plain.then_some(Cow::Borrowed(number))
        });
        Self {
            time,
            process,
            request_id: words.find(|word| target::is_id(word)).map(Cow::Borrowed),
        }
    }
}
