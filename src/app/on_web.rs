//! Questions the web app is answering: for how long that is believed, and what is said before one
//! asks there too.
//! May not know how the web app is doing: all that is seen of it is the file.

use crate::chat::{ConversationId, Role, Summary, Timestamp};

use super::{NoticeKind, OpenConversation, State};

/// How long an answer may take until nobody believes in it any more, in seconds.
const PATIENCE: i64 = 300;

/// Where a question asked on the web stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnWeb {
    /// It is being answered, as far as one can tell.
    Answering,
    /// No answer has come for minutes.
    Silent,
}

/// Takes what is known now; what has been waited for in vain is remembered as that.
pub fn take(state: &mut State, asked: Vec<(ConversationId, Timestamp)>) {
    let rows = &state.list.rows;
    let unanswered = |row: &Summary| row.last_role == Some(Role::User);
    let mut known = std::mem::take(&mut state.list.on_web);
    known.retain(|(id, at)| {
        let told = asked.iter().any(|(told, _)| told == id);
        let still = rows.iter().any(|row| row.id == *id && unanswered(row));
        !told && still && stands(*at, state.now) == OnWeb::Silent
    });
    known.extend(asked);
    state.list.on_web = known;
}

/// Whether a conversation is being answered on the web.
#[must_use]
pub fn answers(state: &State, id: &ConversationId) -> bool {
    let asked = state.list.on_web.iter().find(|(asked, _)| asked == id);
    asked.is_some_and(|(_, at)| stands(*at, state.now) == OnWeb::Answering)
}

/// Where the last question of a conversation stands, if it was asked on the web.
#[must_use]
pub fn of(state: &State, open: &OpenConversation) -> Option<OnWeb> {
    let last = open.messages.last()?.timestamp;
    let mut asked = state.list.on_web.iter();
    let (_, at) = asked.find(|(asked, at)| *asked == open.id && *at == last)?;
    Some(stands(*at, state.now))
}

/// When something known about the web next changes by itself.
#[must_use]
pub fn deadline(state: &State) -> Option<Timestamp> {
    let ends = state.list.on_web.iter().map(|(_, at)| end(*at));
    ends.filter(|end| *end > state.now).min()
}

/// Says once that the conversation on screen is being answered elsewhere; asking again goes on.
pub fn warns(state: &mut State) -> bool {
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        return false;
    };
    let asked = state.list.on_web.iter().find(|(asked, _)| *asked == id).cloned();
    let Some(asked) = asked.filter(|(_, at)| stands(*at, state.now) == OnWeb::Answering) else {
        return false;
    };
    if state.list.warned.as_ref() == Some(&asked) {
        return false;
    }
    state.list.warned = Some(asked);
    state.say(NoticeKind::Warning, "Being answered on the web; press again to ask here as well.");
    true
}

fn stands(at: Timestamp, now: Timestamp) -> OnWeb {
    if end(at) > now { OnWeb::Answering } else { OnWeb::Silent }
}

fn end(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(at.seconds().saturating_add(PATIENCE))
}
