//! Branch labels and hints.

use ratatui::text::Span;

use crate::app::{OpenConversation, State};
use crate::settings::{Action, Theme};

/// The label of a message with alternatives: `‹2/3›`.
#[must_use]
pub(crate) fn version_label(
    open: &OpenConversation,
    index: usize,
    theme: &Theme,
) -> Option<Span<'static>> {
    let fork = open.forks.iter().find(|fork| fork.position == index && fork.alternatives > 1)?;
    Some(Span::styled(format!("  ‹{}/{}›", fork.current, fork.alternatives), theme.mark))
}

/// The hint that earlier answers exist, where the visible branch ends with a question.
#[must_use]
pub(crate) fn earlier_answers_hint(open: &OpenConversation, state: &State) -> Option<String> {
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
