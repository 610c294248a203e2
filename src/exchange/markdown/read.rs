//! Reads Markdown exports, including edited ones.

use serde::Deserialize;

use crate::chat::{Conversation, Message, ResponseId, Role, Timestamp};

use crate::exchange::format_error::FormatError;
use crate::exchange::markdown::front_matter::FrontMatter;

/// What the comment before a message says.
#[derive(Deserialize)]
struct MessageHeader {
    role: String,
    timestamp: Option<i64>,
    response_id: Option<String>,
    agent_preset_id: Option<String>,
    reasoning_level: Option<String>,
    reasoning_data: Option<String>,
}

/// Every conversation of a file that holds one export or several, one behind the other.
///
/// # Errors
/// When the text is no such file, or a part of it cannot be read.
pub fn parse_documents(text: &str) -> Result<Vec<Conversation>, FormatError> {
    // A tool that turned every line end into two characters did so in the first line too.
    let whole =
        if text.starts_with("---\r\n") { text.replace("\r\n", "\n") } else { text.to_owned() };
    let mut rest = whole.trim_start_matches('\u{feff}').trim_start();
    let mut found = Vec::new();
    while !rest.is_empty() || found.is_empty() {
        let (front, body) = FrontMatter::read(rest)?;
        let (conversation, behind) = parse_messages(front, body)?;
        found.push(conversation);
        rest = behind.trim_start();
    }
    Ok(found)
}

/// Reads messages up to the end of the document; what follows it comes back too.
fn parse_messages(front: FrontMatter, body: &str) -> Result<(Conversation, &str), FormatError> {
    let begin = format!("\n<!-- {} ", front.marker);
    let time = front.default_time();
    let mut conversation = front.conversation;
    let Some((_, mut rest)) = body.split_once(&begin) else {
        return Ok((conversation, ""));
    };
    loop {
        let (about, behind) =
            rest.split_once("-->").ok_or_else(|| malformed_header(&conversation))?;
        let behind = behind.strip_prefix('\n').unwrap_or(behind);
        if about.trim() == "end" {
            return Ok((conversation, behind));
        }
        let about: MessageHeader =
            serde_json::from_str(about).map_err(|_| malformed_header(&conversation))?;
        let text = strip_heading(behind);
        let Some((text, next)) = text.split_once(&begin) else {
            conversation.messages.push(build_message(about, text.trim_end_matches('\n'), time));
            return Ok((conversation, ""));
        };
        conversation.messages.push(build_message(
            about,
            text.strip_suffix('\n').unwrap_or(text),
            time,
        ));
        rest = next;
    }
}

/// The text below the name of the speaker.
fn strip_heading(text: &str) -> &str {
    let Some((first, rest)) = text.split_once('\n') else {
        return text;
    };
    if first.starts_with("## ") { rest.strip_prefix('\n').unwrap_or(rest) } else { text }
}

fn build_message(about: MessageHeader, text: &str, time: Timestamp) -> Message {
    let mut message =
        Message::question(text, about.timestamp.map_or(time, Timestamp::from_seconds));
    message.role = Role::from(about.role);
    message.response_id = about.response_id.map(ResponseId::new);
    message.agent_preset_id = about.agent_preset_id;
    message.reasoning_level = about.reasoning_level;
    message.reasoning_data = about.reasoning_data;
    message
}

fn malformed_header(conversation: &Conversation) -> FormatError {
    let number = conversation.messages.len().saturating_add(1);
    FormatError::Malformed(format!(
        "the comment before message {number} of \"{}\" was not written by an export",
        conversation.title
    ))
}
