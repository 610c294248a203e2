//! A request: one question with everything the model needs to answer it.

pub mod attachment_part;
pub mod body;
pub mod build_request;
pub(super) mod date_line;
pub mod rejected_parts;
pub(super) mod streamed_request;
pub mod transcript;

use crate::chat::attachment::QuestionAttachments;
use crate::chat::{ContextPolicy, ExecutionMode, RequestContext, Retention};
use crate::settings::Location;
use crate::tools::ToolSet;

use crate::api::request::transcript::StreamedTranscript;

/// One question, independent of JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRequest {
    /// The name of the model.
    pub model: String,
    /// The instructions; sent with every question, because servers do not carry them over.
    pub instructions: Option<String>,
    /// The messages and the previous response; the question is the last message.
    pub context: RequestContext,
    /// The whole transcript, sent where the server does not know the previous response.
    pub whole_context: Option<RequestContext>,
    /// A long conversation, which is read from the file while it is sent. `whole_context` is `None` then.
    pub transcript: Option<StreamedTranscript>,
    /// The reasoning effort (`low`, `medium`, `high` and others of a model); `None` is the model's default.
    pub effort: Option<String>,
    /// The detail of the reasoning summary (`auto`, `concise`, `detailed`); `None` for no summary.
    pub summary: Option<String>,
    /// The length of the answer (`low`, `medium`, `high`).
    pub verbosity: Option<String>,
    /// The most output tokens, reasoning included.
    pub max_output_tokens: Option<u64>,
    /// The local functions the model may call.
    pub tools: ToolSet,
    /// The tools of other programs that are to be opened: `server` or `server/tool`.
    pub external_tools: Vec<String>,
    /// The location for web search; `None` where it is off.
    pub web_search: Option<Location>,
    /// Whether tool results are sent to a stored response or with a replay.
    pub policy: ContextPolicy,
    /// The attachments of the questions in the context.
    pub attachments: QuestionAttachments,
    /// What is different in the request of a question asked with a preset.
    pub preset: Option<PresetRequest>,
    /// The `user` parameter, for the server's records.
    pub user: Option<String>,
    /// Whether the server may store the response, so that the next question can be chained from it.
    pub retention: Retention,
    /// Whether the server finishes the answer without a connection.
    pub mode: ExecutionMode,
    /// The order in which text deltas are delivered.
    pub delivery: Delivery,
}

/// The parts of a request that the web app makes differently where a preset is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetRequest {
    /// The tools in the order of their declarations; the list is sent even if it is empty.
    pub tool_names: Vec<String>,
    /// The instructions without the date line, which are sent with tool results.
    pub bare_instructions: String,
}

/// The order in which text deltas are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As received; text that turns out wrong is replaced later.
    Immediate,
    /// By sequence number, holding deltas after a gap: for output that cannot be corrected.
    InOrder,
}

impl ModelRequest {
    /// Creates a stored foreground request without options.
    #[must_use]
    pub fn new(model: impl Into<String>, context: RequestContext) -> Self {
        Self {
            model: model.into(),
            instructions: None,
            context,
            whole_context: None,
            transcript: None,
            effort: None,
            summary: None,
            verbosity: None,
            max_output_tokens: None,
            tools: ToolSet::default(),
            external_tools: Vec::new(),
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

    /// Every text of the user's in memory, which must not appear in an error or the log.
    pub fn private_texts(&self) -> impl Iterator<Item = &str> {
        let contexts = std::iter::once(&self.context).chain(&self.whole_context);
        let messages = contexts.flat_map(|context| &context.replay);
        let texts = messages.map(|message| message.text.as_str());
        let echoes = self.transcript.iter().flat_map(StreamedTranscript::echoes);
        texts.chain(self.instructions.as_deref()).chain(self.attachments.texts()).chain(echoes)
    }
}
