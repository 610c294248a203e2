//! New conversations and messages, to the byte as the web app writes them.
//! May not write a value the web app would reject the file for.

use crate::chat::{Conversation, ConversationId, Message, Timestamp};

use crate::store::json::encode_string;
use crate::store::records::edits::reasoning::format_reasoning;

/// Which keys a new message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewMessageKeys {
    /// The four of 2025: only in a file where every message has just these.
    Four,
    /// All eight of today.
    Eight,
}

/// Reasoning levels every version of the web app takes.
const LEVELS: [&str; 4] = ["high", "medium", "low", "none"];

/// A new conversation, its key included, indented for the top level of the file.
#[must_use]
pub fn new_conversation_json(id: &ConversationId, title: &str, at: Timestamp) -> String {
    conversation_json(&Conversation::new(id.clone(), title, at), NewMessageKeys::Eight)
}

/// A conversation with its messages, its key included, indented for the top level of the file.
#[must_use]
pub fn conversation_json(it: &Conversation, keys: NewMessageKeys) -> String {
    let (mut key, mut name, mut last) = (String::new(), String::new(), String::new());
    encode_string(it.id.as_str(), &mut key);
    encode_string(&it.title, &mut name);
    push_text_or_null(it.last_response_id.as_ref().map(crate::chat::ResponseId::as_str), &mut last);
    let (created, updated) = (it.created_at.seconds(), it.last_update.seconds());
    let all: Vec<String> = it.messages.iter().map(|one| message_json(one, keys)).collect();
    let messages =
        if all.is_empty() { "[]".to_owned() } else { format!("[\n{}\n    ]", all.join(",\n")) };
    format!(
        "  {key}: {{\n    \"data\": {{\n      \"id\": {key},\n      \"created_at\": {created},\n      \
         \"metadata\": {{}},\n      \"object\": \"conversation\"\n    }},\n    \
         \"chat_name\": {name},\n    \"last_update\": {updated},\n    \"messages\": {messages},\n    \
         \"last_response_id\": {last}\n  }}"
    )
}

/// Whether every version of the web app takes a reasoning level.
#[must_use]
pub fn is_known_level(level: &str) -> bool {
    LEVELS.contains(&level)
}

/// A new message, indented for the list of a conversation.
#[must_use]
pub fn message_json(message: &Message, keys: NewMessageKeys) -> String {
    let mut out = String::from("      {\n        \"role\": ");
    encode_string(message.role.as_str(), &mut out);
    out.push_str(",\n        \"text\": ");
    encode_string(&message.text, &mut out);
    out.push_str(",\n        \"timestamp\": ");
    out.push_str(&message.timestamp.seconds().to_string());
    out.push_str(",\n        \"response_id\": ");
    push_text_or_null(message.response_id.as_ref().map(crate::chat::ResponseId::as_str), &mut out);
    if keys == NewMessageKeys::Eight {
        out.push_str(",\n        \"reasoning_data\": ");
        let data = message.reasoning_data.as_deref().and_then(|raw| format_reasoning(raw, 4));
        out.push_str(data.as_deref().unwrap_or("null"));
        out.push_str(",\n        \"agent_preset_id\": ");
        push_text_or_null(message.agent_preset_id.as_deref(), &mut out);
        // The names of models the web app takes differ between its versions, and a wrong one makes
        // it throw the whole file away: null is the only value all of them take.
        out.push_str(",\n        \"model\": null,\n        \"reasoning_level\": ");
        let level = message.reasoning_level.as_deref().filter(|level| is_known_level(level));
        push_text_or_null(level, &mut out);
    }
    out.push_str("\n      }");
    out
}

/// A text, or null.
pub fn push_text_or_null(text: Option<&str>, out: &mut String) {
    match text {
        Some(text) => encode_string(text, out),
        None => out.push_str("null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ResponseId;

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
