//! The only module that spawns, waits and draws: event loop, workers, terminal. Must not decide what
//! happens next: `app::update` does.

mod api_servers;
mod api_tasks;
pub(crate) mod attachments;
mod background_color;
pub(crate) mod browser;
pub mod clipboard;
pub mod clock;
pub(crate) mod doctor_worker;
mod editor;
mod effects;
mod event_loop;
mod event_sender;
mod exit;
mod files;
mod frame_buffer;
mod frame_schedule;
mod input;
mod input_lease;
mod job_control;
pub(crate) mod log;
pub mod multiplexer;
mod notification;
pub mod osc52;
pub(crate) mod reply_worker;
pub mod screen;
mod session_files;
mod shutdown;
pub(crate) mod signals;
pub mod start;
mod store_worker;
mod suspend;
pub(crate) mod templates;
mod terminal;
pub mod terminal_input;
mod terminal_modes;
mod title_worker;
pub(crate) mod turn_store;
pub(crate) mod worker_threads;

pub use event_loop::EventLoop;
pub use exit::{Exit, LoopExit, LoopFailure};
pub use start::InitialConversation;
pub(crate) use start::run;
