//! Starts the window: from the settings to a running event loop, and from its end to an exit.

mod after_exit;
mod build;
mod initial_state;
mod run;
mod store_paths;
mod window;

pub use build::{LoopEnvironment, build_event_loop};
pub(crate) use run::run;
pub(crate) use store_paths::store_paths;
pub use window::InitialConversation;
