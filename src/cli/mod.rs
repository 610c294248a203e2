//! The headless commands, a file each, and the flags they share.
//! May not use the brain; of the face only the cleaning of text.

mod answer_printer;
mod args;
mod ask;
mod background;
mod bootstrap;
mod common_args;
mod config;
mod delete;
mod demo;
mod doctor;
mod error;
mod export;
mod files;
mod import;
mod import_report;
mod import_source;
mod licenses;
mod list;
mod manual;
mod merge;
mod migrate;
mod models;
mod output;
mod plain;
mod presets;
mod progress;
mod rename;
mod run;
mod search;
mod server_import;
mod server_session;
mod show;
mod stdin;
mod turn_driver;
mod undo;
mod usage;
mod web;

pub use args::Cli;
pub use run::run;
