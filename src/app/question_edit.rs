//! Editing an earlier question: it is asked again in its place. Nothing is replaced before the edit
//! is sent; the draft records that it is an edit.

use crate::chat::{Draft, Fingerprint, Message};

use crate::app::{
    Anchor, Effect, Focus, NoticeKind, Scroll, State, branching, drafts, prompt_history,
};

/// Moves an earlier question to the composer to edit it.
pub(crate) fn start_edit(state: &mut State) -> Vec<Effect> {
    if branching::is_change_blocked(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Some(at) = branching::question_position(open, branching::target_position(state, open))
    else {
        state.show_notice(NoticeKind::Info, "There is no question to edit.");
        return Vec::new();
    };
    if !state.composer.is_blank() {
        let sentence = "Send or clear your text before you edit a question.";
        state.show_notice(NoticeKind::Info, sentence);
        return Vec::new();
    }
    let Some(message) = open.messages.get(at) else {
        return Vec::new();
    };
    let edits = Some(Fingerprint::of(message));
    state.composer.reset(Draft { text: message.text.clone(), edits });
    state.transcript.scroll = Scroll::At(Anchor { message: at, line: 0 });
    state.focus = Focus::Composer;
    state.notice = None;
    Vec::new()
}

/// Cancels the edit; false where no question is being edited.
pub(crate) fn cancel_edit(state: &mut State) -> bool {
    if state.composer.edited_question.take().is_none() {
        return false;
    }
    // An edit of the text, so that its stored draft is deleted too.
    state.composer.editor.set_text("");
    state.transcript.scroll = Scroll::Follow;
    state.show_notice(NoticeKind::Info, "The question is unchanged.");
    true
}

/// Asks the edited question in place of the original; `None` where no question is being edited.
/// Where the original is gone nothing is sent, and the text becomes an ordinary draft.
pub(crate) fn send_edit(state: &mut State) -> Option<Vec<Effect>> {
    state.composer.edited_question.as_ref()?;
    let gone = drafts::end_edit_if_question_gone(state);
    let Some(edits) = state.composer.edited_question.clone() else {
        return Some(gone);
    };
    let open = state.transcript.open.as_ref()?;
    let (id, at) = (open.id.clone(), open.position(&edits)?);
    let text = state.composer.text();
    state.composer.reset(String::new());
    state.drafts.remove(&Some(id));
    let prompt = prompt_history::add_prompt(state, &text);
    let question = Message::question(text.clone(), state.now);
    let typed = Draft { text, edits: Some(edits) };
    let mut effects = branching::replace_and_ask(state, at, Some(question), typed);
    effects.push(prompt);
    Some(effects)
}
