//! Reconstructs a conversation from the responses a server stored.

use std::collections::BTreeSet;

use crate::chat::{Failure, FailureKind, Message, ResponseId, Role, Timestamp};

use super::responses::{StoredMessage, StoredResponse};
use super::transport::client::Client;

/// The most turns imported of one conversation.
const MAX_TURNS: usize = 1000;
/// This many repeated messages at the start of a turn's input count as a repetition even where the
/// turn does not repeat the whole conversation.
const MIN_REPEATED_MESSAGES: usize = 2;

/// A conversation as far as the server still stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedConversation {
    /// The messages, oldest first; completed answers have their response ids.
    pub messages: Vec<Message>,
    /// The last completed response, from which the next turn is chained.
    pub last_response_id: Option<ResponseId>,
    /// Whether the server had all of the conversation, or only its end.
    pub start: HistoryStart,
}

/// How the walk back through the responses ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryStart {
    /// At the first turn.
    Reached,
    /// An earlier response has expired or was never stored.
    Expired(ResponseId),
    /// The responses form a cycle, or there are too many.
    Unbounded,
    /// An earlier response could not be fetched.
    Failed(Failure),
}

impl HistoryStart {
    /// Says in one line what is missing; `None` where nothing is.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        match self {
            Self::Reached => None,
            Self::Expired(id) => {
                Some(format!("Earlier turns are not available: the server no longer has {id}."))
            }
            Self::Unbounded => Some("Earlier turns were left out: there are too many.".into()),
            Self::Failed(failure) => {
                Some(format!("Earlier turns could not be fetched: {}", failure.sentence))
            }
        }
    }
}

/// One response with its input.
#[derive(Debug, Clone)]
struct StoredTurn {
    response: StoredResponse,
    input: Vec<StoredMessage>,
}

impl Client {
    /// Walks back from a response to the start of its conversation.
    ///
    /// # Errors
    /// Returns a failure where the response itself cannot be fetched; missing earlier responses are
    /// reported in the result.
    pub async fn import(&self, id: &ResponseId) -> Result<ImportedConversation, Failure> {
        let last = self.fetch_turn(id).await?;
        let conversation = last.response.conversation.clone();
        if let Some(conversation) = conversation.filter(|_| last.response.previous.is_none()) {
            let turn = turn_from_conversation(
                last.response,
                self.fetch_conversation_items(&conversation).await?,
            );
            return Ok(assemble_conversation(&[turn], HistoryStart::Reached, self.now()));
        }
        let mut seen = BTreeSet::from([id.clone()]);
        let mut previous = last.response.previous.clone();
        let mut turns = vec![last];
        let mut start = HistoryStart::Reached;
        while let Some(id) = previous.take() {
            if turns.len() >= MAX_TURNS || !seen.insert(id.clone()) {
                start = HistoryStart::Unbounded;
                break;
            }
            match self.fetch_turn(&id).await {
                Ok(turn) => {
                    previous.clone_from(&turn.response.previous);
                    turns.push(turn);
                }
                Err(failure) => {
                    start = start_after_failure(id, failure);
                    break;
                }
            }
        }
        turns.reverse();
        Ok(assemble_conversation(&turns, start, self.now()))
    }

    async fn fetch_turn(&self, id: &ResponseId) -> Result<StoredTurn, Failure> {
        let response = self.fetch_response(id).await?;
        let input = self.fetch_input_items(id).await?;
        Ok(StoredTurn { response, input })
    }
}

/// Makes one turn of a server-side conversation, whose items include the answer once it is complete.
fn turn_from_conversation(mut response: StoredResponse, input: Vec<StoredMessage>) -> StoredTurn {
    let in_input = |message: &StoredMessage| {
        input.iter().any(|item| item.role == message.role && item.text == message.text)
    };
    response.output.retain(|message| !in_input(message));
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

/// Joins turns, oldest first. Each message is taken once, whether a server lists only a turn's own
/// input or the whole conversation before it.
fn assemble_conversation(
    turns: &[StoredTurn],
    start: HistoryStart,
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
        for item in new {
            let is_repeated = item.id.as_ref().is_some_and(|id| !ids.insert(id.clone()));
            if is_repeated || !matches!(item.role, Role::User | Role::Assistant) {
                continue;
            }
            messages.push(match item.role {
                Role::User => Message::question(&item.text, at),
                Role::Assistant | Role::Other(_) => Message::answer(&item.text, at, None),
            });
        }
        let answer = messages.last_mut().filter(|it| it.role == Role::Assistant);
        if let (Some(answer), true) = (answer, completed) {
            answer.response_id = Some(id.clone());
            last_response_id = Some(id.clone());
        }
    }
    ImportedConversation { messages, last_response_id, start }
}

/// Counts the messages at the start of a turn's input that repeat the conversation so far; 0 where
/// items have ids, which identify repetitions.
fn count_repeated(messages: &[Message], input: &[StoredMessage]) -> usize {
    if input.iter().any(|item| item.id.is_some()) {
        return 0;
    }
    let same = |(message, item): &(&Message, &StoredMessage)| {
        message.role == item.role && message.text == item.text
    };
    let common = messages.iter().zip(input).take_while(same).count();
    let is_whole = common == messages.len();
    if is_whole || common >= MIN_REPEATED_MESSAGES { common } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(9);

    fn item(id: Option<&str>, role: &str, text: &str) -> StoredMessage {
        StoredMessage { id: id.map(str::to_owned), role: Role::from(role), text: text.into() }
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
    fn turns_with_only_their_own_input_are_joined() {
        let turns = [
            turn("r1", vec![item(None, "user", "hi")], item(None, "assistant", "yo")),
            turn("r2", vec![item(None, "user", "hi")], item(None, "assistant", "again?")),
        ];
        assert_eq!(texts(&turns), ["hi", "yo", "hi", "again?"]);
        let imported = assemble_conversation(&turns, HistoryStart::Reached, NOW);
        assert_eq!(imported.last_response_id, Some(ResponseId::new("r2")));
        assert_eq!(imported.messages[1].response_id, Some(ResponseId::new("r1")));
    }

    #[test]
    fn repeated_items_are_recognised_by_their_ids() {
        let first = || vec![item(Some("m1"), "user", "hi")];
        let mut second = first();
        second.push(item(Some("m2"), "assistant", "yo"));
        second.push(item(Some("m3"), "user", "hi"));
        let turns = [
            turn("r1", first(), item(Some("m2"), "assistant", "yo")),
            turn("r2", second, item(Some("m4"), "assistant", "again?")),
        ];
        assert_eq!(texts(&turns), ["hi", "yo", "hi", "again?"]);
    }

    #[test]
    fn without_item_ids_a_common_start_is_a_repetition() {
        let second = vec![
            item(None, "user", "hi"),
            item(None, "assistant", "yo"),
            item(None, "user", "more"),
        ];
        let turns = [
            turn("r1", vec![item(None, "user", "hi")], item(None, "assistant", "yo")),
            turn("r2", second, item(None, "assistant", "ok")),
        ];
        assert_eq!(texts(&turns), ["hi", "yo", "more", "ok"]);
    }

    #[test]
    fn an_incomplete_answer_is_kept_and_not_chained_from() {
        let mut cut = turn("r1", vec![item(None, "user", "q")], item(None, "assistant", "half"));
        cut.response.status = Some("incomplete".into());
        let imported = assemble_conversation(&[cut], HistoryStart::Reached, NOW);
        assert_eq!(imported.messages[1].response_id, None);
        assert_eq!(imported.last_response_id, None);
    }
}
