//! What is typed into the dialog that connects.

use std::path::PathBuf;

use crate::live::{LiveError, Resolved, Secret, Target, Tls, TlsMode, resolve, url};

/// Where a password stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Nowhere: it is forgotten when the window is closed.
    #[default]
    Session,
    /// In the keyring of the system.
    Keyring,
}

/// The fields of the dialog.
#[derive(Clone, Default)]
pub(crate) struct Form {
    /// A URL or `key=value` pairs: it fills the fields below when it is taken over.
    pub(crate) url: String,
    pub(crate) host: String,
    pub(crate) port: String,
    pub(crate) database: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) mode: Option<TlsMode>,
    pub(crate) root: String,
    pub(crate) certificate: String,
    pub(crate) key: String,
    pub(crate) keep: Keep,
    /// Whether the fields for certificates are shown.
    pub(crate) more: bool,
    /// What is wrong with what was typed.
    pub(crate) problem: Option<String>,
}

/// A password is never printed.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form")
            .field("host", &self.host)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl Form {
    /// The fields of a target, without its password.
    pub(crate) fn fill(&mut self, target: &Target) {
        let text = |path: &Option<PathBuf>| {
            path.as_ref()
                .map(|p| p.display().to_string())
                .unwrap_or_default()
        };
        self.host.clone_from(&target.host);
        self.port = target.port.to_string();
        self.database.clone_from(&target.database);
        self.user.clone_from(&target.user);
        self.mode = target.tls.mode;
        self.root = text(&target.tls.root_certificate);
        self.certificate = text(&target.tls.client_certificate);
        self.key = text(&target.tls.client_key);
        self.more = self.mode.is_some()
            || [&self.root, &self.certificate, &self.key]
                .iter()
                .any(|t| !t.is_empty());
        self.problem = None;
    }

    /// What was typed, as a target; the password is taken out of the form.
    pub(crate) fn target(&mut self) -> Result<(Target, Secret), String> {
        let or = |text: &str, other: &str| {
            let text = text.trim();
            if text.is_empty() {
                other.to_owned()
            } else {
                text.to_owned()
            }
        };
        let port = or(&self.port, "5432");
        let port = port
            .parse()
            .map_err(|_| format!("“{port}” is no port: a number from 1 to 65535 is, often 5432"))?;
        let user = or(&self.user, "postgres");
        let path = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| PathBuf::from(text))
        };
        let target = Target {
            host: or(&self.host, "localhost"),
            port,
            database: or(&self.database, &user),
            user,
            tls: Tls {
                mode: self.mode,
                root_certificate: path(&self.root),
                client_certificate: path(&self.certificate),
                client_key: path(&self.key),
            },
        };
        let secret = Secret::new(std::mem::take(&mut self.password));
        Ok((target, secret))
    }
}

/// What a text and the environment of this program say of a connection, as `psql` would read them.
pub(crate) fn resolve_here(text: &str) -> Result<Resolved, LiveError> {
    resolve(url::parse(text.trim())?, &|name| std::env::var(name).ok())
}

/// The password that `.pgpass` or the environment has for a target, if one does.
pub(crate) fn password_of(target: &Target) -> Option<Secret> {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let text = format!(
        "host={} port={} dbname={} user={}",
        quoted(&target.host),
        target.port,
        quoted(&target.database),
        quoted(&target.user)
    );
    resolve_here(&text).ok()?.password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_empty_is_as_psql_has_it() {
        let mut form = Form {
            user: "ada".to_owned(),
            password: "hush".to_owned(),
            ..Form::default()
        };
        let (target, secret) = form.target().expect("a target");
        assert_eq!(target.to_string(), "ada@localhost:5432/ada");
        assert_eq!(secret.expose(), "hush");
        assert!(form.password.is_empty());
        form.port = "x".to_owned();
        assert!(form.target().is_err());
    }

    #[test]
    fn a_password_is_never_printed() {
        let form = Form {
            password: "canary".to_owned(),
            url: "postgres://a:canary@b/c".to_owned(),
            ..Form::default()
        };
        assert!(!format!("{form:?}").contains("canary"));
    }
}
