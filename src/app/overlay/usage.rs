//! What answers took: the conversation on screen, the day, the month.
//! May not sum anything up; the sums are asked for.

use crate::app::{Effect, Overlay, State, StoreEffect};
use crate::chat::UsageReport;

/// Asks for the sums and shows that they are on their way.
pub fn show(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Usage(None));
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    vec![Effect::Store(StoreEffect::CountUsage(open))]
}

/// Takes the sums, where they are still waited for.
pub fn set_report(state: &mut State, report: UsageReport) {
    if let Some(Overlay::Usage(wanted)) = state.overlay.as_mut() {
        *wanted = Some(Box::new(report));
    }
}

/// Every key closes it.
pub fn handle_key(state: &mut State) -> Vec<Effect> {
    state.overlay = None;
    Vec::new()
}
