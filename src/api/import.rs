//! A conversation put together again from the responses a server kept.
//! May not store it; `responses` fetches the pieces.

use std::collections::BTreeSet;

use crate::chat::{Failure, FailureKind, Message, ResponseId, Role, Timestamp};

use super::client::Client;
use super::responses::{StoredMessage, StoredResponse};

/// The most turns of one conversation.
const MAX_TURNS: usize = 1000;
/// A repeat of this many messages at the beginning of a turn is taken for one even where the turn
/// does not repeat everything before it.
const MIN_REPEATED_MESSAGES: usize = 2;

/// A conversation as far as the server still had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedConversation {
    /// Its messages, oldest first; each answer holds its response id.
    pub messages: Vec<Message>,
    /// The last completed response: what the next turn is chained from.
    pub last_response_id: Option<ResponseId>,
    /// Whether its beginning is there.
    pub start: HistoryStart,
}

/// Why a walk back through a conversation stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryStart {
    /// At its first turn.
    Reached,
    /// Earlier turns have expired, or were never stored.
    Expired(ResponseId),
    /// The responses point at each other in a circle, or there are too many.
    Unbounded,
    /// Something else went wrong on the way.
    Failed(Failure),
}

impl HistoryStart {
    /// What to say of it, in one line for people; nothing where all is there.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        match self {
            Self::Reached => None,
            Self::Expired(id) => Some(format!(
                "Earlier turns are not available: the server no \
                                               longer has {id}."
            )),
            Self::Unbounded => {
                Some("Earlier turns were left out: their chain does not end.".into())
            }
            Self::Failed(failure) => {
                Some(format!("Earlier turns could not be fetched: {}", failure.sentence))
            }
        }
    }
}

/// One response with what was asked for it.
#[derive(Debug, Clone)]
struct StoredTurn {
    response: StoredResponse,
    input: Vec<StoredMessage>,
}

impl Client {
    /// Walks back from a response to the beginning of its conversation.
    ///
    /// # Errors
    /// A failure in words where the response itself cannot be had; what is missing before it is
    /// told in the result.
    pub async fn import(&self, id: &ResponseId) -> Result<ImportedConversation, Failure> {
        let last = self.fetch_turn(id).await?;
        let bound = last.response.conversation.clone();
        if let Some(conversation) = bound.filter(|_| last.response.previous.is_none()) {
            let turn = turn_from_conversation(
                last.response,
                self.fetch_conversation_items(&conversation).await?,
            );
            return Ok(assemble_conversation(&[turn], HistoryStart::Reached, self.now()));
        }
        let mut seen = BTreeSet::from([id.clone()]);
        let mut previous = last.response.previous.clone();
        let mut turns = vec![last];
        let mut beginning = HistoryStart::Reached;
        while let Some(id) = previous.take() {
            if turns.len() >= MAX_TURNS || !seen.insert(id.clone()) {
                beginning = HistoryStart::Unbounded;
                break;
            }
            match self.fetch_turn(&id).await {
                Ok(turn) => {
                    previous.clone_from(&turn.response.previous);
                    turns.push(turn);
                }
                Err(failure) => {
                    beginning = start_after_failure(id, failure);
                    break;
                }
            }
        }
        turns.reverse();
        Ok(assemble_conversation(&turns, beginning, self.now()))
    }

    async fn fetch_turn(&self, id: &ResponseId) -> Result<StoredTurn, Failure> {
        let response = self.fetch_response(id).await?;
        let input = self.fetch_input_items(id).await?;
        Ok(StoredTurn { response, input })
    }
}

/// A server-side conversation as one turn; it holds the answer itself once that is complete.
fn turn_from_conversation(mut response: StoredResponse, input: Vec<StoredMessage>) -> StoredTurn {
    let told =
        |said: &StoredMessage| input.iter().any(|it| it.role == said.role && it.text == said.text);
    response.output.retain(|said| !told(said));
    StoredTurn { response, input }
}

fn start_after_failure(id: ResponseId, failure: Failure) -> HistoryStart {
    match failure.kind {
        FailureKind::PreviousResponseNotFound | FailureKind::InvalidRequest => {
            HistoryStart::Expired(id)
        }
        _ => HistoryStart::Failed(failure),
    }
}

