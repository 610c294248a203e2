//! The hands: the only room that spawns, waits and draws. Event loop, effects, terminal, input.
//! May not decide anything: what happens next is the brain's to say.

pub mod attaching;
pub mod browser;
pub mod checkup;
pub mod clipboard;
pub mod clock;
pub mod delta_channel;
pub mod editor;
pub mod ending;
pub mod event_loop;
pub mod files;
pub mod gate;
pub mod hands;
pub mod input;
pub mod log;
pub mod osc52;
pub mod outbox;
pub mod papers;
pub mod refusal;
pub mod reply_worker;
pub mod screen;
pub mod shade;
pub mod signals;
pub mod start;
pub mod store_worker;
pub mod terminal;
pub mod terminal_input;
pub mod title_worker;
pub mod turn_store;

pub use event_loop::EventLoop;
pub use start::{Exit, Start, run};
