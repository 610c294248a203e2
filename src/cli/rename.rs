//! `duologue rename ID TITLE`: gives a conversation another title, by the web app's rule for titles.

use clap::Args;

use crate::chat::{Change, title};
use crate::runtime::clock;
use crate::settings::Settings;

use super::bootstrap;
use super::error::CliError;
use super::output;

#[derive(Debug, Args)]
pub(super) struct RenameArgs {
    /// The conversation: an id, the start of one, an exact title or a response id.
    conversation: String,
    /// The new title.
    title: String,
}

/// Renames a conversation; says so where the web app's rule changed the title.
pub(super) fn run(settings: &Settings, args: &RenameArgs) -> Result<(), CliError> {
    let title = title::on_update(&args.title).filter(|title| !title.is_empty());
    let Some(title) = title else {
        return Err(CliError::usage("The title is empty. Give a title in quotes."));
    };
    let mut store = bootstrap::open_store(settings)?;
    let id = store.resolve_id(&args.conversation)?;
    let now = clock::now();
    store.apply(&Change::Rename { id, title: title.clone(), at: now }, now)?;
    if title != args.title {
        output::print_message(&format!(
            "Stored as \"{title}\". The web app allows at most 30 characters: letters, digits, \
             spaces, \"_\", \".\" and \"-\"."
        ));
    }
    Ok(())
}
