//! Editing an earlier question: it comes back into the composer and is asked anew in its place. That
//! it is an edit belongs to the draft, which goes where the user leaves it.
//! May not replace anything before the edit is sent.

use crate::chat::{Draft, Fingerprint, Message};

use crate::app::{
    Anchor, Composer, Effect, Focus, NoticeKind, Scroll, State, branching, drafts, prompt_history,
};

/// Takes an earlier question back into the composer, to be asked differently.
pub fn start_edit(state: &mut State) -> Vec<Effect> {
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
        let said = "Send or clear your text before you edit a question.";
        state.show_notice(NoticeKind::Info, said);
        return Vec::new();
    }
    let Some(message) = open.messages.get(at) else {
        return Vec::new();
    };
    let edits = Some(Fingerprint::of(message));
    state.composer = Composer::with_draft(Draft { text: message.text.clone(), edits });
    state.transcript.scroll = Scroll::At(Anchor { message: at, line: 0 });
    state.focus = Focus::Composer;
    state.notice = None;
    Vec::new()
}

/// Leaves the question as it was; false where none is being edited.
pub fn cancel_edit(state: &mut State) -> bool {
    if state.composer.edited_question.take().is_none() {
        return false;
    }
    // A step of editing, so that the disk forgets the draft as well.
    state.composer.editor.set_text("");
    state.transcript.scroll = Scroll::Follow;
    state.show_notice(NoticeKind::Info, "The question is unchanged.");
    true
}

/// Asks the edited question in place of the one it came from; `None` where none is being edited.
/// Where that one is gone nothing is sent: the text is an ordinary draft from then on.
pub fn send_edit(state: &mut State) -> Option<Vec<Effect>> {
    state.composer.edited_question.as_ref()?;
    let gone = drafts::end_edit_if_question_gone(state);
    let Some(edits) = state.composer.edited_question.clone() else {
        return Some(gone);
    };
    let open = state.transcript.open.as_ref()?;
    let (id, at) = (open.id.clone(), open.position(&edits)?);
    let text = state.composer.text();
    state.composer = Composer::default();
    drafts::mark_sent(state, Some(id));
    let prompt = prompt_history::add_prompt(state, &text);
    let question = Message::question(text.clone(), state.now);
    let typed = Draft { text, edits: Some(edits) };
    let mut effects = branching::replace_and_ask(state, at, Some(question), typed);
    effects.push(prompt);
    Some(effects)
}
