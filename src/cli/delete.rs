//! `duologue delete ID`: asks first, and says how to take it back.
//! May not delete anything before every id has been found.

use std::io::{self, BufRead, IsTerminal};

use clap::Args;

use crate::chat::{Change, ConversationId};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::Store;

use super::output;
use crate::cli::bootstrap;
use crate::cli::error::CliError;

/// The words of the command.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// Ids, the starts of them, exact titles or response ids.
    #[arg(required = true)]
    conversations: Vec<String>,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
}

/// Deletes conversations.
///
/// # Errors
/// When one is not found, nobody can be asked, the answer is no, or the file cannot be changed.
pub fn run(settings: &Settings, args: &DeleteArgs) -> Result<(), CliError> {
    let mut store = bootstrap::open_store(settings)?;
    let mut found: Vec<(ConversationId, String)> = Vec::new();
    for wanted in &args.conversations {
        let id = store.resolve_id(wanted)?;
        if found.iter().all(|(known, _)| *known != id) {
            let name = describe(&mut store, &id)?;
            found.push((id, name));
        }
    }
    if !args.yes {
        confirm(&found)?;
    }
    for (id, name) in found {
        let now = clock::now();
        store.apply(&Change::Delete { id }, now)?;
        output::print_message(&format!("Deleted {name}."));
    }
    output::print_message("`duologue undo` takes the last one back, for thirty days.");
    Ok(())
}

/// The title and how much is in it, for a sentence.
fn describe(store: &mut Store, id: &ConversationId) -> Result<String, CliError> {
    let rows = store.list()?;
    let row = rows.iter().find(|row| row.id == *id);
    Ok(row.map_or_else(String::new, |row| {
        let title = row.title.replace('\n', " ");
        match row.message_count {
            1 => format!("\"{title}\" (1 message)"),
            count => format!("\"{title}\" ({count} messages)"),
        }
    }))
}

fn confirm(found: &[(ConversationId, String)]) -> Result<(), CliError> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let text = "Deleting asks first, and there is no terminal to ask on. Add --yes.";
        return Err(CliError::usage(text));
    }
    let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    output::print_prompt(&format!("Delete {}? [y/N] ", names.join(", ")));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| CliError::failed(format!("The answer cannot be read: {error}.")))?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(CliError::failed("Nothing was deleted."))
}
