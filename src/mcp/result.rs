//! The result of a call as the model, the stored answer and people get it. Must not pass on more than a
//! limit, whatever a server returns.

use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};

use crate::tools::{MAX_OUTPUT_BYTES, ToolOutput};

/// The longest result as displayed, in characters.
const MAX_DISPLAY_CHARS: usize = 2000;

/// Makes text of what a server returned, and shortens it.
pub(super) fn convert(result: &CallToolResult) -> ToolOutput {
    let text = limit(text_of(result));
    let success = result.is_error != Some(true);
    let text = if text.is_empty() { "(no output)".to_owned() } else { text };
    shorten_display(ToolOutput::of_text(success, &text))
}

/// The result of a call that failed on the way.
pub(super) fn failed(why: &str) -> ToolOutput {
    shorten_display(ToolOutput::of_text(false, why))
}

fn shorten_display(mut output: ToolOutput) -> ToolOutput {
    if let Some((end, _)) = output.output_display.char_indices().nth(MAX_DISPLAY_CHARS) {
        output.output_display.truncate(end);
        output.output_display.push('…');
    }
    output
}

/// All of a result as text; pictures and sounds are only named, because models get text here.
fn text_of(result: &CallToolResult) -> String {
    let blocks: Vec<String> = result.content.iter().map(block_text).collect();
    match &result.structured_content {
        // The specification wants the same data as text as well.
        Some(data) if blocks.is_empty() => data.to_string(),
        _ => blocks.join("\n\n"),
    }
}

pub(super) fn block_text(block: &ContentBlock) -> String {
    match block {
        ContentBlock::Text(text) => text.text.clone(),
        ContentBlock::Image(image) => omitted("image", &image.mime_type, image.data.len()),
        ContentBlock::Audio(audio) => omitted("audio", &audio.mime_type, audio.data.len()),
        ContentBlock::Resource(embedded) => match &embedded.resource {
            ResourceContents::TextResourceContents { uri, text, .. } => format!("{uri}:\n{text}"),
            ResourceContents::BlobResourceContents { uri, mime_type, blob, .. } => {
                let kind = mime_type.as_deref().unwrap_or("unknown type");
                format!("{uri}: {}", omitted("data", kind, blob.len()))
            }
            _ => "[a resource of an unknown kind]".to_owned(),
        },
        ContentBlock::ResourceLink(link) => format!("[resource {}: {}]", link.name, link.uri),
        _ => "[content of an unknown kind]".to_owned(),
    }
}

fn omitted(what: &str, kind: &str, base64_length: usize) -> String {
    let kilobytes = base64_length.saturating_mul(3) / 4 / 1024;
    format!("[{what}, {kind}, {kilobytes} KB, not shown]")
}

/// Cuts a text that is too long, and says so.
fn limit(mut text: String) -> String {
    let length = text.len();
    if length > MAX_OUTPUT_BYTES {
        text.truncate(text.floor_char_boundary(MAX_OUTPUT_BYTES));
        text.push_str(&format!("\n[cut here: the result has {length} bytes]"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn converted(result: Value) -> (ToolOutput, Value) {
        let output = convert(&serde_json::from_value(result).unwrap());
        let value = serde_json::from_str(&output.output).unwrap();
        (output, value)
    }

    #[test]
    fn a_result_has_the_members_of_the_web_apps_tool_outputs() {
        let (output, value) =
            converted(json!({ "content": [{ "type": "text", "text": "12:00 \"é\"" }] }));
        assert_eq!(value, json!({ "success": true, "result": "12:00 \"é\"" }));
        assert_eq!((output.success, output.output_display.as_str()), (true, "12:00 \"é\""));
        let (output, value) = converted(
            json!({ "content": [{ "type": "text", "text": "no such zone" }], "isError": true }),
        );
        assert_eq!(value, json!({ "success": false, "error": "no such zone" }));
        assert_eq!(
            (output.success, output.output_display.as_str()),
            (false, "Error: no such zone")
        );
    }

    #[test]
    fn other_content_than_text_is_named() {
        let (_, value) = converted(json!({ "content": [
            { "type": "image", "data": "A".repeat(4096), "mimeType": "image/png" },
            { "type": "resource", "resource": { "uri": "file:///a", "text": "body" } },
            { "type": "resource_link", "name": "b", "uri": "file:///b" },
        ] }));
        let expected = "[image, image/png, 3 KB, not shown]\n\nfile:///a:\nbody\n\n\
                        [resource b: file:///b]";
        assert_eq!(value["result"], expected);
        let (_, value) = converted(json!({ "content": [], "structuredContent": { "n": 1 } }));
        assert_eq!(value["result"], "{\"n\":1}");
        let (_, value) = converted(json!({ "content": [] }));
        assert_eq!(value["result"], "(no output)");
    }

    #[test]
    fn a_long_result_is_cut_for_the_model_and_more_so_for_people() {
        let text = "é".repeat(200_000);
        let (output, value) = converted(json!({ "content": [{ "type": "text", "text": text }] }));
        let kept = value["result"].as_str().unwrap();
        assert!(kept.len() < MAX_OUTPUT_BYTES + 100 && kept.ends_with("has 400000 bytes]"));
        assert_eq!(output.output_display.chars().count(), MAX_DISPLAY_CHARS + 1);
    }
}
