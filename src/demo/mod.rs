//! The built-in offline server for the Responses API and Chat Completions, over HTTP on the loopback address.
//! Must not use other modules of the client, so that tests against it check the protocol. The protocol is
//! that of the `OpenAPI` description of the Responses API (openai/openai-openapi f85dbe2, 2026-08-21).
//!
//! Background responses can be streamed again, retrieved and cancelled as at the official server; with
//! `cut` only their connection breaks.
//!
//! Words in the question choose the answer, for people and tests alike:
//!
//! | words | what happens |
//! |---|---|
//! | `show`, `markdown` | an answer with everything a client can render |
//! | `slow` | a word every fifth of a second |
//! | `long` | some six thousand words |
//! | `cut` | the connection breaks in the middle of the answer |
//! | `stale` | in a background answer: its stream cannot be resumed |
//! | `failed` | the response fails after a few words |
//! | `incomplete` | the response ends early: most tokens reached |
//! | `rate limit` | 429 with `Retry-After`, then an answer at the second try |
//! | `server error` | 500, every time |
//! | `model gone` | 404 `model_not_found`, unless a `demo-…` model is asked |
//! | `unauthorized` | 401 |
//! | `refuse` | a refusal instead of text |
//! | `calculate 2+2` | a call of the calculator, where it is offered; `then` makes more rounds, `and` more calls, `calculate forever` never ends |
//! | `reasoning` | a reasoning summary before the answer |
//! | `web search` | a web search with sources and citations |
//! | `hostile` | text that would control a careless terminal |
//! | `what did I say` | the first question of the conversation, as the server remembers it |
//! | anything else | a short answer that says how much of the conversation is known |

mod answer;
mod background_responses;
mod calls;
mod chat_completions;
mod errors;
mod events;
mod failures;
mod items;
mod models;
mod pacing;
mod read_request;
mod respond;
mod response_store;
mod routes;
mod seed;
mod server;
mod server_state;
mod sse;
mod stored_responses;

pub use pacing::{EventPermits, Pace};
pub use seed::seed;
pub use server::{DemoServer, ServerOptions};
pub use server_state::RecordedRequest;
