//! `pg_service.conf`: connections by name.

use super::error::{LiveError, Trouble};
use super::written::Written;
use std::fs;
use std::path::PathBuf;

/// What the files say of a service. The first file that knows it counts.
///
/// # Errors
///
/// When none does, or a value in it can't be used.
pub(super) fn find(name: &str, files: &[PathBuf]) -> Result<Written, LiveError> {
    for file in files {
        let Ok(text) = fs::read_to_string(file) else {
            continue;
        };
        let source = format!("{} [{name}]", file.display());
        if let Some(written) = section(&text, name, &source)? {
            return Ok(written);
        }
    }
    let places: Vec<_> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let detail = format!("there is no service {name} in {}", places.join(" nor in "));
    Err(LiveError::new(Trouble::Settings, "pg_service.conf", detail))
}

/// The lines below `[name]`, up to the next section. The first value of a key counts.
fn section(text: &str, name: &str, source: &str) -> Result<Option<Written>, LiveError> {
    let mut found: Option<Written> = None;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(title) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            if found.is_some() {
                break;
            }
            found = (title == name).then(Written::default);
            continue;
        }
        let Some(written) = &mut found else { continue };
        match line.split_once('=') {
            Some(("service", _)) => written.warn(&format!(
                "a service within a service ({source}) was left out"
            )),
            Some((key, value)) => {
                let mut one = Written::default();
                one.set(key.trim(), value.trim(), source)?;
                *written = std::mem::take(written).or(one);
            }
            None => written.warn(&format!("a line without = ({source}) was left out")),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# all\n[other]\nhost=no\n\n[shop]\nhost=db\n port = 6543\n#user=no\nuser=reader\n\
        user=second\nsslmode=verify-ca\nldap://x\nservice=other\n[shop2]\nhost=no\n";

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let written = section(FILE, "shop", "f").unwrap().unwrap();
        assert_eq!(written.host.as_deref(), Some("db"));
        assert_eq!(written.port, Some(6543));
        assert_eq!(written.user.as_deref(), Some("reader"));
        assert_eq!(written.warnings.len(), 2, "{:?}", written.warnings);
        assert_eq!(section(FILE, "none", "f").unwrap(), None);
    }

    #[test]
    fn a_value_that_cannot_be_used_names_file_and_key_but_not_itself() {
        let error = section("[a]\nsslmode=CANARY", "a", "f [a]").unwrap_err();
        assert!(error.to_string().contains("f [a]") && error.to_string().contains("sslmode"));
        assert!(!error.to_string().contains("CANARY"));
    }
}
