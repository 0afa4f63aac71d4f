//! From a target to a connection.

use super::classify::{self, Phase};
use super::error::{LiveError, Trouble};
use super::secret::Secret;
use super::target::{Target, TlsMode};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The name under which the server's views show us, so that we and others can leave us out.
pub(super) const APPLICATION: &str = "pgloupe";

/// What the driver needs to know. It is handed the parts: of a URL it would log what it does not know, with values.
///
/// The driver begins with what it finds in the environment, so each part that it could take from there is given,
/// also an empty password: one that is meant for another server must not be sent to this one. Left over are
/// `PGOPTIONS` and a client certificate, which apply as they do with psql.
///
/// # Errors
///
/// When a certificate or key can't be read.
pub(super) fn options(target: &Target, password: &Secret) -> Result<PgConnectOptions, LiveError> {
    let host = target.host.trim_matches(['[', ']']);
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(host)
        .port(target.port)
        .database(&target.database)
        .username(&target.user)
        .password(password.expose())
        .application_name(APPLICATION)
        // Poolers refuse a connection that begins with settings.
        .extra_float_digits(None)
        .statement_cache_capacity(0)
        .ssl_mode(match target.tls_mode() {
            _ if target.socket() => PgSslMode::Disable,
            TlsMode::Disable => PgSslMode::Disable,
            TlsMode::Prefer => PgSslMode::Prefer,
            TlsMode::Require => PgSslMode::Require,
            TlsMode::VerifyCa => PgSslMode::VerifyCa,
            TlsMode::VerifyFull => PgSslMode::VerifyFull,
        })
        // Nothing that is asked of a server belongs into a log of ours.
        .disable_statement_logging();
    let tls = &target.tls;
    options = match &tls.root_certificate {
        Some(path) => options.ssl_root_cert_from_pem(pem(path)?),
        None => options.ssl_root_cert_from_pem(Vec::new()),
    };
    if let Some(path) = &tls.client_certificate {
        options = options.ssl_client_cert_from_pem(pem(path)?);
    }
    if let Some(path) = &tls.client_key {
        options = options.ssl_client_key_from_pem(pem(path)?);
    }
    Ok(options)
}

/// The bytes of a file that holds certificates or a key.
fn pem(path: &Path) -> Result<Vec<u8>, LiveError> {
    let place = path.display().to_string();
    let trouble = |detail: String| LiveError::new(Trouble::CertificateFile, &place, detail);
    let bytes = fs::read(path).map_err(|error| trouble(error.to_string()))?;
    match memchr::memmem::find(&bytes, b"-----BEGIN ") {
        Some(_) => Ok(bytes),
        None => Err(trouble(
            "it holds no line that begins with -----BEGIN".to_owned(),
        )),
    }
}

/// Connects within `deadline`.
///
/// # Errors
///
/// When that fails or takes longer.
pub(super) async fn connect(
    options: &PgConnectOptions,
    place: &str,
    deadline: Duration,
) -> Result<PgConnection, LiveError> {
    match tokio::time::timeout(deadline, options.connect()).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => {
            let (trouble, detail) = classify::classify(&error, Phase::Connecting);
            Err(LiveError::new(trouble, place, detail))
        }
        Err(_) => {
            let detail = format!("waited {} s", deadline.as_secs_f32());
            Err(LiveError::new(Trouble::NoAnswer, place, detail))
        }
    }
}
