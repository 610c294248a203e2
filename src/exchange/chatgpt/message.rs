//! The messages of a ChatGPT export that people saw. Must not import what the site hid (instructions,
//! tool calls and their results), because they are no part of the conversation.

use serde_json::Value;

use crate::chat::{Message, Timestamp};
use crate::markdown::without_citation_marks;

use super::super::time::from_fractional_seconds;

/// Begins a reference that only OpenAI's own pages can show; seen in exports as of 2026-11.
const MARK_START: char = '\u{e200}';

/// Replaces an image without a file name.
const IMAGE_PLACEHOLDER: &str = "[image]";

/// Returns the visible messages of a branch; one without a time has that of the message before it.
pub(super) fn visible_messages(branch: &[&Value], started: Timestamp) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let mut time = started;
    for value in branch {
        if let Some(seconds) = value.get("create_time").and_then(Value::as_f64) {
            time = from_fractional_seconds(seconds);
        }
        let Some(text) = visible_text(value) else { continue };
        let role = value.pointer("/author/role").and_then(Value::as_str);
        messages.push(match role {
            Some("user") => Message::question(text, time),
            _ => Message::answer(text, time, None),
        });
    }
    messages
}

/// Returns the text of a message; `None` if the site hid it, or it has none.
fn visible_text(value: &Value) -> Option<String> {
    let role = value.pointer("/author/role").and_then(Value::as_str)?;
    let hidden = value.pointer("/metadata/is_visually_hidden_from_conversation");
    let recipient = value.get("recipient").and_then(Value::as_str).unwrap_or("all");
    let is_hidden = hidden == Some(&Value::Bool(true)) || recipient != "all";
    if !matches!(role, "user" | "assistant") || is_hidden {
        return None;
    }
    let content = value.get("content")?;
    let text = match content.get("content_type").and_then(Value::as_str)? {
        "text" | "multimodal_text" => join_parts(content, &image_names(value)),
        "code" => {
            let code = content.get("text").and_then(Value::as_str).unwrap_or_default();
            format!("```\n{code}\n```")
        }
        // Reasoning, instructions, the canvas document.
        _ => return None,
    };
    let text = without_citation_marks(&replace_references(text, value));
    (!text.trim().is_empty()).then_some(text)
}

/// Returns the names of the images that were sent with a message, in order.
fn image_names(value: &Value) -> Vec<&str> {
    let attachments = value.pointer("/metadata/attachments").and_then(Value::as_array);
    let is_image = |attachment: &&Value| {
        let kind = attachment.get("mime_type").and_then(Value::as_str).unwrap_or_default();
        kind.starts_with("image/")
    };
    let images = attachments.into_iter().flatten().filter(is_image);
    images.filter_map(|image| image.get("name").and_then(Value::as_str)).collect()
}

fn join_parts(content: &Value, images: &[&str]) -> String {
    let parts = content.get("parts").and_then(Value::as_array).into_iter().flatten();
    let mut images = images.iter();
    let texts = parts.map(|part| match part {
        Value::String(text) => text.clone(),
        other => match part_placeholder(other) {
            image if image == IMAGE_PLACEHOLDER => {
                images.next().map_or(image, |name| format!("[image: {name}]"))
            }
            placeholder => placeholder,
        },
    });
    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Returns the text of a part that is not a string, or its placeholder.
fn part_placeholder(part: &Value) -> String {
    let kind = part.get("content_type").and_then(Value::as_str).unwrap_or_default();
    let spoken = part.get("text").and_then(Value::as_str);
    match (kind, spoken) {
        (_, Some(text)) => text.to_owned(),
        (kind, None) if kind.contains("image") => IMAGE_PLACEHOLDER.to_owned(),
        (kind, None) if kind.contains("audio") => "[audio]".to_owned(),
        (kind, None) if kind.contains("video") => "[video]".to_owned(),
        (_, None) => "[attachment]".to_owned(),
    }
}

/// Replaces references to sources with their links.
fn replace_references(text: String, value: &Value) -> String {
    let references = value.pointer("/metadata/content_references").and_then(Value::as_array);
    references.into_iter().flatten().fold(text, |text, reference| {
        let mark = reference.get("matched_text").and_then(Value::as_str).unwrap_or_default();
        let link = reference.get("alt").and_then(Value::as_str).unwrap_or_default();
        if mark.starts_with(MARK_START) { text.replace(mark, link) } else { text }
    })
}
