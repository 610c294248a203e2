//! Where there is more than one way on: which of them is shown, and how to see the others.
//! May not show a way that is not the visible one.

use ratatui::text::Span;

use crate::app::{OpenConversation, State};
use crate::settings::{Action, Theme};

/// What stands behind the heading of a message that has alternatives: `‹2/3›`.
#[must_use]
pub fn sign(open: &OpenConversation, place: usize, theme: &Theme) -> Option<Span<'static>> {
    let fork = open.forks.iter().find(|fork| fork.at == place && fork.ways > 1)?;
    Some(Span::styled(format!("  ‹{}/{}›", fork.current, fork.ways), theme.mark))
}

/// What is said where ways on were left and none has taken their place yet.
#[must_use]
pub fn left(open: &OpenConversation, state: &State) -> Option<String> {
    let end = open.messages.len();
    let fork = open.forks.iter().find(|fork| fork.at == end && fork.current == 0)?;
    let key = state.keymap.key(Action::EarlierVersion)?;
    Some(match fork.ways {
        1 => format!("An earlier answer is kept; {key} in the conversation brings it back."),
        many => format!("{many} earlier answers are kept; {key} in the conversation shows them."),
    })
}
