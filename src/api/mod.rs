//! The client of the Responses API and of Chat Completions: requests, events, errors, retries.
//!
//! One question flows `Client::reply` → `reply_task` (retries, omitted parts, replay, rounds of tools) →
//! `attempt` (one request) → `stream` (bytes to frames) → `wire` (frames to events) → `reduce` (events to
//! `ReplyEvent`s). At a server without the Responses API `chat_completions` translates the body behind
//! `reply_task` and the frames in front of `reduce`. Errors flow `error_body` → `error_table` →
//! `chat::Failure`.
//!
//! Protocol names are from `openai` 3.54.0 on the Python package index and
//! developers.openai.com/api/docs, read 2026-11-23.

pub mod address;
pub mod attachment_part;
pub mod attempt;
pub mod background;
pub mod body;
pub mod build_request;
pub mod capabilities;
pub mod chat_completions;
mod check_key_text;
pub mod client;
pub mod client_settings;
mod date_line;
pub mod error_body;
pub mod error_table;
mod external_calls;
pub mod import;
pub mod models;
mod omit_parts;
pub mod outcome;
pub mod proxy;
mod readiness;
pub mod redact;
pub mod reduce;
pub mod rejected_parts;
pub mod reorder;
mod replay;
pub mod reply;
mod reply_task;
pub mod request;
pub mod responses;
pub mod retry;
pub mod retry_after;
mod retry_trigger;
mod send_transcript;
pub mod sse;
pub mod stream;
mod streamed_request;
pub mod tool_rounds;
pub mod transcript;
pub mod transport;
pub mod wire;

pub use crate::api::build_request::{build_request, is_read_while_sent};
pub use crate::api::client_settings::{ClientClock, ClientSettings};
pub use crate::api::retry_trigger::RetryTrigger;
pub use crate::api::tool_rounds::MAX_TOOL_ROUNDS;
pub use address::{Address, context_policy};
pub use client::Client;
pub use import::{HistoryStart, ImportedConversation};
pub use models::Model;
pub use reduce::{FinalStatus, Reducer};
pub use reply::ReplyStream;
pub use request::{Delivery, ModelRequest};
pub use responses::{StoredMessage, StoredResponse};
pub use sse::{SseFrame, parse_frames};
pub use stream::is_panic_caught_here;
pub use transcript::{EachMessage, StreamedTranscript};
pub use wire::WireEvent;
