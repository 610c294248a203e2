//! Events about changes of the shared file: made, not made, or made by another program.

use crate::chat::{ConversationId, Failure, FileNotice};

use crate::app::{Effect, Notice, NoticeKind, State, StoreEffect, temporary, transcript};

/// Shows that a change was made and reloads what is on screen.
pub(crate) fn handle_changed(
    state: &mut State,
    about: &ConversationId,
    mut notice: Notice,
) -> Vec<Effect> {
    if state.confirm_undo(about, None) {
        notice.text.push_str(&state.undo_hint());
    }
    state.notify(notice);
    let mut effects = temporary::handle_saved(state, about);
    effects.extend(reload_shown(state));
    effects
}

/// Shows that a change was not made.
pub(crate) fn handle_not_changed(
    state: &mut State,
    about: &ConversationId,
    failure: &Failure,
) -> Vec<Effect> {
    state.cancel_undo(about, None);
    state.show_failure(failure);
    let mut effects = temporary::handle_not_saved(state, about);
    // The change may already be on screen.
    effects.extend(transcript::reopen(state));
    effects
}

/// Handles a change of the file by another program.
pub(crate) fn handle_file_changed(state: &mut State, notice: Option<&FileNotice>) -> Vec<Effect> {
    let notice = notice.map(|notice| state.notice_of_file(notice));
    match more_important(state.notice.clone(), notice) {
        Some(notice) if state.notice.as_ref() != Some(&notice) => state.notify(notice),
        kept => state.notice = kept,
    }
    reload_shown(state)
}

/// The later of two notices, but an information does not hide a warning.
fn more_important(before: Option<Notice>, after: Option<Notice>) -> Option<Notice> {
    let is_calm = |notice: &Notice| notice.kind == NoticeKind::Info;
    match (before, after) {
        (Some(before), Some(after)) if is_calm(&after) && !is_calm(&before) => Some(before),
        (before, after) => after.or(before),
    }
}

/// Asks for the list and the open conversation again.
pub(crate) fn reload_shown(state: &State) -> Vec<Effect> {
    let mut effects = vec![Effect::Store(StoreEffect::List)];
    effects.extend(transcript::reopen(state));
    effects
}
