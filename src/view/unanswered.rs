//! What is said where a conversation does not end with an answer.
//! May not do anything about it.

use ratatui::text::Line;

use crate::app::remote_turn::{self, RemoteTurnStatus};
use crate::app::{OpenConversation, State, temporary};
use crate::chat::Readability;
use crate::settings::{Action, Theme};

use crate::view::forks;
use crate::view::message::remark_lines;

/// The lines.
#[must_use]
pub fn unanswered_lines(
    open: &OpenConversation,
    state: &State,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let say = |text: &str, style| remark_lines(text, style, columns);
    match &open.readability {
        Readability::NotStoredLocally => {
            return say(
                "This conversation is from the Assistants API: its messages were never stored \
                 here. Your next message starts it afresh.",
                theme.warning,
            );
        }
        Readability::Damaged(reason) => {
            let text = format!("This conversation is damaged ({reason}). It is left unchanged.");
            return say(&text, theme.error);
        }
        Readability::Whole => {}
    }
    if open.messages.is_empty() {
        let said = if temporary::is_temporary(state, &open.id) {
            "Temporary conversation: nothing is saved, neither on this disk nor on the server. It \
             is gone when you quit."
        } else {
            "This conversation is empty."
        };
        return say(said, theme.faint);
    }
    let mut lines = Vec::new();
    if let Some(failure) = &open.failure {
        lines.extend(say(&failure.to_string(), theme.error));
    }
    let on_web = remote_turn::of(state, open);
    if on_web == Some(RemoteTurnStatus::Answering) {
        let text = "Being answered in the web app. The answer appears here when it is complete.";
        lines.extend(say(text, theme.info));
        return lines;
    }
    let key = state.keymap.primary_key(Action::Retry).map(|chord| chord.to_string());
    let how = key.map_or_else(String::new, |key| format!(" Press {key} to ask again."));
    let what = match on_web {
        Some(RemoteTurnStatus::Answering | RemoteTurnStatus::TimedOut) => {
            "No answer arrived in the web app."
        }
        None => "This question has no answer.",
    };
    lines.extend(say(&format!("{what}{how}"), theme.warning));
    if let Some(left) = forks::earlier_answers_hint(open, state) {
        lines.extend(say(&left, theme.faint));
    }
    lines
}
