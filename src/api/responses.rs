//! Stored responses of a server: fetches one by its id, and its input.

use serde_json::Value;

use crate::chat::{Failure, ResponseId, Role, Timestamp};

use super::transport::client::Client;
use super::transport::wire::{JsonFields, answer_texts};

/// The items of one page, the API's maximum (developers.openai.com, list input items, 2026-11-23).
const PAGE_SIZE: &str = "100";
/// The most pages of one list, in case a server always reports more.
const MAX_PAGES: usize = 200;

/// A response that the server stores, as far as an import needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The id it can be fetched by and chained from.
    pub id: ResponseId,
    /// The response it was chained from.
    pub previous: Option<ResponseId>,
    /// The server-side conversation it belongs to.
    pub conversation: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// When the server began it; `None` where it does not say.
    pub created_at: Option<Timestamp>,
    /// `completed`, `failed`, `in_progress`, `cancelled`, `queued` or `incomplete`.
    pub status: Option<String>,
    /// Its messages in order, without reasoning and tool calls.
    pub output: Vec<StoredMessage>,
}

/// A question or an answer as the server stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// The id of the item, where the server gives one.
    pub id: Option<String>,
    /// The author of the message.
    pub role: Role,
    /// The joined text of its parts.
    pub text: String,
}

impl Client {
    /// Fetches a response by its id.
    ///
    /// # Errors
    /// Returns a failure, of the kind `PreviousResponseNotFound` where the server does not have it.
    pub async fn fetch_response(&self, id: &ResponseId) -> Result<StoredResponse, Failure> {
        let value = self.fetch(&["responses", id.as_str()], &[]).await?;
        Ok(parse_response(id, &value))
    }

    /// Fetches the input messages of a response, oldest first.
    ///
    /// # Errors
    /// Returns the failure of the first page that could not be fetched.
    pub async fn fetch_input_items(&self, id: &ResponseId) -> Result<Vec<StoredMessage>, Failure> {
        self.fetch_pages(&["responses", id.as_str(), "input_items"]).await
    }

    /// Fetches the messages of a server-side conversation, oldest first.
    ///
    /// # Errors
    /// Returns the failure of the first page that could not be fetched.
    pub async fn fetch_conversation_items(&self, id: &str) -> Result<Vec<StoredMessage>, Failure> {
        self.fetch_pages(&["conversations", id, "items"]).await
    }

    async fn fetch_pages(&self, segments: &[&str]) -> Result<Vec<StoredMessage>, Failure> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut query = vec![("order", "asc"), ("limit", PAGE_SIZE)];
            if let Some(after) = &after {
                query.push(("after", after));
            }
            let page = self.fetch(segments, &query).await?;
            let fields = JsonFields::of(&page);
            items.extend(fields.list("data").iter().filter_map(parse_message));
            let more = fields.value("has_more").and_then(Value::as_bool).unwrap_or(false);
            let last = fields.text_or_number("last_id").filter(|_| more);
            if last.is_none() || last == after {
                break;
            }
            after = last;
        }
        Ok(items)
    }
}

fn parse_response(id: &ResponseId, value: &Value) -> StoredResponse {
    let fields = JsonFields::of(value);
    let conversation = fields
        .text_or_number("conversation")
        .or_else(|| fields.object("conversation").text_or_number("id"));
    let seconds = fields.value("created_at").and_then(whole_seconds);
    StoredResponse {
        id: fields.text_or_number("id").map_or_else(|| id.clone(), ResponseId::new),
        previous: fields.text_or_number("previous_response_id").map(ResponseId::new),
        conversation,
        model: fields.text_or_number("model"),
        created_at: seconds.map(Timestamp::from_seconds),
        status: fields.text_or_number("status"),
        output: fields.list("output").iter().filter_map(parse_message).collect(),
    }
}

/// Reads a time in seconds, rounding down fractions some servers write.
fn whole_seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let whole = value.as_f64().filter(|it| it.abs() < 1e15)?.floor();
        // The range was checked; the text form of a whole float is exact.
        format!("{whole:.0}").parse().ok()
    })
}

/// Reads a message item; `None` for other items and for messages without a text.
fn parse_message(value: &Value) -> Option<StoredMessage> {
    let fields = JsonFields::of(value);
    if !matches!(fields.text("type"), None | Some("message")) {
        return None;
    }
    let role = Role::from(fields.text("role").unwrap_or("assistant"));
    let text = match fields.value("content")? {
        Value::String(text) => text.clone(),
        _ if role == Role::Assistant => answer_texts(fields).map(|(_, text)| text).collect(),
        _ => {
            let parts = fields.list("content").iter();
            parts.filter_map(|part| JsonFields::of(part).text("text")).collect()
        }
    };
    Some(StoredMessage { id: fields.text_or_number("id"), role, text })
        .filter(|message| !message.text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_are_read_in_every_form_and_other_items_skipped() {
        let items = [
            json!({"id": "m1", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "q"}]}),
            json!({"role": "user", "content": "plain"}),
            json!({"type": "reasoning", "summary": []}),
            json!({"id": "m2", "type": "message", "role": "assistant", "content": [
                {"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "no"}]}),
        ];
        let read: Vec<_> =
            items.iter().filter_map(parse_message).map(|it| (it.id, it.text)).collect();
        let text = |id: Option<&str>, text: &str| (id.map(str::to_owned), text.to_owned());
        assert_eq!(read, [text(Some("m1"), "q"), text(None, "plain"), text(Some("m2"), "ano")]);
    }

    #[test]
    fn a_fractional_time_and_a_conversation_object_are_read() {
        let value =
            json!({"id": "r", "created_at": 1_750_000_000.7, "conversation": {"id": "conv_1"}});
        let response = parse_response(&ResponseId::new("asked"), &value);
        assert_eq!(response.created_at, Some(Timestamp::from_seconds(1_750_000_000)));
        assert_eq!(response.conversation.as_deref(), Some("conv_1"));
        assert_eq!(response.id, ResponseId::new("r"));
    }
}
