//! The function calls of one response, assembled from deltas.

use serde_json::Value;

use crate::api::transport::wire::JsonFields;

/// A call of a local function that the model asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionCall {
    /// The `call_id` under which the result is returned.
    pub id: String,
    /// The function to run, as the request declared it; hostile until that is checked.
    pub name: String,
    /// The arguments, as JSON text.
    pub arguments: String,
    /// Fields of Chat Completions that the server wants back with the result; null at others.
    pub chat_fields: Value,
    item: Option<String>,
    output: Option<u64>,
}

/// Every call of one response, in the order they began.
#[derive(Debug, Default)]
pub struct FunctionCalls(Vec<FunctionCall>);

impl FunctionCalls {
    /// Returns the calls in the order they began, those that are incomplete too.
    #[must_use]
    pub fn all(&self) -> &[FunctionCall] {
        &self.0
    }

    /// Handles a call item, added or done.
    pub fn take_item(&mut self, output: Option<u64>, item: JsonFields<'_>) {
        let index = self.find(item.text("id"), output).or_else(|| self.find_id(item));
        let index = index.unwrap_or_else(|| {
            self.0.push(FunctionCall::default());
            self.0.len().saturating_sub(1)
        });
        let Some(call) = self.0.get_mut(index) else {
            return;
        };
        call.output = output.or(call.output);
        if let Some(id) = item.text("id").filter(|id| !id.is_empty()) {
            call.item = Some(id.to_owned());
        }
        for (to, name) in [(&mut call.name, "name"), (&mut call.arguments, "arguments")] {
            if let Some(text) = item.text(name).filter(|text| !text.is_empty()) {
                text.clone_into(to);
            }
        }
        if let Some(fields) = item.value("chat_fields") {
            call.chat_fields = fields.clone();
        }
        // Some servers send no `call_id`.
        let id = item.text("call_id").or_else(|| item.text("id"));
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            id.clone_into(&mut call.id);
        }
    }

    /// Appends a delta to the arguments of a call.
    pub fn append(&mut self, event: JsonFields<'_>) {
        let piece = event.text("delta").unwrap_or_default();
        if let Some(call) = self.find_for_event(event) {
            call.arguments.push_str(piece);
        }
    }

    /// Replaces what the deltas of a call added up to by the final arguments.
    pub fn set_arguments(&mut self, event: JsonFields<'_>) {
        let whole = event.text("arguments").filter(|text| !text.is_empty());
        if let (Some(call), Some(whole)) = (self.find_for_event(event), whole) {
            whole.clone_into(&mut call.arguments);
        }
    }

    fn find_for_event(&mut self, event: JsonFields<'_>) -> Option<&mut FunctionCall> {
        let index = self.find(event.text("item_id"), event.count("output_index"));
        let at = index.or_else(|| self.0.len().checked_sub(1))?;
        self.0.get_mut(at)
    }

    fn find(&self, item: Option<&str>, output: Option<u64>) -> Option<usize> {
        let by_item = self.0.iter().position(|call| item.is_some() && call.item.as_deref() == item);
        let by_position =
            || self.0.iter().position(|call| output.is_some() && call.output == output);
        by_item.or_else(by_position)
    }

    fn find_id(&self, item: JsonFields<'_>) -> Option<usize> {
        let id = item.text("call_id").filter(|id| !id.is_empty())?;
        self.0.iter().position(|call| call.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn calls(steps: &[(&str, Value)]) -> Vec<(String, String, String)> {
        let mut calls = FunctionCalls::default();
        for (kind, value) in steps {
            let fields = JsonFields::of(value);
            match *kind {
                "delta" => calls.append(fields),
                "done" => calls.set_arguments(fields),
                _ => calls.take_item(fields.count("output_index"), fields.object("item")),
            }
        }
        let all = calls.all().iter();
        all.map(|call| (call.id.clone(), call.name.clone(), call.arguments.clone())).collect()
    }

    fn call(id: &str, arguments: &str) -> (String, String, String) {
        (id.into(), "f".into(), arguments.into())
    }

    #[test]
    fn deltas_of_interleaved_calls_stay_separate_and_final_arguments_win() {
        let added = |output_index: u64| {
            json!({"output_index": output_index, "item": {"id": format!("fc_{output_index}"), "call_id":
                format!("call_{output_index}"), "type": "function_call", "name": "f", "arguments": ""}})
        };
        let found = calls(&[
            ("item", added(0)),
            ("item", added(1)),
            ("delta", json!({"item_id": "fc_0", "delta": "{\"a"})),
            ("delta", json!({"item_id": "fc_1", "output_index": 1, "delta": "{}"})),
            ("delta", json!({"output_index": 0, "delta": "\":1"})),
            ("done", json!({"item_id": "fc_0", "arguments": "{\"a\":1}"})),
        ]);
        assert_eq!(found, [call("call_0", "{\"a\":1}"), call("call_1", "{}")]);
    }

    #[test]
    fn a_call_only_in_the_final_response_is_taken_and_a_known_one_is_not_duplicated() {
        let item = json!({"item": {"id": "fc", "call_id": "c", "name": "f", "arguments": "{}"}});
        assert_eq!(calls(&[("item", item.clone())]), [call("c", "{}")]);
        assert_eq!(calls(&[("item", item.clone()), ("item", item)]), [call("c", "{}")]);
        // llama.cpp sends no index and, in some versions, differing item ids.
        let nameless = json!({"item": {"call_id": "c", "name": "f", "arguments": "{}"}});
        let piece = json!({"delta": "{}"});
        let began = json!({"item": {"id": "x", "call_id": "c", "name": "f"}});
        assert_eq!(
            calls(&[("item", began), ("delta", piece), ("item", nameless)]),
            [call("c", "{}")]
        );
    }
}
