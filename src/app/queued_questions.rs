//! Questions that wait for the answer before them: each is asked when that answer is there and
//! whole. On disk they are part of their conversation's draft until they are stored as questions.
//! May not hold a question of a conversation in which nothing is under way.

use crate::chat::ConversationId;

use crate::app::stored_draft::{self, queued_texts};
use crate::app::{Effect, NoticeKind, QueuedQuestion, State, branching, drafts, prompt_history};

/// Lets what is written wait for the answer that is coming in.
pub fn enqueue_question(state: &mut State) -> Vec<Effect> {
    let Some(conversation) = state.open_turn().map(|turn| turn.conversation.clone()) else {
        return Vec::new();
    };
    let text = state.composer.text();
    let prompt = prompt_history::add_prompt(state, &text);
    state.composer = prompt_history::composer_after_sending(&mut state.composer);
    state.drafts.remove(&Some(conversation.clone()));
    state.queued_questions.push(QueuedQuestion { conversation: conversation.clone(), text });
    vec![save_draft(state, &conversation), prompt]
}

/// Takes the last question that waits here back into the composer.
pub fn dequeue_last(state: &mut State) -> Vec<Effect> {
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    let place =
        state.queued_questions.iter().rposition(|it| Some(&it.conversation) == open.as_ref());
    let Some(place) = place else {
        state.show_notice(NoticeKind::Info, "No questions are queued here.");
        return Vec::new();
    };
    let QueuedQuestion { conversation, text } = state.queued_questions.remove(place);
    drafts::restore_unsent(state, text.into());
    vec![save_draft(state, &conversation)]
}

/// Asks the next question that waits in a conversation, because its answer is there.
pub fn ask_next(state: &mut State, conversation: &ConversationId) -> Vec<Effect> {
    let place = state.queued_questions.iter().position(|it| it.conversation == *conversation);
    let Some(place) = place else {
        return Vec::new();
    };
    let text = state.queued_questions.remove(place).text;
    let mut effects = branching::ask_in_conversation(state, conversation.clone(), text);
    // Done in order: the draft forgets the question once it is stored.
    effects.push(save_draft(state, conversation));
    effects
}

/// Takes away everything that waits in a conversation, because there is no such conversation.
pub fn remove_all(state: &mut State, conversation: &ConversationId) -> Vec<String> {
    let texts = queued_texts(state, conversation).map(str::to_owned).collect();
    state.queued_questions.retain(|it| it.conversation != *conversation);
    texts
}

/// Gives everything that waits in a conversation back, because its answer did not come whole: what
/// comes next is for the user to say.
pub fn return_to_composer(state: &mut State, conversation: &ConversationId) -> Vec<Effect> {
    let texts: Vec<&str> = queued_texts(state, conversation).collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let text = texts.join("\n\n");
    state.queued_questions.retain(|it| it.conversation != *conversation);
    drafts::save_unsent(state, Some(conversation.clone()), text.into())
}

/// Brings the disk up to date about a conversation's draft.
#[must_use]
pub fn save_draft(state: &State, conversation: &ConversationId) -> Effect {
    let whose = Some(conversation.clone());
    let written = drafts::current_draft(state, &whose);
    stored_draft::save_effect(state, whose, written)
}
