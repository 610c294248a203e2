//! New conversations and messages, to the byte as the web app writes them (`json.dump` with an
//! indent of two spaces, commits a8452a1 and bdc7763).
//! Must not write a value that any version of the web app rejects the file for.

use crate::chat::{Conversation, Message, ResponseId};

use crate::store::json::{encode_string, to_json_string};
use crate::store::records::edits::reasoning::format_reasoning;
use crate::store::records::verdict::REASONING_LEVELS;

/// Which keys a new message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewMessageKeys {
    /// The four of 2025: only in a file where every message has just these.
    Four,
    /// All eight of today.
    Eight,
}

/// A conversation with its messages as a member of the file: its key and, indented for the top
/// level, its value.
#[must_use]
pub fn conversation_json(conversation: &Conversation, keys: NewMessageKeys) -> String {
    let key = to_json_string(conversation.id.as_str());
    let title = to_json_string(conversation.title.stored());
    let last = text_or_null(conversation.last_response_id.as_ref().map(ResponseId::as_str));
    let created = conversation.created_at.seconds();
    let updated = conversation.last_update.seconds();
    let messages = message_list_json(&conversation.messages, keys);
    format!(
        "{key}: {{\n    \"data\": {{\n      \"id\": {key},\n      \"created_at\": {created},\n      \
         \"metadata\": {{}},\n      \"object\": \"conversation\"\n    }},\n    \
         \"chat_name\": {title},\n    \"last_update\": {updated},\n    \"messages\": {messages},\n    \
         \"last_response_id\": {last}\n  }}"
    )
}

/// A new list of messages, indented for a conversation.
pub(super) fn message_list_json<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
    keys: NewMessageKeys,
) -> String {
    let all: Vec<String> =
        messages.into_iter().map(|message| message_json(message, keys)).collect();
    if all.is_empty() { "[]".to_owned() } else { format!("[\n{}\n    ]", all.join(",\n")) }
}

/// A new message, indented for the list of a conversation.
pub(super) fn message_json(message: &Message, keys: NewMessageKeys) -> String {
    let mut out = String::from("      {\n        \"role\": ");
    encode_string(message.role.as_str(), &mut out);
    out.push_str(",\n        \"text\": ");
    encode_string(&message.text, &mut out);
    out.push_str(",\n        \"timestamp\": ");
    out.push_str(&message.timestamp.seconds().to_string());
    out.push_str(",\n        \"response_id\": ");
    out.push_str(&text_or_null(message.response_id.as_ref().map(ResponseId::as_str)));
    if keys == NewMessageKeys::Eight {
        out.push_str(",\n        \"reasoning_data\": ");
        let data = message.reasoning_data.as_deref().and_then(|raw| format_reasoning(raw, 4));
        out.push_str(data.as_deref().unwrap_or("null"));
        out.push_str(",\n        \"agent_preset_id\": ");
        out.push_str(&text_or_null(message.agent_preset_id.as_deref()));
        // The names of models the web app takes differ between its versions, and a wrong one makes
        // it throw the whole file away: null is the only value all of them take.
        out.push_str(",\n        \"model\": null,\n        \"reasoning_level\": ");
        let level = message.reasoning_level.as_deref();
        let level = level.filter(|level| REASONING_LEVELS.contains(level));
        out.push_str(&text_or_null(level));
    }
    out.push_str("\n      }");
    out
}

pub(super) fn text_or_null(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), to_json_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    #[test]
    fn a_message_is_spelled_as_the_web_app_spells_it() {
        let it = Message::answer("a\nb", Timestamp::from_seconds(7), Some(ResponseId::new("r")));
        assert_eq!(
            message_json(&it, NewMessageKeys::Four),
            "      {\n        \"role\": \"assistant\",\n        \"text\": \"a\\nb\",\n        \
             \"timestamp\": 7,\n        \"response_id\": \"r\"\n      }"
        );
        assert!(message_json(&it, NewMessageKeys::Eight).ends_with(
            "\"response_id\": \"r\",\n        \"reasoning_data\": null,\n        \
             \"agent_preset_id\": null,\n        \"model\": null,\n        \
             \"reasoning_level\": null\n      }"
        ));
    }

    #[test]
    fn values_the_web_app_would_reject_become_null() {
        let mut it = Message::answer("a", Timestamp::from_seconds(7), None);
        it.reasoning_level = Some("xhigh".into());
        for bad in [
            r#"{"complete_summary": null}"#,
            r#"{"timestamp": "now"}"#,
            r#"{"summary_parts": [1]}"#,
            r#"{"web_searches": [{"item_id": 5}]}"#,
            r#"{"message_data": []}"#,
            "[]",
        ] {
            it.reasoning_data = Some(bad.into());
            let text = message_json(&it, NewMessageKeys::Eight);
            assert!(text.contains("\"reasoning_data\": null"), "{bad}");
            assert!(text.contains("\"reasoning_level\": null"));
        }
        it.reasoning_data = Some(r#"{"summary_parts": [], "timestamp": 0, "x": {"y": 1}}"#.into());
        assert!(message_json(&it, NewMessageKeys::Eight).contains(
            "\"reasoning_data\": {\n          \"summary_parts\": [],\n          \
             \"timestamp\": 0,\n          \"x\": {\n            \"y\": 1\n          }\n        },"
        ));
    }
}
