//! The context rule: what is sent with a question so that the model knows the whole conversation.
//! May not send anything; the API room turns the plan into a request body.

use serde::{Deserialize, Serialize};

use crate::chat::{ChainState, Conversation, Message, ResponseId, Role};

/// Whether the server is trusted to remember earlier turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextPolicy {
    /// Chain with `previous_response_id` and replay only what came after it.
    Chain,
    /// Send every local message again.
    Replay,
}

/// What goes with a request: the server's own memory up to `previous`, then `replay`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// The response to chain from.
    pub previous_response_id: Option<ResponseId>,
    /// The messages the server does not know yet, the question last.
    pub replay: Vec<Message>,
}

impl RequestContext {
    /// The plan for answering the last question of `conversation`.
    ///
    /// Chains from `last_response_id` only where a message holds that id: then everything behind
    /// that message is replayed (unanswered questions, stopped answers, messages from elsewhere).
    /// Messages in front of it that its chain does not contain are replayed as well.
    /// Where two histories were merged, no answer knew both, so the whole transcript is sent.
    /// An id no message holds cannot be placed, so the whole transcript is sent instead.
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

    /// The same question with the whole local transcript and no chain.
    #[must_use]
    pub fn without_chain(conversation: &Conversation) -> Self {
        Self::for_next_answer(conversation, ContextPolicy::Replay)
    }
}

/// The last message that holds the id the conversation may be chained from.
fn chain_anchor(conversation: &Conversation) -> Option<(usize, ResponseId)> {
    let id = conversation.last_response_id.as_ref()?;
    let index = conversation
        .messages
        .iter()
        .rposition(|message| message.response_id.as_ref() == Some(id))?;
    Some((index, id.clone()))
}

/// Messages a server accepts: empty texts and unknown roles say nothing to a model.
fn sendable<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<Message> {
    messages
        .filter(|message| !message.text.is_empty() && !matches!(message.role, Role::Other(_)))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationId, Timestamp};

    fn conversation(messages: Vec<Message>, last: Option<&str>) -> Conversation {
        let mut it = Conversation::new(ConversationId::new("c"), "T", at(0));
        it.messages = messages;
        it.last_response_id = last.map(ResponseId::new);
        it
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
        let it = conversation(
            vec![
                Message::question("q1", at(1)),
                answer("a1", Some("r1")),
                Message::question("q2", at(3)),
            ],
            Some("r1"),
        );
        let plan = RequestContext::for_next_answer(&it, ContextPolicy::Chain);
        assert_eq!(plan.previous_response_id, Some(ResponseId::new("r1")));
        assert_eq!(texts(&plan), ["q2"]);
    }

    #[test]
    fn a_stopped_answer_and_an_unanswered_question_are_replayed_behind_the_chain() {
        let it = conversation(
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
        let plan = RequestContext::for_next_answer(&it, ContextPolicy::Chain);
        assert_eq!(plan.previous_response_id, Some(ResponseId::new("r1")));
        assert_eq!(texts(&plan), ["q2", "half", "q3", "q4"]);
    }

    #[test]
    fn an_id_no_message_holds_means_replaying_everything() {
        let it = conversation(
            vec![
                Message::question("q1", at(1)),
                answer("a1", None),
                Message::question("q2", at(3)),
            ],
            Some("elsewhere"),
        );
        let plan = RequestContext::for_next_answer(&it, ContextPolicy::Chain);
        assert_eq!(plan.previous_response_id, None);
        assert_eq!(texts(&plan), ["q1", "a1", "q2"]);
    }

    #[test]
    fn after_two_histories_were_merged_the_whole_is_told_once() {
        let mut it = conversation(
            vec![Message::question("q1", at(1)), answer("a1", Some("r1"))],
            Some("r1"),
        );
        it.chain = ChainState::Diverged;
        it.messages.push(Message::question("q2", at(3)));
        let plan = RequestContext::for_next_answer(&it, ContextPolicy::Chain);
        assert_eq!(
            (plan.previous_response_id.as_ref(), texts(&plan)),
            (None, vec!["q1", "a1", "q2"])
        );
    }

    #[test]
    fn replay_never_chains_and_leaves_out_what_no_server_accepts() {
        let mut odd = Message::question("hidden", at(1));
        odd.role = Role::Other("system".into());
        let it = conversation(
            vec![
                odd,
                answer("", Some("r0")),
                answer("a1", Some("r1")),
                Message::question("q", at(3)),
            ],
            Some("r1"),
        );
        let plan = RequestContext::for_next_answer(&it, ContextPolicy::Replay);
        assert_eq!(plan.previous_response_id, None);
        assert_eq!(texts(&plan), ["a1", "q"]);
    }
}
