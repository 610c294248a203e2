//! Servers that the API's own server calls (`OpenAI`'s tool of type `mcp`; `openai` 3.57.0,
//! `types/responses/tool_param.py`, read 2026-11-29). This program only declares them and asks the user.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use crate::settings::{AskRule, McpEndpoint, McpServer};
use crate::tools::OpenedTools;

use super::names::ToolSelection;
use super::read_key::read_key;

/// A server that the API's own server calls.
pub(super) struct HostedServer {
    pub(super) name: String,
    server: McpServer,
    /// Read when a question first needs it.
    key: OnceCell<Option<SecretString>>,
}

/// A server with the tools of it that are wanted.
pub(super) type SelectedServer = (Arc<HostedServer>, ToolSelection);

impl HostedServer {
    pub(super) fn new(name: &str, server: &McpServer) -> Self {
        Self { name: name.to_owned(), server: server.clone(), key: OnceCell::new() }
    }

    /// # Errors
    /// Why the key cannot be read, in words.
    async fn key(&self) -> Result<Option<&str>, String> {
        let key = self.key.get_or_try_init(|| read_key(&self.server)).await?;
        Ok(key.as_ref().map(|key| key.expose_secret().trim()))
    }
}

/// The servers that entries of a list mean.
pub(super) fn selected(servers: &[Arc<HostedServer>], entries: &[String]) -> Vec<SelectedServer> {
    let selected = |server: &Arc<HostedServer>| {
        Some((Arc::clone(server), ToolSelection::of(entries, &server.name)?))
    };
    servers.iter().filter_map(selected).collect()
}

/// Adds the declarations of servers; their keys are read for it.
pub(super) async fn add_declarations(opened: &mut OpenedTools, servers: Vec<SelectedServer>) {
    for (hosted, selection) in servers {
        let HostedServer { name, server, .. } = &*hosted;
        match hosted.key().await {
            Ok(key) => {
                opened.hosted.push(declaration(name, server, &selection, key));
                let headers = server.headers.iter().map(|(_, value)| value);
                opened.secrets.extend(key.into_iter().chain(headers).map(SecretString::from));
            }
            Err(why) => {
                opened.failures.push(format!("The MCP server \"{name}\" is left out: {why}"));
            }
        }
    }
}

/// A server as a request declares it.
fn declaration(
    name: &str,
    server: &McpServer,
    selection: &ToolSelection,
    key: Option<&str>,
) -> Value {
    let mut declared = Map::new();
    declared.insert("type".into(), json!("mcp"));
    declared.insert("server_label".into(), json!(name));
    if let McpEndpoint::Url(url) = server.endpoint() {
        declared.insert("server_url".into(), json!(&**url));
    }
    if let ToolSelection::Named(names) = selection {
        declared.insert("allowed_tools".into(), json!(names));
    }
    if let Some(key) = key {
        declared.insert("authorization".into(), json!(key));
    }
    let headers: Map<String, Value> =
        server.headers.iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    if !headers.is_empty() {
        declared.insert("headers".into(), Value::Object(headers));
    }
    declared.insert("require_approval".into(), require_approval(server));
    Value::Object(declared)
}

/// Which calls the server has to ask about: the rule of `approval_rule` in `tool.rs`, in the words of the API.
fn require_approval(server: &McpServer) -> Value {
    let mut free = Map::new();
    if server.ask == AskRule::Changes {
        free.insert("read_only".into(), json!(true));
    }
    if !server.allow.is_empty() {
        free.insert("tool_names".into(), json!(server.allow));
    }
    match server.ask {
        AskRule::Never => json!("never"),
        AskRule::Always | AskRule::Changes if free.is_empty() => json!("always"),
        AskRule::Always | AskRule::Changes => json!({ "never": free }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(more: &str, selection: &ToolSelection) -> Value {
        let text = format!("url = \"https://h/mcp\"\nhosted = true\n{more}");
        declaration("wiki", &toml::from_str(&text).unwrap(), selection, Some("k"))
    }

    #[test]
    fn a_server_is_declared_with_its_key_its_tools_and_what_it_must_ask_about() {
        let all = declared("headers = { X = \"y\" }", &ToolSelection::All);
        assert_eq!(
            all,
            json!({ "type": "mcp", "server_label": "wiki", "server_url": "https://h/mcp",
                "authorization": "k", "headers": { "X": "y" }, "require_approval": "always" })
        );
        let some = declared("allow = [\"a\"]", &ToolSelection::Named(vec!["a".into(), "b".into()]));
        assert_eq!(some["allowed_tools"], json!(["a", "b"]));
        assert_eq!(some["require_approval"], json!({ "never": { "tool_names": ["a"] } }));
        let changes = declared("ask = \"changes\"", &ToolSelection::All);
        assert_eq!(changes["require_approval"], json!({ "never": { "read_only": true } }));
        assert_eq!(declared("ask = \"never\"", &ToolSelection::All)["require_approval"], "never");
    }
}
