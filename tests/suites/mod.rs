//! The suites, one for each promise.

mod api;
mod api_errors;
mod api_fuzz;
mod api_servers;
mod api_stored;
mod architecture;
mod background;
mod brain;
mod commands;
mod commands_change;
mod commands_export;
mod event_loop;
mod frames;
mod hostile;
mod managing;
mod managing_run;
mod pty;
mod settings;
mod sharing;
mod store;
mod store_search;
mod tools;
mod undo;
mod usage;
mod web_exchange;
mod writing;
