//! What the server remembers: each response with the conversation that led to it.
//! May not forget within a run, but for the oldest of very many.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

/// Responses kept at most.
const MOST: usize = 10_000;

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// `user`, `assistant`, or `tool` for what a tool gave.
    pub role: String,
    /// The text.
    pub text: String,
}

/// One response.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The response object as it was sent in the end.
    pub response: Value,
    /// The items of its own turn.
    pub input: Vec<Value>,
    /// The whole conversation, its answer last.
    pub history: Vec<Said>,
    /// Calls that must be answered before it can be gone on from.
    pub pending: Vec<String>,
}

/// Everything remembered.
#[derive(Debug, Default)]
pub struct Memory {
    given: HashMap<String, Given>,
    order: VecDeque<String>,
    refused: HashMap<String, u32>,
}

impl Memory {
    /// Keeps a response.
    pub fn keep(&mut self, id: String, given: Given) {
        self.order.push_back(id.clone());
        self.given.insert(id, given);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.given.remove(&oldest);
        }
    }

    /// A response by id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Given> {
        self.given.get(id)
    }

    /// Forgets a response; tells whether it was there.
    pub fn forget(&mut self, id: &str) -> bool {
        self.given.remove(id).is_some()
    }

    /// How often a question has been turned away before, this time not counted.
    pub fn turn_away(&mut self, question: &str) -> u32 {
        let times = self.refused.entry(question.to_owned()).or_default();
        let before = *times;
        *times = times.saturating_add(1);
        before
    }
}
