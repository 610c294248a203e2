//! The headless commands, a file each, and the flags they share.
//! May not use the brain; of the face only the cleaning of text.

pub mod adopted;
pub mod args;
pub mod ask;
pub mod chain;
pub mod collect;
pub mod config;
pub mod delete;
pub mod demo;
pub mod doctor;
pub mod export;
pub mod files;
pub mod import;
pub mod licenses;
pub mod list;
pub mod manual;
pub mod merge;
pub mod migrate;
pub mod models;
pub mod open;
pub mod output;
pub mod plain;
pub mod presets;
pub mod printer;
pub mod problem;
pub mod progress;
pub mod rename;
pub mod run;
pub mod search;
pub mod show;
pub mod source;
pub mod stdin;
pub mod turn_driver;
pub mod undo;
pub mod usage;
pub mod web;

pub use run::run;
