//! Which panes a screen has room for.

use crate::app::State;

/// Below this width the list is a drawer over the conversation.
pub(super) const MIN_COLUMNS_FOR_BOTH: u16 = 80;

/// Returns `false` where the list is a drawer over the conversation, or hidden.
#[must_use]
pub(super) const fn is_list_beside(state: &State) -> bool {
    state.size.columns >= MIN_COLUMNS_FOR_BOTH && !state.list.hidden
}
