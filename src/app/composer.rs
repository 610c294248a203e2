//! The text being written: editing by what people see as one character, sending.
//! May not lay out or draw the text.

use std::collections::HashMap;
use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::chat::{Change, Draft, Message, Readability, Spending, Turn, title};
use crate::settings::{Edit, Scope};

use super::editor::{self, Motion};
use super::{
    Composer, Effect, ExternalEdit, Focus, NoticeKind, OpenConversation, Reaction, Request, Scroll,
    State, StoreEffect, TerminalEffect, Unsaved, attach, copy, drafts, editing, history, on_web,
    queue, reply, slash,
};

/// Gives a key to the text; nothing happens where it has no meaning there.
pub fn press(state: &mut State, key: KeyEvent) -> Reaction {
    if let Some(what) = state.keymap.edit(key) {
        return edit(state, what, key);
    }
    editor::press(&mut state.composer.editor, &state.keymap, key);
    Reaction::default()
}

/// Does a step of editing; where there is no text, some keys are better used otherwise.
fn edit(state: &mut State, what: Edit, key: KeyEvent) -> Reaction {
    let composer = &mut state.composer.editor;
    match what {
        Edit::Undo if composer.is_empty() && !composer.can_undo() => {
            return vec![Effect::Terminal(TerminalEffect::Suspend)].into();
        }
        Edit::Left | Edit::Right | Edit::LineStart | Edit::LineEnd if composer.is_empty() => {
            if let Some(action) = state.keymap.action_in(Scope::Transcript, key) {
                return Request::Act(action).into();
            }
        }
        Edit::Copy => return copy::from_composer(state).into(),
        Edit::Cut => {
            let effects = copy::from_composer(state);
            state.composer.editor.cut();
            return effects.into();
        }
        Edit::Up if history::older(state) => {}
        Edit::Down if history::newer(state) => {}
        _ => editor::edit(&mut state.composer.editor, what),
    }
    Reaction::default()
}

/// Puts pasted text in as one step of undo, with line ends as this program keeps them.
pub fn paste(state: &mut State, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    attach::pasted(state, &text);
    state.composer.editor.insert(&text);
}

/// Opens the user's own editor on the text; it is on disk before that.
pub fn open_editor(state: &mut State) -> Vec<Effect> {
    state.focus = Focus::Composer;
    let mut effects = drafts::keep_now(state);
    let text = state.composer.text();
    let whose = state.transcript.open.as_ref().map(|open| open.id.clone());
    state.lent = Some(ExternalEdit { whose, text: text.clone() });
    effects.push(Effect::Terminal(TerminalEffect::OpenEditor(text)));
    effects
}

/// Takes what the editor saved, as one step that can be undone; without it the text stays. What came
/// to the text meanwhile is kept before it.
pub fn take_edited(state: &mut State, edited: Result<String, String>) -> Vec<Effect> {
    let here = state.transcript.open.as_ref().map(|open| open.id.clone());
    let text = state.composer.text();
    let lent = state
        .lent
        .take()
        .unwrap_or_else(|| ExternalEdit { whose: here.clone(), text: text.clone() });
    match edited {
        Ok(edited) if lent.whose != here => {
            let now = drafts::written(state, &lent.whose);
            let text = drafts::merged(&lent.text, edited, &now.text);
            return drafts::keep(state, lent.whose, Draft { text, ..now });
        }
        Ok(edited) => {
            let edited = drafts::merged(&lent.text, edited, &text);
            if edited != text {
                state.composer.editor.set_text(&edited);
            }
        }
        Err(why) => {
            let said = format!("Your text is as it was: {why}.");
            state.say(NoticeKind::Warning, said);
        }
    }
    drafts::notice(state)
}

/// Starts a new line.
pub fn new_line(state: &mut State) -> Vec<Effect> {
    state.composer.editor.insert("\n");
    Vec::new()
}

/// Sends the question, unless a backslash before Enter asks for a new line.
pub fn send(state: &mut State) -> Reaction {
    if state.composer.editor.before_caret().ends_with('\\') {
        state.composer.editor.delete(Motion::Left);
        return new_line(state).into();
    }
    if state.composer.is_blank() {
        return Reaction::default();
    }
    if let Some(call) = slash::parse(&state.composer.text()) {
        let edits = state.composer.edits.take();
        state.composer = Composer { edits, ..Composer::default() };
        return Request::Call(call).into();
    }
    send_question(state).into()
}

/// Sends what is written as a question, or says why it cannot be sent.
fn send_question(state: &mut State) -> Vec<Effect> {
    let waits = state.open_turn().is_some();
    if waits && state.composer.edits.is_some() {
        state.say(NoticeKind::Info, reply::STILL_COMING);
        return Vec::new();
    }
    if let Some(reason) = unreadable(state).filter(|_| !waits) {
        state.say(NoticeKind::Warning, reason);
        return Vec::new();
    }
    if state.transcript.opening.is_some() && !waits {
        state.say(NoticeKind::Info, "The conversation is still being opened.");
        return Vec::new();
    }
    if !waits && on_web::warns(state) {
        return Vec::new();
    }
    // The disk is told before it keeps the question.
    let mut effects = attach::name_mentioned(state);
    effects.extend(if waits {
        queue::add(state)
    } else {
        editing::send(state).unwrap_or_else(|| ask(state))
    });
    effects
}

/// Puts the question on screen and asks for it to be stored; sending waits for that.
fn ask(state: &mut State) -> Vec<Effect> {
    let text = state.composer.text();
    let whose = state.transcript.open.as_ref().map(|open| open.id.clone());
    let question = Message::question(text.clone(), state.now);
    let turn = state.ids.turn();
    let mut changes = Vec::new();
    let starts_conversation = state.transcript.open.is_none();
    if starts_conversation {
        let open = new_conversation(state, &text);
        changes.push(Change::Create {
            id: open.id.clone(),
            title: open.title.clone(),
            at: state.now,
        });
        state.transcript.open = Some(open);
    }
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let conversation = open.id.clone();
    open.failure = None;
    open.messages.push(Arc::new(question.clone()));
    changes.push(Change::Append { id: conversation.clone(), message: question });
    state.turns.push(Turn::new(turn.clone(), conversation.clone(), state.now));
    let prompt = history::add(state, &text);
    let draft = text.into();
    state.unsaved.push(Unsaved { turn: turn.clone(), draft, starts_conversation });
    state.composer = history::composer_after_sending(&mut state.composer);
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    let keep = StoreEffect::KeepQuestion { turn, conversation, changes, again: None };
    drafts::sent(state, whose);
    vec![Effect::Store(keep), prompt]
}

/// A conversation nobody has been told of, called by the first words of its question.
pub fn new_conversation(state: &mut State, question: &str) -> OpenConversation {
    OpenConversation {
        id: state.ids.conversation(),
        title: title::from_question(question),
        created_at: state.now,
        messages: Vec::new(),
        last_response_id: None,
        readability: Readability::Whole,
        marks: Vec::new(),
        failure: None,
        spent: Spending::default(),
        branches: Vec::new(),
        forks: Vec::new(),
        models: HashMap::new(),
        last_answer: None,
    }
}

/// Why the conversation on screen cannot be continued.
fn unreadable(state: &State) -> Option<String> {
    match &state.transcript.open.as_ref()?.readability {
        Readability::Whole | Readability::NotStoredLocally => None,
        Readability::Damaged(reason) => {
            Some(format!("This conversation is damaged ({reason}); it cannot be continued."))
        }
    }
}
