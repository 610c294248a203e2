//! Keys and pastes: to the overlay if there is one, else by the key table, else into the composer.
//! May not know what an action does inside a pane.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::chat::Turn;
use crate::chat::branch::Flip;
use crate::settings::{Action, Scope};

use super::editor::Motion;
use super::overlay::palette::OpenedBy;
use super::{
    Effect, Escaping, Focus, Input, Leaving, NoticeKind, Overlay, Sight, State, StoreEffect,
    TerminalEffect, arranging, asking, attach, branching, completion, composer, copy, drafts,
    editing, filter, find, list, looks, mouse, overlay, queue, reply, running, select, selection,
    temporary, transcript, web,
};

/// Sends an input where it belongs.
pub fn route(state: &mut State, happened: Input) -> Vec<Effect> {
    match happened {
        Input::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
        Input::Key(key) => {
            let before = state.composer.editor.revision();
            let mut effects = press(state, key);
            effects.extend(completion::follow(state, key, before));
            effects
        }
        Input::Pasted(text) => {
            if state.overlay.is_some() {
                return overlay::paste(state, &text);
            }
            if filter::takes_paste(state, &text) {
                return Vec::new();
            }
            if state.focus == Focus::Transcript && find::takes_paste(state, &text) {
                return Vec::new();
            }
            state.focus = Focus::Composer;
            composer::paste(state, &text);
            Vec::new()
        }
        Input::Touched(touch) => mouse::take(state, touch),
        Input::Shaded(shade) => {
            state.looks.shade = Some(shade);
            Vec::new()
        }
        Input::Resized(columns, rows) => {
            state.size = (columns, rows);
            // Lines are counted anew at another width.
            state.transcript.seen = None;
            Vec::new()
        }
    }
}

/// Ends the program, unless something would be gone for ever and that was not said yet.
fn quit(state: &mut State) -> Vec<Effect> {
    let Some(warning) = temporary::warn(state) else {
        return leave(state);
    };
    state.say(NoticeKind::Warning, format!("{warning} The same again leaves."));
    Vec::new()
}

/// Ends the program: answers under way are stopped and kept first.
pub fn leave(state: &mut State) -> Vec<Effect> {
    state.leaving = Leaving::Yes;
    if matches!(state.overlay, Some(Overlay::Palette(_))) {
        // A message that begins with a slash is kept with the draft.
        overlay::palette::leave(state);
    }
    let mut effects = reply::leave_all(state);
    effects.extend(drafts::keep_now(state));
    effects.extend(transcript::remember_place(state));
    effects.push(Effect::Quit);
    effects
}

fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let asked_to_leave = state.leaving == Leaving::AskedOnce;
    state.leaving = Leaving::No;
    let escaping = std::mem::replace(&mut state.escaping, Escaping::No);
    if state.overlay.is_some() {
        return overlay::press(state, key);
    }
    if state.focus == Focus::List && filter::takes(state, key) {
        return Vec::new();
    }
    if state.focus == Focus::Transcript && find::takes(state, key) {
        return Vec::new();
    }
    let just_copied = state.transcript.just_copied.take().filter(|_| key.modifiers.is_empty());
    if let (Some(just), KeyCode::Char(digit)) = (just_copied, key.code)
        && let Some(digit) = digit.to_digit(10)
    {
        return copy::digit(state, just, digit);
    }
    if let Some(effects) = completion::press(state, key) {
        return effects;
    }
    match action(state, key) {
        Some(Action::Interrupt) => interrupt(state, asked_to_leave),
        Some(Action::Stop) => step_back(state, escaping),
        Some(Action::QuitWhenEmpty) if !state.composer.text_is_empty() => {
            state.composer.editor.delete(Motion::Right);
            Vec::new()
        }
        Some(action) => act(state, action),
        None => type_into_composer(state, key),
    }
}

/// What a key does here: in the composer, keys of text come before those for everywhere.
fn action(state: &State, key: KeyEvent) -> Option<Action> {
    let scope = scope(state.focus);
    let own = state.keymap.action_in(scope, key);
    if own.is_none() && state.focus == Focus::Composer && state.keymap.edit(key).is_some() {
        return None;
    }
    own.or_else(|| state.keymap.action_in(Scope::Everywhere, key))
}

