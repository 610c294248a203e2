//! Keys and pastes: to the overlay if there is one, else by the key table, else into the composer.
//! May not know what an action does.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::settings::{Action, Scope};

use super::editor::Motion;
use super::{
    Escaping, Focus, Input, Leaving, PaletteOpenedBy, Reaction, Request, State, completion,
    composer, copy, escape, filter, find, leaving, mouse, overlay,
};

/// Sends an input where it belongs.
pub fn route(state: &mut State, happened: Input) -> Reaction {
    match happened {
        Input::Key(key) if key.kind == KeyEventKind::Release => Reaction::default(),
        Input::Key(key) => press(state, key),
        Input::Pasted(text) => paste(state, &text),
        Input::Touched(touch) => mouse::take(state, touch).into(),
        Input::Shaded(shade) => {
            state.looks.shade = Some(shade);
            Reaction::default()
        }
        Input::Resized(columns, rows) => {
            state.size = (columns, rows);
            // Lines are counted anew at another width.
            state.transcript.seen = None;
            Reaction::default()
        }
    }
}

fn paste(state: &mut State, text: &str) -> Reaction {
    if state.overlay.is_some() {
        return overlay::paste(state, text);
    }
    if filter::takes_paste(state, text) {
        return Reaction::default();
    }
    if state.focus == Focus::Transcript && find::takes_paste(state, text) {
        return Reaction::default();
    }
    state.focus = Focus::Composer;
    composer::paste(state, text);
    Reaction::default()
}

fn press(state: &mut State, key: KeyEvent) -> Reaction {
    let leaving = std::mem::replace(&mut state.leaving, Leaving::No);
    let escaping = std::mem::replace(&mut state.escaping, Escaping::No);
    if state.overlay.is_some() {
        return overlay::press(state, key);
    }
    if state.focus == Focus::List && filter::takes(state, key) {
        return Reaction::default();
    }
    if state.focus == Focus::Transcript && find::takes(state, key) {
        return Reaction::default();
    }
    let just_copied = state.transcript.just_copied.take().filter(|_| key.modifiers.is_empty());
    if let (Some(just), KeyCode::Char(digit)) = (just_copied, key.code)
        && let Some(digit) = digit.to_digit(10)
    {
        return copy::digit(state, just, digit).into();
    }
    if let Some(effects) = completion::press(state, key) {
        return effects.into();
    }
    match action(state, key) {
        Some(Action::Interrupt) => leaving::interrupt(state, leaving).into(),
        Some(Action::Stop) => escape::step_back(state, escaping).into(),
        Some(Action::QuitWhenEmpty) if !state.composer.text_is_empty() => {
            state.composer.editor.delete(Motion::Right);
            Reaction::default()
        }
        Some(action) => Request::Act(action).into(),
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

/// Typing always reaches the composer, whichever pane has the keys.
fn type_into_composer(state: &mut State, key: KeyEvent) -> Reaction {
    let is_text =
        matches!(key.code, KeyCode::Char(_)) && (key.modifiers - KeyModifiers::SHIFT).is_empty();
    if state.focus != Focus::Composer {
        if !is_text {
            return Reaction::default();
        }
        state.focus = Focus::Composer;
    }
    if key.code == KeyCode::Char('/') && state.composer.text_is_empty() {
        return overlay::palette::open(state, PaletteOpenedBy::Slash).into();
    }
    composer::press(state, key)
}
