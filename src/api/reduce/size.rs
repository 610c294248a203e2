//! How much of a reply is kept in memory. Must count whatever a server can send without an end.

use serde_json::Value;

use super::Reducer;
use crate::api::transport::wire::JsonFields;

/// A reply that has become larger is ended, in bytes; what was received is kept. Our choice: hundreds of times
/// what a model can write today, and no more than the file of the web app and a terminal can take.
const MAX_BYTES: usize = 64 * 1024 * 1024;

impl Reducer {
    /// Tells whether more was received than any answer has.
    pub(super) fn is_too_large(&self) -> bool {
        let calls = self.calls.all().iter();
        let calls = calls.map(|call| call.arguments.len().saturating_add(call.name.len())).sum();
        [self.answer.text().len(), self.reasoning.text_bytes(), calls, self.other_bytes]
            .into_iter()
            .fold(0, usize::saturating_add)
            > MAX_BYTES
    }

    /// Counts an item, unless its texts are counted as they arrive.
    pub(super) fn count_item(&mut self, event: JsonFields<'_>) {
        let kind = event.object("item").text("type");
        let has_texts = matches!(kind, None | Some("message" | "reasoning" | "function_call"));
        if let Some(item) = event.value("item").filter(|_| !has_texts) {
            self.count_value(item);
        }
    }

    /// Counts a value that is kept.
    pub(super) fn count_value(&mut self, value: &Value) {
        self.other_bytes = self.other_bytes.saturating_add(value.to_string().len());
    }
}
