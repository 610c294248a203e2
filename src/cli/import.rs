//! `duologue import`: adds conversations from elsewhere; importing twice changes nothing more.
//! Must not change anything before every file has been read: an error would leave half an import.

use std::path::PathBuf;

use clap::Args;

use crate::chat::text_encoding::TextEncoding;
use crate::exchange::chatgpt::BranchSelection;
use crate::settings::Settings;
use crate::store::ImportMode;

use super::error::CliError;
use super::import_source::ImportContents;
use super::output::OutputFormat;
use super::{bootstrap, import_report, import_source, server_import};

// These comments are the help texts, shown verbatim.
#[allow(clippy::doc_markdown)]
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// ChatGPT exports (conversations.json or the .zip), chats files, exported Markdown or JSON;
    /// "-" reads standard input; a resp_... id fetches a conversation from the server.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Also import the other branches of ChatGPT conversations, each as its own conversation.
    #[arg(long)]
    branches: bool,
    /// The encoding of the files, such as latin1 or utf-16le; detected by default.
    #[arg(long, value_name = "NAME")]
    encoding: Option<TextEncoding>,
    /// Only show what would change.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON; see `duologue help commands`.
    #[arg(long)]
    json: bool,
}

/// Imports files and server responses; returns the exit code.
pub(super) fn run(settings: &Settings, args: &ImportArgs) -> Result<u8, CliError> {
    let mut store = bootstrap::open_writable_store(settings)?;
    let branches = if args.branches { BranchSelection::All } else { BranchSelection::Current };
    let options = import_source::ReadOptions { branches, encoding: args.encoding };
    let mut all = ImportContents::default();
    for path in &args.files {
        match path.to_str().filter(|name| name.starts_with("resp_") && !path.exists()) {
            Some(id) => all.conversations.push(server_import::fetch(settings, &mut store, id)?),
            None => all.extend(import_source::read(path, options)?),
        }
    }
    let mode = if args.dry_run { ImportMode::DryRun } else { ImportMode::Apply };
    import_report::import(&mut store, all, mode, OutputFormat::of(args.json))
}
