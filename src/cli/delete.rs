//! `duologue delete ID`: deletes conversations after asking.

use clap::Args;

use crate::chat::{Change, ConversationId, UNDO_DAYS, count};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::Store;

use super::bootstrap;
use super::confirm;
use super::conversations;
use super::error::CliError;
use super::output;

#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    /// The conversations: ids, the starts of them, exact titles or response ids.
    #[arg(required = true)]
    conversations: Vec<String>,
    /// Delete without asking.
    #[arg(short, long)]
    yes: bool,
}

/// Deletes conversations; nothing where one of the ids is not found or the user says no.
pub(super) fn run(settings: &Settings, args: &DeleteArgs) -> Result<(), CliError> {
    let mut store = bootstrap::open_writable_store(settings)?;
    let mut targets: Vec<(ConversationId, String)> = Vec::new();
    for id in conversations::resolve_all(&mut store, &args.conversations)? {
        let name = describe(&mut store, &id)?;
        targets.push((id, name));
    }
    if !args.yes {
        confirm_deletion(&targets)?;
    }
    let restored = if targets.len() == 1 { "it" } else { "the last one" };
    for (id, name) in targets {
        let now = clock::now();
        store.apply(&Change::Delete { id }, now)?;
        output::print_message(&format!("Deleted {name}."));
    }
    output::print_message(&format!("`duologue undo` restores {restored} for {UNDO_DAYS} days."));
    bootstrap::print_notices(&mut store);
    Ok(())
}

/// The title and the number of messages, for a sentence.
fn describe(store: &mut Store, id: &ConversationId) -> Result<String, CliError> {
    let rows = store.list()?;
    let row = rows.iter().find(|row| row.id == *id);
    Ok(row.map_or_else(String::new, |row| {
        let title = row.title.text().replace('\n', " ");
        format!("\"{title}\" ({})", count::phrase(row.message_count, "message"))
    }))
}

fn confirm_deletion(targets: &[(ConversationId, String)]) -> Result<(), CliError> {
    if !confirm::can_ask() {
        let text = "Deleting needs a confirmation, and standard input is not a terminal. Add \
                    --yes.";
        return Err(CliError::usage(text));
    }
    let names: Vec<&str> = targets.iter().map(|(_, name)| name.as_str()).collect();
    if confirm::ask_yes_or_no(&format!("Delete {}?", names.join(", ")))? == Some(true) {
        return Ok(());
    }
    Err(CliError::failed("Nothing was deleted."))
}
