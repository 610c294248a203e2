//! Takes what the last frame measured, so that keys move by what is seen.

use super::{Measured, Scroll, State, list, mouse};

/// Takes what the frame measured: a position outside the text becomes the one that was drawn, and
/// a view that reached the bottom follows again.
pub fn apply_measured(state: &mut State, measured: Measured) {
    state.measured = measured;
    if measured.at_bottom && measured.transcript_rows > 0 {
        state.transcript.last_seen_end = Some(measured.end);
    }
    if state.transcript.scroll != Scroll::Follow {
        // A place that was found stays where it is.
        let shows_found =
            state.transcript.search.as_ref().is_some_and(|find| find.current_match().is_some());
        let follows = measured.at_bottom && !mouse::is_selecting(state) && !shows_found;
        state.transcript.scroll = if follows { Scroll::Follow } else { Scroll::At(measured.top) };
    }
    list::keep_in_view(state);
    if measured.composer_columns > 0 {
        state.composer.editor.lay_out(usize::from(measured.composer_columns));
        state.composer.editor.remember_top(usize::from(measured.composer_rows));
    }
}
