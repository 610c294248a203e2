//! MCP servers of `config.toml`. Must not let a key, a header or a variable of one server reach another.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize, Serializer};

use super::api_key::ApiKey;
use super::http_url::HttpUrl;
use super::secret_values::SecretValues;
use super::servers::refuse_key;
use super::table_value::read_tables;
use super::value::{SettingValue, choices};
use crate::chat::count;
use crate::chat::shorten::shorten;

/// The tools of this program, whose names no server may have; `tools` and `api` define them.
pub(super) const OWN_TOOLS: [&str; 2] = ["calculator", "web_search"];
/// The longest name of a server: with the name of a tool it may have 64 characters (`OpenAI`'s API
/// reference, function tools, read 2026-11-29). Our choice leaves 40 to the tool.
const MAX_NAME_CHARS: usize = 24;
/// The longest time to wait, in seconds.
const MAX_SECONDS: u64 = 24 * 60 * 60;

/// When the user is asked before a tool runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskRule {
    /// Before every call.
    #[default]
    Always,
    /// Before calls of tools that do not say that they only read. A server may lie about this.
    Changes,
    /// Never.
    Never,
}

choices!(AskRule);

/// One `[mcp.NAME]`: a program that speaks over its standard input and output, or an address.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct McpServer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    /// The arguments of the program. What is printed of the settings has only their number: keys may be
    /// among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "only_number")]
    pub args: Vec<String>,
    /// Variables of the program's environment.
    #[serde(default, skip_serializing_if = "SecretValues::is_empty")]
    pub env: SecretValues,
    /// The folder the program starts in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "without_path")]
    url: Option<HttpUrl>,
    /// HTTP headers of every request.
    #[serde(default, skip_serializing_if = "SecretValues::is_empty")]
    pub headers: SecretValues,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_key_env: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_key_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_key_command: Option<String>,
    /// Refused with an explanation where the file holds the key itself.
    #[serde(default, skip_serializing, deserialize_with = "refuse_key")]
    api_key: (),
    /// Which calls of the server need the approval of the user.
    #[serde(default)]
    pub ask: AskRule,
    /// Tools of the server that are called without asking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Whether the API's own server calls the tools; this program then only asks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hosted: bool,
    #[serde(default = "default_start_timeout")]
    start_timeout: u64,
    #[serde(default = "default_timeout")]
    timeout: u64,
}

fn only_number<S: Serializer>(args: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("{} (not shown)", count::phrase(args.len(), "argument")))
}

/// The paths of some servers hold the key of their user.
#[expect(clippy::ref_option, reason = "the type of the field")]
fn without_path<S: Serializer>(url: &Option<HttpUrl>, serializer: S) -> Result<S::Ok, S::Error> {
    url.as_ref().map(HttpUrl::without_path).serialize(serializer)
}

/// How an MCP server is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum McpEndpoint<'a> {
    /// A program to start.
    Command(&'a str),
    /// An address of the streamable HTTP transport.
    Url(&'a HttpUrl),
}

/// The MCP servers by name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct McpServers(#[serde(deserialize_with = "read_tables")] BTreeMap<String, McpServer>);

/// A package runner downloads the server at its first start.
const fn default_start_timeout() -> u64 {
    60
}

const fn default_timeout() -> u64 {
    60
}

impl McpServer {
    /// How it is reached.
    #[must_use]
    pub fn endpoint(&self) -> McpEndpoint<'_> {
        match (&self.url, &self.command) {
            (Some(url), _) => McpEndpoint::Url(url),
            (None, command) => McpEndpoint::Command(command.as_deref().unwrap_or_default()),
        }
    }

    /// How long its start may take.
    #[must_use]
    pub fn start_timeout(&self) -> Duration {
        Duration::from_secs(self.start_timeout.clamp(1, MAX_SECONDS))
    }

    /// How long a call may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.clamp(1, MAX_SECONDS))
    }

    /// Where its key comes from: the command, then the file, then its environment variable.
    #[must_use]
    pub fn find_key(&self, env: &dyn Fn(&str) -> Option<String>) -> ApiKey {
        let (command, file) = (self.api_key_command.as_ref(), self.api_key_file.as_ref());
        ApiKey::of_entry(command, file, self.api_key_env.as_deref(), env)
    }

    /// What is wrong with the table, in a sentence for people.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let has_key = self.api_key_env.is_some()
            || self.api_key_file.is_some()
            || self.api_key_command.is_some();
        let of_program = !self.args.is_empty() || !self.env.is_empty() || self.folder.is_some();
        match (&self.command, &self.url) {
            (None, None) => Some("An MCP server needs a command or a url."),
            (Some(_), Some(_)) => Some("An MCP server has a command or a url, not both."),
            (Some(command), None) if command.trim().is_empty() => Some("The command is empty."),
            (Some(_), None) if has_key || !self.headers.is_empty() => {
                Some("A command gets no key and no headers; use env for its variables.")
            }
            (Some(_), None) if self.hosted => Some("Only a url can be hosted."),
            (None, Some(_)) if of_program => Some("args, env and folder need a command."),
            (Some(_), None) | (None, Some(_)) => None,
        }
    }
}

