//! `duologue migrate`: records of the Assistants API era become records the web app takes.
//! May not touch any other record.

use crate::runtime::{self, clock};
use crate::settings::Settings;
use crate::store::doctor::migrate;
use crate::view::clean;

use super::output;
use crate::cli::error::CliError;

/// Upgrades the user's file.
///
/// # Errors
/// When the file cannot be read or written.
pub fn run(settings: &Settings) -> Result<(), CliError> {
    let place = runtime::start::store_paths(settings);
    let done = migrate::migrate(&place, clock::now())?;
    if done.threads.is_empty() {
        output::print_message("There is nothing of the Assistants API era in the file.");
        return Ok(());
    }
    for thread in &done.threads {
        output::write(&format!("{}\n", clean::line(thread.conversation.as_str())))?;
    }
    output::print_message(&format!("{} conversations were upgraded.", done.threads.len()));
    output::print_message(
        "Their thread and assistant ids are kept in the state folder (threads.jsonl).",
    );
    if let Some(backup) = &done.repair.backup {
        output::print_message(&format!("As it was, the file is kept in {}.", backup.display()));
    }
    Ok(())
}
