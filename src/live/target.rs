//! Where a connection goes, as whom, and how well it is protected.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

/// A database on a server and the role to read it as, without the password: this is what may be kept in files.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    /// Name or address of the server, or the directory of its socket, which begins with `/`.
    pub host: String,
    /// The port, also of a socket.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The role.
    pub user: String,
    /// Encryption and proof of the server's identity.
    #[serde(default)]
    pub tls: Tls,
}

/// How a connection is encrypted and what proves the server's identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tls {
    /// What was asked for; `None` means the safe default for the host.
    pub mode: Option<TlsMode>,
    /// File with the certificates of authorities to trust besides those of the system.
    pub root_certificate: Option<PathBuf>,
    /// File with our own certificate, for servers that want one.
    pub client_certificate: Option<PathBuf>,
    /// File with the key of our own certificate.
    pub client_key: Option<PathBuf>,
}

/// The levels of protection that `sslmode` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// Never encrypted.
    Disable,
    /// Encrypted when the server offers it. Whoever sits between can say that it does not.
    Prefer,
    /// Encrypted, with whoever answers.
    Require,
    /// Encrypted, with a server that a trusted authority knows, under whatever name.
    VerifyCa,
    /// Encrypted, with a server that a trusted authority knows under the name that we asked for.
    VerifyFull,
}

impl TlsMode {
    /// All of them, from the weakest to the strongest.
    pub const ALL: [Self; 5] = [
        Self::Disable,
        Self::Prefer,
        Self::Require,
        Self::VerifyCa,
        Self::VerifyFull,
    ];

    /// The word for it in `sslmode`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// The mode that a word of `sslmode` means. `allow`, which prefers no encryption, reads as `prefer`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "allow" => Some(Self::Prefer),
            _ => Self::ALL.into_iter().find(|mode| mode.word() == word),
        }
    }
}

impl Target {
    /// The mode in force: what was asked for, else `verify-full`, but on this machine `prefer`.
    #[must_use]
    pub fn tls_mode(&self) -> TlsMode {
        match self.tls.mode {
            // As with libpq: who names an authority wants it asked.
            Some(TlsMode::Require) if self.tls.root_certificate.is_some() => TlsMode::VerifyCa,
            Some(mode) => mode,
            None if self.is_local() => TlsMode::Prefer,
            None => TlsMode::VerifyFull,
        }
    }

    /// Whether the way to the server does not leave this machine: a socket or a loopback address.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        self.socket()
            || host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether the host is the directory of a socket.
    #[must_use]
    pub fn socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// What to show beside a connection that is protected less than it should be.
    #[must_use]
    pub fn badge(&self) -> Option<&'static str> {
        if self.is_local() {
            return None;
        }
        match self.tls_mode() {
            TlsMode::Disable => Some("not encrypted"),
            TlsMode::Prefer => Some("perhaps not encrypted"),
            TlsMode::Require => Some("server not verified"),
            TlsMode::VerifyCa => Some("host name not verified"),
            TlsMode::VerifyFull => None,
        }
    }

    /// Names this target among others: the account under which the keyring keeps its password.
    #[must_use]
    pub fn id(&self) -> String {
        self.to_string()
    }
}

/// `user@host:port/database`, as errors and lists show it.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host,
            port,
            database,
            user,
            ..
        } = self;
        if host.contains(':') && !host.starts_with(['[', '/']) {
            return write!(f, "{user}@[{host}]:{port}/{database}");
        }
        write!(f, "{user}@{host}:{port}/{database}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str, mode: Option<TlsMode>) -> Target {
        Target {
            host: host.to_owned(),
            port: 5432,
            database: "shop".to_owned(),
            user: "reader".to_owned(),
            tls: Tls {
                mode,
                ..Tls::default()
            },
        }
    }

    #[test]
    fn the_default_is_full_verification_but_on_this_machine() {
        for (host, mode) in [
            ("db.example.com", TlsMode::VerifyFull),
            ("10.0.0.1", TlsMode::VerifyFull),
            ("localhost.example.com", TlsMode::VerifyFull),
            ("localhost", TlsMode::Prefer),
            ("127.0.0.2", TlsMode::Prefer),
            ("::1", TlsMode::Prefer),
            ("[::1]", TlsMode::Prefer),
            ("/run/postgresql", TlsMode::Prefer),
        ] {
            let target = target(host, None);
            assert_eq!(target.tls_mode(), mode, "{host}");
            assert_eq!(target.badge(), None, "{host}");
        }
    }

    #[test]
    fn every_downgrade_has_a_badge_of_its_own() {
        let badges = TlsMode::ALL.map(|mode| target("db", Some(mode)).badge());
        assert!(badges[..4].iter().all(Option::is_some));
        assert_eq!(badges[4], None);
        let mut words = badges.to_vec();
        words.dedup();
        assert_eq!(words.len(), 5);
    }

    #[test]
    fn a_named_authority_is_asked() {
        let mut target = target("db", Some(TlsMode::Require));
        target.tls.root_certificate = Some("ca.pem".into());
        assert_eq!(target.tls_mode(), TlsMode::VerifyCa);
    }

    #[test]
    fn it_reads_as_an_address() {
        assert_eq!(target("db", None).to_string(), "reader@db:5432/shop");
        assert_eq!(target("::1", None).to_string(), "reader@[::1]:5432/shop");
    }
}
