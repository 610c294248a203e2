//! The messages of a ChatGPT export, as people saw them. Must not import what the site hid: instructions,
//! tool calls and their results.

use serde_json::Value;

use crate::chat::{Message, Timestamp};
use crate::markdown::without_citation_marks;

use super::super::time;

/// What a mark begins with that only the site's own page can show.
const MARK_START: char = '\u{e200}';

/// What is said in place of a picture without a name.
const IMAGE_PLACEHOLDER: &str = "[image]";

/// The messages of a line that people saw.
pub(super) fn visible_messages(line: &[&Value], started: Timestamp) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let mut now = started;
    for value in line {
        if let Some(seconds) = value.get("create_time").and_then(Value::as_f64) {
            now = time::from_fractional_seconds(seconds);
        }
        let Some(text) = visible_text(value) else { continue };
        let role = value.pointer("/author/role").and_then(Value::as_str);
        messages.push(match role {
            Some("user") => Message::question(text, now),
            _ => Message::answer(text, now, None),
        });
    }
    messages
}

/// The text of a message that people saw; `None` where they did not, or it has none.
fn visible_text(value: &Value) -> Option<String> {
    let role = value.pointer("/author/role").and_then(Value::as_str)?;
    let hidden = value.pointer("/metadata/is_visually_hidden_from_conversation");
    let recipient = value.get("recipient").and_then(Value::as_str).unwrap_or("all");
    if !matches!(role, "user" | "assistant") || hidden == Some(&Value::Bool(true)) {
        return None;
    }
    if recipient != "all" {
        return None;
    }
    let content = value.get("content")?;
    let text = match content.get("content_type").and_then(Value::as_str)? {
        "text" | "multimodal_text" => join_parts(content, &image_names(value)),
        "code" => {
            let code = content.get("text").and_then(Value::as_str).unwrap_or_default();
            format!("```\n{code}\n```")
        }
        // Thoughts, instructions, what was being edited beside the chat.
        _ => return None,
    };
    let text = without_citation_marks(&replace_references(text, value));
    (!text.trim().is_empty()).then_some(text)
}

/// The names of pictures that were sent with a message, in their order.
fn image_names(value: &Value) -> Vec<&str> {
    let all = value.pointer("/metadata/attachments").and_then(Value::as_array);
    let is_image = |it: &&Value| {
        let kind = it.get("mime_type").and_then(Value::as_str).unwrap_or_default();
        kind.starts_with("image/")
    };
    let images = all.into_iter().flatten().filter(is_image);
    images.filter_map(|it| it.get("name").and_then(Value::as_str)).collect()
}

fn join_parts(content: &Value, images: &[&str]) -> String {
    let all = content.get("parts").and_then(Value::as_array).into_iter().flatten();
    let mut images = images.iter();
    let texts = all.map(|part| match part {
        Value::String(text) => text.clone(),
        other => match (part_placeholder(other), images.as_slice().is_empty()) {
            (said, false) if said == IMAGE_PLACEHOLDER => {
                images.next().map_or(said, |name| format!("[image: {name}]"))
            }
            (said, _) => said,
        },
    });
    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What is said in place of something that is no text.
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

/// Marks for sources as the links they stand for.
fn replace_references(text: String, value: &Value) -> String {
    let all = value.pointer("/metadata/content_references").and_then(Value::as_array);
    all.into_iter().flatten().fold(text, |text, reference| {
        let mark = reference.get("matched_text").and_then(Value::as_str).unwrap_or_default();
        let link = reference.get("alt").and_then(Value::as_str).unwrap_or_default();
        if mark.starts_with(MARK_START) { text.replace(mark, link) } else { text }
    })
}
