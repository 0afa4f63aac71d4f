//! What a person wrote down about a connection, in whichever way: the keys that libpq knows.

use super::error::{LiveError, Trouble};
use super::secret::Secret;
use super::target::TlsMode;
use std::path::PathBuf;

/// The parts of a connection that are known; the rest is for other sources to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub(super) host: Option<String>,
    pub(super) hostaddr: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) database: Option<String>,
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) mode: Option<TlsMode>,
    pub(super) root_certificate: Option<PathBuf>,
    pub(super) client_certificate: Option<PathBuf>,
    pub(super) client_key: Option<PathBuf>,
    pub(super) passfile: Option<PathBuf>,
    pub(super) service: Option<String>,
    /// What was left out or read in another way than it was meant, in words that hold no value.
    pub(super) warnings: Vec<String>,
}

/// Keys whose absence changes neither what is read nor how well it is protected.
const NEEDLESS: &[&str] = &[
    "application_name",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "sslcompression",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

impl Written {
    /// Takes the value of a key. `source` says where it stands, for errors, which never hold the value.
    ///
    /// # Errors
    ///
    /// When the value can't be one of this key.
    pub(super) fn set(&mut self, key: &str, value: &str, source: &str) -> Result<(), LiveError> {
        let path = || Some(PathBuf::from(value));
        match key {
            // An empty value says nothing, as with libpq.
            _ if value.is_empty() => {}
            "host" => self.host = Some(self.first("host", value)),
            "hostaddr" => self.hostaddr = Some(self.first("hostaddr", value)),
            "port" => {
                let port = self.first("port", value);
                let bad = |_| bad("port", source, "it is no number from 1 to 65535");
                self.port = Some(port.parse().map_err(bad)?);
            }
            "dbname" | "database" => self.database = Some(value.to_owned()),
            "user" => self.user = Some(value.to_owned()),
            "password" => self.password = Some(Secret::new(value)),
            "sslmode" => {
                let mode = TlsMode::from_word(value);
                if value == "allow" {
                    self.warn("sslmode=allow is taken as prefer");
                }
                let words =
                    "it is none of disable, allow, prefer, require, verify-ca and verify-full";
                self.mode = Some(mode.ok_or_else(|| bad("sslmode", source, words))?);
            }
            "ssl" if value == "true" => self.mode = self.mode.or(Some(TlsMode::VerifyFull)),
            "sslrootcert" => self.root_certificate = path(),
            "sslcert" => self.client_certificate = path(),
            "sslkey" => self.client_key = path(),
            "passfile" => self.passfile = path(),
            "service" => self.service = Some(value.to_owned()),
            key if NEEDLESS.contains(&key) => {}
            key if is_name(key) => {
                self.warn(&format!(
                    "{key} ({source}) is not supported and was left out"
                ));
            }
            _ => self.warn(&format!("a key that is no name ({source}) was left out")),
        }
        Ok(())
    }

    /// Fills in from `other` what is not known yet.
    pub(super) fn or(mut self, other: Self) -> Self {
        // An address belongs to the name beside it.
        if self.host.is_none() && self.hostaddr.is_none() {
            self.host = other.host;
            self.hostaddr = other.hostaddr;
        }
        self.warnings.extend(other.warnings);
        Self {
            port: self.port.or(other.port),
            database: self.database.or(other.database),
            user: self.user.or(other.user),
            password: self.password.or(other.password),
            mode: self.mode.or(other.mode),
            root_certificate: self.root_certificate.or(other.root_certificate),
            client_certificate: self.client_certificate.or(other.client_certificate),
            client_key: self.client_key.or(other.client_key),
            passfile: self.passfile.or(other.passfile),
            service: self.service.or(other.service),
            ..self
        }
    }

    pub(super) fn warn(&mut self, warning: &str) {
        if !self.warnings.iter().any(|known| known == warning) {
            self.warnings.push(warning.to_owned());
        }
    }

    /// The first of several values with commas between them.
    fn first(&mut self, key: &str, value: &str) -> String {
        match value.split_once(',') {
            Some((first, _)) => {
                self.warn(&format!("the first {key} of several is used"));
                first.to_owned()
            }
            None => value.to_owned(),
        }
    }
}

/// A value that can't be used, by the name of its key.
pub(super) fn bad(key: &str, source: &str, why: &str) -> LiveError {
    LiveError::new(Trouble::Settings, source, format!("{key}: {why}"))
}

/// Whether a key can be shown: a password with a special character may end up where a key is expected.
fn is_name(key: &str) -> bool {
    key.len() <= 40
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}
