//! Finds the messages that the response chain of a conversation's last answer does not contain.
//!
//! The web app chains a question from the last answer that is there when it is asked (hcorion/ai-multitool
//! bdc7763, measured on 2026-11-29). Two questions asked at once, in two browser tabs, are stored as
//! question, question, answer, answer: both answers chain from the same one and lack the other turn.
//!
//! Two more functions look for gaps, each where something is known that the messages alone do not tell:
//! `merge::is_chain_missing_messages` compares an answer that is being stored with what was sent for it, and
//! `merge::has_diverged` knows which messages a merge has put in. What these two find is recorded with the
//! answer (`BrokenChains`); what is found here can be read from the messages again at any time.

use super::{Message, ResponseId, Role};

/// Returns the positions of the messages before the answer with the id `last` that its chain does not
/// contain. `is_complete` tells whether an answer was given with all messages before it, as those of this
/// program are. A question without an answer is left out: no program repeats a turn that failed.
#[must_use]
pub fn messages_outside_chain(
    messages: &[Message],
    last: &ResponseId,
    is_complete: impl Fn(&ResponseId) -> bool,
) -> Vec<usize> {
    let questions = pair_questions(messages);
    let is_exchange = |at: &usize| {
        let role = messages.get(*at).map(|message| &message.role);
        role == Some(&Role::Assistant) || questions.contains(&Some(*at))
    };
    let id = |at: usize| messages.get(at).and_then(|message| message.response_id.as_ref());
    let mut outside = Vec::new();
    let mut answer = (0..messages.len()).rev().find(|at| id(*at) == Some(last));
    while let Some(at) = answer.filter(|at| !id(*at).is_some_and(&is_complete)) {
        let Some(question) = questions.get(at).copied().flatten() else { break };
        answer = (0..question).rev().find(|at| id(*at).is_some());
        let from = answer.map_or(0, |before| before.saturating_add(1));
        outside.extend((from..at).filter(|it| *it != question && is_exchange(it)));
    }
    outside.sort_unstable();
    outside
}

/// Finds the question of each answer: consecutive answers belong to as many of the last questions
/// before them, in the same order.
fn pair_questions(messages: &[Message]) -> Vec<Option<usize>> {
    let mut questions = vec![None; messages.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0_usize;
    while let Some(message) = messages.get(at) {
        if message.role == Role::User {
            open.push(at);
        }
        let rest = messages.get(at..).unwrap_or_default();
        let count = rest.iter().take_while(|it| it.role == Role::Assistant).count();
        let asked = open.split_off(open.len().saturating_sub(count));
        for (slot, question) in questions.iter_mut().skip(at).zip(asked) {
            *slot = Some(question);
        }
        at = at.saturating_add(count.max(1));
    }
    questions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    #[test]
    fn messages_of_overlapping_turns_are_outside_the_chain_of_the_last_answer() {
        for (texts, outside) in [
            ("q a q q a a", vec![2, 4]),
            ("q q a a", vec![0, 2]),
            ("q q q a a a", vec![0, 1, 3, 4]),
            ("q q a a q a", vec![0, 2]),
            ("q a q q a a q q a a", vec![2, 4, 6, 8]),
            // One after the other, with a turn that failed, and with an answer that was stopped.
            ("q a q a", vec![]),
            ("q a q q a", vec![]),
            ("q a q s q a", vec![2, 3]),
            // Made here, with everything in front of it.
            ("q q a a q A", vec![]),
            ("q q a a q A q q a a", vec![6, 8]),
            ("a a", vec![]),
        ] {
            let message = |(at, text): (usize, &str)| match text {
                "q" => Message::question(format!("{at}"), Timestamp::from_seconds(1)),
                "s" => Message::answer("s", Timestamp::from_seconds(1), None),
                made => {
                    let id = ResponseId::new(format!("{made}{at}"));
                    Message::answer("a", Timestamp::from_seconds(1), Some(id))
                }
            };
            let all: Vec<Message> = texts.split(' ').enumerate().map(message).collect();
            let last = all.last().unwrap().response_id.clone().unwrap();
            let is_ours = |id: &ResponseId| id.as_str().starts_with('A');
            assert_eq!(messages_outside_chain(&all, &last, is_ours), outside, "{texts}");
        }
    }
}
