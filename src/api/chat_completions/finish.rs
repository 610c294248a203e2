//! The end of a chat completion: what its `finish_reason` means, and its usage in the names of the
//! Responses API.

use serde_json::{Value, json};

use crate::api::transport::wire::JsonFields;

/// What a finish reason means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinishReason {
    /// The answer is complete, or waits for the results of its calls.
    Completed,
    /// The answer was ended early. Holds the reason as the Responses API names it.
    Incomplete(String),
    /// The server failed while answering.
    Failed,
}

impl FinishReason {
    /// Interprets `finish_reason`. Unknown reasons count as an early end, because a cut answer must not
    /// look complete.
    #[must_use]
    pub fn parse(reason: &str) -> Self {
        match reason.to_ascii_lowercase().as_str() {
            "stop" | "tool_calls" | "function_call" | "tool_use" | "end_turn" | "stop_sequence"
            | "eos" | "eos_token" | "complete" | "completed" => Self::Completed,
            // `model_length` is Mistral's for a full context.
            "length" | "max_tokens" | "model_length" | "max_output_tokens" => {
                Self::Incomplete("max_output_tokens".to_owned())
            }
            "content_filter" | "safety" | "refusal" | "sensitive" | "recitation" => {
                Self::Incomplete("content_filter".to_owned())
            }
            // OpenRouter and Mistral; `insufficient_system_resource` is DeepSeek's.
            "error" | "insufficient_system_resource" => Self::Failed,
            other => Self::Incomplete(other.to_owned()),
        }
    }
}

/// Reads the usage of a chunk; Groq puts it into `x_groq`.
#[must_use]
pub fn usage_of(chunk: JsonFields<'_>) -> Option<Value> {
    let own = chunk.object("usage");
    let usage = if own.is_object() { own } else { chunk.object("x_groq").object("usage") };
    let input = usage.count("prompt_tokens")?;
    let cached = usage
        .object("prompt_tokens_details")
        .count("cached_tokens")
        // DeepSeek's name.
        .or_else(|| usage.count("prompt_cache_hit_tokens"));
    let reasoning = usage.object("completion_tokens_details").count("reasoning_tokens");
    Some(json!({
        "input_tokens": input,
        "output_tokens": usage.count("completion_tokens"),
        "input_tokens_details": { "cached_tokens": cached },
        "output_tokens_details": { "reasoning_tokens": reasoning },
    }))
}
