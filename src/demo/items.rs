//! The input of a request, item by item, whatever form it came in.
//! May not answer anything.

use serde_json::{Value, json};

use crate::demo::response_store::HistoryMessage;

/// The input of a request as items with ids, whatever form it came in.
#[must_use]
pub fn input_with_ids(input: &Value) -> Vec<Value> {
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

/// What an item says, if it is a message or what a tool gave.
#[must_use]
pub fn to_message(item: &Value) -> Option<HistoryMessage> {
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
