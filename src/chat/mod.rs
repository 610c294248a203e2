//! The data types everything shares: conversations, messages, changes, turns, and the events of a reply.
//! Must not do I/O, read a clock or make ids, so that every decision here can be tested as a function.

pub mod advice;
pub mod answer;
pub mod answer_options;
pub mod answer_server;
pub mod arrangement;
pub mod attachment;
pub mod background_answer;
pub mod branch;
pub mod calculation;
pub mod capabilities;
pub mod casefold;
pub mod chain_gap;
pub mod change;
pub mod conversation;
pub mod cost;
pub mod desired;
pub mod detail_kind;
pub mod details;
pub mod draft;
pub mod execution_mode;
pub mod external_changes;
pub mod failure;
pub mod file_notice;
pub mod fingerprint;
pub mod ids;
pub mod logged_change;
pub mod loss;
pub mod lossy_json;
pub mod mention;
pub mod merge;
pub mod message;
pub mod preset;
pub mod preset_change;
pub mod prompt_listing;
pub mod python_float;
pub mod reapply;
pub mod replace_from;
pub mod reply;
pub mod request_context;
pub mod scroll_position;
pub mod shell_quote;
pub mod shorten;
pub mod single_spaces;
pub mod text_encoding;
pub mod title;
pub mod tool_listing;
pub mod tool_request;
pub mod tool_use;
mod trash_number;
pub mod turn;
pub mod usage;
pub mod usage_report;

pub use crate::chat::background_answer::BackgroundAnswer;
pub use crate::chat::capabilities::{CapabilityUpdate, PlainHttp, ServerCapabilities};
pub use crate::chat::detail_kind::DetailKind;
pub use crate::chat::details::AnswerDetails;
pub use crate::chat::logged_change::{ChangeBase, LoggedChange, Redo};
pub use crate::chat::request_context::{ContextPolicy, RequestContext, is_sendable};
pub use crate::chat::scroll_position::ScrollAnchor;
pub use advice::Advice;
pub use answer::{AnswerRecord, WebChain};
pub use answer_options::AnswerOptions;
pub use answer_server::{AnswerServer, Answerer, DEFAULT_SERVER};
pub use arrangement::{Arrangement, ArrangementChange};
pub use branch::Branch;
pub use calculation::Calculation;
pub use change::Change;
pub use conversation::{ChainState, Conversation, ConversationSummary, Readability};
pub use cost::Cost;
pub use draft::Draft;
pub use execution_mode::{ExecutionMode, Retention};
pub use failure::{Failure, FailureKind};
pub use file_notice::{FileNotice, NoticeSeverity};
pub use fingerprint::Fingerprint;
pub use ids::{ChangeId, ConversationId, ResponseId, Timestamp, TurnId};
pub use merge::MessageBlock;
pub use message::{Message, Role};
pub use preset::{Preset, PresetList};
pub use preset_change::PresetChange;
pub use prompt_listing::{PromptArgument, PromptInfo, ServerPrompts};
pub use reply::{ModelActivity, ReplyEnding, ReplyEvent, ReplyOutcome};
pub use shell_quote::shell_quote;
pub use title::Title;
pub use tool_listing::{ServerTools, ToolInfo};
pub use tool_request::{
    PermissionScope, ToolDecision, ToolEffect, ToolPermission, ToolPermissions, ToolRequest,
};
pub use tool_use::ToolUse;
pub use trash_number::TrashNumber;
pub use turn::{
    EndReport, TextDelta, Turn, TurnEvent, TurnOutcome, TurnPhase, TurnReport, TurnStep,
    UnstoredCopy, UnstoredEnding,
};
pub use usage::{AnswerStats, Timing, Usage};
pub use usage_report::{PeriodStarts, UsageReport, UsageTotals};
