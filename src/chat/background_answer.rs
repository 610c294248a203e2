//! An answer the server finishes without a connection: enough to collect and store it later.

use serde::{Deserialize, Serialize};

use crate::chat::{
    AnswerOptions, AnswerServer, ConversationId, Fingerprint, ResponseId, Timestamp, TurnId,
};

/// An answer that is running on a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackgroundAnswer {
    /// The turn it answers.
    pub turn: TurnId,
    /// The conversation it is stored in.
    pub conversation: ConversationId,
    /// The question it answers, where that is known.
    pub question: Option<Fingerprint>,
    /// The conversation up to and with the question, as it was sent.
    pub context: Option<Fingerprint>,
    /// The id the server gave to the response.
    pub response_id: ResponseId,
    /// The server it was requested from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<AnswerServer>,
    /// The base URL of the server.
    pub base_url: String,
    /// The model it was requested from.
    pub model: String,
    /// When it was requested.
    pub asked_at: Timestamp,
    /// The preset it was requested with.
    pub preset: Option<String>,
    /// The reasoning effort it was requested with.
    pub effort: Option<String>,
    /// The text received before the connection was closed; stored in a file of its own.
    #[serde(skip)]
    pub partial_text: String,
}

impl BackgroundAnswer {
    /// Creates a record that only says where the answer is running and where it belongs.
    #[must_use]
    pub fn of(
        turn: TurnId,
        conversation: ConversationId,
        response_id: ResponseId,
        base_url: String,
    ) -> Self {
        Self {
            turn,
            conversation,
            question: None,
            context: None,
            response_id,
            server: None,
            base_url,
            model: String::new(),
            asked_at: Timestamp::default(),
            preset: None,
            effort: None,
            partial_text: String::new(),
        }
    }

    /// Adds the options and the time of the request.
    #[must_use]
    pub fn with_options(self, options: AnswerOptions, asked_at: Timestamp) -> Self {
        let AnswerOptions { model, preset, effort, server, .. } = options;
        Self { server, model, asked_at, preset, effort, ..self }
    }
}
