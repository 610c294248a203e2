//! One message of a conversation.

use serde::{Deserialize, Serialize};

use super::{ResponseId, Timestamp};

/// The author of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Role {
    /// The user, who asks.
    User,
    /// The model, which answers.
    Assistant,
    /// Any other role in a file, such as `system`; never sent.
    Other(String),
}

impl Role {
    /// The word for the role in the shared file and in the API.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Other(word) => word,
        }
    }
}

impl<T: AsRef<str> + Into<String>> From<T> for Role {
    fn from(word: T) -> Self {
        match word.as_ref() {
            "user" => Self::User,
            "assistant" => Self::Assistant,
            _ => Self::Other(word.into()),
        }
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        match role {
            Role::Other(word) => word,
            Role::User | Role::Assistant => role.as_str().to_owned(),
        }
    }
}

/// One message, as duologue and the web app see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who wrote it.
    pub role: Role,
    /// The text exactly as typed or received; hostile until the view has made it safe.
    pub text: String,
    /// When it was stored.
    pub timestamp: Timestamp,
    /// The response an answer came from, set only where the web app's API account can chain from it.
    pub response_id: Option<ResponseId>,
    /// Reasoning, searches and tool calls of an answer: the raw JSON object, which [`super::details`] reads.
    pub reasoning_data: Option<String>,
    /// The id of the preset the message was sent with.
    pub agent_preset_id: Option<String>,
    /// The reasoning effort: `high`, `medium`, `low` or `none` in files the web app wrote.
    pub reasoning_level: Option<String>,
}

impl Message {
    /// Creates a question of the user, without preset and effort.
    #[must_use]
    pub fn question(text: impl Into<String>, timestamp: Timestamp) -> Self {
        Self::plain(Role::User, text.into(), timestamp, None)
    }

    /// Creates an answer; `response_id` only where the web app can chain from it.
    #[must_use]
    pub fn answer(
        text: impl Into<String>,
        timestamp: Timestamp,
        response_id: Option<ResponseId>,
    ) -> Self {
        Self::plain(Role::Assistant, text.into(), timestamp, response_id)
    }

    /// Compares the fields every version of the web app keeps; two messages with equal ones are the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.role == other.role
            && self.text == other.text
            && self.timestamp == other.timestamp
            && self.response_id == other.response_id
    }

    /// Whether two lists have the same messages in the same order.
    #[must_use]
    pub fn are_same(some: &[Self], others: &[Self]) -> bool {
        some.len() == others.len() && some.iter().zip(others).all(|(one, other)| one.is_same(other))
    }

    fn plain(
        role: Role,
        text: String,
        timestamp: Timestamp,
        response_id: Option<ResponseId>,
    ) -> Self {
        Self {
            role,
            text,
            timestamp,
            response_id,
            reasoning_data: None,
            agent_preset_id: None,
            reasoning_level: None,
        }
    }
}
