//! Calls of tools of other programs during one answer: opens the tools, asks the user, runs the calls.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::chat::{
    ApprovalAnswer, ModelActivity, ReplyEvent, Timestamp, ToolEffect, ToolRequest, ToolUse,
};
use crate::tools::{
    ApprovalRule, ExternalTool, OpenedTools, ToolHost, ToolOutput, ToolSet, parse_object,
};

use crate::api::reduce::HostedApproval;

/// The output that tells the model that the user refused its call.
const REFUSED: &str = "The user did not allow this call.";

/// The tools of other programs in one answer.
pub(super) struct ExternalCalls {
    host: Option<Arc<dyn ToolHost>>,
    approvals: mpsc::UnboundedReceiver<ApprovalAnswer>,
    tx: mpsc::Sender<ReplyEvent>,
}

impl ExternalCalls {
    pub(super) fn new(
        host: Option<Arc<dyn ToolHost>>,
        approvals: mpsc::UnboundedReceiver<ApprovalAnswer>,
        tx: mpsc::Sender<ReplyEvent>,
    ) -> Self {
        Self { host, approvals, tx }
    }

    /// Opens the tools of a question. Those that cannot be opened are reported, and the answer goes on
    /// without them.
    pub(super) async fn open(&self, entries: &[String]) -> OpenedTools {
        let Some(host) = self.host.as_ref().filter(|_| !entries.is_empty()) else {
            return OpenedTools::default();
        };
        let servers = host.servers_to_start(entries);
        if !servers.is_empty() {
            let name = servers.join(", ");
            self.send(ReplyEvent::Activity(ModelActivity::ServerStart { name })).await;
        }
        let opened = host.open(entries).await;
        for failure in &opened.failures {
            self.send(ReplyEvent::Notice(failure.clone())).await;
        }
        opened
    }

    /// Asks the user about a call that the API's own server makes.
    pub(super) async fn ask_hosted(
        &mut self,
        tools: &ToolSet,
        approval: &HostedApproval,
    ) -> ApprovalAnswer {
        let arguments: Option<serde_json::Value> = serde_json::from_str(&approval.arguments).ok();
        let arguments = arguments.and_then(|it| serde_json::to_string_pretty(&it).ok());
        let request = ToolRequest {
            server: approval.server.clone(),
            tool: approval.tool.clone(),
            description: String::new(),
            arguments: arguments.unwrap_or_else(|| approval.arguments.clone()),
            effect: ToolEffect::Unknown,
            definition: tools.hosted_definition(&approval.server),
        };
        self.ask(request).await
    }

    async fn ask(&mut self, request: ToolRequest) -> ApprovalAnswer {
        self.send(ReplyEvent::ApprovalNeeded(Box::new(request))).await;
        self.approvals.recv().await.unwrap_or(ApprovalAnswer::Refused)
    }

    /// Runs a call, after the user has allowed it.
    pub(super) async fn run(
        &mut self,
        tool: &Arc<dyn ExternalTool>,
        arguments: &str,
        now: Timestamp,
    ) -> ToolUse {
        let input = match parse_object(arguments) {
            Ok(input) => input,
            Err(output) => return output.into_use(tool.function_name(), "{}".to_owned(), now),
        };
        let request = tool.request(&input);
        let name = request.name();
        let allowed = tool.approval_rule() == ApprovalRule::NotNeeded
            || self.ask(request).await == ApprovalAnswer::Allowed;
        let text = serde_json::Value::Object(input.clone()).to_string();
        let mut output = if allowed {
            let activity = ModelActivity::ToolCall { name: name.clone() };
            self.send(ReplyEvent::Activity(activity)).await;
            tool.call(input).await
        } else {
            ToolOutput::of_text(false, REFUSED)
        };
        if text != "{}" {
            output.input_display.clone_from(&text);
        }
        output.into_use(&name, text, now)
    }

    async fn send(&self, event: ReplyEvent) {
        // A closed channel means that the reply was dropped.
        let _ = self.tx.send(event).await;
    }
}
