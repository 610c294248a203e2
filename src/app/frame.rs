//! Applies the measurements of the last frame, so that keys move by what is on screen.

use super::{Measured, Scroll, State, list, mouse, transcript::earlier_messages};

/// Stores the measurements. A scroll position outside the text becomes the drawn one; at the end
/// the view follows again.
pub(crate) fn apply_measured(state: &mut State, measured: Measured) {
    state.measured = measured;
    if measured.at_bottom && measured.transcript_rows > 0 {
        state.transcript.last_seen_end = Some(measured.end);
    }
    if state.transcript.scroll != Scroll::Follow {
        // A match that was found stays in view.
        let shows_found =
            state.transcript.search.as_ref().is_some_and(|find| find.current_match().is_some());
        let follows = measured.at_bottom && !mouse::is_selecting(state) && !shows_found;
        state.transcript.scroll = if follows { Scroll::Follow } else { Scroll::At(measured.top) };
    }
    earlier_messages::want_if_reached(state);
    list::keep_in_view(state);
    if measured.composer_columns > 0 {
        state.composer.editor.lay_out(usize::from(measured.composer_columns));
        state.composer.editor.remember_top(usize::from(measured.composer_rows));
    }
}
