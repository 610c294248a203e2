//! A server in a table of its own: `[servers.NAME]`.

use std::path::{Path, PathBuf};

use crate::settings::{ApiKey, Settings};

use super::config_text::ConfigText;
use super::key::StoredKey;
use super::key_store::KeyStore;

/// Adds the server with its model and the place of its key; returns the file that the key is to be
/// written to. The keyring is asked by the host of the default server only.
pub(super) fn add(
    config: &mut ConfigText,
    name: &str,
    settings: &Settings,
    key: Option<&StoredKey>,
    file: &Path,
) -> Option<PathBuf> {
    let mut key_file = None;
    let mut lines =
        vec![("base_url", settings.base_url.to_string()), ("model", settings.model.clone())];
    match (key, &settings.api_key) {
        (Some(key), _) if key.store == KeyStore::Command => {
            lines.push(("api_key_command", key.text().to_owned()));
        }
        (Some(_), _) => {
            let path = file.with_file_name(format!("api_key_{name}"));
            lines.push(("api_key_file", path.display().to_string()));
            key_file = Some(path);
        }
        (None, ApiKey::Environment(_, variable)) => lines.push(("api_key_env", variable.clone())),
        (None, ApiKey::File(path)) => lines.push(("api_key_file", path.display().to_string())),
        (None, ApiKey::Command(command)) => lines.push(("api_key_command", command.clone())),
        (None, ApiKey::None | ApiKey::Typed(_) | ApiKey::Keyring(_)) => {}
    }
    config.add_server(name, &lines);
    key_file
}
