//! The usage overlay: tokens and cost of the conversation, the day and the month.

use crossterm::event::KeyEvent;

use crate::app::{Effect, NoticeKind, Overlay, State, StoreEffect};
use crate::chat::UsageReport;

use super::cursor;

/// Opens the overlay and asks for the sums.
pub(crate) fn show(state: &mut State) -> Vec<Effect> {
    if let Some(problem) = state.list.problem.clone().filter(|_| !state.list.loaded) {
        // The store could not be opened: there is nothing to add up.
        state.show_notice(NoticeKind::Error, problem);
        return Vec::new();
    }
    state.overlay = Some(Overlay::Usage(None));
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    vec![Effect::Store(StoreEffect::CountUsage(open))]
}

/// Takes the sums, unless the overlay was closed.
pub(crate) fn set_report(state: &mut State, report: UsageReport) {
    if let Some(Overlay::Usage(wanted)) = state.overlay.as_mut() {
        *wanted = Some(Box::new(report));
    }
}

/// Enter and keys that type nothing close the overlay.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if cursor::closes_page(key) {
        state.overlay = None;
    }
    Vec::new()
}
