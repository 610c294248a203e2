//! The rounds of one answer in which the model uses tools: run what it asked for, send it back.
//! May not go on for ever: rounds, calls and the time of each are bounded.

use std::time::Duration;

use serde_json::{Value, json};

use crate::chat::{ResponseId, Timestamp, ToolUse};
use crate::tools::Toolbox;

use super::reduce::{Call, Reducer};

/// How often in one answer the model may use tools and go on.
pub const MOST_ROUNDS: u32 = 16;
/// How many calls of one response are answered; the rest are told to be too many.
const MOST_CALLS: usize = 32;
/// How long one call may take. Tools bound themselves; this is for the one that does not.
const LONGEST_CALL: Duration = Duration::from_secs(10);

/// The rounds of one answer so far.
#[derive(Debug, Default)]
pub struct Rounds {
    count: u32,
    /// Everything the model said and was given, for servers that keep nothing.
    transcript: Vec<Value>,
    /// The last response and what it asked for, for servers that keep it.
    last: Option<(ResponseId, Vec<Value>)>,
}

impl Rounds {
    /// Whether there was one.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.count > 0
    }

    /// Whether there may not be another.
    #[must_use]
    pub const fn are_over(&self) -> bool {
        self.count >= MOST_ROUNDS
    }

    /// What was said and given in all rounds, as items behind the question.
    #[must_use]
    pub fn transcript(&self) -> &[Value] {
        &self.transcript
    }

    /// The response that asked, and the results it waits for.
    #[must_use]
    pub const fn last(&self) -> Option<&(ResponseId, Vec<Value>)> {
        self.last.as_ref()
    }

    /// Notes a response that called functions, and what they gave.
    pub fn add(&mut self, said: &str, reducer: &Reducer, calls: &[Call], used: &[ToolUse]) {
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
        self.last = reducer.response_id().cloned().map(|id| (id, outputs));
    }
}

/// Runs the call at a place among those of one response, away from the thread that reads streams.
pub async fn run(toolbox: &Toolbox, call: &Call, place: usize, at: Timestamp) -> ToolUse {
    if place >= MOST_CALLS {
        return refused(call, "too many calls at once", at);
    }
    let (tools, name, arguments) = (toolbox.clone(), call.name.clone(), call.arguments.clone());
    let running = tokio::task::spawn_blocking(move || tools.run(&name, &arguments, at));
    match tokio::time::timeout(LONGEST_CALL, running).await {
        Ok(Ok(used)) => used,
        Ok(Err(_)) => refused(call, "the tool failed", at),
        Err(_) => refused(call, "the tool took too long", at),
    }
}

/// A call that was not run, or not to its end; the model is told as of any other failure.
fn refused(call: &Call, why: &str, at: Timestamp) -> ToolUse {
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
