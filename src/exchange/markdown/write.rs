//! Writes a conversation as a Markdown file.
//!
//! The comment before each message has its role, time and other fields. No message can end or imitate
//! such a comment, because the comment's first word is one that no message has in a comment.

use std::collections::HashMap;

use serde_json::json;
use serde_json::value::RawValue;

use crate::chat::{AnswerDetails, Conversation, Message, ResponseId, Role};

use super::marker::MarkerChoice;
use crate::exchange::markdown::front_matter::FrontMatter;

/// Returns a conversation with everything needed to import it again.
#[must_use]
pub fn write_document(conversation: &Conversation) -> String {
    let mut choice = MarkerChoice::default();
    choice.exclude(conversation.title.text());
    conversation.messages.iter().for_each(|message| choice.exclude(&message.text));
    let document = DocumentWriter::new(choice.marker());
    let mut out = document.start(conversation);
    for message in &conversation.messages {
        out.push_str(&document.message(message));
    }
    out.push_str(&document.end());
    out
}

/// Writes a document in parts, in the order of its methods.
#[derive(Debug)]
pub struct DocumentWriter {
    /// The first word of the comments between messages.
    marker: String,
}

impl DocumentWriter {
    /// A document in which no message has a comment that begins with `marker`.
    #[must_use]
    pub const fn new(marker: String) -> Self {
        Self { marker }
    }

    /// What precedes the messages.
    #[must_use]
    pub fn start(&self, conversation: &Conversation) -> String {
        let mut out = FrontMatter::of(conversation, &self.marker).to_text();
        out.push_str(&format!("\n# {}\n\n", single_line(conversation.title.text())));
        if let Some(sentence) = conversation.readability.sentence() {
            out.push_str(&format!("_{sentence}_\n\n"));
        }
        out
    }

    /// Writes the comment with author and time, then the text of a message.
    #[must_use]
    pub fn message(&self, message: &Message) -> String {
        let mut out = format!("<!-- {} {} -->\n", self.marker, message_header(message));
        push_message(message, &mut out);
        out
    }

    /// What follows the last message.
    #[must_use]
    pub fn end(&self) -> String {
        format!("<!-- {} end -->\n", self.marker)
    }
}

/// Returns the beginning of a conversation for reading, without its messages.
#[must_use]
pub fn transcript_title(conversation: &Conversation) -> String {
    format!("# {}\n", single_line(conversation.title.text()))
}

/// Returns a message for reading: name and text, with an empty line before and behind it, or only before
/// the last one.
#[must_use]
pub fn transcript_message(message: &Message, is_last: bool) -> String {
    let mut out = String::from("\n");
    push_message(message, &mut out);
    let kept = if is_last { out.trim_end_matches('\n').len() } else { out.len().saturating_sub(2) };
    out.truncate(kept);
    out.push('\n');
    out
}

/// Returns the name shown above a message.
#[must_use]
pub fn speaker_name(role: &Role) -> &str {
    match role {
        Role::User => "You",
        Role::Assistant => "Assistant",
        Role::Other(word) => word,
    }
}

fn push_message(message: &Message, out: &mut String) {
    let name = single_line(speaker_name(&message.role));
    for part in ["## ", name.as_str(), "\n\n", message.text.as_str(), "\n\n"] {
        out.push_str(part);
    }
}

/// Returns the fields of a message except its text. An escaped `>` cannot end the comment early.
fn message_header(message: &Message) -> String {
    let mut header = json!({
        "role": message.role.as_str(),
        "timestamp": message.timestamp.seconds(),
    });
    let optional = [
        ("response_id", message.response_id.as_ref().map(ResponseId::as_str)),
        ("agent_preset_id", message.agent_preset_id.as_deref()),
        ("reasoning_level", message.reasoning_level.as_deref()),
        // As text, so that its numbers keep every digit.
        (
            "reasoning_data",
            message.reasoning_data.as_deref().filter(|raw| has_details(message, raw)),
        ),
    ];
    if let Some(fields) = header.as_object_mut() {
        for (name, value) in optional {
            if let Some(value) = value {
                fields.insert(name.to_owned(), json!(value));
            }
        }
    }
    header.to_string().replace('>', "\\u003e")
}

