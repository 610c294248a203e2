//! The composer: editing and sending the text.

use std::collections::HashMap;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};

use crate::chat::{Change, ConversationId, Draft, Message, Readability, Title, UsageTotals};
use crate::settings::{Action, EditAction, Scope, VimEnter};

use crate::app::editor::{self, Motion, VimKey, VimMode};
use crate::app::{
    EditTarget, Effect, Focus, NoticeKind, OpenConversation, QuestionOverrides, Reaction, Scroll,
    State, TemplateCall, TerminalEffect, UiRequest, copy, external_editor,
    question::{attach, drafts},
    turn::begin_turn::begin_turn_with,
};
use crate::app::{
    commands::{palette_entry, slash_commands},
    list,
    question::{prompt_history, question_edit},
    temporary, transcript,
    turn::{queued_questions, remote_turn, turn_actions},
};

/// Shown where the setup would end a temporary conversation.
const NO_SETUP_HERE: &str = "No API key is set. The setup ends this temporary conversation: copy the \
                             text, then use /setup.";

/// Handles a key for the text.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    if let Some(what) = state.keymap.edit_action(key) {
        return handle_edit(state, what, key);
    }
    editor::handle_key(&mut state.composer.editor, &state.keymap, key);
    Reaction::default()
}

/// Handles a key by the rules of vim; `None` where it means what it means without vim.
pub(crate) fn handle_vim_key(state: &mut State, key: KeyEvent) -> Option<Reaction> {
    let is_empty = state.composer.text_is_empty();
    let vim = state.composer.vim.as_mut()?;
    let breaks_line = state.session.vim_enter == VimEnter::Newline
        && vim.mode() == VimMode::Insert
        && key.code == KeyCode::Enter
        && key.modifiers.is_empty();
    if breaks_line {
        return Some(insert_newline(state).into());
    }
    let opens_palette = is_empty && vim.mode() != VimMode::Insert;
    if opens_palette && matches!(key.code, KeyCode::Char(':' | '/')) {
        return Some(UiRequest::RunAction(Action::Palette).into());
    }
    (vim.handle_key(&mut state.composer.editor, key) == VimKey::Used).then(Reaction::default)
}

/// Applies an edit. In an empty composer some keys scroll, suspend or recall prompts instead.
fn handle_edit(state: &mut State, what: EditAction, key: KeyEvent) -> Reaction {
    let composer = &mut state.composer.editor;
    match what {
        EditAction::Undo if composer.is_empty() && !composer.can_undo() => {
            return vec![Effect::Terminal(TerminalEffect::Suspend)].into();
        }
        EditAction::Left | EditAction::Right | EditAction::LineStart | EditAction::LineEnd
            if composer.is_empty() =>
        {
            if let Some(action) = state.keymap.action_in(Scope::Conversation, key) {
                return UiRequest::RunAction(action).into();
            }
        }
        EditAction::Copy => return copy::copy_composer_selection(state).into(),
        EditAction::Cut => {
            let effects = copy::copy_composer_selection(state);
            state.composer.editor.cut();
            return effects.into();
        }
        EditAction::Up if prompt_history::recall_older(state) => {}
        EditAction::Down if prompt_history::recall_newer(state) => {}
        _ => editor::apply_edit(&mut state.composer.editor, what),
    }
    Reaction::default()
}

/// Inserts pasted text as one undo step, with line feeds as line ends.
pub(crate) fn paste(state: &mut State, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    attach::note_pasted_text(state, &text);
    state.composer.editor.insert(&text);
}

/// Opens the external editor; the draft is saved before.
pub(crate) fn open_editor(state: &mut State) -> Vec<Effect> {
    state.focus = Focus::Composer;
    let mut effects = drafts::save_now(state);
    let (text, owner_id) = (state.composer.text(), drafts::owner(state));
    effects.extend(external_editor::open(state, EditTarget::Question(owner_id), text));
    effects
}

/// Applies the text from the external editor, which had `before`, as one undo step. Text that was added
/// here in the meantime goes before it.
pub(crate) fn apply_external_edit(
    state: &mut State,
    conversation: Option<ConversationId>,
    before: &str,
    edited: Result<String, String>,
) -> Vec<Effect> {
    let text = state.composer.text();
    match edited {
        Ok(edited) if conversation != drafts::owner(state) => {
            let now = drafts::current_draft(state, &conversation);
            let text = drafts::merge_texts(before, edited, &now.text);
            return drafts::save_draft(state, conversation, Draft { text, ..now });
        }
        Ok(edited) => {
            let edited = drafts::merge_texts(before, edited, &text);
            if edited != text {
                state.composer.editor.set_text(&edited);
            }
        }
        Err(why) => {
            let message = format!("Your text is unchanged: {why}.");
            state.show_notice(NoticeKind::Warning, message);
        }
    }
    drafts::note_edits(state)
}

/// Inserts a line break.
pub(crate) fn insert_newline(state: &mut State) -> Vec<Effect> {
    state.composer.editor.insert("\n");
    Vec::new()
}

