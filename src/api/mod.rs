//! The Responses API: request bodies out, `ReplyEvent`s in, errors sorted, retries decided.
//! May not know a file, a screen or the shared file's format.
//!
//! One question flows `Client::reply` → `reply_task` (tries, degradations, replay, rounds of tools) →
//! `attempt` (one request) → `stream` (bytes to frames) → `wire` (frames to events) → `reduce` (events to
//! `ReplyEvent`s). What went wrong flows `trouble` → `errors` → `chat::Failure`.

pub mod address;
pub mod asking;
pub mod attached;
pub mod attempt;
pub mod background;
pub mod body;
pub mod client;
pub mod cutoff;
pub mod degrade;
pub mod errors;
pub mod import;
pub mod judge;
mod leaving_out;
pub mod memory;
pub mod models;
pub mod order;
pub mod redact;
pub mod reduce;
pub mod reply;
mod reply_task;
pub mod request;
pub mod responses;
pub mod retry;
pub mod retry_after;
pub mod rounds;
pub mod settings;
mod skip;
pub mod sse;
pub mod stream;
pub mod transport;
pub mod trouble;
pub mod wire;

pub use address::{Address, context_policy};
pub use asking::build_request;
pub use client::Client;
pub use import::{HistoryStart, ImportedConversation};
pub use models::Model;
pub use reduce::{FinalStatus, Reducer};
pub use reply::ReplyStream;
pub use request::{Delivery, ModelRequest};
pub use responses::{StoredMessage, StoredResponse};
pub use rounds::MAX_TOOL_ROUNDS;
pub use settings::{ClientClock, ClientSettings};
pub use skip::RetryTrigger;
pub use sse::{SseFrame, parse_frames};
pub use stream::is_panic_caught_here;
pub use wire::WireEvent;
