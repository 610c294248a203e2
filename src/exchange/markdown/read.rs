//! Reads Markdown exports, including those that people have edited.

use serde::Deserialize;

use crate::chat::{Conversation, Message, ResponseId, Role, Timestamp};

use crate::exchange::markdown::front_matter::FrontMatter;

/// The contents of the comment before a message.
#[derive(Deserialize)]
struct MessageHeader {
    role: String,
    timestamp: Option<i64>,
    response_id: Option<String>,
    agent_preset_id: Option<String>,
    reasoning_level: Option<String>,
    reasoning_data: Option<String>,
}

/// Returns the conversations of a file, which is one export or several in a row.
///
/// # Errors
/// When the text is not an export, or a part of it is malformed; why, in a few words. They must not hold text of
/// a message, because errors are logged.
pub fn parse_documents(text: &str) -> Result<Vec<Conversation>, String> {
    // A tool that converted line endings to Windows' did so in the first line too.
    let text =
        if text.starts_with("---\r\n") { text.replace("\r\n", "\n") } else { text.to_owned() };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    let mut conversations = Vec::new();
    while !rest.is_empty() || conversations.is_empty() {
        let (front, body) = FrontMatter::read(rest)?;
        let (conversation, after) = parse_messages(front, body)?;
        conversations.push(conversation);
        rest = after.trim_start();
    }
    Ok(conversations)
}

/// Reads messages up to the end of the document; returns the conversation and the rest of the text.
fn parse_messages(front: FrontMatter, body: &str) -> Result<(Conversation, &str), String> {
    let begin = format!("\n<!-- {} ", front.marker);
    let time = front.default_time();
    let mut conversation = front.conversation;
    let Some((_, mut rest)) = body.split_once(&begin) else {
        return Ok((conversation, ""));
    };
    loop {
        let (header, after) =
            rest.split_once("-->").ok_or_else(|| malformed_header(&conversation))?;
        let after = after.strip_prefix('\n').unwrap_or(after);
        if header.trim() == "end" {
            return Ok((conversation, after));
        }
        let header: MessageHeader =
            serde_json::from_str(header).map_err(|_| malformed_header(&conversation))?;
        let text = strip_heading(after);
        let Some((text, next)) = text.split_once(&begin) else {
            conversation.messages.push(build_message(header, text.trim_end_matches('\n'), time));
            return Ok((conversation, ""));
        };
        let text = text.strip_suffix('\n').unwrap_or(text);
        conversation.messages.push(build_message(header, text, time));
        rest = next;
    }
}

/// Returns the text below the heading with the speaker's name.
fn strip_heading(text: &str) -> &str {
    let Some((first, rest)) = text.split_once('\n') else {
        return text;
    };
    if first.starts_with("## ") { rest.strip_prefix('\n').unwrap_or(rest) } else { text }
}

fn build_message(header: MessageHeader, text: &str, default_time: Timestamp) -> Message {
    let time = header.timestamp.map_or(default_time, Timestamp::from_seconds);
    Message {
        role: Role::from(header.role),
        response_id: header.response_id.map(ResponseId::new),
        agent_preset_id: header.agent_preset_id,
        reasoning_level: header.reasoning_level,
        reasoning_data: header.reasoning_data,
        ..Message::question(text, time)
    }
}

fn malformed_header(conversation: &Conversation) -> String {
    let number = conversation.messages.len().saturating_add(1);
    let title = &conversation.title;
    format!("the comment before message {number} of \"{title}\" was not written by an export")
}
