//! The word that the comments between messages begin with: one that no message has in a comment.

use crate::chat::Conversation;

/// The word if no message has such a comment.
pub(super) const DEFAULT_MARKER: &str = "message";

/// Returns the first of `message`, `message1`, … that begins no comment in the conversation.
pub(super) fn choose_marker(conversation: &Conversation) -> String {
    let texts = || conversation.messages.iter().map(|message| message.text.as_str());
    let is_used = |marker: &str| {
        let begin = format!("<!-- {marker} ");
        conversation.title.text().contains(&begin) || texts().any(|text| text.contains(&begin))
    };
    let numbered = (1_u32..).map(|number| format!("{DEFAULT_MARKER}{number}"));
    let mut candidates = std::iter::once(DEFAULT_MARKER.to_owned()).chain(numbered);
    candidates.find(|marker| !is_used(marker)).unwrap_or_default()
}
