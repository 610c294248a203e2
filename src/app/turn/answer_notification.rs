//! Notifies the user of the end of a long answer when the terminal is not focused.

use crate::chat::{EndReport, ReplyOutcome, Turn, title};

use crate::app::{Effect, State, TerminalEffect, TerminalFocus, window_advice};

/// After how many seconds the user has probably turned to something else.
const LONG_ANSWER_SECONDS: i64 = 5;

/// Returns the notification for a turn that has just ended; `None` where the user sees the end, or
/// has caused it.
#[must_use]
pub(crate) fn notify_of_end(state: &State, turn: &Turn, report: &EndReport) -> Option<Effect> {
    let is_long = state.now.seconds_since(turn.asked_at()) > LONG_ANSWER_SECONDS;
    let is_seen = state.terminal.focus == TerminalFocus::Focused;
    if is_seen || !is_long || report.outcome == ReplyOutcome::Stopped {
        return None;
    }
    let row = state.list.rows.iter().find(|row| row.id == turn.conversation);
    let name = row.map(|row| title::in_sentence(row.title.text()));
    let prefix = name.map(|name| format!("\"{name}\": ")).unwrap_or_default();
    let text = match report.failure() {
        Some(failure) => window_advice::failure_text(&failure, &state.keymap),
        None => report.sentence().unwrap_or_else(|| "The answer is ready.".to_owned()),
    };
    Some(Effect::Terminal(TerminalEffect::Notify(prefix + &text)))
}
