//! `duologue migrate`: upgrades conversations of the Assistants API, so that the web app loads the file.

use crate::chat::count;
use crate::runtime::{self, clock};
use crate::settings::Settings;
use crate::store::doctor::migrate;
use crate::view::clean;

use super::error::CliError;
use super::output;

pub(super) fn run(settings: &Settings) -> Result<(), CliError> {
    let paths = runtime::start::store_paths(settings);
    if !paths.chats_file().exists() {
        output::print_message(&format!(
            "{} does not exist yet, so there is nothing to upgrade.",
            paths.chats_file().display()
        ));
        return Ok(());
    }
    let result = migrate::migrate(&paths, clock::now())?;
    if result.threads.is_empty() {
        output::print_message("The file has no conversations from the Assistants API.");
        return Ok(());
    }
    for thread in &result.threads {
        output::write(&format!("{}\n", clean::line(thread.conversation.as_str())))?;
    }
    let number = result.threads.len();
    output::print_message(&format!(
        "{} {} upgraded.",
        count::phrase(number, "conversation"),
        count::form(&number, "was", "were")
    ));
    output::print_message(
        "Their thread and assistant ids are kept in the state folder (threads.jsonl).",
    );
    if let Some(backup) = &result.repair.backup {
        output::print_message(&format!(
            "A copy of the original file is kept in {}.",
            backup.display()
        ));
    }
    Ok(())
}
