//! Routes keys and pastes: to the overlay, else by the key table, else to the composer.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::settings::{Action, Chord, Scope};

use super::editor::Motion;
use super::{
    EscState, Focus, Input, Overlay, PaletteOpenedBy, QuitState, Reaction, State, TerminalSize,
    UiRequest, copy, escape,
    list::filter,
    mouse, overlay,
    question::{completion, composer},
};
use crate::app::{question::stray_text, quit, transcript::search_bar};

/// Routes an input to the part it is for.
pub(crate) fn route(state: &mut State, input: Input) -> Reaction {
    match input {
        Input::Key(key) if key.kind == KeyEventKind::Release => Reaction::default(),
        Input::Key(key) => handle_key(state, key),
        Input::Pasted(text) => paste(state, &text),
        Input::Mouse(input) => mouse::handle_mouse(state, input).into(),
        Input::TerminalColor(color) => {
            state.terminal.set_color(color);
            Reaction::default()
        }
        Input::KeyReportsDetected(reports) => {
            state.terminal.learn_key_reports(reports);
            Reaction::default()
        }
        Input::FocusChanged(focus) => {
            state.terminal.focus = focus;
            Reaction::default()
        }
        Input::GraphicsDetected(protocol) => {
            state.ui_prefs.images.protocol.get_or_insert(protocol);
            Reaction::default()
        }
        Input::GraphicsRuledOut => {
            state.ui_prefs.images.is_ruled_out = true;
            Reaction::default()
        }
        Input::CellSizeDetected(cell) => {
            state.ui_prefs.images.cell = Some(cell);
            Reaction::default()
        }
        // The screen wants to know, and nothing of the state depends on it.
        Input::SynchronizedOutputDetected => Reaction::default(),
        Input::Resized(columns, rows) => {
            state.size = TerminalSize { columns, rows };
            // Lines wrap differently at another width.
            state.transcript.last_seen_end = None;
            Reaction::default()
        }
    }
}

/// Inserts a pasted text where it belongs.
pub(crate) fn paste(state: &mut State, text: &str) -> Reaction {
    put_away_approval(state);
    if state.overlay.is_some() {
        return overlay::paste(state, text).into();
    }
    if filter::try_paste(state, text) {
        return Reaction::default();
    }
    if state.focus == Focus::Transcript && search_bar::try_paste(state, text) {
        return Reaction::default();
    }
    state.focus = Focus::Composer;
    composer::paste(state, text);
    Reaction::default()
}

fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    // A terminal that tells one such key without having said so tells the others too.
    state.terminal.learn_key_reports(Chord::from(key).needed_reports());
    let leaving = std::mem::replace(&mut state.quit_state, QuitState::Running);
    let escaping = std::mem::replace(&mut state.esc_state, EscState::Idle);
    if is_text(key) {
        put_away_approval(state);
    }
    if state.overlay.is_some() {
        return overlay::handle_key(state, key);
    }
    if state.focus == Focus::List && filter::try_handle_key(state, key) {
        return Reaction::default();
    }
    if state.focus == Focus::Transcript && search_bar::try_handle_key(state, key) {
        return Reaction::default();
    }
    let just_copied = state.transcript.recent_copy.take().filter(|_| key.modifiers.is_empty());
    if let (Some(just), KeyCode::Char(digit)) = (just_copied, key.code)
        && let Some(digit) = digit.to_digit(10)
    {
        return copy::copy_block_by_digit(state, just, digit).into();
    }
    if let Some(effects) = completion::handle_key(state, key) {
        return effects.into();
    }
    if state.focus == Focus::Composer
        && let Some(reaction) = composer::handle_vim_key(state, key)
    {
        return reaction;
    }
    let action = action_for_key(state, key);
    if state.focus != Focus::Composer && stray_text::is_ignored(state, key, action) {
        return Reaction::default();
    }
    match action {
        Some(Action::Interrupt) => quit::interrupt(state, leaving).into(),
        Some(Action::Stop) => escape::step_back(state, escaping).into(),
        Some(Action::QuitWhenEmpty) if !state.composer.text_is_empty() => {
            state.composer.editor.delete(Motion::Right);
            Reaction::default()
        }
        Some(action) => UiRequest::RunAction(action).into(),
        None if state.focus == Focus::Composer => type_into_composer(state, key),
        None => Reaction::default(),
    }
}

/// Makes room for a text that is typed while the dialog about a tool call is open: the text must neither answer
/// the dialog nor be lost. The call waits meanwhile.
fn put_away_approval(state: &mut State) {
    if matches!(state.overlay, Some(Overlay::Approval(_))) {
        state.overlay = None;
        state.focus = Focus::Composer;
    }
}

fn is_text(key: KeyEvent) -> bool {
    matches!(key.code, KeyCode::Char(_)) && (key.modifiers - KeyModifiers::SHIFT).is_empty()
}

/// The action of a key; in the composer, text editing precedes keys that work everywhere.
fn action_for_key(state: &State, key: KeyEvent) -> Option<Action> {
    let scope = scope_of_pane(state.focus);
    let own = state.keymap.action_in(scope, key);
    if own.is_none() && state.focus == Focus::Composer && state.keymap.edit_action(key).is_some() {
        return None;
    }
    own.or_else(|| state.keymap.action_in(Scope::Everywhere, key))
}

const fn scope_of_pane(focus: Focus) -> Scope {
    match focus {
        Focus::List => Scope::List,
        Focus::Transcript => Scope::Conversation,
        Focus::Composer => Scope::Composer,
    }
}

/// Types into the composer; a slash at its start opens the palette.
fn type_into_composer(state: &mut State, key: KeyEvent) -> Reaction {
    if key.code == KeyCode::Char('/') && state.composer.text_is_empty() {
        return overlay::palette::open(state, PaletteOpenedBy::Slash).into();
    }
    composer::handle_key(state, key)
}
