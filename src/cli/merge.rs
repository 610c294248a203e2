//! `duologue merge FILE`: two versions of the shared file become one, and both keep everything.
//! May not change or remove the other version.

use std::path::PathBuf;

use clap::Args;

use crate::exchange::chatgpt::BranchSelection;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::state::conflict_copies;
use crate::store::{ImportMode, ImportOutcome};

use super::list::OutputFormat;
use super::output;
use crate::cli::error::CliError;
use crate::cli::{bootstrap, import_report, import_source};

/// The words of the command.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The other version, such as a sync tool's conflict copy.
    file: PathBuf,
    /// Only tell what would happen.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON, described in the README.
    #[arg(long)]
    json: bool,
}

/// Merges a file; returns the exit code.
///
/// # Errors
/// When it cannot be read, or the shared file cannot be changed.
pub fn run(settings: &Settings, args: &MergeArgs) -> Result<u8, CliError> {
    let mut store = bootstrap::open_store(settings)?;
    if is_same(&args.file, &store.paths().chats_file()) {
        return Err(CliError::usage("That is the shared file itself. Name the other version."));
    }
    let other = import_source::read(&args.file, BranchSelection::Current)?;
    let run = if args.dry_run { ImportMode::DryRun } else { ImportMode::Apply };
    let done = store.import(other, run, clock::now())?;
    let code = import_report::print_report(&done, run, OutputFormat::of(args.json))?;
    for line in store.take_notices() {
        output::print_message(&line);
    }
    let all = done.iter().all(|it| !matches!(it.outcome, ImportOutcome::Rejected(_)));
    if all && run == ImportMode::Apply {
        if let Err(error) = conflict_copies::mark_merged(store.paths(), &args.file) {
            tracing::warn!(%error, "that a file was merged could not be written down");
        }
        output::print_message(&format!(
            "Everything in {} is in the shared file now.",
            args.file.display()
        ));
    }
    Ok(code)
}

fn is_same(one: &std::path::Path, two: &std::path::Path) -> bool {
    matches!((one.canonicalize(), two.canonicalize()), (Ok(one), Ok(two)) if one == two)
}
