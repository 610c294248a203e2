//! A request: one question with everything the model needs to answer it.

use std::fmt;
use std::sync::Arc;

use crate::chat::attachment::QuestionAttachments;
use crate::chat::{ContextPolicy, ExecutionMode, RequestContext, Retention};
use crate::settings::Location;
use crate::tools::ToolSet;

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
    pub fallback: Option<RequestContext>,
    /// Where only the end of a very long conversation was read: the request with all of it.
    pub whole: Option<WholeRequest>,
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
    /// Whether the server stores the response.
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
            fallback: None,
            whole: None,
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

    /// Every text of the user's, which must not appear in an error or the log.
    pub fn private_texts(&self) -> impl Iterator<Item = &str> {
        let contexts = std::iter::once(&self.context).chain(&self.fallback);
        let messages = contexts.flat_map(|context| &context.replay);
        let texts = messages.map(|message| message.text.as_str());
        texts.chain(self.instructions.as_deref()).chain(self.attachments.texts())
    }
}

/// Makes the request again with the whole conversation; `None` where that cannot be read.
#[derive(Clone)]
pub struct WholeRequest(Arc<dyn Fn() -> Option<ModelRequest> + Send + Sync>);

impl WholeRequest {
    /// A request that is made by `make` once it is needed.
    pub fn new(make: impl Fn() -> Option<ModelRequest> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// Makes the request.
    #[must_use]
    pub fn make(&self) -> Option<ModelRequest> {
        (self.0)()
    }
}

impl fmt::Debug for WholeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WholeRequest")
    }
}

impl PartialEq for WholeRequest {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for WholeRequest {}
