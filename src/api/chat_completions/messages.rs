//! The messages of a chat completion, made from the input items of the Responses API.

use serde_json::{Map, Value, json};

use crate::api::transport::wire::JsonFields;

/// Turns instructions and input into messages.
#[must_use]
pub fn chat_messages(instructions: Option<&Value>, input: Option<&Value>) -> Vec<Value> {
    let mut messages = ChatMessages::new(instructions);
    match input {
        Some(Value::Array(items)) => items.iter().for_each(|item| messages.push(item)),
        Some(text) => messages.0.push(json!({ "role": "user", "content": text })),
        None => {}
    }
    messages.into_all()
}

/// Messages that are made item by item.
#[derive(Debug)]
pub struct ChatMessages(Vec<Value>);

impl ChatMessages {
    /// Begins with the instructions.
    #[must_use]
    pub fn new(instructions: Option<&Value>) -> Self {
        let system = instructions.map(|text| json!({ "role": "system", "content": text }));
        Self(system.into_iter().collect())
    }

    /// Adds an item, perhaps to the message before it.
    pub fn push(&mut self, item: &Value) {
        push_item(&mut self.0, JsonFields::of(item));
    }

    /// Adds a message without files.
    pub fn push_text(&mut self, role: &str, text: &str) {
        push_text(&mut self.0, role, text);
    }

    /// Takes the messages to which nothing can be added any more: all but the last.
    pub fn take_complete(&mut self) -> Vec<Value> {
        let last = self.0.len().saturating_sub(1);
        self.0.drain(..last).collect()
    }

    /// Ends with all messages that are left.
    #[must_use]
    pub fn into_all(self) -> Vec<Value> {
        self.0
    }
}

fn push_item(messages: &mut Vec<Value>, item: JsonFields<'_>) {
    match item.text("type") {
        Some("function_call") => push_call(messages, item),
        Some("function_call_output") => messages.push(json!({
            "role": "tool",
            "tool_call_id": item.text("call_id"),
            "content": item.text("output"),
        })),
        _ => push_message(messages, item),
    }
}

fn push_message(messages: &mut Vec<Value>, item: JsonFields<'_>) {
    let role = item.text("role").unwrap_or("user");
    let content: Value = match item.value("content") {
        Some(Value::String(text)) => return push_text(messages, role, text),
        Some(Value::Array(parts)) => parts.iter().filter_map(content_part).collect(),
        content => content.cloned().unwrap_or_default(),
    };
    messages.push(json!({ "role": role, "content": content }));
}

fn push_text(messages: &mut Vec<Value>, role: &str, text: &str) {
    // Templates of local models want questions and answers to alternate, and a question that stayed
    // unanswered breaks that ("Conversation roles must alternate").
    if let Some(last) = messages.last_mut()
        && last.get("role").and_then(Value::as_str) == Some(role)
        && let Some(Value::String(earlier)) = last.get_mut("content")
    {
        earlier.push_str("\n\n");
        earlier.push_str(text);
        return;
    }
    messages.push(json!({ "role": role, "content": text }));
}

/// Turns a content part into its form in Chat Completions.
fn content_part(part: &Value) -> Option<Value> {
    let part = JsonFields::of(part);
    Some(match part.text("type")? {
        "input_text" | "output_text" => json!({ "type": "text", "text": part.text("text") }),
        "input_image" => {
            json!({ "type": "image_url", "image_url": { "url": part.text("image_url") } })
        }
        "input_file" => json!({ "type": "file", "file":
            { "filename": part.text("filename"), "file_data": part.text("file_data") } }),
        _ => return None,
    })
}

/// Adds a call to the message before it, if the model wrote one, as it sent them together.
fn push_call(messages: &mut Vec<Value>, item: JsonFields<'_>) {
    let mut call = json!({ "id": item.text("call_id"), "type": "function", "function":
        { "name": item.text("name"), "arguments": item.text("arguments") } });
    let extra = item.object("chat_fields");
    if let (Some(fields), Some(content)) = (call.as_object_mut(), extra.value("extra_content")) {
        fields.insert("extra_content".into(), content.clone());
    }
    if !messages.last().is_some_and(|last| last["role"] == "assistant") {
        messages.push(json!({ "role": "assistant", "content": null }));
    }
    let Some(message) = messages.last_mut().and_then(Value::as_object_mut) else {
        return;
    };
    if let Some(reasoning) = extra.value("reasoning_content") {
        message.insert("reasoning_content".into(), reasoning.clone());
    }
    push_into(message, "tool_calls", call);
}

fn push_into(message: &mut Map<String, Value>, name: &str, value: Value) {
    if let Value::Array(list) = message.entry(name).or_insert_with(|| json!([])) {
        list.push(value);
    }
}
