//! Editing an earlier question: it is asked again in its place. Nothing is replaced before the edit
//! is sent; the draft records that it is an edit.

use crate::chat::{Draft, Fingerprint, Message, Role};

use crate::app::{
    Anchor, Effect, Focus, NoticeKind, OpenConversation, Scroll, State,
    question::{drafts, prompt_history},
    turn::branching,
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

/// Which question is being edited, such as `Editing question 1 of 2.`.
#[must_use]
pub(crate) fn describe(state: &State) -> String {
    let is_question = |message: &&std::sync::Arc<Message>| message.role == Role::User;
    let numbers = edited_position(state).and_then(|(open, at)| {
        let before = open.messages.get(..=at)?.iter().filter(is_question).count();
        Some((before, open.messages.iter().filter(is_question).count()))
    });
    match numbers {
        // Of a long conversation only the end is read, so the numbers are not known.
        Some((number, of)) if edited_position(state).is_some_and(|(open, _)| open.earlier == 0) => {
            format!("Editing question {number} of {of}.")
        }
        _ => "Editing an earlier question.".to_owned(),
    }
}

/// How many messages the edited question takes with it when it is asked again.
#[must_use]
pub(crate) fn messages_after(state: &State) -> usize {
    edited_position(state)
        .map_or(0, |(open, at)| open.messages.len().saturating_sub(at).saturating_sub(1))
}

/// The conversation on screen and the position in it of the question that is being edited.
fn edited_position(state: &State) -> Option<(&OpenConversation, usize)> {
    let open = state.transcript.open.as_ref()?;
    let at = open.position(state.composer.edited_question.as_ref()?)?;
    Some((open, at))
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
