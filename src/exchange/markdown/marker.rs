//! The word that the comments between messages begin with.
//! Must not be one that a message has a comment with.

use crate::chat::Conversation;

/// The word where no message has such a comment of its own.
pub(super) const DEFAULT_MARKER: &str = "message";

/// The first of `message`, `message1`, … that begins no comment in the conversation.
pub(super) fn choose_marker(conversation: &Conversation) -> String {
    let texts = || conversation.messages.iter().map(|message| message.text.as_str());
    let taken = |marker: &str| {
        let begin = format!("<!-- {marker} ");
        conversation.title.text().contains(&begin) || texts().any(|text| text.contains(&begin))
    };
    let numbered = (1_u32..).map(|number| format!("{DEFAULT_MARKER}{number}"));
    let mut all = std::iter::once(DEFAULT_MARKER.to_owned()).chain(numbered);
    all.find(|marker| !taken(marker)).unwrap_or_default()
}
