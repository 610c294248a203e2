//! Questions queued behind an answer: each is asked when the answer before is complete. They are
//! saved in the draft of their conversation.

use crate::chat::ConversationId;

use crate::app::question::stored_draft::{self, queued_texts};
use crate::app::{
    Effect, NoticeKind, QueuedQuestion, State,
    question::{drafts, prompt_history},
    transcript,
};

/// Queues the text in the composer.
pub(crate) fn enqueue_question(state: &mut State) -> Vec<Effect> {
    let Some(conversation) = state.open_turn().map(|turn| turn.conversation.clone()) else {
        return Vec::new();
    };
    let text = state.composer.text();
    prompt_history::reset_after_sending(&mut state.composer);
    state.drafts.remove(&Some(conversation));
    let prompt = text.clone();
    enqueue_text(state, text, &prompt)
}

/// Queues a question in the open conversation; `prompt` is what the history keeps of it.
pub(crate) fn enqueue_text(state: &mut State, text: String, prompt: &str) -> Vec<Effect> {
    let Some(conversation) = state.open_turn().map(|turn| turn.conversation.clone()) else {
        return Vec::new();
    };
    let prompt = prompt_history::add_prompt(state, prompt);
    state.queued_questions.push(QueuedQuestion { conversation: conversation.clone(), text });
    vec![save_draft(state, &conversation), prompt]
}

/// Moves the last queued question of the open conversation back to the composer.
pub(crate) fn dequeue_last(state: &mut State) -> Vec<Effect> {
    if transcript::warn_if_opening(state) {
        return Vec::new();
    }
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    let index =
        state.queued_questions.iter().rposition(|it| Some(&it.conversation) == open.as_ref());
    let Some(index) = index else {
        state.show_notice(NoticeKind::Info, "No questions are queued here.");
        return Vec::new();
    };
    let QueuedQuestion { conversation, text } = state.queued_questions.remove(index);
    drafts::restore_unsent(state, text.into());
    vec![save_draft(state, &conversation)]
}

/// Takes the next queued question of a conversation, to be asked.
pub(crate) fn take_next(state: &mut State, conversation: &ConversationId) -> Option<String> {
    let index = state.queued_questions.iter().position(|it| it.conversation == *conversation)?;
    Some(state.queued_questions.remove(index).text)
}

/// Removes all queued questions of a conversation that does not exist.
pub(crate) fn remove_all(state: &mut State, conversation: &ConversationId) -> Vec<String> {
    let texts = queued_texts(state, conversation).map(str::to_owned).collect();
    state.queued_questions.retain(|it| it.conversation != *conversation);
    texts
}

/// Returns all queued questions of a conversation whose answer is incomplete to the user.
pub(crate) fn return_to_composer(state: &mut State, conversation: &ConversationId) -> Vec<Effect> {
    let texts: Vec<&str> = queued_texts(state, conversation).collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let text = texts.join("\n\n");
    let notice = match texts.len() {
        1 => "The queued question is back in the composer.".to_owned(),
        many => format!("The {many} queued questions are back in the composer."),
    };
    state.queued_questions.retain(|it| it.conversation != *conversation);
    if state.transcript.open.as_ref().is_some_and(|open| open.id == *conversation) {
        if let Some(shown) = &mut state.notice {
            let short = shown.text.trim_end_matches(" The partial answer is kept.").len();
            shown.text.truncate(short);
        }
        state.append_notice(&notice);
    }
    drafts::save_unsent(state, Some(conversation.clone()), text.into())
}

/// Saves the draft of a conversation with its queued questions.
#[must_use]
pub(crate) fn save_draft(state: &State, conversation: &ConversationId) -> Effect {
    let owner_id = Some(conversation.clone());
    let written = drafts::current_draft(state, &owner_id);
    stored_draft::save_effect(state, owner_id, written)
}
