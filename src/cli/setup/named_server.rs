//! A server in a table of its own: `[servers.NAME]`.

use std::path::Path;

use crate::cli::error::CliError;
use crate::settings::{ApiKey, Settings};

use super::config_text::ConfigText;
use super::key::{self, StoredKey};
use super::key_store::KeyStore;

/// Adds the server with its model and the place of its key. The keyring is asked by the host of the
/// default server only, so the key goes to a private file.
pub(super) fn add(
    config: &mut ConfigText,
    name: &str,
    settings: &Settings,
    key: Option<&StoredKey>,
    key_file: &Path,
) {
    let mut lines =
        vec![("base_url", settings.base_url.to_string()), ("model", settings.model.clone())];
    match (key, &settings.api_key) {
        (Some(key), _) if key.store == KeyStore::Command => {
            lines.push(("api_key_command", key.text().to_owned()));
        }
        (Some(_), _) => lines.push(("api_key_file", key_file.display().to_string())),
        (None, ApiKey::Environment(_, variable)) => lines.push(("api_key_env", variable.clone())),
        (None, ApiKey::File(path)) => lines.push(("api_key_file", path.display().to_string())),
        (None, ApiKey::Command(command)) => lines.push(("api_key_command", command.clone())),
        (None, ApiKey::None | ApiKey::Typed(_) | ApiKey::Keyring(_)) => {}
    }
    config.add_server(name, &lines);
}

/// Stores the key of such a server, unless a command prints it.
pub(super) fn store_key(key: &StoredKey, key_file: &Path) -> Result<(), CliError> {
    if key.store != KeyStore::Command {
        key::write_key_file(key, key_file)?;
    }
    Ok(())
}
