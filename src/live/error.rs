//! What can go wrong with a server, in words that help.

use super::explain::Refusal;
use std::fmt;

/// What happened, where, and what to do. It never holds a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveError {
    /// Which trouble it is.
    pub trouble: Trouble,
    /// `user@host:port/database`, or the name of a file.
    pub place: String,
    /// What the server, the network or a file said, where that adds anything.
    pub detail: String,
    /// Why a text was not run, when it was refused for what it can reach.
    pub refusal: Option<Box<Refusal>>,
}

/// The troubles that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The password is wrong or missing.
    WrongPassword,
    /// The server lets no such connection in: role, address, database or encryption.
    NotLetIn,
    /// There is no such database.
    NoSuchDatabase,
    /// No address belongs to the host's name.
    UnknownHost,
    /// Nothing listens there.
    Refused,
    /// No way leads there.
    Unreachable,
    /// No answer in time while connecting.
    NoAnswer,
    /// The server offers no encryption.
    NoTls,
    /// No trusted authority knows the server's certificate.
    UnknownAuthority,
    /// The server's certificate is for another name.
    WrongHostName,
    /// The server's certificate has expired, or is not valid yet.
    Expired,
    /// The server revealed itself in some other way that can't be trusted.
    Tls,
    /// A certificate or key can't be read.
    CertificateFile,
    /// All connections are taken.
    TooManyConnections,
    /// The server starts, stops or recovers.
    NotReady,
    /// The server or the network went away.
    Gone,
    /// Someone pressed cancel, or the server did.
    Cancelled,
    /// A statement took longer than it may.
    TooSlow,
    /// A lock was held by someone else for longer than we wait.
    Locked,
    /// The role may not do that.
    Forbidden,
    /// The server is older than what can be read.
    TooOld,
    /// A pooler refuses what was asked of it.
    Pooler,
    /// The text was not sent, or not run: what it would do is not known to be harmless.
    Unsafe,
    /// The text is no statement that the server understands.
    BadStatement,
    /// What a person wrote down about the connection can't be used.
    Settings,
    /// The keyring of the system can't be used.
    Keyring,
    /// Anything else.
    Other,
}

impl LiveError {
    /// An error at a place, with what was said there.
    pub(crate) fn new(
        trouble: Trouble,
        place: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            trouble,
            place: place.into(),
            detail: detail.into(),
            refusal: None,
        }
    }

    /// A text that was not run, for the reasons in `refusal`.
    pub(super) fn refused(place: String, refusal: Refusal) -> Self {
        let detail = refusal.reasons.join("; ");
        Self {
            refusal: Some(Box::new(refusal)),
            ..Self::new(Trouble::Unsafe, place, detail)
        }
    }

    /// Whether the same may work in a moment without anyone changing anything.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self.trouble,
            Trouble::Gone
                | Trouble::NoAnswer
                | Trouble::NotReady
                | Trouble::TooManyConnections
                | Trouble::Locked
                | Trouble::TooSlow
        )
    }
}

impl Trouble {
    /// What happened, as a sentence without its end.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::WrongPassword => "The server refused the password",
            Self::NotLetIn => "The server lets no such connection in",
            Self::NoSuchDatabase => "There is no such database",
            Self::UnknownHost => "No address is known for the host",
            Self::Refused => "Nothing listens at this address",
            Self::Unreachable => "The host can't be reached",
            Self::NoAnswer => "The server did not answer in time",
            Self::NoTls => "The server offers no encryption, and the connection asks for it",
            Self::UnknownAuthority => "No trusted authority knows the server's certificate",
            Self::WrongHostName => "The server's certificate is for another host name",
            Self::Expired => "The server's certificate is not valid today",
            Self::Tls => "No encrypted connection came about",
            Self::CertificateFile => "A certificate or key can't be read",
            Self::TooManyConnections => "The server has no free connection",
            Self::NotReady => "The server does not take connections now",
            Self::Gone => "The connection to the server broke",
            Self::Cancelled => "Cancelled",
            Self::TooSlow => "The server took too long, so the statement was ended",
            Self::Locked => "Another session holds a lock that this needs",
            Self::Forbidden => "The role may not do that",
            Self::TooOld => "This server is too old",
            Self::Pooler => "The pooler refused the connection",
            Self::Unsafe => "Not run, because it is not known to be harmless",
            Self::BadStatement => "The server does not understand the statement",
            Self::Settings => "The connection's settings can't be used",
            Self::Keyring => "The system's keyring can't be used",
            Self::Other => "The server reported an error",
        }
    }

    /// What to do about it; empty where the detail says all.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::WrongPassword => "Check the user and type the password again.",
            Self::NotLetIn => {
                "Check user, database and TLS mode; the server's pg_hba.conf says who may come from where."
            }
            Self::NoSuchDatabase => {
                "Check the name of the database; `psql -l` lists those of the server."
            }
            Self::UnknownHost => "Check the spelling of the host and whether a VPN is needed.",
            Self::Refused => "Check host and port, and that the server runs and listens there.",
            Self::Unreachable => "Check the network, the VPN and the firewall.",
            Self::NoAnswer => "Check host and port; a firewall that drops packets looks like this.",
            Self::NoTls => {
                "Turn on ssl on the server, or choose a weaker TLS mode if the network is trusted."
            }
            Self::UnknownAuthority => {
                "Name the file with the authority's certificate as root certificate (managed services offer it for download)."
            }
            Self::WrongHostName => "Connect by the name that the certificate is for.",
            Self::Expired => {
                "Have the server's certificate renewed, and check this machine's clock."
            }
            Self::Tls => {
                "Check that port and host are those of a PostgreSQL server, and the TLS mode."
            }
            Self::CertificateFile => "Check the path and that the file is in PEM form.",
            Self::TooManyConnections => "Wait for one to become free, or raise max_connections.",
            Self::NotReady => "Try again in a moment.",
            Self::Gone => {
                "Reconnect; the server's log says whether it stopped or ended the session."
            }
            Self::TooSlow => "Try again when the server is less busy.",
            Self::Locked => "Look under Activity who holds it, and try again.",
            Self::Forbidden => {
                "Grant what is missing: pg_monitor for statistics, pg_read_all_data (14 and later) or SELECT for plans."
            }
            Self::TooOld => "PostgreSQL 10 or later is needed.",
            Self::Pooler => {
                "Check the database and user in the pooler's settings, or connect to the server directly."
            }
            Self::BadStatement => {
                "Check the text; one that was cut off or has placeholders of a framework can't be planned."
            }
            Self::Keyring => "The password is kept for this session only.",
            Self::Cancelled | Self::Unsafe | Self::Settings | Self::Other => "",
        }
    }
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.trouble.what())?;
        if !self.place.is_empty() {
            write!(f, " ({})", self.place)?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail.trim_end_matches('.'))?;
        }
        f.write_str(".")?;
        match self.trouble.advice() {
            "" => Ok(()),
            advice => write!(f, " {advice}"),
        }
    }
}

impl std::error::Error for LiveError {}
