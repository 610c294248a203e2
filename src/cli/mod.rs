//! The headless commands, a file each, and the flags they share.
//! May not use the brain; of the face only the cleaning of text.

pub mod answer_printer;
pub mod args;
pub mod ask;
pub mod background;
pub mod bootstrap;
pub mod config;
pub mod delete;
pub mod demo;
pub mod doctor;
mod doctor_presets;
pub mod error;
pub mod export;
mod file_check;
pub mod files;
pub mod import;
pub mod import_report;
pub mod import_source;
pub mod licenses;
pub mod list;
pub mod manual;
pub mod merge;
pub mod migrate;
pub mod models;
pub mod output;
pub mod plain;
pub mod presets;
pub mod progress;
pub mod rename;
pub mod run;
pub mod search;
pub mod server_import;
pub mod show;
pub mod stdin;
pub mod turn_driver;
pub mod undo;
pub mod usage;
pub mod web;

pub use run::run;
