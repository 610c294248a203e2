//! Named servers of `config.toml`. Must not let a key or a header leave the server it is named with: a
//! server has its own key or none, whatever other keys the environment holds.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::chat::DEFAULT_SERVER;
use crate::chat::shorten::shorten;

use super::api_key::ApiKey;
use super::choices::Protocol;
use super::http_url::HttpUrl;
use super::secret_values::SecretValues;
use super::table_value::read_tables;
use super::value::SettingValue;

/// One table `[servers.NAME]` of `config.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServerEntry {
    pub(super) base_url: HttpUrl,
    #[serde(default)]
    pub(super) protocol: Protocol,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    /// The environment variable that holds the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) api_key_env: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) api_key_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) api_key_command: Option<String>,
    /// Refused with an explanation where the file holds the key itself.
    #[serde(default, skip_serializing, deserialize_with = "refuse_key")]
    api_key: (),
    #[serde(default, skip_serializing_if = "SecretValues::is_empty")]
    pub(super) headers: SecretValues,
    /// Whether the web app can continue from its responses.
    #[serde(default)]
    pub(super) web: bool,
}

/// A key in the file would be copied and shown with it.
pub(super) fn refuse_key<'de, D: Deserializer<'de>>(_: D) -> Result<(), D::Error> {
    Err(D::Error::custom(
        "Do not put the key in this file, which gets copied and shown. Delete the line and use \
         api_key_env, api_key_file or api_key_command in its place.",
    ))
}

/// The servers by name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Servers(
    #[serde(deserialize_with = "read_tables")] pub(super) BTreeMap<String, ServerEntry>,
);

/// Names are typed after `--server` and `/server`, and shown beside models.
fn is_name(name: &str) -> bool {
    let is_fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('-') && name.chars().all(is_fine)
}

impl SettingValue for Servers {
    fn resolve_paths(mut self, locate: &dyn Fn(PathBuf) -> PathBuf) -> Self {
        for server in self.0.values_mut() {
            server.api_key_file = server.api_key_file.take().map(locate);
        }
        self
    }
}

impl Servers {
    /// Checks the name of a server.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence for people.
    pub(super) fn check_name(name: &str) -> Result<(), String> {
        if name == DEFAULT_SERVER {
            return Err(format!(
                "A server cannot be called \"{DEFAULT_SERVER}\": that is the one outside [servers]."
            ));
        }
        if is_name(name) {
            return Ok(());
        }
        Err(format!(
            "A server cannot be called \"{}\": use letters, digits, \"-\", \"_\" and \".\".",
            shorten(name)
        ))
    }

    /// The environment variables that hold keys.
    pub fn key_variables(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter_map(|server| server.api_key_env.as_deref())
    }
}

impl ServerEntry {
    /// Where its key comes from: the command, then the file, then its environment variable.
    pub(super) fn find_key(&self, env: &dyn Fn(&str) -> Option<String>) -> ApiKey {
        let (command, file) = (self.api_key_command.as_ref(), self.api_key_file.as_ref());
        ApiKey::of_entry(command, file, self.api_key_env.as_deref(), env)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Servers, toml::de::Error> {
        #[derive(Deserialize)]
        struct File {
            servers: Servers,
        }
        toml::from_str(text).map(|file: File| file.servers)
    }

    #[test]
    fn a_key_in_the_file_and_a_reserved_or_odd_name_are_refused() {
        let refused = |text: &str| read(text).unwrap_err().message().to_owned();
        let url = "base_url = \"http://h/v1\"";
        let key = refused(&format!("[servers.a]\n{url}\napi_key = \"sk-1\""));
        assert!(key.contains("Do not put the key in this file") && !key.contains("sk-1"), "{key}");
        assert!(Servers::check_name("default").unwrap_err().contains("outside [servers]"));
        assert!(Servers::check_name("a b").unwrap_err().contains("a b"));
        assert!(refused("[servers.a]\nprotocol = \"chat\"").contains("base_url"));
        assert!(read(&format!("[servers.my-box_2]\n{url}\nweb = true")).is_ok());
    }

    #[test]
    fn a_key_comes_from_the_command_the_file_or_the_named_variable_only() {
        let env = |name: &str| (name == "A_KEY" || name == "OPENAI_API_KEY").then(|| "sk".into());
        let key = |lines: &str| {
            let servers = read(&format!("[servers.a]\nbase_url = \"http://h/v1\"\n{lines}"));
            servers.unwrap().0["a"].find_key(&env)
        };
        assert_eq!(key(""), ApiKey::None);
        assert_eq!(key("api_key_env = \"MISSING\""), ApiKey::None);
        assert!(matches!(key("api_key_env = \"A_KEY\""), ApiKey::Environment(..)));
        let both = "api_key_env = \"A_KEY\"\napi_key_command = \"c\"";
        assert_eq!(key(both), ApiKey::Command("c".into()));
    }
}
