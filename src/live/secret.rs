//! A password that can't be shown by accident.

use std::fmt;

/// A password. It prints as `…`, has no serialised form, and its memory is overwritten when it goes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Wraps a password.
    #[must_use]
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into().into_bytes())
    }

    /// The password itself, for the moment in which it is sent or stored.
    #[must_use]
    pub fn expose(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `text` with `…` wherever it holds this password. One too short to be told from other text stays.
    pub(super) fn scrub(&self, text: &str) -> String {
        match self.expose() {
            password if password.len() >= 4 => text.replace(password, "…"),
            _ => text.to_owned(),
        }
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without this the compiler may leave out writes to memory that nothing reads again.
        std::hint::black_box(&self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_prints_as_an_ellipsis_whatever_prints_it() {
        let secret = Secret::new("hunter22");
        assert_eq!(
            format!("{secret:?} {:#?}", Some(&secret)).find("hunter"),
            None
        );
        assert_eq!(secret.expose(), "hunter22");
        assert_eq!(secret.scrub("no hunter22 here"), "no … here");
        assert_eq!(Secret::new("a").scrub("a cat"), "a cat");
    }
}
