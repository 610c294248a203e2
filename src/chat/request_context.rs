//! Decides what is sent with a question so that the model knows the whole conversation.

use serde::{Deserialize, Serialize};

use crate::chat::{ChainState, Conversation, Message, ResponseId, Role};

/// Whether a server's stored responses are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextPolicy {
    /// Name a `previous_response_id` and send only the messages after it.
    Chain,
    /// Send every message again.
    Replay,
}

/// The context of a request: a stored response, then messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// The response to chain from.
    pub previous_response_id: Option<ResponseId>,
    /// The messages the server does not know, the question last.
    pub replay: Vec<Message>,
}

impl RequestContext {
    /// Decides the context for the last question of `conversation`.
    ///
    /// Chains from `last_response_id` only where a message has that id: then every message after it is
    /// replayed (unanswered questions, stopped answers, messages of other programs), and the messages
    /// before it that its chain does not contain. The whole transcript is sent where no message has the
    /// id, and where two histories were merged.
    #[must_use]
    pub fn for_next_answer(conversation: &Conversation, policy: ContextPolicy) -> Self {
        let anchor = match (policy, &conversation.chain) {
            (ContextPolicy::Replay, _) | (_, ChainState::Diverged) => None,
            (ContextPolicy::Chain, ChainState::Whole | ChainState::Partial(_)) => {
                chain_anchor(conversation)
            }
        };
        let outside = match &conversation.chain {
            ChainState::Partial(positions) => positions.as_slice(),
            ChainState::Whole | ChainState::Diverged => &[],
        };
        match anchor {
            Some((index, previous)) => Self {
                previous_response_id: Some(previous),
                replay: sendable(
                    outside
                        .iter()
                        .filter_map(|at| conversation.messages.get(*at))
                        .chain(conversation.messages.iter().skip(index.saturating_add(1))),
                ),
            },
            None => {
                Self { previous_response_id: None, replay: sendable(conversation.messages.iter()) }
            }
        }
    }

    /// How many bytes of text the messages have.
    #[must_use]
    pub fn text_bytes(&self) -> u64 {
        let bytes: usize = self.replay.iter().map(|message| message.text.len()).sum();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    /// Returns the context without a chain: the whole transcript.
    #[must_use]
    pub fn without_chain(conversation: &Conversation) -> Self {
        Self::for_next_answer(conversation, ContextPolicy::Replay)
    }
}

/// The last message with the id the conversation is chained from.
fn chain_anchor(conversation: &Conversation) -> Option<(usize, ResponseId)> {
    let id = conversation.last_response_id.as_ref()?;
    let index = conversation
        .messages
        .iter()
        .rposition(|message| message.response_id.as_ref() == Some(id))?;
    Some((index, id.clone()))
}

/// Whether a message is sent: servers reject empty texts and unknown roles.
#[must_use]
pub const fn is_sendable(role: &Role, has_text: bool) -> bool {
    has_text && !matches!(role, Role::Other(_))
}

/// The messages that are sent.
fn sendable<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<Message> {
    let is_sent = |message: &&Message| is_sendable(&message.role, !message.text.is_empty());
    messages.filter(is_sent).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationId, Timestamp};

    fn conversation(messages: Vec<Message>, last: Option<&str>) -> Conversation {
        let mut conversation = Conversation::new(ConversationId::new("c"), "T", at(0));
        conversation.messages = messages;
        conversation.last_response_id = last.map(ResponseId::new);
        conversation
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn answer(text: &str, id: Option<&str>) -> Message {
        Message::answer(text, at(2), id.map(ResponseId::new))
    }

    fn texts(context: &RequestContext) -> Vec<&str> {
        context.replay.iter().map(|message| message.text.as_str()).collect()
    }

    #[test]
    fn a_chained_turn_sends_only_the_new_question() {
        let conversation = conversation(
            vec![
                Message::question("q1", at(1)),
                answer("a1", Some("r1")),
                Message::question("q2", at(3)),
            ],
            Some("r1"),
        );
        let plan = RequestContext::for_next_answer(&conversation, ContextPolicy::Chain);
        assert_eq!(plan.previous_response_id, Some(ResponseId::new("r1")));
        assert_eq!(texts(&plan), ["q2"]);
    }

    #[test]
    fn a_stopped_answer_and_unanswered_questions_are_replayed_after_the_chain() {
        let conversation = conversation(
            vec![
                Message::question("q1", at(1)),
                answer("a1", Some("r1")),
                Message::question("q2", at(3)),
                answer("half", None),
                Message::question("q3", at(4)),
                Message::question("q4", at(5)),
            ],
            Some("r1"),
        );
        let plan = RequestContext::for_next_answer(&conversation, ContextPolicy::Chain);
        assert_eq!(plan.previous_response_id, Some(ResponseId::new("r1")));
        assert_eq!(texts(&plan), ["q2", "half", "q3", "q4"]);
    }

    #[test]
    fn an_id_no_message_has_means_replaying_everything() {
        let conversation = conversation(
            vec![
                Message::question("q1", at(1)),
                answer("a1", None),
                Message::question("q2", at(3)),
            ],
            Some("elsewhere"),
        );
        let plan = RequestContext::for_next_answer(&conversation, ContextPolicy::Chain);
        assert_eq!(plan.previous_response_id, None);
        assert_eq!(texts(&plan), ["q1", "a1", "q2"]);
    }

    #[test]
    fn a_diverged_conversation_is_replayed() {
        let mut conversation = conversation(
            vec![Message::question("q1", at(1)), answer("a1", Some("r1"))],
            Some("r1"),
        );
        conversation.chain = ChainState::Diverged;
        conversation.messages.push(Message::question("q2", at(3)));
        let plan = RequestContext::for_next_answer(&conversation, ContextPolicy::Chain);
        assert_eq!(
            (plan.previous_response_id.as_ref(), texts(&plan)),
            (None, vec!["q1", "a1", "q2"])
        );
    }

    #[test]
    fn replay_never_chains_and_leaves_out_empty_texts_and_unknown_roles() {
        let mut odd = Message::question("hidden", at(1));
        odd.role = Role::Other("system".into());
        let conversation = conversation(
            vec![
                odd,
                answer("", Some("r0")),
                answer("a1", Some("r1")),
                Message::question("q", at(3)),
            ],
            Some("r1"),
        );
        let plan = RequestContext::for_next_answer(&conversation, ContextPolicy::Replay);
        assert_eq!(plan.previous_response_id, None);
        assert_eq!(texts(&plan), ["a1", "q"]);
    }
}
