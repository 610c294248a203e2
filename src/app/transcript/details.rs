//! Shows or hides the details of answers (reasoning, searches, tools), and their raw text.

use crate::app::transcript::{message_selection, search_bar};
use crate::app::{DetailsDisplay, Effect, NoticeKind, State};

/// Expands the details of all answers, or collapses them.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.transcript.details = match state.transcript.details {
        DetailsDisplay::Collapsed => DetailsDisplay::Expanded,
        DetailsDisplay::Expanded => DetailsDisplay::Collapsed,
    };
    state.transcript.other_details.clear();
    // A search covers only the details that are shown.
    search_bar::refresh_matches(state);
    if !has_any_details(state) {
        let text = match state.transcript.details {
            DetailsDisplay::Expanded => {
                "No answer here has details. Those of the next answers will be shown."
            }
            DetailsDisplay::Collapsed => "Details of the next answers will be hidden.",
        };
        state.show_notice(NoticeKind::Info, text);
    }
    Vec::new()
}

/// Whether any message on screen has details.
fn has_any_details(state: &State) -> bool {
    let open = state.transcript.open.as_ref();
    open.is_some_and(|open| {
        (0..open.messages.len()).any(|item| !open.details_markdown(item).is_empty())
    })
}

/// Expands the details of the selected answer, or collapses them; without a selection those of the
/// last one.
pub(crate) fn toggle_selected(state: &mut State) -> Vec<Effect> {
    let Some(item) = message_selection::selected_or_last(state) else {
        return Vec::new();
    };
    let open = state.transcript.open.as_ref();
    if open.is_none_or(|open| open.details_markdown(item).is_empty()) {
        state.show_notice(NoticeKind::Info, "This message has no details.");
        return Vec::new();
    }
    let others = &mut state.transcript.other_details;
    if !others.remove(&item) {
        others.insert(item);
    }
    search_bar::refresh_matches(state);
    Vec::new()
}

/// Shows the selected message as it was written, or laid out again.
pub(crate) fn toggle_raw(state: &mut State) -> Vec<Effect> {
    let Some(item) = message_selection::selected_or_last(state) else {
        return Vec::new();
    };
    let raw = &mut state.transcript.raw;
    let text = if raw.remove(&item) {
        "Formatted text."
    } else {
        raw.insert(item);
        "Raw text: what the model wrote."
    };
    state.show_notice(NoticeKind::Info, text);
    Vec::new()
}
