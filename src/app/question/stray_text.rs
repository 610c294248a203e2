//! Text that is typed while a pane without a text field is focused. None of it is taken: the pane
//! would use some letters of the sentence as its keys and drop the others.

use crossterm::event::KeyEvent;

use crate::settings::{Action, Chord};

use crate::app::{Direction, Focus, NoticeKind, State, focus};

/// Seconds for which the letters after one without a meaning belong to the same text.
const TYPING_SECONDS: i64 = 2;

/// Whether a key of the focused pane is part of a text and does nothing: a character without a
/// meaning there, or one that follows it at the speed of typing. Shows which key leads to the
/// composer.
pub(crate) fn is_ignored(state: &mut State, key: KeyEvent, action: Option<Action>) -> bool {
    if !Chord::from(key).is_printable() {
        state.stray_text_at = None;
        return false;
    }
    if action.is_none() {
        state.stray_text_at = Some(state.now);
    }
    let is_text =
        state.stray_text_at.is_some_and(|at| state.now.seconds_since(at) < TYPING_SECONDS);
    if is_text {
        show_way_to_composer(state);
    }
    is_text
}

fn show_way_to_composer(state: &mut State) {
    let steps = [(Direction::Forward, Action::FocusNext), (Direction::Back, Action::FocusPrevious)];
    let mut leading = steps
        .into_iter()
        .filter(|(step, _)| focus::adjacent_pane(state, *step) == Focus::Composer)
        .filter_map(|(_, action)| state.keymap.primary_key(action));
    if let Some(key) = leading.next() {
        state.show_notice(NoticeKind::Info, format!("{key} to write"));
    }
}