/// Sends the text, unless a backslash before Enter asks for a new line.
pub(crate) fn send(state: &mut State) -> Reaction {
    if state.composer.editor.before_caret().ends_with('\\') {
        state.composer.editor.delete(Motion::Left);
        return insert_newline(state).into();
    }
    if state.composer.is_blank() {
        return continue_recent(state).into();
    }
    // The text is for that conversation, also a command.
    if transcript::warn_if_opening(state) {
        return Reaction::default();
    }
    if let Some(call) = slash_commands::parse(&state.composer.text()) {
        let edits = state.composer.edited_question.take();
        state.composer.reset(Draft { text: String::new(), edits });
        return UiRequest::RunCommand(call).into();
    }
    let (text, servers) = (state.composer.text(), &state.session.tool_servers);
    if let Some(call) = palette_entry::parse_template_call(&text, &state.templates, servers) {
        return use_template(state, call);
    }
    if state.session.lacks_key && state.open_turn().is_none() {
        if temporary::is_on_screen(state) {
            // Nothing would bring this text back.
            state.show_notice(NoticeKind::Warning, NO_SETUP_HERE);
            return Reaction::default();
        }
        // The text comes back with the window.
        return UiRequest::RunAction(Action::Setup).into();
    }
    send_question(state).into()
}

/// Takes a call of a template out of the composer. It is a new question, not an edit of an earlier one.
fn use_template(state: &mut State, call: TemplateCall) -> Reaction {
    if state.composer.edited_question.is_some() {
        let text = "A template cannot replace a question. Press Esc to end the edit first.";
        state.show_notice(NoticeKind::Info, text);
        return Reaction::default();
    }
    prompt_history::reset_after_sending(&mut state.composer);
    UiRequest::UseTemplate(call).into()
}

/// Opens the conversation that the page of a new conversation offers first.
fn continue_recent(state: &mut State) -> Vec<Effect> {
    let is_new = state.transcript.open.is_none() && state.transcript.opening.is_none();
    let recent = list::recent_conversations(&state.list).next().filter(|_| is_new);
    match recent.map(|row| row.id.clone()) {
        Some(id) => transcript::request_open(state, id),
        None => Vec::new(),
    }
}

/// Sends the text as a question or queues it, or shows why it cannot be sent.
fn send_question(state: &mut State) -> Vec<Effect> {
    let wait = state.open_turn().map(turn_actions::wait_notice);
    if let Some(wait) = wait.filter(|_| state.composer.edited_question.is_some()) {
        state.show_notice(NoticeKind::Info, wait);
        return Vec::new();
    }
    let waits = wait.is_some();
    if !waits && !check_can_ask(state) {
        return Vec::new();
    }
    // The store has to know the files before it stores the question.
    let mut effects = attach::attach_mentioned(state, state.composer.editor.text());
    effects.extend(if waits {
        queued_questions::enqueue_question(state)
    } else {
        question_edit::send_edit(state).unwrap_or_else(|| ask_question(state))
    });
    effects
}

/// Whether a question can be asked in the conversation on screen now; shows why not.
pub(crate) fn check_can_ask(state: &mut State) -> bool {
    if let Some(reason) = unreadable_reason(state) {
        state.show_notice(NoticeKind::Warning, reason);
        return false;
    }
    !transcript::warn_if_opening(state) && !remote_turn::warn_if_answering(state)
}

/// Asks what is written in the composer, and empties it.
fn ask_question(state: &mut State) -> Vec<Effect> {
    let text = state.composer.text();
    prompt_history::reset_after_sending(&mut state.composer);
    let owner_id = state.transcript.open.as_ref().map(|open| open.id.clone());
    state.drafts.remove(&owner_id);
    ask_text(state, &text, &text, QuestionOverrides::default())
}

/// Shows a question and asks for it to be stored; it is sent after that. `prompt` is what the user typed:
/// the history keeps it, and it returns to the composer where the question cannot be stored.
pub(crate) fn ask_text(
    state: &mut State,
    text: &str,
    prompt: &str,
    overrides: QuestionOverrides,
) -> Vec<Effect> {
    let question = Message::question(text, state.now);
    let starts_conversation = state.transcript.open.is_none();
    if starts_conversation {
        state.transcript.open = Some(new_conversation(state, text));
    }
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let conversation = open.id.clone();
    open.failure = None;
    open.messages.push(Arc::new(question.clone()));
    let changes = if starts_conversation {
        Change::start_conversation(conversation.clone(), question)
    } else {
        vec![Change::Append { id: conversation.clone(), message: question }]
    };
    let draft = prompt.to_owned().into();
    let prompt = prompt_history::add_prompt(state, prompt);
    let mut effects = begin_turn_with(state, conversation, draft, changes, None, overrides);
    effects.push(prompt);
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    effects
}

/// A conversation that is not stored yet, named after the first words of its question.
pub(crate) fn new_conversation(state: &mut State, question: &str) -> OpenConversation {
    OpenConversation {
        id: state.ids.next_conversation_id(),
        title: Title::from_question(question).text().to_owned(),
        earlier: 0,
        wanted: 0,
        requested: 0,
        messages: Vec::new(),
        readability: Readability::Whole,
        interruptions: Vec::new(),
        failure: None,
        spending: UsageTotals::default(),
        branches: Vec::new(),
        forks: Vec::new(),
        records: HashMap::new(),
        calculations: Vec::new(),
    }
}

/// Why the conversation on screen cannot be continued, if so.
fn unreadable_reason(state: &State) -> Option<String> {
    let readability = &state.transcript.open.as_ref()?.readability;
    // A question after one of the Assistants API starts a new conversation.
    let sentence = readability.sentence().filter(|_| *readability != Readability::NotStoredLocally);
    Some(format!("{} It cannot be continued.", sentence?))
}
