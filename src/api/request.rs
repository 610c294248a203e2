//! What is asked of a server: one question with everything the model needs to answer it.
//! May not know JSON; `body` writes it.

use crate::chat::attachment::QuestionAttachments;
use crate::chat::{ContextPolicy, ExecutionMode, RequestContext, Retention};
use crate::settings::Location;
use crate::tools::ToolSet;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRequest {
    /// The model asked.
    pub model: String,
    /// How the model should behave; sent with every question, because no server carries it over.
    pub instructions: Option<String>,
    /// What goes with the question, the question last.
    pub context: RequestContext,
    /// The whole transcript, sent once where the server does not know the response chained from.
    pub fallback: Option<RequestContext>,
    /// Reasoning effort (`low`, `medium`, `high` and what a model adds); unset is the model's own.
    pub effort: Option<String>,
    /// How detailed a reasoning summary is wanted (`auto`, `concise`, `detailed`).
    pub summary: Option<String>,
    /// How long the answer should be (`low`, `medium`, `high`).
    pub verbosity: Option<String>,
    /// The most tokens the answer may take, reasoning included.
    pub max_output_tokens: Option<u64>,
    /// The functions the model may call here.
    pub tools: ToolSet,
    /// Web search at the server, where it is on, and from where.
    pub web_search: Option<Location>,
    /// Whether the server keeps what was said before the model used a tool.
    pub policy: ContextPolicy,
    /// The files that go with questions.
    pub attachments: QuestionAttachments,
    /// What differs where the question is asked by a preset.
    pub preset: Option<PresetRequest>,
    /// Who asks, for the server's own records.
    pub user: Option<String>,
    /// Whether the server keeps the response to be chained from.
    pub retention: Retention,
    /// Whether the answer goes on when the connection ends.
    pub mode: ExecutionMode,
    /// In which order pieces of text are handed on.
    pub delivery: Delivery,
}

/// What the request of a preset has as the web app makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetRequest {
    /// The tools in the order they are declared in; the list is sent even where it is empty.
    pub tool_names: Vec<String>,
    /// The instructions without the date line, sent along with tool results.
    pub bare_instructions: String,
}

/// In which order pieces of text are handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As they come; what turns out wrong is replaced later.
    Immediate,
    /// By sequence number, holding what lies behind a gap: for output that cannot be taken back.
    InOrder,
}

impl ModelRequest {
    /// A stored foreground question without options.
    #[must_use]
    pub fn new(model: impl Into<String>, context: RequestContext) -> Self {
        Self {
            model: model.into(),
            instructions: None,
            context,
            fallback: None,
            effort: None,
            summary: None,
            verbosity: None,
            max_output_tokens: None,
            tools: ToolSet::default(),
            web_search: None,
            policy: ContextPolicy::Replay,
            attachments: QuestionAttachments::default(),
            preset: None,
            user: None,
            retention: Retention::Stored,
            mode: ExecutionMode::Foreground,
            delivery: Delivery::Immediate,
        }
    }

    /// Every text of the user's in it: what must never show up in an error or the log.
    pub fn private_texts(&self) -> impl Iterator<Item = &str> {
        let contexts = std::iter::once(&self.context).chain(&self.fallback);
        let messages = contexts.flat_map(|context| &context.replay);
        let texts = messages.map(|message| message.text.as_str());
        texts.chain(self.instructions.as_deref()).chain(self.attachments.texts())
    }
}
