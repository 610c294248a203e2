//! What was in the place of a key before the setup stored another one. It comes back where the configuration
//! cannot be written: the server that stays in it must not get the key of another one.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::cli::output;
use crate::settings::{SettingsError, read_from_keyring, replace_in_keyring};

use super::key::StoredKey;
use super::key_store::KeyStore;

/// The key that was there, in each place that the new one may go to.
pub(super) struct FormerKey {
    file: PathBuf,
    in_file: io::Result<Option<SecretSlice<u8>>>,
    host: String,
    in_keyring: Result<Option<SecretString>, SettingsError>,
}

impl FormerKey {
    /// Reads it, for a key that goes to this file, or to the keyring under this host.
    pub(super) fn read(file: PathBuf, host: String, key: Option<&StoredKey>) -> Self {
        let in_file = match fs::read(&file) {
            Ok(content) => Ok(Some(SecretSlice::from(content))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        let uses_keyring = key.is_some_and(|key| key.store == KeyStore::Keyring);
        let in_keyring = if uses_keyring { read_from_keyring(&host) } else { Ok(None) };
        Self { file, in_file, host, in_keyring }
    }

    /// Puts it back where the new key was stored, and says so. One that could not be read is lost; the new key
    /// is taken out all the same.
    pub(super) fn restore(&self, store: Option<KeyStore>) {
        let (restored, is_lost) = match store {
            Some(KeyStore::Keyring) => {
                let former = self.in_keyring.as_ref().ok().and_then(Option::as_ref);
                (replace_in_keyring(&self.host, former), self.in_keyring.is_err())
            }
            Some(KeyStore::File) => {
                let former = self.in_file.as_ref().ok().and_then(Option::as_ref);
                let replaced = replace_file(&self.file, former.map(ExposeSecret::expose_secret));
                (replaced.map_err(|error| error.to_string()), self.in_file.is_err())
            }
            Some(KeyStore::Command | KeyStore::Environment | KeyStore::None) | None => return,
        };
        output::print_message(&match restored {
            Ok(()) if is_lost => {
                "The former key could not be read, so no key is stored there now.".to_owned()
            }
            Ok(()) => "The former key was restored.".to_owned(),
            Err(reason) => format!("The new key could not be removed again: {reason}."),
        });
    }
}

/// Makes a file what it was; `None` where there was none.
fn replace_file(path: &Path, content: Option<&[u8]>) -> io::Result<()> {
    let Some(content) = content else { return fs::remove_file(path) };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".api_key.").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
