//! The rounds of one answer in which the model uses tools: run what it asked for, send it back.
//! May not go on for ever: rounds, calls and the time of each are bounded.

use std::time::Duration;

use serde_json::{Value, json};

use crate::chat::{ResponseId, Timestamp, ToolUse};
use crate::tools::ToolSet;

use crate::api::reduce::{FunctionCall, Reducer};

/// How often in one answer the model may use tools and go on.
pub const MAX_TOOL_ROUNDS: u32 = 16;
/// How many calls of one response are answered; the rest are told to be too many.
const MAX_CALLS_PER_RESPONSE: usize = 32;
/// How long one call may take. Tools bound themselves; this is for the one that does not.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The rounds of one answer so far.
#[derive(Debug, Default)]
pub struct ToolRounds {
    count: u32,
    /// Everything the model said and was given, for servers that keep nothing.
    transcript: Vec<Value>,
    /// The last response and what it asked for, for servers that keep it.
    last_results: Option<(ResponseId, Vec<Value>)>,
}

impl ToolRounds {
    /// Whether there was one.
    #[must_use]
    pub const fn is_started(&self) -> bool {
        self.count > 0
    }

    /// Whether there may not be another.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.count >= MAX_TOOL_ROUNDS
    }

    /// What was said and given in all rounds, as items behind the question.
    #[must_use]
    pub fn transcript(&self) -> &[Value] {
        &self.transcript
    }

    /// The response that asked, and the results it waits for.
    #[must_use]
    pub const fn last(&self) -> Option<&(ResponseId, Vec<Value>)> {
        self.last_results.as_ref()
    }

    /// Notes a response that called functions, and what they gave.
    pub fn add(&mut self, said: &str, reducer: &Reducer, calls: &[FunctionCall], used: &[ToolUse]) {
        self.count = self.count.saturating_add(1);
        if !said.is_empty() {
            self.transcript
                .push(json!({ "type": "message", "role": "assistant", "content": said }));
        }
        self.transcript.extend(calls.iter().map(|call| {
            json!({ "type": "function_call", "call_id": call.id, "name": call.name,
                "arguments": call.arguments })
        }));
        let outputs: Vec<Value> = calls
            .iter()
            .zip(used)
            .map(|(call, used)| {
                json!({ "type": "function_call_output", "call_id": call.id,
                    "output": used.output })
            })
            .collect();
        self.transcript.extend(outputs.iter().cloned());
        self.last_results = reducer.response_id().cloned().map(|id| (id, outputs));
    }
}

/// Runs the call at a place among those of one response, away from the thread that reads streams.
pub async fn run_call(
    toolbox: &ToolSet,
    call: &FunctionCall,
    place: usize,
    at: Timestamp,
) -> ToolUse {
    if place >= MAX_CALLS_PER_RESPONSE {
        return failed_call(call, "too many calls at once", at);
    }
    let (tools, name, arguments) = (toolbox.clone(), call.name.clone(), call.arguments.clone());
    let running = tokio::task::spawn_blocking(move || tools.run(&name, &arguments, at));
    match tokio::time::timeout(CALL_TIMEOUT, running).await {
        Ok(Ok(used)) => used,
        Ok(Err(_)) => failed_call(call, "the tool failed", at),
        Err(_) => failed_call(call, "the tool took too long", at),
    }
}

/// A call that was not run, or not to its end; the model is told as of any other failure.
fn failed_call(call: &FunctionCall, why: &str, at: Timestamp) -> ToolUse {
    ToolUse {
        name: call.name.clone(),
        input: "{}".to_owned(),
        output: json!({ "success": false, "error": why }).to_string(),
        success: false,
        at,
        input_display: String::new(),
        output_display: format!("Error: {why}"),
    }
}
