//! `duologue import`: conversations from elsewhere, once however often they are imported.
//! May not change anything before every file has been read.

use std::path::PathBuf;

use clap::Args;

use crate::exchange::chatgpt::BranchSelection;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::ImportMode;

use super::list::OutputFormat;
use super::output;
use crate::cli::error::CliError;
use crate::cli::{bootstrap, import_report, import_source, server_import};

/// The words of the command.
// These comments are the help texts, shown as they stand.
#[allow(clippy::doc_markdown)]
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// ChatGPT exports (conversations.json or the .zip), chats files, exported Markdown or JSON;
    /// "-" reads standard input; a resp_... id fetches what the server kept.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Of ChatGPT conversations that branch, the other lines too, each as one of its own.
    #[arg(long)]
    branches: bool,
    /// Only tell what would happen.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON, described in the README.
    #[arg(long)]
    json: bool,
}

/// Imports files; returns the exit code.
///
/// # Errors
/// When a file cannot be read, or the shared file cannot be changed.
pub fn run(settings: &Settings, args: &ImportArgs) -> Result<u8, CliError> {
    let mut store = bootstrap::open_store(settings)?;
    let lines = if args.branches { BranchSelection::All } else { BranchSelection::Current };
    let mut all = Vec::new();
    for path in &args.files {
        match path.to_str().filter(|name| name.starts_with("resp_") && !path.exists()) {
            Some(id) => all.push(server_import::fetch(settings, &mut store, id)?),
            None => all.extend(import_source::read(path, lines)?),
        }
    }
    let run = if args.dry_run { ImportMode::DryRun } else { ImportMode::Apply };
    let done = store.import(all, run, clock::now())?;
    let code = import_report::print_report(&done, run, OutputFormat::of(args.json))?;
    for line in store.take_notices() {
        output::print_message(&line);
    }
    Ok(code)
}
