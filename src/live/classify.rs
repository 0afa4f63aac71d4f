//! Which trouble an error of the driver is, by the server's code or the kind of the failure.

use super::error::Trouble;
use sqlx::postgres::PgDatabaseError;
use std::io::{self, ErrorKind};

/// When an error came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Before the server was ready for statements.
    Connecting,
    /// Afterwards.
    Working,
}

/// The trouble, and what was said.
pub(super) fn classify(error: &sqlx::Error, phase: Phase) -> (Trouble, String) {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            let mut detail = database.message().to_owned();
            let hint = database
                .try_downcast_ref::<PgDatabaseError>()
                .and_then(PgDatabaseError::hint);
            if let Some(hint) = hint {
                detail = format!("{}. {hint}", detail.trim_end_matches('.'));
            }
            (by_code(&code, &detail, phase), detail)
        }
        sqlx::Error::Io(error) => by_io(error, phase),
        sqlx::Error::Tls(error) => {
            let detail = error.to_string();
            match detail.as_str() {
                "server does not support TLS" => (Trouble::NoTls, String::new()),
                _ => (Trouble::Tls, detail),
            }
        }
        sqlx::Error::Configuration(error) => (Trouble::CertificateFile, error.to_string()),
        sqlx::Error::Protocol(detail) => match phase {
            Phase::Connecting => (
                Trouble::Tls,
                "what answers does not speak as a PostgreSQL server does".to_owned(),
            ),
            Phase::Working => (Trouble::Gone, detail.clone()),
        },
        other => (Trouble::Other, other.to_string()),
    }
}

/// Whether the connection can't be used any more after an error.
pub(super) fn breaks(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            // The server ends the session: shutdown, a limit on idle transactions, a broken protocol.
            code.starts_with("57P") || code.starts_with("08") || code == "25P03"
        }
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        _ => false,
    }
}

/// The codes are those of the manual's appendix A.
fn by_code(code: &str, detail: &str, phase: Phase) -> Trouble {
    match code {
        "28P01" => Trouble::WrongPassword,
        "28000" => Trouble::NotLetIn,
        "3D000" => Trouble::NoSuchDatabase,
        "53300" => Trouble::TooManyConnections,
        "57P03" => Trouble::NotReady,
        // What PgBouncer says of anything that it does not like.
        "08P01" if phase == Phase::Connecting && detail.contains("authentication failed") => {
            Trouble::WrongPassword
        }
        "08P01" if phase == Phase::Connecting => Trouble::Pooler,
        "57P01" | "57P02" | "57P05" | "25P03" | "25P04" => Trouble::Gone,
        "57014" if detail.contains("user request") => Trouble::Cancelled,
        "57014" => Trouble::TooSlow,
        "42501" if phase == Phase::Connecting => Trouble::NotLetIn,
        "42501" => Trouble::Forbidden,
        "55P03" => Trouble::Locked,
        "25006" => Trouble::Unsafe,
        _ => match code.get(..2) {
            Some("08") => Trouble::Gone,
            Some("28") => Trouble::NotLetIn,
            Some("42") => Trouble::BadStatement,
            _ => Trouble::Other,
        },
    }
}

fn by_io(error: &io::Error, phase: Phase) -> (Trouble, String) {
    let detail = error.to_string();
    let trouble = match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::NotFound => Trouble::Refused,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            Trouble::Unreachable
        }
        ErrorKind::TimedOut => Trouble::NoAnswer,
        ErrorKind::PermissionDenied if phase == Phase::Connecting => Trouble::NotLetIn,
        ErrorKind::InvalidData => by_certificate(&detail),
        _ if detail.contains("lookup address") => Trouble::UnknownHost,
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            Trouble::Gone
        }
        _ => match phase {
            Phase::Connecting => Trouble::Unreachable,
            Phase::Working => Trouble::Gone,
        },
    };
    (trouble, detail)
}

/// The driver hands on the words of its TLS library; `tests/live` holds them against real certificates.
fn by_certificate(detail: &str) -> Trouble {
    let has = |word: &str| detail.contains(word);
    if has("UnknownIssuer") || has("CaUsedAsEndEntity") || has("BadSignature") {
        Trouble::UnknownAuthority
    } else if has("expired") || has("Expired") || has("NotValidYet") || has("not valid yet") {
        Trouble::Expired
    } else if has("not valid for name") || has("NotValidForName") {
        Trouble::WrongHostName
    } else {
        Trouble::Tls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart_by_when_they_come() {
        use Phase::{Connecting, Working};
        for (code, phase, trouble) in [
            ("28P01", Connecting, Trouble::WrongPassword),
            ("08P01", Connecting, Trouble::Pooler),
            ("08P01", Working, Trouble::Gone),
            ("08006", Working, Trouble::Gone),
            ("42501", Connecting, Trouble::NotLetIn),
            ("42501", Working, Trouble::Forbidden),
            ("42P01", Working, Trouble::BadStatement),
            ("25006", Working, Trouble::Unsafe),
            ("XX000", Working, Trouble::Other),
            ("", Working, Trouble::Other),
        ] {
            assert_eq!(by_code(code, "", phase), trouble, "{code}");
        }
        assert_eq!(
            by_code("08P01", "SASL authentication failed", Connecting),
            Trouble::WrongPassword
        );
        assert_eq!(
            by_code("57014", "canceling statement due to user request", Working),
            Trouble::Cancelled
        );
        assert_eq!(
            by_code(
                "57014",
                "canceling statement due to statement timeout",
                Working
            ),
            Trouble::TooSlow
        );
    }
}
