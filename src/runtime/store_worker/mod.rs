//! The store thread: owns the `Store` and performs its jobs in order.

mod changes;
mod config;
mod deltas;
mod dispatch;
mod export;
mod handle;
mod job;
mod presets;
mod read;
mod refresh;
mod rows;
mod search;
mod start;
mod turns;
mod unavailable;
mod unstored;
mod worker;

pub(super) use config::StoreWorkerConfig;
pub(super) use handle::StoreHandle;
pub(super) use start::start;
