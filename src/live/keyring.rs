//! Passwords in the keyring of the system, which asks its user. There is no other place for them: where it can't be
//! used, a password lives as long as the program.

use super::error::{LiveError, Trouble};
use super::secret::Secret;
use super::target::Target;
use keyring::{Entry, Error};

/// The service under which the keyring shows our passwords.
const SERVICE: &str = "pgloupe";

/// Keeps the password of a target.
///
/// # Errors
///
/// When the keyring can't be used; the password is kept nowhere then.
pub fn store(target: &Target, password: &Secret) -> Result<(), LiveError> {
    let entry = entry(target)?;
    entry
        .set_password(password.expose())
        .map_err(|error| trouble(target, &error))
}

/// The password of a target, when it was kept.
///
/// # Errors
///
/// When the keyring can't be used.
pub fn load(target: &Target) -> Result<Option<Secret>, LiveError> {
    match entry(target)?.get_password() {
        Ok(password) => Ok(Some(Secret::new(password))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(trouble(target, &error)),
    }
}

/// Forgets the password of a target, if it was kept.
///
/// # Errors
///
/// When the keyring can't be used.
pub fn delete(target: &Target) -> Result<(), LiveError> {
    match entry(target)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(trouble(target, &error)),
    }
}

fn entry(target: &Target) -> Result<Entry, LiveError> {
    Entry::new(SERVICE, &target.id()).map_err(|error| trouble(target, &error))
}

/// Only the sort of the failure is told: some errors of the library carry what they could not store.
fn trouble(target: &Target, error: &Error) -> LiveError {
    let detail = match error {
        Error::NoDefaultStore => "there is none, as is usual without a desktop",
        Error::NoStorageAccess(_) => "it is locked, or access was denied",
        Error::BadEncoding(_) => "what it holds is no text",
        Error::TooLong(..) => "the name or the password is too long for it",
        Error::Ambiguous(_) => "it has more than one entry for this connection",
        _ => "it did not answer as expected",
    };
    LiveError::new(Trouble::Keyring, target.to_string(), detail)
}
