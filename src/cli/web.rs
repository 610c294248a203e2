//! `duologue web ID`: prints the link of a conversation in the web app and opens it in the browser.

use std::io::{self, IsTerminal};

use clap::Args;

use crate::runtime::browser;
use crate::settings::Settings;

use super::bootstrap;
use super::error::CliError;
use super::output;

#[derive(Debug, Args)]
pub(super) struct WebArgs {
    /// The conversation: an id, the start of one, an exact title or a response id.
    conversation: String,
    /// Only print the link.
    #[arg(long)]
    print: bool,
}

/// Prints the link of a conversation, and opens it unless the output goes to another program.
pub(super) fn run(settings: &Settings, args: &WebArgs) -> Result<(), CliError> {
    let id = bootstrap::open_store(settings)?.resolve_id(&args.conversation)?;
    let link = settings.web_url.link(id.as_str()).ok_or_else(|| {
        CliError::usage(
            "The address of the web app is not set. Set web_url in config.toml or \
             DUOLOGUE_WEB_URL, for example \"http://localhost:5000\".",
        )
    })?;
    output::write_clean(&format!("{link}\n"))?;
    if !args.print
        && io::stdout().is_terminal()
        && let Err(why) = browser::open(&link)
    {
        output::print_message(&format!("No browser could be opened: {why}."));
    }
    Ok(())
}
