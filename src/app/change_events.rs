//! What the disk says about changes: one was made or was not, or somebody else made one.

use crate::chat::{ConversationId, Failure};

use crate::app::{Effect, Notice, NoticeKind, State, StoreEffect, temporary, transcript};

/// A change was made.
pub fn handle_changed(
    state: &mut State,
    about: Option<&ConversationId>,
    notice: Notice,
) -> Vec<Effect> {
    state.notify(notice);
    let mut effects = temporary::handle_saved(state, about);
    effects.extend(reload_shown(state));
    effects
}

/// A change was not made.
pub fn handle_not_changed(
    state: &mut State,
    about: Option<&ConversationId>,
    failure: &Failure,
) -> Vec<Effect> {
    state.show_notice(NoticeKind::Error, failure.to_string());
    let mut effects = temporary::handle_not_saved(state, about);
    // What was shown ahead of the disk may not be true.
    effects.extend(transcript::reopen(state));
    effects
}

/// Somebody else changed the file.
pub fn handle_file_changed(state: &mut State, notice: Option<Notice>) -> Vec<Effect> {
    match more_important(state.notice.clone(), notice) {
        Some(told) if state.notice.as_ref() != Some(&told) => state.notify(told),
        kept => state.notice = kept,
    }
    reload_shown(state)
}

/// Of two lines nobody has answered to yet, the later; but a calm one does not hide a warning.
fn more_important(before: Option<Notice>, after: Option<Notice>) -> Option<Notice> {
    let is_calm = |notice: &Notice| notice.kind == NoticeKind::Info;
    match (before, after) {
        (Some(before), Some(after)) if is_calm(&after) && !is_calm(&before) => Some(before),
        (before, after) => after.or(before),
    }
}

/// Asks for what is on screen again.
fn reload_shown(state: &State) -> Vec<Effect> {
    let mut effects = vec![Effect::Store(StoreEffect::List)];
    effects.extend(transcript::reopen(state));
    effects
}
