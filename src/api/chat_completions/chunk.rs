//! Reads the texts of one chunk in the forms servers send them.

use serde_json::Value;

use crate::api::transport::wire::JsonFields;

/// The choice of a chunk: only one is ever asked for.
#[must_use]
pub fn choice(chunk: JsonFields<'_>) -> Option<JsonFields<'_>> {
    let choices = chunk.list("choices").iter().map(JsonFields::of);
    choices.into_iter().find(|choice| matches!(choice.count("index"), None | Some(0)))
}

/// The delta of a choice; a whole message where the server did not stream.
#[must_use]
pub fn delta(choice: JsonFields<'_>) -> JsonFields<'_> {
    let delta = choice.object("delta");
    if delta.is_object() { delta } else { choice.object("message") }
}

/// The answer's text: a string, or a list of parts (Mistral's reasoning models).
#[must_use]
pub fn answer_text(delta: JsonFields<'_>) -> String {
    match delta.value("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => texts_of(parts, &["text", "output_text"]),
        _ => String::new(),
    }
}

/// The reasoning: `reasoning_content` (`DeepSeek`, llama.cpp, vLLM, LM Studio), `reasoning` (Ollama, Groq,
/// `OpenRouter`, newer vLLM), or parts of the content (Mistral). Servers that send two send the same twice.
#[must_use]
pub fn reasoning_text(delta: JsonFields<'_>) -> String {
    let fields = ["reasoning_content", "reasoning"].into_iter();
    if let Some(text) = fields.filter_map(|name| delta.text(name)).find(|text| !text.is_empty()) {
        return text.to_owned();
    }
    let parts = delta.list("content").iter().map(JsonFields::of);
    let thinking = parts.filter(|part| part.text("type") == Some("thinking"));
    thinking
        .map(|part| match part.text("thinking") {
            Some(text) => text.to_owned(),
            None => texts_of(part.list("thinking"), &["text"]),
        })
        .collect()
}

fn texts_of(parts: &[Value], kinds: &[&str]) -> String {
    let parts = parts.iter().map(JsonFields::of);
    let parts = parts.filter(|part| part.text("type").is_none_or(|kind| kinds.contains(&kind)));
    parts.filter_map(|part| part.text("text")).collect()
}
