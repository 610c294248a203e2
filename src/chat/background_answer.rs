//! An answer that goes on at the server without us: enough to find and keep it later.
//! May not ask for it.

use serde::{Deserialize, Serialize};

use crate::chat::{AnswerOptions, ConversationId, Fingerprint, ResponseId, Timestamp, TurnId};

/// An answer being made at a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackgroundAnswer {
    /// The turn it answers.
    pub turn: TurnId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// The question it stands behind, where that is known.
    pub question: Option<Fingerprint>,
    /// The conversation up to and with the question, as it was sent.
    pub context: Option<Fingerprint>,
    /// Its id at the server.
    pub response_id: ResponseId,
    /// The server.
    pub base_url: String,
    /// The model asked.
    pub model: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The preset it was asked with.
    pub preset: Option<String>,
    /// The effort it was asked with.
    pub effort: Option<String>,
    /// What had come of it when it was left; kept beside the rest.
    #[serde(skip)]
    pub partial_text: String,
}

impl BackgroundAnswer {
    /// An answer of which nothing is known but where it is made and where it belongs.
    #[must_use]
    pub fn of(
        turn: TurnId,
        conversation: ConversationId,
        response_id: ResponseId,
        base_url: String,
    ) -> Self {
        let (question, context, preset, effort) = (None, None, None, None);
        let (model, grown, asked_at) = (String::new(), String::new(), Timestamp::default());
        Self {
            turn,
            conversation,
            question,
            context,
            response_id,
            base_url,
            model,
            asked_at,
            preset,
            effort,
            partial_text: grown,
        }
    }

    /// The same, with how and when it was asked for.
    #[must_use]
    pub fn with_options(self, options: AnswerOptions, asked_at: Timestamp) -> Self {
        let AnswerOptions { model, preset, effort, .. } = options;
        Self { model, asked_at, preset, effort, ..self }
    }
}
