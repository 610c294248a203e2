//! Handles the items of MCP servers that the API's own server calls.

use serde_json::Value;

use crate::api::transport::wire::JsonFields;
use crate::chat::{ReplyEvent, Timestamp};

use super::Reducer;
use super::hosted_calls::HostedApproval;

impl Reducer {
    /// The calls of this response that the server makes once they are allowed.
    #[must_use]
    pub fn approvals(&self) -> &[HostedApproval] {
        self.hosted_calls.approvals()
    }

    /// Handles an item of an MCP server that the API's own server calls.
    pub(super) fn take_hosted(
        &mut self,
        raw: &Value,
        now: Timestamp,
        events: &mut Vec<ReplyEvent>,
    ) {
        let item = JsonFields::of(raw);
        match item.text("type") {
            Some("mcp_approval_request") => {
                self.has_begun = true;
                self.hosted_calls.take_approval(item, raw);
            }
            Some("mcp_call") => {
                if let Some(tool) = self.hosted_calls.take_call(item, now) {
                    self.has_begun = true;
                    self.used_tools.push(tool.clone());
                    events.push(ReplyEvent::ToolUsed(Box::new(tool)));
                }
            }
            _ => {}
        }
    }
}
