//! Questions that the web app is answering, judged by the file alone.

use crate::chat::{ConversationId, ConversationSummary, Role, Timestamp};

use crate::app::{NoticeKind, OpenConversation, State};
use crate::settings::Action;

/// Seconds after which an answer of the web app is no longer expected. A duologue choice: the web
/// app gives no sign of life.
const TIMEOUT_SECONDS: i64 = 300;

/// The state of a question asked on the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteTurnStatus {
    /// The web app is answering, as far as the file tells.
    Answering,
    /// No answer came in time.
    TimedOut,
}

/// Takes the questions known now; those that have timed out are kept.
pub fn update_remote_turns(state: &mut State, asked: Vec<(ConversationId, Timestamp)>) {
    let rows = &state.list.rows;
    let unanswered = |row: &ConversationSummary| row.last_role == Some(Role::User);
    let mut turns = std::mem::take(&mut state.list.remote_turns);
    turns.retain(|(id, at)| {
        let reported = asked.iter().any(|(reported, _)| reported == id);
        let still = rows.iter().any(|row| row.id == *id && unanswered(row));
        !reported && still && status_at(*at, state.now) == RemoteTurnStatus::TimedOut
    });
    turns.extend(asked);
    state.list.remote_turns = turns;
}

/// Whether the web app is answering in a conversation.
#[must_use]
pub fn is_answering(state: &State, id: &ConversationId) -> bool {
    let asked = state.list.remote_turns.iter().find(|(asked, _)| asked == id);
    asked.is_some_and(|(_, at)| status_at(*at, state.now) == RemoteTurnStatus::Answering)
}

/// The state of the last question, if it was asked on the web.
#[must_use]
pub fn of(state: &State, open: &OpenConversation) -> Option<RemoteTurnStatus> {
    let last = open.messages.last()?.timestamp;
    let mut asked = state.list.remote_turns.iter();
    let (_, at) = asked.find(|(asked, at)| *asked == open.id && *at == last)?;
    Some(status_at(*at, state.now))
}

/// When the next remote turn times out.
#[must_use]
pub fn next_deadline(state: &State) -> Option<Timestamp> {
    let ends = state.list.remote_turns.iter().map(|(_, at)| deadline_of(*at));
    ends.filter(|end| *end > state.now).min()
}

/// Warns once that the web app is answering the open conversation; returns whether it did.
pub fn warn_if_answering(state: &mut State) -> bool {
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        return false;
    };
    let asked = state.list.remote_turns.iter().find(|(asked, _)| *asked == id).cloned();
    let Some(asked) =
        asked.filter(|(_, at)| status_at(*at, state.now) == RemoteTurnStatus::Answering)
    else {
        return false;
    };
    if state.list.warned_remote_turn.as_ref() == Some(&asked) {
        return false;
    }
    state.list.warned_remote_turn = Some(asked);
    let key = state.keymap.primary_key(Action::Retry);
    let again = key.map_or_else(|| "Type /retry".to_owned(), |key| format!("Press {key} again"));
    let text =
        format!("This question is being answered in the web app. {again} to ask it here as well.");
    state.show_notice(NoticeKind::Warning, text);
    true
}

fn status_at(at: Timestamp, now: Timestamp) -> RemoteTurnStatus {
    if deadline_of(at) > now { RemoteTurnStatus::Answering } else { RemoteTurnStatus::TimedOut }
}

fn deadline_of(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(at.seconds().saturating_add(TIMEOUT_SECONDS))
}
