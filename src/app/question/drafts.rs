//! Drafts of each conversation, saved as soon as nothing more is typed, and every second.

use crate::chat::{ConversationId, Draft, Failure};

use crate::app::overlay::presets;
use crate::app::question::prompt_history;
use crate::app::{
    Composer, Effect, NoticeKind, SessionEffect, State, Transcript, UnsavedQuestion,
    question::stored_draft,
};

/// Seconds of typing without a pause before the draft is saved.
const SAVE_DELAY_SECONDS: i64 = 1;

/// Records that the text may have changed; [`save_due`] saves it.
pub(crate) fn note_edits(state: &mut State) -> Vec<Effect> {
    let effects = prompt_history::end_recall_if_edited(state);
    // Where the text was sent or cleared, its draft is still stored.
    let left_over = state.composer.text_is_empty() && state.drafts.contains_key(&owner(state));
    let preset = presets::has_unsaved(state);
    let composer = &mut state.composer;
    if composer.editor.revision() == composer.saved_revision && !left_over && !preset {
        composer.unsaved_since = None;
    } else {
        composer.unsaved_since.get_or_insert(state.now);
    }
    effects
}

/// Saves the draft if the text has changed, because nothing has happened for a moment.
pub(crate) fn save_unsaved(state: &mut State) -> Vec<Effect> {
    if state.composer.unsaved_since.is_some() { save_now(state) } else { Vec::new() }
}

/// Saves the draft if it has been unsaved for long enough.
pub(crate) fn save_due(state: &mut State) -> Vec<Effect> {
    let due = |at| state.now.seconds_since(at) >= SAVE_DELAY_SECONDS;
    if state.composer.unsaved_since.is_some_and(due) { save_now(state) } else { Vec::new() }
}

/// Saves the draft where the stored one differs.
pub(crate) fn save_now(state: &mut State) -> Vec<Effect> {
    state.composer.saved_revision = state.composer.editor.revision();
    state.composer.unsaved_since = None;
    let conversation = owner(state);
    let draft = current_draft(state, &conversation);
    let mut effects = save_draft(state, conversation, draft);
    effects.extend(presets::save_draft(state));
    effects
}

/// Takes the draft of a conversation that is about to be read into the composer, so that what is typed
/// from now on belongs to it.
pub(crate) fn start_opening(state: &mut State, id: &ConversationId) -> Vec<Effect> {
    if owner(state).as_ref() == Some(id) {
        state.transcript.opening = Some(id.clone());
        return Vec::new();
    }
    let mut effects = save_now(state);
    state.transcript.opening = Some(id.clone());
    effects.extend(restore_draft(state));
    effects
}

/// Returns to the draft of the conversation on screen where another could not be opened. What was typed
/// for that one comes after it: nothing else would show it.
pub(crate) fn cancel_opening(state: &mut State) -> Vec<Effect> {
    let typed = state.composer.editor.can_undo().then(|| current_draft(state, &owner(state)));
    let mut effects = match &typed {
        Some(_) => {
            let missing = owner(state);
            save_draft(state, missing, Draft::default())
        }
        None => Vec::new(),
    };
    state.transcript.opening = None;
    effects.extend(restore_draft(state));
    if let Some(Draft { text, .. }) = typed {
        let here = current_draft(state, &owner(state)).followed_by(text.into());
        state.composer.editor.set_text(&here.text);
        effects.extend(save_now(state));
    }
    effects
}

/// The draft of a conversation, on screen or not; a recalled prompt is not part of it.
#[must_use]
#[expect(clippy::ref_option, reason = "the key type of the drafts")]
pub(crate) fn current_draft(state: &State, conversation: &Option<ConversationId>) -> Draft {
    if *conversation != owner(state) {
        return state.drafts.get(conversation).cloned().unwrap_or_default();
    }
    let text = prompt_history::own_text(&state.composer).to_owned();
    Draft { text, edits: state.composer.edited_question.clone() }
}

/// Restores the draft of the conversation that is now on screen.
pub(crate) fn restore_draft(state: &mut State) -> Vec<Effect> {
    let draft = state.drafts.get(&owner(state)).cloned().unwrap_or_default();
    state.composer.reset(draft);
    end_edit_if_question_gone(state)
}

/// Makes an edit an ordinary draft where its question is not in the conversation any more.
pub(crate) fn end_edit_if_question_gone(state: &mut State) -> Vec<Effect> {
    let Some(question) = &state.composer.edited_question else {
        return Vec::new();
    };
    if is_opening(state) {
        return Vec::new();
    }
    if state.transcript.open.as_ref().is_some_and(|open| open.position(question).is_some()) {
        return Vec::new();
    }
    state.composer.edited_question = None;
    let message = "The question you were editing is no longer in this conversation. Your text is kept \
         as a new question.";
    state.show_notice(NoticeKind::Warning, message);
    save_now(state)
}

