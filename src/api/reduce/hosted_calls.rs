//! Calls of MCP tools that the API's own server makes: those that wait for approval, and those that ran.

use serde_json::{Value, json};

use crate::api::transport::wire::JsonFields;
use crate::chat::{Timestamp, ToolUse};
use crate::tools::ToolOutput;

/// A call that the server makes once it is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedApproval {
    /// The id the answer is sent back under.
    pub id: String,
    /// The name of the MCP server.
    pub server: String,
    /// The name of the tool.
    pub tool: String,
    /// The arguments, as JSON text.
    pub arguments: String,
    /// The item as it was received, for servers that store nothing.
    pub item: Value,
}

/// The calls of one response.
#[derive(Debug, Default)]
pub struct HostedCalls {
    approvals: Vec<HostedApproval>,
    finished: Vec<String>,
}

impl HostedCalls {
    /// The calls that wait for approval.
    #[must_use]
    pub fn approvals(&self) -> &[HostedApproval] {
        &self.approvals
    }

    /// Handles an item that asks for permission; it may be received twice.
    pub fn take_approval(&mut self, item: JsonFields<'_>, raw: &Value) {
        let text = |name: &str| item.text(name).unwrap_or_default().to_owned();
        let approval = HostedApproval {
            id: text("id"),
            server: text("server_label"),
            tool: text("name"),
            arguments: text("arguments"),
            item: raw.clone(),
        };
        if !self.approvals.iter().any(|known| known.id == approval.id) {
            self.approvals.push(approval);
        }
    }

    /// Handles a call that ran; `None` where it was received before.
    pub fn take_call(&mut self, item: JsonFields<'_>, now: Timestamp) -> Option<ToolUse> {
        let id = item.text("id").unwrap_or_default().to_owned();
        if self.finished.contains(&id) {
            return None;
        }
        self.finished.push(id);
        let error = item.value("error").filter(|error| !error.is_null());
        let mut output = match error {
            Some(Value::String(error)) => ToolOutput::of_text(false, error),
            Some(error) => ToolOutput::of_text(false, &error.to_string()),
            None => ToolOutput::of_text(true, item.text("output").unwrap_or_default()),
        };
        let arguments = item.text("arguments").unwrap_or_default();
        let input = serde_json::from_str(arguments).ok().filter(Value::is_object);
        let input = input.unwrap_or_else(|| json!({})).to_string();
        if input != "{}" {
            output.input_display.clone_from(&input);
        }
        Some(output.into_use(&hosted_name(item), input, now))
    }
}

/// The tool of an item as people name it.
#[must_use]
pub fn hosted_name(item: JsonFields<'_>) -> String {
    let part = |name: &str| item.text(name).unwrap_or("tool").to_owned();
    format!("{}/{}", part("server_label"), part("name"))
}
