//! A tool of a server, as models and people get it.

use std::fmt;
use std::sync::Arc;

use rmcp::model::Tool;
use serde_json::{Map, Value, json};

use crate::chat::{ToolEffect, ToolRequest};
use crate::settings::AskRule;
use crate::tools::{ApprovalRule, ExternalTool, ToolFuture, ToolOutput};

use super::connection::Connection;
use super::result;
use super::tool_text::{description, effect};

/// The largest schema of an input, in bytes: it is part of every request.
const MAX_SCHEMA_BYTES: usize = 32 * 1024;

/// A tool that can be called.
pub(super) struct McpTool {
    connection: Arc<Connection>,
    name: String,
    function_name: String,
    description: String,
    parameters: Value,
    effect: ToolEffect,
}

impl McpTool {
    /// Creates the tool under the name models call it by; `None` where its schema is too large.
    pub(super) fn new(
        connection: Arc<Connection>,
        tool: &Tool,
        function_name: String,
    ) -> Option<Self> {
        let parameters = parameters(tool);
        if parameters.to_string().len() > MAX_SCHEMA_BYTES {
            return None;
        }
        Some(Self {
            connection,
            name: tool.name.to_string(),
            function_name,
            description: description(tool),
            parameters,
            effect: effect(tool),
        })
    }

    /// What a permission is for: the program or address, and all the server says of the tool.
    fn definition(&self) -> String {
        json!([self.connection.endpoint(), self.description, self.parameters]).to_string()
    }
}

impl ExternalTool for McpTool {
    fn function_name(&self) -> &str {
        &self.function_name
    }

    fn description(&self) -> &str {
        &self.description
    }

    fn parameters(&self) -> Value {
        self.parameters.clone()
    }

    fn request(&self, input: &Map<String, Value>) -> ToolRequest {
        ToolRequest {
            server: self.connection.name.clone(),
            tool: self.name.clone(),
            description: self.description.clone(),
            arguments: serde_json::to_string_pretty(input).unwrap_or_default(),
            effect: self.effect,
            definition: self.definition(),
        }
    }

    fn approval_rule(&self) -> ApprovalRule {
        approval_rule(
            self.connection.server.ask,
            &self.connection.server.allow,
            &self.name,
            self.effect,
        )
    }

    fn call(&self, input: Map<String, Value>) -> ToolFuture<ToolOutput> {
        let (connection, tool) = (Arc::clone(&self.connection), self.name.clone());
        Box::pin(async move {
            match connection.link().await {
                Ok(link) => link.call(tool, input).await,
                Err(why) => result::failed(&why),
            }
        })
    }
}

impl fmt::Debug for McpTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function_name)
    }
}

/// Whether the settings allow a call without asking; `require_approval` in `hosted.rs` tells a hosted server
/// the same.
fn approval_rule(ask: AskRule, allow: &[String], tool: &str, effect: ToolEffect) -> ApprovalRule {
    let is_allowed = allow.iter().any(|name| name == tool);
    match ask {
        AskRule::Never => ApprovalRule::NotNeeded,
        AskRule::Always | AskRule::Changes if is_allowed => ApprovalRule::NotNeeded,
        AskRule::Changes if effect == ToolEffect::ReadOnly => ApprovalRule::NotNeeded,
        AskRule::Always | AskRule::Changes => ApprovalRule::Needed,
    }
}

/// The schema of the input; servers of models want one of an object with properties.
fn parameters(tool: &Tool) -> Value {
    let mut schema = tool.input_schema.as_ref().clone();
    schema.insert("type".into(), json!("object"));
    schema.entry("properties").or_insert_with(|| json!({}));
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(value: Value) -> Tool {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_settings_decide_which_calls_are_not_asked_about() {
        use ToolEffect::{Destructive, ReadOnly, Unknown};
        let allow = vec!["known".to_owned()];
        for (ask, name, effect, expected) in [
            (AskRule::Always, "t", ReadOnly, ApprovalRule::Needed),
            (AskRule::Always, "known", Destructive, ApprovalRule::NotNeeded),
            (AskRule::Changes, "t", ReadOnly, ApprovalRule::NotNeeded),
            (AskRule::Changes, "t", Unknown, ApprovalRule::Needed),
            (AskRule::Changes, "t", Destructive, ApprovalRule::Needed),
            (AskRule::Never, "t", Destructive, ApprovalRule::NotNeeded),
        ] {
            assert_eq!(
                approval_rule(ask, &allow, name, effect),
                expected,
                "{ask:?} {name} {effect:?}"
            );
        }
    }

    #[test]
    fn a_schema_without_properties_gets_them() {
        let odd = tool(json!({ "name": "t", "inputSchema": {} }));
        assert_eq!(parameters(&odd), json!({ "type": "object", "properties": {} }));
    }
}
