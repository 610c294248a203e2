//! The API key in the system keyring: the macOS Keychain, the Windows Credential Manager, or the
//! Secret Service (GNOME Keyring, `KWallet`) elsewhere. One entry for each server.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

use super::error::SettingsError;

/// What keyring programs show as the owner of an entry.
const SERVICE: &str = "duologue";

/// The key of a server, by its host; `None` where the keyring holds none.
///
/// # Errors
/// When the keyring cannot be used.
pub fn read_from_keyring(host: &str) -> Result<Option<SecretString>, SettingsError> {
    let failed = |error: &Error| SettingsError::Keyring(reason(error), remedy(error));
    Entry::store_status().as_ref().map_err(failed)?;
    match Entry::new(SERVICE, host).and_then(|entry| entry.get_password()) {
        Ok(key) => Ok(Some(SecretString::from(key)).filter(|key| !key.expose_secret().is_empty())),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

/// Stores the key of a server, in place of an earlier one.
///
/// # Errors
/// Why the keyring cannot be used, in words.
pub fn store_in_keyring(host: &str, key: &SecretString) -> Result<(), String> {
    Entry::store_status().as_ref().map_err(reason)?;
    let entry = Entry::new(SERVICE, host).map_err(|error| reason(&error))?;
    entry.set_password(key.expose_secret()).map_err(|error| reason(&error))
}

/// Makes the key of a server in the keyring what it was; `None` where there was none.
///
/// # Errors
/// Why the keyring cannot be used, in words.
pub fn replace_in_keyring(host: &str, key: Option<&SecretString>) -> Result<(), String> {
    if let Some(key) = key {
        return store_in_keyring(host, key);
    }
    match Entry::new(SERVICE, host).and_then(|entry| entry.delete_credential()) {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(reason(&error)),
    }
}

/// What to do first where the keyring gave no key.
fn remedy(error: &Error) -> &'static str {
    match error {
        Error::PlatformFailure(_) | Error::NoDefaultStore => "Start a keyring service",
        _ => "Unlock it",
    }
}

/// Without a final period: it stands in a sentence.
fn reason(error: &Error) -> String {
    match error {
        Error::NoStorageAccess(_) => "it is locked or does not run".to_owned(),
        // The text of this one is that of a D-Bus library.
        Error::PlatformFailure(_) | Error::NoDefaultStore => {
            "no keyring service answers on this system".to_owned()
        }
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}
