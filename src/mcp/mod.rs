//! MCP servers: tools and prompts of other programs, over standard input and output or HTTP. Must not trust anything
//! a server says: its texts are hostile, its answers are limited in time and size, and it may stop
//! answering or end at any moment.

mod connection;
mod describe;
mod fault;
mod host;
mod hosted;
mod http;
mod link;
mod link_prompts;
mod listing;
mod names;
mod process;
mod prompt;
mod prompt_arguments;
mod read_key;
mod result;
mod sse_limit;
mod stdio;
mod supervisor;
mod tool;
mod tool_text;

pub use connection::ServerReport;
pub use host::McpHost;
pub use link_prompts::PromptFailure;
pub(crate) use process::own_program;
pub use supervisor::supervise;
