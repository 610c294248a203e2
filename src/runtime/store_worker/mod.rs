//! The store thread: owns the `Store` and performs its jobs in order. Another one saves drafts.

mod changes;
mod config;
mod deltas;
mod dispatch;
mod draft_saver;
mod export;
mod handle;
mod job;
mod presets;
mod read;
mod refresh;
mod rows;
mod search;
mod start;
mod store_again;
mod turns;
mod unavailable;
mod unstored;
mod watched_thread;
mod worker;

pub(super) use config::StoreWorkerConfig;
pub(super) use handle::StoreHandle;
pub(super) use start::start;