const fn scope(focus: Focus) -> Scope {
    match focus {
        Focus::List => Scope::List,
        Focus::Transcript => Scope::Transcript,
        Focus::Composer => Scope::Composer,
    }
}

/// The table of actions.
pub fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Send => composer::send(state),
        Action::NewLine => composer::new_line(state),
        Action::Stop => step_back(state, Escaping::No),
        Action::Interrupt => interrupt(state, false),
        Action::QuitWhenEmpty | Action::Quit => quit(state),
        Action::NewConversation => transcript::start_new(state),
        Action::ToggleList => list::toggle(state),
        Action::FocusNext => focus(state, Step::Forward),
        Action::FocusPrevious => focus(state, Step::Back),
        Action::Previous => list::move_by(state, -1),
        Action::Next => list::move_by(state, 1),
        Action::First => list::move_to(state, list::Place::First),
        Action::Last => list::move_to(state, list::Place::Last),
        Action::Open => list::open_selected(state),
        Action::Rename => overlay::rename::ask(state),
        Action::Delete => overlay::confirm::ask_delete(state),
        Action::Undo => vec![Effect::Store(StoreEffect::Undo)],
        Action::Filter => filter::start(state),
        Action::Pin => arranging::pin(state),
        Action::Archive => arranging::archive(state),
        Action::ShowArchived => arranging::toggle_archived(state),
        Action::Duplicate => arranging::duplicate(state),
        Action::NarrowList => list::resize(state, -2),
        Action::WidenList => list::resize(state, 2),
        Action::SelectPrevious => select::step(state, Step::Back),
        Action::SelectNext => select::step(state, Step::Forward),
        Action::PreviousQuestion => select::step_question(state, Step::Back),
        Action::NextQuestion => select::step_question(state, Step::Forward),
        Action::Find => find::start(state),
        Action::NextFound => find::step(state, Step::Forward),
        Action::PreviousFound => find::step(state, Step::Back),
        Action::ToggleMouse => mouse::toggle(state),
        Action::Attach => attach::ask(state),
        Action::ExternalEditor => composer::open_editor(state),
        Action::Copy => copy::message(state),
        Action::CopyChat => copy::chat(state),
        Action::LineUp => transcript::scroll_by(state, -1),
        Action::LineDown => transcript::scroll_by(state, 1),
        Action::HalfPageUp => transcript::scroll_pages(state, -1, 2),
        Action::HalfPageDown => transcript::scroll_pages(state, 1, 2),
        Action::PageUp => transcript::scroll_pages(state, -1, 1),
        Action::PageDown => transcript::scroll_pages(state, 1, 1),
        Action::Top => transcript::to_top(state),
        Action::Bottom => transcript::to_bottom(state),
        Action::ToggleBackground => transcript::toggle_background(state),
        Action::Retry => branching::retry(state),
        Action::TakeBack => queue::take_back(state),
        Action::EditQuestion => editing::start(state),
        Action::Continue => branching::go_on(state),
        Action::EarlierVersion => branching::flip(state, Flip::Earlier),
        Action::LaterVersion => branching::flip(state, Flip::Later),
        Action::ChooseModel => overlay::models::ask(state),
        Action::ChooseTheme => overlay::themes::ask(state),
        Action::ToggleWidth => looks::toggle_width(state),
        Action::ToggleEntry => looks::toggle_entry(state),
        Action::ChoosePreset => overlay::presets::ask(state),
        Action::StepEffort => asking::step_effort(state),
        Action::ToggleTools => asking::toggle_tools(state),
        Action::ShowUsage => overlay::usage::show(state),
        Action::Temporary => temporary::start(state),
        Action::SaveTemporary => temporary::save(state),
        Action::Export => arranging::export(state),
        Action::Web => web::open(state),
        Action::FindEverywhere => overlay::find::open(state),
        Action::ShowLog => overlay::log::show(state),
        Action::SearchPrompts => overlay::prompts::open(state),
        Action::Palette => overlay::palette::open(state, OpenedBy::Key),
        Action::Help => overlay::help::show(state),
        Action::Redraw => vec![Effect::Terminal(TerminalEffect::Redraw)],
        Action::Suspend => vec![Effect::Terminal(TerminalEffect::Suspend)],
    }
}

