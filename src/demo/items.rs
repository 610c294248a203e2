//! The input of a request as items, in whatever form it was sent.

use serde_json::{Value, json};

use super::response_store::HistoryMessage;

/// The items of a request's input; those without an id get one.
pub(super) fn input_with_ids(input: &Value) -> Vec<Value> {
    let wrap = |text: &str| {
        json!({ "type": "message", "role": "user",
            "content": [{ "type": "input_text", "text": text }] })
    };
    let mut items = match input {
        Value::String(text) => vec![wrap(text)],
        Value::Array(items) => items.clone(),
        _ => Vec::new(),
    };
    for item in &mut items {
        if let Some(fields) = item.as_object_mut() {
            let id = format!("msg_{}", uuid::Uuid::new_v4().simple());
            fields.entry("id").or_insert_with(|| json!(id));
        }
    }
    items
}

/// The message of an item; `None` where it is neither a message nor a tool's output.
pub(super) fn to_message(item: &Value) -> Option<HistoryMessage> {
    if item["type"] == "function_call_output" {
        let text = item["output"].as_str()?.to_owned();
        return Some(HistoryMessage { role: "tool".into(), text });
    }
    let role = item.get("role")?.as_str()?.to_owned();
    let text = match item.get("content")? {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.get("text")?.as_str()).collect(),
        _ => return None,
    };
    Some(HistoryMessage { role, text })
}
