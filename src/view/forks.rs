//! Where there is more than one way on: which of them is shown, and how to see the others.
//! May not show a way that is not the visible one.

use ratatui::text::Span;

use crate::app::{OpenConversation, State};
use crate::settings::{Action, Theme};

/// What stands behind the heading of a message that has alternatives: `‹2/3›`.
#[must_use]
pub fn version_label(
    open: &OpenConversation,
    place: usize,
    theme: &Theme,
) -> Option<Span<'static>> {
    let fork = open.forks.iter().find(|fork| fork.position == place && fork.alternatives > 1)?;
    Some(Span::styled(format!("  ‹{}/{}›", fork.current, fork.alternatives), theme.mark))
}

/// What is said where ways on were left and none has taken their place yet.
#[must_use]
pub fn earlier_answers_hint(open: &OpenConversation, state: &State) -> Option<String> {
    let end = open.messages.len();
    let fork = open.forks.iter().find(|fork| fork.position == end && fork.current == 0)?;
    let key = state.keymap.primary_key(Action::EarlierVersion)?;
    Some(match fork.alternatives {
        1 => format!("An earlier answer is kept. Press {key} in the conversation to show it."),
        many => format!(
            "{many} earlier answers are kept. Press {key} in the conversation to show \
                         them."
        ),
    })
}
