//! Drafts: what is being written, for each conversation, on disk a second after it was typed.
//! May not edit text; it only takes it away and brings it back.

use crate::chat::{ConversationId, Draft};

use super::overlay::presets;
use super::{Composer, Effect, NoticeKind, State, UnsavedQuestion, stored_draft};
use crate::app::prompt_history;

/// How long typing goes on before it is written down, in seconds.
const SAVE_DELAY_SECONDS: i64 = 1;

/// Notices that something was typed; the clock does the rest.
pub fn note_edits(state: &mut State) -> Vec<Effect> {
    let effects = prompt_history::end_recall_if_edited(state);
    // Where the text went another way than by editing, its draft is still there.
    let left_over = state.composer.text_is_empty() && state.drafts.contains_key(&open_id(state));
    let preset = presets::has_unsaved(state);
    let composer = &mut state.composer;
    if composer.editor.revision() == composer.saved_revision && !left_over && !preset {
        composer.unsaved_since = None;
    } else {
        composer.unsaved_since.get_or_insert(state.now);
    }
    effects
}

/// Writes down what was typed a while ago.
pub fn save_due(state: &mut State) -> Vec<Effect> {
    let due = |at| state.now.seconds_since(at) >= SAVE_DELAY_SECONDS;
    if state.composer.unsaved_since.is_some_and(due) { save_now(state) } else { Vec::new() }
}

/// Writes down what is being written, where the disk has something else.
pub fn save_now(state: &mut State) -> Vec<Effect> {
    state.composer.saved_revision = state.composer.editor.revision();
    state.composer.unsaved_since = None;
    let whose = open_id(state);
    let draft = current_draft(state, &whose);
    let mut effects = save_draft(state, whose, draft);
    effects.extend(presets::save_draft(state));
    effects
}

/// Keeps what is being written for the conversation on screen, before another takes its place.
pub fn save_and_clear(state: &mut State) -> Vec<Effect> {
    let effects = save_now(state);
    state.composer = Composer::default();
    effects
}

/// What is being written for a conversation, on screen or not: not an earlier prompt that merely
/// passes by.
#[must_use]
pub fn current_draft(state: &State, whose: &Option<ConversationId>) -> Draft {
    if *whose != open_id(state) {
        return state.drafts.get(whose).cloned().unwrap_or_default();
    }
    let text = prompt_history::own_text(&state.composer).to_owned();
    Draft { text, edits: state.composer.edited_question.clone() }
}

/// Brings back what was being written for the conversation now on screen.
pub fn restore_draft(state: &mut State) -> Vec<Effect> {
    let draft = state.drafts.get(&open_id(state)).cloned().unwrap_or_default();
    state.composer = Composer::with_draft(draft);
    end_edit_if_question_gone(state)
}

/// Makes an edit of a question that is not in the conversation any more an ordinary draft, and says
/// so.
pub fn end_edit_if_question_gone(state: &mut State) -> Vec<Effect> {
    let Some(question) = &state.composer.edited_question else {
        return Vec::new();
    };
    if state.transcript.open.as_ref().is_some_and(|open| open.position(question).is_some()) {
        return Vec::new();
    }
    state.composer.edited_question = None;
    let said = "The question you were editing is no longer in this conversation. Your text is kept \
         as a new question.";
    state.show_notice(NoticeKind::Warning, said);
    save_now(state)
}

/// Takes drafts of an earlier run; what has been typed since the start goes behind its own.
pub fn load_drafts(state: &mut State, found: Vec<(Option<ConversationId>, Draft)>) -> Vec<Effect> {
    let on_screen = open_id(state);
    for (whose, draft) in found {
        if whose == on_screen && !state.composer.text_is_empty() {
            restore_unsent(state, draft.clone());
        }
        state.drafts.insert(whose, draft);
    }
    if state.composer.text_is_empty() { restore_draft(state) } else { Vec::new() }
}

/// Text that could not be stored goes back where it was typed, before anything typed since.
pub fn restore_unsent(state: &mut State, draft: Draft) {
    let Composer { editor, edited_question: edits, .. } = &mut state.composer;
    let since = Draft { text: editor.text().to_owned(), edits: edits.take() };
    let both = draft.followed_by(since);
    editor.set_text(&both.text);
    *edits = both.edits;
    state.composer.unsaved_since.get_or_insert(state.now);
}

/// Text that could not be stored waits as the draft of a conversation that is not on screen,
/// before anything typed there since.
pub fn save_unsent(state: &mut State, whose: Option<ConversationId>, draft: Draft) -> Vec<Effect> {
    if whose == open_id(state) {
        restore_unsent(state, draft);
        return save_now(state);
    }
    let both = draft.followed_by(current_draft(state, &whose));
    save_draft(state, whose, both)
}

/// A question was sent: its draft is gone here, and on the disk once the question is safe.
pub fn mark_sent(state: &mut State, whose: Option<ConversationId>) {
    if state.drafts.remove(&whose).is_some() {
        state.drafts_sent.insert(whose);
    }
}

/// The question is safe: the disk may forget its draft, unless another has taken its place.
pub fn delete_sent(
    state: &mut State,
    unsaved: &UnsavedQuestion,
    of: &ConversationId,
) -> Vec<Effect> {
    let whose = (!unsaved.starts_conversation).then(|| of.clone());
    if !state.drafts_sent.contains(&whose) {
        return Vec::new();
    }
    let draft = current_draft(state, &whose);
    save_draft(state, whose, draft)
}

/// A text that was changed elsewhere, with what came to it here meanwhile before it.
#[must_use]
pub fn merge_texts(before: &str, elsewhere: String, here: &str) -> String {
    if here == before || here.is_empty() {
        return elsewhere;
    }
    if elsewhere == before {
        return here.to_owned();
    }
    // What is given back goes before what is being written, on lines of its own.
    let came = here.strip_suffix(before).unwrap_or(here).trim_end_matches('\n');
    if elsewhere.is_empty() { came.to_owned() } else { format!("{came}\n{elsewhere}") }
}

/// Remembers a draft, and writes it down where the disk has something else.
pub fn save_draft(state: &mut State, whose: Option<ConversationId>, draft: Draft) -> Vec<Effect> {
    let was_sent = state.drafts_sent.remove(&whose);
    let before = if draft.is_empty() {
        state.drafts.remove(&whose)
    } else {
        state.drafts.insert(whose.clone(), draft.clone())
    };
    let same = before.map_or(draft.is_empty(), |before| before == draft);
    if same && !was_sent {
        return Vec::new();
    }
    vec![stored_draft::save_effect(state, whose, draft)]
}

fn open_id(state: &State) -> Option<ConversationId> {
    state.transcript.open.as_ref().map(|open| open.id.clone())
}
