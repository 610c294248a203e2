//! The conversation that an action applies to.

use crate::chat::ConversationId;

use crate::app::{Focus, NoticeKind, State, list};

/// Why nothing can be done with a conversation.
pub(crate) const NO_CONVERSATION_OPEN: &str = "No conversation is open.";

/// The target of an action; says so where there is none.
pub(crate) fn require_target(state: &mut State) -> Option<(ConversationId, String)> {
    let target = target_conversation(state);
    if target.is_none() {
        state.show_notice(NoticeKind::Info, NO_CONVERSATION_OPEN);
    }
    target
}

/// Id and title of the target: the selected row where the list has the focus, else the open
/// conversation.
fn target_conversation(state: &State) -> Option<(ConversationId, String)> {
    if state.focus == Focus::List {
        return list::selected(&state.list)
            .map(|row| (row.id.clone(), row.title.text().to_owned()));
    }
    state.transcript.open.as_ref().map(|open| (open.id.clone(), open.title.clone()))
}