/// Puts turns together, oldest first; each message once, whether a server tells only a turn's own
/// input or everything before it too.
fn assemble_conversation(
    turns: &[StoredTurn],
    beginning: HistoryStart,
    now: Timestamp,
) -> ImportedConversation {
    let mut messages: Vec<Message> = Vec::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut last_response_id = None;
    for turn in turns {
        let at = turn.response.created_at.unwrap_or(now);
        let id = &turn.response.id;
        let completed = turn.response.status.as_deref() == Some("completed");
        let repeated = count_repeated(&messages, &turn.input);
        let new = turn.input.iter().skip(repeated).chain(&turn.response.output);
        for said in new {
            let known = said.id.as_ref().is_some_and(|id| !ids.insert(id.clone()));
            if known || !matches!(said.role, Role::User | Role::Assistant) {
                continue;
            }
            messages.push(match said.role {
                Role::User => Message::question(&said.text, at),
                Role::Assistant | Role::Other(_) => Message::answer(&said.text, at, None),
            });
        }
        let answer = messages.last_mut().filter(|it| it.role == Role::Assistant);
        if let (Some(answer), true) = (answer, completed) {
            answer.response_id = Some(id.clone());
            last_response_id = Some(id.clone());
        }
    }
    ImportedConversation { messages, last_response_id, start: beginning }
}

/// How many messages at the beginning of a turn's input repeat the conversation so far. Items with
/// ids are told apart by those instead.
fn count_repeated(messages: &[Message], input: &[StoredMessage]) -> usize {
    if input.iter().any(|said| said.id.is_some()) {
        return 0;
    }
    let same = |(message, said): &(&Message, &StoredMessage)| {
        message.role == said.role && message.text == said.text
    };
    let common = messages.iter().zip(input).take_while(same).count();
    let everything = common == messages.len();
    if everything || common >= MIN_REPEATED_MESSAGES { common } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(9);

    fn said(id: Option<&str>, role: &str, text: &str) -> StoredMessage {
        StoredMessage {
            id: id.map(str::to_owned),
            role: Role::from(role.to_owned()),
            text: text.into(),
        }
    }

    fn turn(id: &str, input: Vec<StoredMessage>, answer: StoredMessage) -> StoredTurn {
        let response = StoredResponse {
            id: ResponseId::new(id),
            previous: None,
            conversation: None,
            model: None,
            created_at: Some(Timestamp::from_seconds(5)),
            status: Some("completed".into()),
            output: vec![answer],
        };
        StoredTurn { response, input }
    }

    fn texts(turns: &[StoredTurn]) -> Vec<String> {
        let imported = assemble_conversation(turns, HistoryStart::Reached, NOW);
        imported.messages.into_iter().map(|message| message.text).collect()
    }

    #[test]
    fn turns_that_tell_only_their_own_input_are_joined() {
        let turns = [
            turn("r1", vec![said(None, "user", "hi")], said(None, "assistant", "yo")),
            turn("r2", vec![said(None, "user", "hi")], said(None, "assistant", "again?")),
        ];
        assert_eq!(texts(&turns), ["hi", "yo", "hi", "again?"]);
        let imported = assemble_conversation(&turns, HistoryStart::Reached, NOW);
        assert_eq!(imported.last_response_id, Some(ResponseId::new("r2")));
        assert_eq!(imported.messages[1].response_id, Some(ResponseId::new("r1")));
    }

    #[test]
    fn turns_that_tell_everything_before_them_are_told_apart_by_item_id() {
        let first = || vec![said(Some("m1"), "user", "hi")];
        let mut second = first();
        second.push(said(Some("m2"), "assistant", "yo"));
        second.push(said(Some("m3"), "user", "hi"));
        let turns = [
            turn("r1", first(), said(Some("m2"), "assistant", "yo")),
            turn("r2", second, said(Some("m4"), "assistant", "again?")),
        ];
        assert_eq!(texts(&turns), ["hi", "yo", "hi", "again?"]);
    }

    #[test]
    fn without_item_ids_the_common_beginning_is_told_apart() {
        let second = vec![
            said(None, "user", "hi"),
            said(None, "assistant", "yo"),
            said(None, "user", "more"),
        ];
        let turns = [
            turn("r1", vec![said(None, "user", "hi")], said(None, "assistant", "yo")),
            turn("r2", second, said(None, "assistant", "ok")),
        ];
        assert_eq!(texts(&turns), ["hi", "yo", "more", "ok"]);
    }

    #[test]
    fn an_answer_that_was_not_completed_is_kept_and_not_chained_from() {
        let mut cut = turn("r1", vec![said(None, "user", "q")], said(None, "assistant", "half"));
        cut.response.status = Some("incomplete".into());
        let imported = assemble_conversation(&[cut], HistoryStart::Reached, NOW);
        assert_eq!(imported.messages[1].response_id, None);
        assert_eq!(imported.last_response_id, None);
    }
}
