//! The rounds of one answer in which the model calls tools. Rounds, calls and the time of each are
//! limited, so that a model cannot go on for ever.

use std::time::Duration;

use serde_json::{Value, json};

use crate::chat::{ApprovalAnswer, ResponseId, Timestamp, ToolUse};
use crate::tools::{ToolOutput, ToolSet};

use crate::api::reduce::{FunctionCall, Reducer};

/// The most rounds of tool calls in one answer. Our choice: each round is a paid request.
pub const MAX_TOOL_ROUNDS: u32 = 16;
/// The most calls of one response that are run; the rest fail. Our choice.
const MAX_CALLS_PER_RESPONSE: usize = 32;
/// The time limit of one call. Tools limit themselves; this is the safety net.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The rounds of one answer so far.
#[derive(Debug, Default)]
pub struct ToolRounds {
    count: u32,
    /// All output and results so far, for servers that store nothing.
    transcript: Vec<Value>,
    /// The last response and its results, for servers that store it.
    last_results: Option<(ResponseId, Vec<Value>)>,
}

impl ToolRounds {
    /// Returns `true` once the model has called a tool and its result was added.
    #[must_use]
    pub const fn is_started(&self) -> bool {
        self.count > 0
    }

    /// Tells whether another round is not allowed.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.count >= MAX_TOOL_ROUNDS
    }

    /// The items of all rounds that follow the question.
    #[must_use]
    pub fn transcript(&self) -> &[Value] {
        &self.transcript
    }

    /// The last response with calls, and their results.
    #[must_use]
    pub const fn last(&self) -> Option<&(ResponseId, Vec<Value>)> {
        self.last_results.as_ref()
    }

    /// Adds a round: the text and calls of a response, their results, and the user's answers about
    /// calls that the server makes.
    pub fn add(
        &mut self,
        text: &str,
        reducer: &Reducer,
        used: &[ToolUse],
        answers: &[ApprovalAnswer],
    ) {
        let (calls, approvals) = (reducer.calls(), reducer.approvals());
        self.count = self.count.saturating_add(1);
        if !text.is_empty() {
            self.transcript
                .push(json!({ "type": "message", "role": "assistant", "content": text }));
        }
        self.transcript.extend(calls.iter().map(|call| {
            let mut item = json!({ "type": "function_call", "call_id": call.id,
                "name": call.name, "arguments": call.arguments });
            if let (Some(item), false) = (item.as_object_mut(), call.chat_fields.is_null()) {
                item.insert("chat_fields".into(), call.chat_fields.clone());
            }
            item
        }));
        self.transcript.extend(approvals.iter().map(|approval| approval.item.clone()));
        let results = calls.iter().zip(used).map(|(call, used)| {
            json!({ "type": "function_call_output", "call_id": call.id,
                    "output": used.output })
        });
        let answered = approvals.iter().zip(answers).map(|(approval, answer)| {
            json!({ "type": "mcp_approval_response", "approval_request_id": approval.id,
                "approve": *answer == ApprovalAnswer::Allowed })
        });
        let outputs: Vec<Value> = results.chain(answered).collect();
        self.transcript.extend(outputs.iter().cloned());
        self.last_results = reducer.response_id().cloned().map(|id| (id, outputs));
    }
}

/// The result of a call that is one too many; `index` is its position among the calls of the response.
#[must_use]
pub fn excess_call(call: &FunctionCall, index: usize, at: Timestamp) -> Option<ToolUse> {
    (index >= MAX_CALLS_PER_RESPONSE).then(|| failed_call(call, "too many calls at once", at))
}

/// Runs a call of a tool of this program on a blocking thread.
pub async fn run_call(tools: &ToolSet, call: &FunctionCall, at: Timestamp) -> ToolUse {
    let (tool_set, name, arguments) = (tools.clone(), call.name.clone(), call.arguments.clone());
    let running = tokio::task::spawn_blocking(move || tool_set.run(&name, &arguments, at));
    match tokio::time::timeout(CALL_TIMEOUT, running).await {
        Ok(Ok(used)) => used,
        Ok(Err(_)) => failed_call(call, "the tool failed", at),
        Err(_) => failed_call(call, "the tool took too long", at),
    }
}

/// The result of a call that was not run to its end.
fn failed_call(call: &FunctionCall, why: &str, at: Timestamp) -> ToolUse {
    ToolOutput::of_text(false, why).into_use(&call.name, "{}".to_owned(), at)
}