impl McpServers {
    /// Names and servers, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &McpServer)> {
        self.0.iter().map(|(name, server)| (name.as_str(), server))
    }

    /// The server with a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&McpServer> {
        self.0.get(name)
    }

    /// Returns `true` where the settings name no MCP server.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an entry of `tools` means one of them: its name, or `server/tool`.
    #[must_use]
    pub fn has_tool(&self, entry: &str) -> bool {
        let server = entry.split_once('/').map_or(entry, |(server, _)| server);
        self.0.contains_key(server)
    }

    /// The environment variables that hold keys.
    pub fn key_variables(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter_map(|server| server.api_key_env.as_deref())
    }
}

impl McpServers {
    /// Checks the name of a server.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence for people.
    pub(super) fn check_name(name: &str) -> Result<(), String> {
        let shown = shorten(&name.escape_debug().to_string());
        if OWN_TOOLS.contains(&name) {
            return Err(format!(
                "An MCP server cannot be called \"{shown}\": that is a tool of this program."
            ));
        }
        if is_name(name) {
            return Ok(());
        }
        Err(format!(
            "An MCP server cannot be called \"{shown}\": use up to {MAX_NAME_CHARS} letters a to z, \
             digits, \"-\" and \"_\"."
        ))
    }
}

/// A name is part of the names that models call tools by, which allow nothing else.
fn is_name(name: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let length = name.chars().count();
    (1..=MAX_NAME_CHARS).contains(&length) && !name.starts_with('-') && name.chars().all(is_fine)
}

impl SettingValue for McpServers {
    fn resolve_paths(mut self, locate: &dyn Fn(PathBuf) -> PathBuf) -> Self {
        for server in self.0.values_mut() {
            server.api_key_file = server.api_key_file.take().map(locate);
            server.folder = server.folder.take().map(locate);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<McpServers, toml::de::Error> {
        #[derive(Deserialize)]
        struct File {
            mcp: McpServers,
        }
        toml::from_str(text).map(|file: File| file.mcp)
    }

    #[test]
    fn a_table_that_cannot_be_used_is_refused_with_the_reason() {
        let cases = [
            ("", "needs a command or a url"),
            ("command = \"x\"\nurl = \"http://h\"", "not both"),
            ("command = \" \"", "command is empty"),
            ("command = \"x\"\napi_key_env = \"K\"", "use env for its variables"),
            ("command = \"x\"\nhosted = true", "Only a url"),
            ("url = \"http://h\"\nargs = [\"x\"]", "need a command"),
        ];
        for (text, expected) in cases {
            let servers = read(&format!("[mcp.a]\n{text}")).unwrap();
            let fault = servers.get("a").unwrap().fault().unwrap();
            assert!(fault.contains(expected), "{text}: {fault}");
        }
        for name in ["web_search", "a/b", "", "-a", "abcdefghijklmnopqrstuvwxyz"] {
            assert!(McpServers::check_name(name).is_err(), "{name}");
        }
        assert!(McpServers::check_name("my-box_2").is_ok());
        let key = read("[mcp.a]\nurl = \"http://h\"\napi_key = \"sk-1\"").unwrap_err();
        assert!(!key.message().contains("sk-1"), "{}", key.message());
    }

    #[test]
    fn variables_of_the_program_are_never_shown() {
        let text = "[mcp.a]\ncommand = \"x\"\nenv = { TOKEN = \"hidden\" }";
        let servers = read(text).unwrap();
        let shown = format!("{servers:?} {}", serde_json::to_string(&servers).unwrap());
        assert!(shown.contains("TOKEN") && !shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn an_entry_of_tools_means_a_server_or_one_of_its_tools() {
        let servers = read("[mcp.time]\ncommand = \"x\"").unwrap();
        assert!(servers.has_tool("time") && servers.has_tool("time/now"));
        assert!(!servers.has_tool("times") && !servers.has_tool("calculator"));
        let server = servers.get("time").unwrap();
        assert_eq!((server.ask, server.timeout().as_secs()), (AskRule::Always, 60));
    }
}
