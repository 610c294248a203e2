//! Responses the server kept: one by its id, and what was asked to get it.
//! May not put a conversation together; `import` does.

use reqwest::Method;
use serde_json::Value;

use crate::chat::{Failure, ResponseId, Role, Timestamp};

use super::client::Client;
use super::wire::{JsonFields, answer_texts};

/// The most items of one page.
const PAGE_SIZE: &str = "100";
/// The most pages of one listing: a server that always has more must not keep us for ever.
const MAX_PAGES: usize = 200;

/// A response as the server kept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// Its id.
    pub id: ResponseId,
    /// What it was chained from.
    pub previous: Option<ResponseId>,
    /// The server-side conversation it belongs to.
    pub conversation: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// `completed`, `failed`, `in_progress`, `cancelled`, `queued` or `incomplete`.
    pub status: Option<String>,
    /// Its messages.
    pub output: Vec<StoredMessage>,
}

/// A message as the server kept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// The item's id, where the server gives one.
    pub id: Option<String>,
    /// Who said it.
    pub role: Role,
    /// The text of all its parts.
    pub text: String,
}

impl Client {
    /// A response by its id.
    ///
    /// # Errors
    /// A failure in words; of the kind `UnknownPrevious` where the server does not have it.
    pub async fn fetch_response(&self, id: &ResponseId) -> Result<StoredResponse, Failure> {
        let value = self.fetch(Method::GET, &["responses", id.as_str()], &[]).await?;
        Ok(parse_response(id, &value))
    }

    /// The messages a response was made from, oldest first, as far as the server tells.
    ///
    /// # Errors
    /// A failure in words.
    pub async fn fetch_input_items(&self, id: &ResponseId) -> Result<Vec<StoredMessage>, Failure> {
        self.fetch_pages(&["responses", id.as_str(), "input_items"]).await
    }

    /// The messages of a server-side conversation, oldest first.
    ///
    /// # Errors
    /// A failure in words.
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
            let page = self.fetch(Method::GET, segments, &query).await?;
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

/// Whole seconds, of which some servers write fractions.
fn whole_seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let whole = value.as_f64().filter(|it| it.abs() < 1e15)?.floor();
        // The range was checked; the text form of a whole float is exact.
        format!("{whole:.0}").parse().ok()
    })
}

/// A message item; anything else, and a message without a text, says nothing here.
fn parse_message(value: &Value) -> Option<StoredMessage> {
    let fields = JsonFields::of(value);
    if !matches!(fields.text("type"), None | Some("message")) {
        return None;
    }
    let role = Role::from(fields.text("role").unwrap_or("assistant").to_owned());
    let text = match fields.value("content")? {
        Value::String(text) => text.clone(),
        _ if role == Role::Assistant => answer_texts(fields).map(|(_, text)| text).collect(),
        _ => {
            let parts = fields.list("content").iter();
            parts.filter_map(|part| JsonFields::of(part).text("text")).collect()
        }
    };
    Some(StoredMessage { id: fields.text_or_number("id"), role, text })
        .filter(|said| !said.text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn questions_and_answers_are_read_in_every_form_and_the_rest_is_left_out() {
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
    fn a_fractional_time_and_a_conversation_object_are_understood() {
        let value =
            json!({"id": "r", "created_at": 1_750_000_000.7, "conversation": {"id": "conv_1"}});
        let it = parse_response(&ResponseId::new("asked"), &value);
        assert_eq!(it.created_at, Some(Timestamp::from_seconds(1_750_000_000)));
        assert_eq!(it.conversation.as_deref(), Some("conv_1"));
        assert_eq!(it.id, ResponseId::new("r"));
    }
}