/// A way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the next one.
    Forward,
    /// To the one before.
    Back,
}

/// Moves the keys to another pane; a hidden list is passed over.
fn focus(state: &mut State, step: Step) -> Vec<Effect> {
    let list_is_there = !state.list.hidden;
    state.focus = match (state.focus, step) {
        (Focus::Composer, Step::Forward) | (Focus::Transcript, Step::Back) if list_is_there => {
            Focus::List
        }
        (Focus::Composer, _) | (Focus::List, Step::Forward) => Focus::Transcript,
        (Focus::Transcript, _) | (Focus::List, Step::Back) => Focus::Composer,
    };
    if state.focus == Focus::List {
        list::find_open(state);
    }
    Vec::new()
}

/// Esc: leave the filter, else stop the answer, else leave a question as it was, else leave the
/// archived ones, else give the keys back to the composer; twice there: edit the last question.
fn step_back(state: &mut State, before: Escaping) -> Vec<Effect> {
    if state.focus == Focus::List && state.list.filter.is_some() {
        filter::end(state);
        return Vec::new();
    }
    if state.focus == Focus::Transcript && state.transcript.find.is_some() {
        find::end(state);
        return Vec::new();
    }
    if selection::clear(state) {
        return Vec::new();
    }
    if let Some(turn) = state.open_turn().map(|turn| turn.id.clone()) {
        return reply::stop(state, &turn);
    }
    if editing::stop(state) {
        // Whoever goes on pressing Esc wants out, not in again.
        state.escaping = Escaping::Out;
        return Vec::new();
    }
    state.notice = None;
    if state.focus == Focus::List && state.list.sight == Sight::Archived {
        return arranging::toggle_archived(state);
    }
    state.transcript.selected = None;
    let was_writing = state.focus == Focus::Composer && state.composer.text_is_empty();
    state.focus = Focus::Composer;
    if before == Escaping::Out {
        state.escaping = Escaping::Out;
        return Vec::new();
    }
    if !was_writing || state.transcript.open.is_none() {
        return Vec::new();
    }
    if before == Escaping::Once {
        return editing::start(state);
    }
    state.escaping = Escaping::Once;
    state.say(NoticeKind::Info, "Esc again takes your last question back to edit it.");
    Vec::new()
}

/// Ctrl+C: stop the answer; when idle, leave at the second press in a row.
fn interrupt(state: &mut State, asked_before: bool) -> Vec<Effect> {
    let goes_on = state.open_turn().is_some_and(Turn::goes_on_alone);
    if let Some(turn) = state.open_turn().map(|turn| turn.id.clone()).filter(|_| !goes_on) {
        return reply::stop(state, &turn);
    }
    if asked_before {
        return leave(state);
    }
    state.leaving = Leaving::AskedOnce;
    let said = match state.turns.len() {
        _ if goes_on => running::LEAVING.to_owned(),
        0 => "Press Ctrl+C again to leave.".to_owned(),
        1 => "Press Ctrl+C again to leave; an answer is still coming in elsewhere.".to_owned(),
        many => format!("Press Ctrl+C again to leave; {many} answers are still coming in."),
    };
    match temporary::warn(state) {
        Some(warning) => state.say(NoticeKind::Warning, format!("{warning} {said}")),
        None => state.say(NoticeKind::Info, said),
    }
    Vec::new()
}

/// Typing always reaches the composer, whichever pane has the keys.
fn type_into_composer(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let is_text =
        matches!(key.code, KeyCode::Char(_)) && (key.modifiers - KeyModifiers::SHIFT).is_empty();
    if state.focus != Focus::Composer {
        if !is_text {
            return Vec::new();
        }
        state.focus = Focus::Composer;
    }
    if key.code == KeyCode::Char('/') && state.composer.text_is_empty() {
        return overlay::palette::open(state, OpenedBy::Slash);
    }
    composer::press(state, key).unwrap_or_default()
}
