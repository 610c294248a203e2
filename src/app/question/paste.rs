//! What was in the clipboard, in the message: an image as a mention of a file, a text as it is.

use crate::app::{ClipboardContent, Effect, NoticeKind, State, input, question::attach};

/// Inserts what was in the clipboard.
pub(crate) fn insert(state: &mut State, content: ClipboardContent) -> Vec<Effect> {
    match content {
        ClipboardContent::Text(text) => {
            let mut effects = input::paste(state, &text).effects;
            effects.extend(super::drafts::note_edits(state));
            effects
        }
        ClipboardContent::Image { .. } if attach::is_temporary(state) => {
            state.show_notice(NoticeKind::Info, attach::NOT_IN_TEMPORARY);
            Vec::new()
        }
        ClipboardContent::Image { path, bytes } => attach::insert_mention(state, path, bytes),
        ClipboardContent::Nothing(why) => {
            state.show_notice(NoticeKind::Info, why);
            Vec::new()
        }
    }
}
