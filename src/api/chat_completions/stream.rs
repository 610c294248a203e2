//! Turns the chunks of a chat completion into events of the Responses API, which `reduce` interprets.

use serde_json::{Value, json};

use crate::api::chat_completions::calls::ChatCalls;
use crate::api::chat_completions::chunk;
use crate::api::chat_completions::finish::{FinishReason, usage_of};
use crate::api::chat_completions::quirks::{Quirks, ReturnedReasoning};
use crate::api::transport::wire::{JsonFields, WireEvent};

/// The position of reasoning, text and the first call in the output.
const REASONING: u64 = 0;
const TEXT: u64 = 1;
const FIRST_CALL: usize = 2;

/// The index of a call in the output.
const fn call_index(position: usize) -> usize {
    FIRST_CALL.saturating_add(position)
}

/// How far the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Nothing was received yet.
    Waiting,
    /// The answer has begun.
    Accepted,
    /// An error was received.
    Failed,
}

/// One chat completion, streamed or whole.
#[derive(Debug)]
pub struct ChatStream {
    quirks: &'static Quirks,
    progress: Progress,
    has_text: bool,
    reasoning: String,
    calls: ChatCalls,
    finish_reason: Option<String>,
    usage: Option<Value>,
    /// Whether the server has sent `[DONE]`, after which nothing counts.
    is_done: bool,
}

impl ChatStream {
    /// Starts before the first chunk.
    #[must_use]
    pub fn new(quirks: &'static Quirks) -> Self {
        Self {
            quirks,
            progress: Progress::Waiting,
            has_text: false,
            reasoning: String::new(),
            calls: ChatCalls::default(),
            finish_reason: None,
            usage: None,
            is_done: false,
        }
    }

    /// Tells whether a JSON response is a completion or an error, and not something else.
    #[must_use]
    pub fn is_whole(response: &Value) -> bool {
        let fields = JsonFields::of(response);
        !fields.list("choices").is_empty() || fields.value("error").is_some()
    }

    /// Handles a chunk, a whole completion or an error. `name` is the name of the event, which only
    /// errors have.
    pub fn handle(&mut self, name: &str, value: &Value) -> Vec<WireEvent> {
        let fields = JsonFields::of(value);
        let choice = chunk::choice(fields);
        let error = fields.value("error").or_else(|| choice?.value("error"));
        let is_error = name == "error" || fields.text("object") == Some("error");
        if let Some(error) = error.or_else(|| is_error.then_some(value)) {
            self.progress = Progress::Failed;
            return vec![WireEvent::new("error", json!({ "error": error }))];
        }
        let mut events = Vec::new();
        if self.progress == Progress::Waiting && fields.is_object() {
            self.progress = Progress::Accepted;
            // No id: nothing can be chained from it.
            let response = json!({ "model": fields.text("model") });
            events.push(WireEvent::new("response.created", json!({ "response": response })));
        }
        if let Some(usage) = usage_of(fields) {
            self.usage = Some(usage);
        }
        if let Some(choice) = choice {
            self.handle_delta(chunk::delta(choice), &mut events);
            let reason = choice.text("finish_reason").filter(|reason| !reason.is_empty());
            self.finish_reason = reason.map(str::to_owned).or(self.finish_reason.take());
            // A whole message has all there is.
            self.is_done |= choice.object("message").is_object();
        }
        events
    }