/// Takes the drafts of an earlier run; text typed since the start goes after its draft.
pub(crate) fn load_drafts(
    state: &mut State,
    loaded: Vec<(Option<ConversationId>, Draft)>,
) -> Vec<Effect> {
    let on_screen = owner(state);
    for (conversation, draft) in loaded {
        let mut since = Draft::default();
        if conversation != on_screen {
            since = state.drafts.remove(&conversation).unwrap_or_default();
        } else if !state.composer.text_is_empty() {
            restore_unsent(state, draft.clone());
        }
        state.drafts.insert(conversation, draft.followed_by(since));
    }
    let mut effects = vec![Effect::Session(SessionEffect::MarkDraftsRead)];
    if state.composer.text_is_empty() {
        effects.extend(restore_draft(state));
    }
    effects
}

/// Reports that a draft could not be saved, unless an error is shown already: why a question was not
/// sent matters more.
pub(crate) fn report_not_saved(state: &mut State, failure: &Failure) {
    if state.notice.as_ref().is_none_or(|notice| notice.kind != NoticeKind::Error) {
        state.show_failure(failure);
    }
}

/// Returns text that could not be stored to the composer, before what was typed since.
pub(crate) fn restore_unsent(state: &mut State, draft: Draft) {
    let Composer { editor, edited_question: edits, .. } = &mut state.composer;
    let since = Draft { text: editor.text().to_owned(), edits: edits.take() };
    let both = draft.followed_by(since);
    editor.set_text(&both.text);
    *edits = both.edits;
    state.composer.unsaved_since.get_or_insert(state.now);
}

/// Returns text that could not be stored to the draft of its conversation, before what was typed
/// since.
pub(crate) fn save_unsent(
    state: &mut State,
    conversation: Option<ConversationId>,
    draft: Draft,
) -> Vec<Effect> {
    if conversation == owner(state) {
        restore_unsent(state, draft);
        return save_now(state);
    }
    let both = draft.followed_by(current_draft(state, &conversation));
    save_draft(state, conversation, both)
}

/// Saves the text of a question that was just sent: until the question is stored, its draft is all that a
/// crash leaves.
pub(crate) fn save_sent(state: &mut State, conversation: Option<ConversationId>) -> Vec<Effect> {
    state.drafts_sent.insert(conversation.clone());
    let draft = current_draft(state, &conversation);
    save_draft(state, conversation, draft)
}

/// Deletes the stored draft of a question that is stored now, unless there is a newer draft.
pub(crate) fn delete_sent(state: &mut State, unsaved: &UnsavedQuestion) -> Vec<Effect> {
    let conversation = unsaved.draft_owner();
    if !state.drafts_sent.contains(&conversation) {
        return Vec::new();
    }
    let draft = current_draft(state, &conversation);
    save_draft(state, conversation, draft)
}

/// Merges a text that was edited elsewhere with what was added to it here, which goes first.
#[must_use]
pub(crate) fn merge_texts(before: &str, elsewhere: String, here: &str) -> String {
    if here == before || here.is_empty() {
        return elsewhere;
    }
    if elsewhere == before {
        return here.to_owned();
    }
    // Returned questions go on their own lines before the text being written.
    let returned = here.strip_suffix(before).unwrap_or(here).trim_end_matches('\n');
    if elsewhere.is_empty() { returned.to_owned() } else { format!("{returned}\n{elsewhere}") }
}

/// Remembers a draft and saves it where the stored one differs.
pub(crate) fn save_draft(
    state: &mut State,
    conversation: Option<ConversationId>,
    draft: Draft,
) -> Vec<Effect> {
    let was_sent = state.drafts_sent.remove(&conversation);
    let before = if draft.is_empty() {
        state.drafts.remove(&conversation)
    } else {
        state.drafts.insert(conversation.clone(), draft.clone())
    };
    let same = before.map_or(draft.is_empty(), |before| before == draft);
    if same && !was_sent {
        return Vec::new();
    }
    if state.unsaved_questions.iter().any(|unsaved| unsaved.draft_owner() == conversation) {
        state.drafts_sent.insert(conversation.clone());
    }
    vec![stored_draft::save_effect(state, conversation, draft)]
}

/// The conversation that the text in the composer is for: the one being opened, because a question
/// typed ahead is meant for it, else the one on screen.
#[must_use]
pub(crate) fn owner(state: &State) -> Option<ConversationId> {
    let Transcript { open, opening, .. } = &state.transcript;
    opening.clone().or_else(|| open.as_ref().map(|open| open.id.clone()))
}

/// Whether another conversation than the one on screen is being opened.
#[must_use]
pub(crate) fn is_opening(state: &State) -> bool {
    owner(state).as_ref() != state.transcript.open.as_ref().map(|open| &open.id)
}
