//! The hands: the only room that spawns, waits and draws. Event loop, effects, terminal, input.
//! May not decide anything: what happens next is the brain's to say.

pub mod attachments;
pub mod background_color;
pub mod browser;
pub mod clipboard;
pub mod clock;
pub mod delta_channel;
pub mod doctor_worker;
pub mod editor;
pub mod effects;
pub mod event_loop;
pub mod files;
pub mod frame_buffer;
pub mod input;
pub mod input_lease;
pub mod job_control;
pub mod log;
pub mod osc52;
pub mod reply_worker;
pub mod screen;
pub mod session_files;
pub mod shutdown;
pub mod signals;
pub mod start;
pub mod store_unavailable;
pub mod store_worker;
pub mod suspend;
pub mod terminal;
pub mod terminal_input;
pub mod terminal_modes;
pub mod title_worker;
pub mod turn_store;

pub use event_loop::EventLoop;
pub use start::{Exit, InitialConversation, run};