    fn handle_delta(&mut self, delta: JsonFields<'_>, events: &mut Vec<WireEvent>) {
        let reasoning = chunk::reasoning_text(delta);
        if !reasoning.is_empty() {
            let body = json!({ "output_index": REASONING, "content_index": 0, "delta": reasoning });
            events.push(WireEvent::new("response.reasoning_text.delta", body));
            self.reasoning.push_str(&reasoning);
        }
        let text = chunk::answer_text(delta);
        let refusal = delta.text("refusal").unwrap_or_default();
        let part = |index: u64, text: &str| json!({ "output_index": TEXT, "content_index": index, "delta": text });
        for (kind, index, text) in [
            ("response.output_text.delta", 0, text.as_str()),
            ("response.refusal.delta", 1, refusal),
        ] {
            if !text.is_empty() {
                self.has_text = true;
                events.push(WireEvent::new(kind, part(index, text)));
            }
        }
        for piece in self.calls.append(delta.list("tool_calls")) {
            let index = call_index(piece.position);
            if let Some(name) = piece.begun {
                let item = json!({ "type": "function_call", "name": name });
                let body = json!({ "output_index": index, "item": item });
                events.push(WireEvent::new("response.output_item.added", body));
            }
            // The call follows whole at the end; until then its arguments count as received.
            if !piece.arguments.is_empty() {
                let body = json!({ "output_index": index, "delta": piece.arguments });
                events.push(WireEvent::new("response.function_call_arguments.delta", body));
            }
        }
    }

    /// Notes the marker after the last chunk.
    pub const fn mark_done(&mut self) {
        self.is_done = true;
    }

    /// Tells whether only the usage may still follow.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        self.finish_reason.is_some() || matches!(self.progress, Progress::Failed)
    }

    /// The events that end the response; none where the connection ended before the answer did.
    #[must_use]
    pub fn finish(&mut self) -> Vec<WireEvent> {
        let has_output = self.has_text || !self.calls.is_empty();
        let reason = match self.finish_reason.take() {
            Some(reason) => FinishReason::parse(&reason),
            // Some servers send no reason; LM Studio sends neither text nor reason where the context is full.
            None if self.is_done && has_output => FinishReason::Completed,
            None => return Vec::new(),
        };
        let wants_reasoning = self.quirks.reasoning == ReturnedReasoning::Required;
        let reasoning = wants_reasoning.then_some(self.reasoning.as_str());
        let items = self.calls.items(reasoning.filter(|text| !text.is_empty()));
        let call = |(position, item)| {
            let body = json!({ "output_index": call_index(position), "item": item });
            WireEvent::new("response.output_item.done", body)
        };
        let calls = items.into_iter().enumerate().map(call);
        calls.chain([self.final_event(reason)]).collect()
    }

    fn final_event(&self, reason: FinishReason) -> WireEvent {
        let mut response = json!({ "usage": self.usage });
        let mut set = |name: &str, value: Value| {
            if let Some(fields) = response.as_object_mut() {
                fields.insert(name.to_owned(), value);
            }
        };
        let kind = match reason {
            FinishReason::Completed => "response.completed",
            FinishReason::Incomplete(reason) => {
                set("incomplete_details", json!({ "reason": reason }));
                "response.incomplete"
            }
            FinishReason::Failed => {
                set("error", json!({ "code": "server_error" }));
                "response.failed"
            }
        };
        WireEvent::new(kind, json!({ "response": response }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::address::Address;
    use crate::api::chat_completions::quirks;

    #[test]
    fn reasoning_goes_back_with_the_first_call_only_to_a_server_that_wants_it() {
        let call = json!({ "choices": [{ "delta": { "reasoning_content": "Hm.", "tool_calls": [
            { "index": 0, "id": "a", "function": { "name": "f", "arguments": "{}" } },
            { "index": 1, "id": "b", "function": { "name": "f", "arguments": "{}" } },
        ] }, "finish_reason": "tool_calls" }] });
        let returned = |url: &str| {
            let mut stream = ChatStream::new(quirks::of(&Address::parse(url).unwrap()));
            stream.handle("", &call);
            let items = stream.finish().into_iter().map(|event| event.body()["item"].clone());
            items.map(|item| item["chat_fields"]["reasoning_content"].clone()).collect::<Vec<_>>()
        };
        let none = Value::Null;
        // The last event is the end of the response.
        assert_eq!(
            returned("https://api.deepseek.com/v1"),
            [json!("Hm."), none.clone(), none.clone()]
        );
        assert_eq!(returned("https://api.mistral.ai/v1"), [none.clone(), none.clone(), none]);
    }
}
