//! The functions a model asks for in one response, put together from pieces.
//! May not run any.

use crate::api::wire::JsonFields;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionCall {
    /// What its result is sent back under.
    pub id: String,
    /// The function.
    pub name: String,
    /// The arguments, as JSON text.
    pub arguments: String,
    item: Option<String>,
    output: Option<u64>,
}

/// Every call of one response, in the order they began.
#[derive(Debug, Default)]
pub struct FunctionCalls(Vec<FunctionCall>);

impl FunctionCalls {
    /// The calls.
    #[must_use]
    pub fn all(&self) -> &[FunctionCall] {
        &self.0
    }

    /// Takes a call item, begun or finished.
    pub fn take_item(&mut self, output: Option<u64>, item: JsonFields<'_>) {
        let index = self.find(item.text("id"), output).or_else(|| self.find_id(item));
        let at = index.unwrap_or_else(|| {
            self.0.push(FunctionCall::default());
            self.0.len().saturating_sub(1)
        });
        let Some(call) = self.0.get_mut(at) else {
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
        // Some servers give the call no id of its own.
        let id = item.text("call_id").or_else(|| item.text("id"));
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            id.clone_into(&mut call.id);
        }
    }

    /// Takes a piece of a call's arguments.
    pub fn append(&mut self, event: JsonFields<'_>) {
        let piece = event.text("delta").unwrap_or_default();
        if let Some(call) = self.find_for_event(event) {
            call.arguments.push_str(piece);
        }
    }

    /// Takes a call's whole arguments.
    pub fn set_arguments(&mut self, event: JsonFields<'_>) {
        let whole = event.text("arguments").filter(|text| !text.is_empty());
        if let (Some(call), Some(whole)) = (self.find_for_event(event), whole) {
            whole.clone_into(&mut call.arguments);
        }
    }

    fn find_for_event(&mut self, event: JsonFields<'_>) -> Option<&mut FunctionCall> {
        let found = self.find(event.text("item_id"), event.count("output_index"));
        let at = found.or_else(|| self.0.len().checked_sub(1))?;
        self.0.get_mut(at)
    }

    fn find(&self, item: Option<&str>, output: Option<u64>) -> Option<usize> {
        let by_item = self.0.iter().position(|call| item.is_some() && call.item.as_deref() == item);
        let by_place = || self.0.iter().position(|call| output.is_some() && call.output == output);
        by_item.or_else(by_place)
    }

    fn find_id(&self, item: JsonFields<'_>) -> Option<usize> {
        let id = item.text("call_id").filter(|id| !id.is_empty())?;
        self.0.iter().position(|call| call.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn calls(steps: &[(&str, Value)]) -> Vec<(String, String, String)> {
        let mut it = FunctionCalls::default();
        for (kind, value) in steps {
            let fields = JsonFields::of(value);
            match *kind {
                "delta" => it.append(fields),
                "done" => it.set_arguments(fields),
                _ => it.take_item(fields.count("output_index"), fields.object("item")),
            }
        }
        it.all().iter().map(|it| (it.id.clone(), it.name.clone(), it.arguments.clone())).collect()
    }

    fn call(id: &str, arguments: &str) -> (String, String, String) {
        (id.into(), "f".into(), arguments.into())
    }

    #[test]
    fn interleaved_calls_keep_their_pieces_apart_and_a_final_text_wins() {
        let added = |place: u64| {
            json!({"output_index": place, "item": {"id": format!("fc_{place}"), "call_id":
                format!("call_{place}"), "type": "function_call", "name": "f", "arguments": ""}})
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
    fn a_call_that_only_the_end_names_is_taken_and_one_that_came_before_is_not_doubled() {
        let item = json!({"item": {"id": "fc", "call_id": "c", "name": "f", "arguments": "{}"}});
        assert_eq!(calls(&[("item", item.clone())]), [call("c", "{}")]);
        assert_eq!(calls(&[("item", item.clone()), ("item", item)]), [call("c", "{}")]);
        // llama.cpp names neither place nor, in some versions, the same item id.
        let nameless = json!({"item": {"call_id": "c", "name": "f", "arguments": "{}"}});
        let piece = json!({"delta": "{}"});
        let began = json!({"item": {"id": "x", "call_id": "c", "name": "f"}});
        assert_eq!(
            calls(&[("item", began), ("delta", piece), ("item", nameless)]),
            [call("c", "{}")]
        );
    }
}
