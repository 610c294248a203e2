//! The suites, one for each promise.

mod api;
mod api_errors;
mod api_fuzz;
mod api_servers;
mod api_stored;
mod architecture;
mod attaching;
mod background;
mod brain;
mod branches;
mod commands;
mod commands_ask;
mod commands_change;
mod commands_export;
mod commands_import;
mod commands_shapes;
mod copying;
mod crash;
mod doctor;
mod event_loop;
mod export_page;
mod faults;
#[cfg(unix)]
mod file_faults;
mod finding;
mod frames;
mod hostile;
mod keyboard;
mod managing;
mod managing_run;
mod mentions;
mod mouse;
mod on_web;
mod pictures;
mod pipelines;
mod plain;
mod presets;
mod pty;
#[cfg(unix)]
mod pty_storms;
mod reading;
#[cfg(unix)]
mod real_disks;
mod selecting;
mod settings;
mod sharing;
mod show_data;
mod store;
mod store_layouts;
mod store_search;
mod tools;
mod undo;
mod usage;
mod web_exchange;
mod web_link;
mod writing;
