//! The API key in the system keyring: the macOS Keychain, the Windows Credential Manager, or the
//! Secret Service (GNOME Keyring, `KWallet`) elsewhere. One entry for each server.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

/// What keyring programs show as the owner of an entry.
const SERVICE: &str = "duologue";

/// The key of a server, by its host; `None` where the keyring holds none.
///
/// # Errors
/// Why the keyring cannot be used, in words.
pub(super) fn read(host: &str) -> Result<Option<SecretString>, String> {
    match entry(host)?.get_password() {
        Ok(key) => Ok(Some(SecretString::from(key)).filter(|key| !key.expose_secret().is_empty())),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(reason(&error)),
    }
}

/// Stores the key of a server, in place of an earlier one.
///
/// # Errors
/// Why the keyring cannot be used, in words.
pub fn store_in_keyring(host: &str, key: &SecretString) -> Result<(), String> {
    entry(host)?.set_password(key.expose_secret()).map_err(|error| reason(&error))
}

fn entry(host: &str) -> Result<Entry, String> {
    Entry::store_status().as_ref().map_err(reason)?;
    Entry::new(SERVICE, host).map_err(|error| reason(&error))
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
