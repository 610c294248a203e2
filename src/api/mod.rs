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
pub mod capabilities;
pub mod chat_completions;
mod check_key_text;
pub mod errors;
pub mod import;
pub mod models;
pub mod reduce;
pub mod reply;
pub mod request;
pub mod responses;
pub mod transport;

pub use crate::api::reply::retry_trigger::RetryTrigger;
pub use crate::api::reply::tool_rounds::MAX_TOOL_ROUNDS;
pub use crate::api::request::build_request::{build_request, is_read_while_sent};
pub use crate::api::transport::client_settings::{ClientClock, ClientSettings};
pub use address::{Address, context_policy};
pub use import::{HistoryStart, ImportedConversation};
pub use models::Model;
pub use reduce::{FinalStatus, Reducer};
pub use reply::ReplyStream;
pub use request::transcript::{EachMessage, StreamedTranscript};
pub use request::{Delivery, ModelRequest};
pub use responses::{StoredMessage, StoredResponse};
pub use transport::client::Client;
pub use transport::http_client::build_http_client;
pub use transport::sse::{SseFrame, parse_frames};
pub use transport::stream::is_panic_caught_here;
pub use transport::wire::WireEvent;
