//! `duologue rename ID TITLE`: gives a conversation another title.

use clap::Args;

use crate::chat::{Change, Title, title};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::view::clean;

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

/// Renames a conversation; says so where the web app shows less of the title.
pub(super) fn run(settings: &Settings, args: &RenameArgs) -> Result<(), CliError> {
    let Some(title) = Title::typed(&args.title) else {
        return Err(CliError::usage("The title is empty. Give a title in quotes."));
    };
    let mut store = bootstrap::open_writable_store(settings)?;
    let id = store.resolve_id(&args.conversation)?;
    let before = store.list()?.into_iter().find(|row| row.id == id).map(|row| row.title);
    if before.as_ref() == Some(&title) {
        output::print_message(&clean::line(&title::unchanged_sentence(&title)));
        return Ok(());
    }
    let now = clock::now();
    store.apply(&Change::Rename { id, title: title.clone(), at: now }, now)?;
    output::print_message(&renamed_sentence(before.as_ref(), &title));
    if title.full().is_some() && settings.uses_web_app() {
        output::print_message(&format!(
            "The web app shows \"{}\": it allows at most 30 characters, which are letters, digits, \
             spaces, \"_\", \".\" and \"-\".",
            title.stored()
        ));
    }
    bootstrap::print_notices(&mut store);
    Ok(())
}

/// Says what the title is and was.
pub(super) fn renamed_sentence(before: Option<&Title>, title: &Title) -> String {
    let was = before
        .map_or_else(String::new, |before| format!(" It was \"{}\".", clean::line(before.text())));
    format!("Renamed to \"{}\".{was}", clean::line(title.text()))
}
