//! Chat Completions, the older protocol most providers and local servers speak. Must not report events of
//! its own: requests are built from the Responses body, and chunks become Responses events, so that both
//! protocols share one reducer, one list of rejected parts and one turn.
//!
//! Everything is sent with every question, and no response id leaves this folder: nothing can be chained
//! from a chat completion. Field names are those of `openai` 3.54.0 (`types/chat`, read 2026-11-29).

pub mod calls;
pub mod chunk;
pub mod endpoint;
pub mod finish;
pub mod messages;
pub mod parameters;
pub mod quirks;
pub mod request_body;
pub mod stream;

pub use endpoint::Endpoint;
pub use stream::ChatStream;
