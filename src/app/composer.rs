//! The text being written: editing by what people see as one character, sending, drafts.
//! May not lay out or draw the text.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Style;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};
use unicode_segmentation::UnicodeSegmentation;

use crate::chat::{Change, ConversationId, Message, Readability, Spending, Turn, title};

use super::{
    Composer, Effect, NoticeKind, OpenConversation, Scroll, State, StoreEffect, Unsaved, slash,
};

/// Edits the composer's text.
pub fn edit(state: &mut State, key: KeyEvent) {
    edit_area(&mut state.composer.area, key);
}

/// Puts pasted text in as one step of undo, with line ends as this program keeps them.
pub fn paste(state: &mut State, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    state.composer.area.insert_str(text);
}

/// Starts a new line.
pub fn new_line(state: &mut State) -> Vec<Effect> {
    state.composer.area.insert_newline();
    Vec::new()
}

/// Sends the question, unless a backslash before Enter asks for a new line.
pub fn send(state: &mut State) -> Vec<Effect> {
    if ends_in_backslash(&state.composer.area) {
        state.composer.area.delete_char();
        return new_line(state);
    }
    if state.composer.is_blank() {
        return Vec::new();
    }
    if let Some(effects) = call(state) {
        return effects;
    }
    if state.open_turn().is_some() {
        state.say(NoticeKind::Info, "The answer is still coming. Esc stops it.");
        return Vec::new();
    }
    if let Some(reason) = unreadable(state) {
        state.say(NoticeKind::Warning, reason);
        return Vec::new();
    }
    if state.transcript.opening.is_some() {
        state.say(NoticeKind::Info, "The conversation is still being opened.");
        return Vec::new();
    }
    ask(state)
}

/// One key of editing in any text field of the program.
pub fn edit_area(area: &mut TextArea<'static>, key: KeyEvent) {
    let plain = key.modifiers.is_empty();
    match key.code {
        KeyCode::Backspace if plain && area.selection_range().is_none() => delete_back(area),
        KeyCode::Delete if plain && area.selection_range().is_none() => delete_forward(area),
        KeyCode::Left if plain => step(area, CursorMove::Back, grapheme_before(area)),
        KeyCode::Right if plain => step(area, CursorMove::Forward, grapheme_after(area)),
        KeyCode::Char('z') if key.modifiers == KeyModifiers::CONTROL => {
            area.undo();
        }
        KeyCode::Char('y') if key.modifiers == KeyModifiers::CONTROL => {
            area.redo();
        }
        KeyCode::Char('u') if key.modifiers == KeyModifiers::CONTROL => {
            area.delete_line_by_head();
        }
        KeyCode::Tab | KeyCode::BackTab | KeyCode::Enter | KeyCode::Esc => {}
        _ => {
            area.input(key);
        }
    }
}

/// A text field holding `text`, the caret at its end.
#[must_use]
pub fn area_with(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    // The terminal's own cursor shows the caret, and no line stands out.
    area.set_cursor_style(Style::new());
    area.set_cursor_line_style(Style::new());
    area.set_max_histories(1000);
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    area
}

/// Keeps what is being written for the conversation on screen, before another takes its place.
pub fn put_draft_away(state: &mut State) -> Vec<Effect> {
    let whose = open_id(state);
    let text = state.composer.text();
    state.composer = Composer::default();
    let before = if text.is_empty() {
        state.drafts.remove(&whose)
    } else {
        state.drafts.insert(whose.clone(), text.clone())
    };
    if before.unwrap_or_default() == text {
        return Vec::new();
    }
    vec![Effect::Store(StoreEffect::KeepDraft { conversation: whose, text })]
}

/// Brings back what was being written for the conversation now on screen.
pub fn take_draft_up(state: &mut State) {
    let draft = state.drafts.get(&open_id(state)).cloned().unwrap_or_default();
    state.composer = Composer { area: area_with(&draft) };
}

/// Takes drafts of an earlier run; what has been typed since the start comes first.
pub fn take_found(state: &mut State, found: Vec<(Option<ConversationId>, String)>) {
    for (whose, text) in found {
        state.drafts.entry(whose).or_insert(text);
    }
    if state.composer.text().is_empty() {
        take_draft_up(state);
    }
}

/// Text that could not be stored goes back where it was typed, before anything typed since.
pub fn give_back(state: &mut State, text: &str) {
    let since = state.composer.text();
    let both = if since.is_empty() { text.to_owned() } else { format!("{text}\n{since}") };
    state.composer = Composer { area: area_with(&both) };
}

/// Does the command that is written, if one is.
fn call(state: &mut State) -> Option<Vec<Effect>> {
    let text = state.composer.text();
    let (command, words) = slash::parse(&text)?;
    state.composer = Composer::default();
    Some(slash::run(state, &command, words))
}

/// Puts the question on screen and asks for it to be stored; sending waits for that.
fn ask(state: &mut State) -> Vec<Effect> {
    let text = state.composer.text();
    let whose = open_id(state);
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
    state.unsaved.push(Unsaved { turn: turn.clone(), text, starts_conversation });
    state.composer = Composer::default();
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    let keep = StoreEffect::KeepQuestion { turn, conversation, changes };
    let mut effects = vec![Effect::Store(keep)];
    if state.drafts.remove(&whose).is_some() {
        let forget = StoreEffect::KeepDraft { conversation: whose, text: String::new() };
        effects.push(Effect::Store(forget));
    }
    effects
}

fn new_conversation(state: &mut State, question: &str) -> OpenConversation {
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

fn open_id(state: &State) -> Option<ConversationId> {
    state.transcript.open.as_ref().map(|open| open.id.clone())
}

fn ends_in_backslash(area: &TextArea<'static>) -> bool {
    before_caret(area).ends_with('\\')
}

fn before_caret<'a>(area: &'a TextArea<'static>) -> &'a str {
    let (row, column) = caret(area);
    let line = area.lines().get(row).map_or("", String::as_str);
    let end = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    line.get(..end).unwrap_or(line)
}

fn after_caret<'a>(area: &'a TextArea<'static>) -> &'a str {
    let (row, column) = caret(area);
    let line = area.lines().get(row).map_or("", String::as_str);
    let start = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    line.get(start..).unwrap_or("")
}

fn caret(area: &TextArea<'static>) -> (usize, usize) {
    let at = area.cursor();
    (at.0, at.1)
}

/// Characters of the grapheme before the caret; a line break is one.
fn grapheme_before(area: &TextArea<'static>) -> usize {
    before_caret(area).graphemes(true).next_back().map_or(1, |it| it.chars().count())
}

fn grapheme_after(area: &TextArea<'static>) -> usize {
    after_caret(area).graphemes(true).next().map_or(1, |it| it.chars().count())
}

fn step(area: &mut TextArea<'static>, by: CursorMove, times: usize) {
    area.cancel_selection();
    for _ in 0..times {
        area.move_cursor(by);
    }
}

/// Deletes the grapheme before the caret as one step of undo.
fn delete_back(area: &mut TextArea<'static>) {
    let characters = grapheme_before(area);
    let (row, column) = caret(area);
    if row == 0 && column == 0 {
        return;
    }
    step(area, CursorMove::Back, characters);
    area.delete_str(characters);
}

fn delete_forward(area: &mut TextArea<'static>) {
    let characters = grapheme_after(area);
    area.delete_str(characters);
}
