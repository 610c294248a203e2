//! Function calls in pieces, as Chat Completions streams them.

use serde_json::{Map, Value, json};

use crate::api::transport::wire::JsonFields;

/// A call as far as its deltas have been received.
#[derive(Debug, Default)]
struct ChatCall {
    /// The `index` of its pieces, where the server sends one.
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
    /// What the server wants back with the result, such as Gemini's thought signature.
    extra_content: Option<Value>,
}

/// What a delta adds to a call.
#[derive(Debug, PartialEq, Eq)]
pub struct CallPiece {
    /// The position of the call.
    pub position: usize,
    /// Its name, where it begins with this piece.
    pub begun: Option<String>,
    /// What was added to its arguments.
    pub arguments: String,
}

/// The calls of one response, in the order they began.
#[derive(Debug, Default)]
pub struct ChatCalls(Vec<ChatCall>);

impl ChatCalls {
    /// Adds the pieces of a delta.
    pub fn append(&mut self, pieces: &[Value]) -> Vec<CallPiece> {
        pieces.iter().filter_map(|piece| self.append_piece(JsonFields::of(piece))).collect()
    }

    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn append_piece(&mut self, piece: JsonFields<'_>) -> Option<CallPiece> {
        let function = piece.object("function");
        let id = piece.text_or_number("id");
        let position = self.find(id.as_deref(), piece.count("index"), function.text("name"));
        let is_new = position.is_none();
        let position = position.unwrap_or_else(|| {
            self.0.push(ChatCall { index: piece.count("index"), ..ChatCall::default() });
            self.0.len().saturating_sub(1)
        });
        let call = self.0.get_mut(position)?;
        if let Some(id) = id {
            call.id = id;
        }
        // Some servers repeat the name with every piece.
        if let Some(name) = function.text("name").filter(|name| !name.is_empty()) {
            name.clone_into(&mut call.name);
        }
        let arguments = match function.value("arguments") {
            Some(Value::String(text)) => text.clone(),
            // An object in place of its text.
            Some(whole @ Value::Object(_)) => {
                call.arguments.clear();
                whole.to_string()
            }
            _ => String::new(),
        };
        call.arguments.push_str(&arguments);
        if let Some(extra) = piece.value("extra_content") {
            call.extra_content = Some(extra.clone());
        }
        Some(CallPiece { position, begun: is_new.then(|| call.name.clone()), arguments })
    }

    /// Finds the call a piece continues. Gemini sends whole calls, without an index or all with index 0:
    /// a new id is a new call. A piece without id and index continues the last call, unless it has a name.
    fn find(&self, id: Option<&str>, index: Option<u64>, name: Option<&str>) -> Option<usize> {
        let calls = &self.0;
        if let Some(id) = id
            && let Some(position) = calls.iter().rposition(|call| call.id == id)
        {
            return Some(position);
        }
        let is_named = name.is_some_and(|name| !name.is_empty());
        match index {
            Some(_) => {
                let position = calls.iter().rposition(|call| call.index == index)?;
                let has_other_id = calls
                    .get(position)
                    .is_some_and(|call| id.is_some_and(|id| !call.id.is_empty() && call.id != id));
                (!has_other_id).then_some(position)
            }
            None if id.is_some() || is_named => None,
            None => calls.len().checked_sub(1),
        }
    }

    /// The calls as items of the Responses API. `reasoning` is returned with the first of them.
    #[must_use]
    pub fn items(&self, reasoning: Option<&str>) -> Vec<Value> {
        let item = |(position, call): (usize, &ChatCall)| {
            let mut fields = Map::new();
            if let Some(extra) = &call.extra_content {
                fields.insert("extra_content".into(), extra.clone());
            }
            if let Some(reasoning) = reasoning.filter(|_| position == 0) {
                fields.insert("reasoning_content".into(), json!(reasoning));
            }
            // Results are told apart by ids, which some servers do not send.
            let id = if call.id.is_empty() { format!("call_{position}") } else { call.id.clone() };
            let arguments = if call.arguments.is_empty() { "{}" } else { &call.arguments };
            json!({ "type": "function_call", "call_id": id, "name": call.name,
                "arguments": arguments, "chat_fields": fields })
        };
        self.0.iter().enumerate().map(item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(deltas: &[Value]) -> Vec<(String, String, String)> {
        let mut calls = ChatCalls::default();
        for delta in deltas {
            calls.append(delta.as_array().unwrap());
        }
        let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
        let items = calls.items(None);
        let items = items.iter();
        items.map(|it| (text(it, "call_id"), text(it, "name"), text(it, "arguments"))).collect()
    }

    fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
        (id.into(), name.into(), arguments.into())
    }

    #[test]
    fn pieces_by_index_add_up_whatever_is_repeated_or_missing() {
        let official = read(&[
            json!([{ "index": 0, "id": "a", "function": { "name": "f", "arguments": "" } }]),
            json!([{ "index": 0, "function": { "arguments": "{\"x\"" } }]),
            json!([{ "index": 1, "id": "b", "function": { "name": "g", "arguments": "{}" } }]),
            json!([{ "index": 0, "function": { "arguments": ":1}" } }]),
        ]);
        assert_eq!(official, [call("a", "f", "{\"x\":1}"), call("b", "g", "{}")]);
        let repeating = read(&[
            json!([{ "index": 0, "id": "a", "function": { "name": "f", "arguments": "{" } }]),
            json!([{ "index": 0, "id": "a", "function": { "name": "f", "arguments": "}" } }]),
        ]);
        assert_eq!(repeating, [call("a", "f", "{}")]);
        let without_id = read(&[json!([{ "index": 0, "function": { "name": "f" } }])]);
        assert_eq!(without_id, [call("call_0", "f", "{}")]);
    }

    #[test]
    fn whole_calls_without_an_index_or_all_with_the_same_are_separate() {
        let whole = |index: Option<u64>, id: &str| json!([{ "index": index, "id": id, "function": { "name": "f", "arguments": "{}" } }]);
        let two = [call("a", "f", "{}"), call("b", "f", "{}")];
        assert_eq!(read(&[whole(None, "a"), whole(None, "b")]), two);
        assert_eq!(read(&[whole(Some(0), "a"), whole(Some(0), "b")]), two);
        let object = json!([{ "id": "a", "function": { "name": "f", "arguments": { "x": 1 } } }]);
        assert_eq!(read(&[object]), [call("a", "f", "{\"x\":1}")]);
    }
}