/// Returns whether there are details beside the empty object that the web app stores with an answer
/// (hcorion/ai-multitool bdc7763, 2026).
fn has_details(message: &Message, raw: &str) -> bool {
    let is_object = serde_json::from_str::<HashMap<String, Box<RawValue>>>(raw).is_ok();
    is_object && !AnswerDetails::of(message).is_empty()
}

fn single_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::super::read::parse_documents;
    use super::*;
    use crate::chat::{ConversationId, Timestamp};
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn conversation(title: &str, texts: &[&str]) -> Conversation {
        let mut conversation = Conversation::new(ConversationId::new("c-1"), title, at(10));
        for (index, text) in texts.iter().enumerate() {
            let time = at(20 + i64::try_from(index).unwrap());
            conversation.messages.push(if index % 2 == 0 {
                Message::question(*text, time)
            } else {
                Message::answer(*text, time, Some(ResponseId::new("resp_-->")))
            });
            conversation.last_update = time;
        }
        conversation
    }

    #[test]
    fn a_document_reads_as_markdown_with_front_matter() {
        let text = write_document(&conversation("A \"title\"", &["Hi", "**Hello**\n"]));
        let expected = r#"---
duologue: 1
id: "c-1"
title: "A \"title\""
created: 1970-01-01T00:00:10Z
updated: 1970-01-01T00:00:21Z
marker: "message"
---

# A "title"

<!-- message {"role":"user","timestamp":20} -->
## You

Hi

<!-- message {"role":"assistant","timestamp":21,"response_id":"resp_--\u003e"} -->
## Assistant

**Hello**


<!-- message end -->
"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn details_are_read_back_to_the_digit_and_empty_ones_are_omitted() {
        let mut one = conversation("one", &["a", "b", "c", "d"]);
        let raw = r#"{"summary_parts": [], "tool_outputs": [{"output": 1267650600228229401496703205376}], "x": "-->"}"#;
        one.messages[1].reasoning_data = Some(raw.to_owned());
        let read = parse_documents(&write_document(&one)).unwrap();
        assert_eq!(read, std::slice::from_ref(&one));
        one.messages[3].reasoning_data =
            Some(r#"{"summary_parts": [], "complete_summary": ""}"#.into());
        assert!(!write_document(&one).contains("complete_summary"));
    }

    #[test]
    fn several_documents_in_one_file_are_all_read() {
        let (one, two) = (conversation("one", &["a"]), conversation("two", &[]));
        let both = format!("{}\n{}", write_document(&one), write_document(&two));
        assert_eq!(parse_documents(&both).unwrap(), [one, two]);
    }

    #[test]
    fn windows_line_endings_and_a_missing_end_are_accepted() {
        let one = conversation("one", &["a\nb", "c"]);
        let crlf = write_document(&one).replace('\n', "\r\n");
        assert_eq!(parse_documents(&crlf).unwrap(), std::slice::from_ref(&one));
        let cut = write_document(&one).replace("<!-- message end -->\n", "");
        assert_eq!(parse_documents(&cut).unwrap(), [one]);
    }

    #[test]
    fn other_texts_are_rejected_with_the_reason() {
        for other in ["# Notes\n", "---\ntitle: x\n---\n"] {
            assert!(parse_documents(other).unwrap_err().starts_with("it has no front matter"));
        }
        let newer = write_document(&conversation("x", &[])).replace("duologue: 1", "duologue: 2");
        assert!(parse_documents(&newer).unwrap_err().ends_with("of duologue (format 2)"));
        let broken = write_document(&conversation("x", &["a"])).replace("\"role\"", "role");
        assert!(parse_documents(&broken).unwrap_err().contains("was not written by an export"));
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a",
            "\n",
            "\r\n",
            "---",
            "## You\n\n",
            "<!-- message end -->\n",
            "<!-- message1 ",
            "\n<!-- message {\"role\":\"user\"} -->\n",
            "# T",
            "名\u{0}\u{1b}",
            " ",
            "duologue: 1",
        ]);
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_conversation_is_read_back_unchanged(
            title in text(), texts in prop::collection::vec(text(), 0..5)
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let written = conversation(&title, &texts);
            prop_assert_eq!(parse_documents(&write_document(&written)).unwrap(), vec![written]);
        }
    }
}
