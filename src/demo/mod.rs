//! The built-in offline Responses API server, over real HTTP on the loopback address.
//! May not know the client: it speaks only the protocol.
//!
//! Background answers are taken up again, looked at and cancelled as at the official server; there
//! `cut` breaks the connection and the answer goes on.
//!
//! Words in the question steer it, for people and tests alike:
//!
//! | words | what happens |
//! |---|---|
//! | `show`, `markdown` | an answer with everything a client can render |
//! | `slow` | a word every fifth of a second |
//! | `long` | some six thousand words |
//! | `cut` | the connection breaks in the middle of the answer |
//! | `stale` | in a background answer: its stream cannot be taken up again |
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
//! | `hostile` | text that would harm a careless terminal |
//! | `what did I say` | the first question of the conversation, as the server remembers it |
//! | anything else | a short answer that says how much of the conversation is known |

pub mod answer;
pub mod background_responses;
pub mod calls;
pub mod errors;
pub mod events;
pub mod failures;
pub mod items;
pub mod pacing;
pub mod respond;
pub mod response_store;
pub mod routes;
pub mod seed;
pub mod server;
pub mod server_state;
pub mod sse;
pub mod stored_responses;

pub use crate::demo::server_state::RecordedRequest;
pub use pacing::{EventPermits, Pace};
pub use seed::seed;
pub use server::{DemoServer, ServerOptions};
