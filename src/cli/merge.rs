//! `duologue merge FILE`: merges another version of the shared file, such as a sync tool's conflict copy.

use std::path::PathBuf;

use clap::Args;

use crate::exchange::chatgpt::BranchSelection;
use crate::settings::Settings;
use crate::store::ImportMode;
use crate::store::state::conflict_copies;

use super::error::{CliError, code};
use super::import_source::ReadOptions;
use super::output::{self, OutputFormat};
use super::{bootstrap, import_report, import_source};

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// The other version, such as a sync tool's conflict copy.
    file: PathBuf,
    /// Only show what would change.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON; see `duologue help commands`.
    #[arg(long)]
    json: bool,
}

/// Merges a file, which is left unchanged; returns the exit code.
pub(super) fn run(settings: &Settings, args: &MergeArgs) -> Result<u8, CliError> {
    let mut store = bootstrap::open_writable_store(settings)?;
    if is_same(&args.file, &store.paths().chats_file()) {
        return Err(CliError::usage(
            "That is the shared file itself. Name the other version \
                                    instead.",
        ));
    }
    let options = ReadOptions { branches: BranchSelection::Current, encoding: None };
    let other = import_source::read(&args.file, options)?;
    let mode = if args.dry_run { ImportMode::DryRun } else { ImportMode::Apply };
    let code = import_report::import(&mut store, other, mode, OutputFormat::of(args.json))?;
    if code == code::DONE && mode == ImportMode::Apply {
        if let Err(error) = conflict_copies::mark_merged(store.paths(), &args.file) {
            tracing::warn!(%error, "could not record that a conflict copy was merged");
        }
        output::print_message(&format!(
            "The shared file now contains everything in {}.",
            args.file.display()
        ));
    }
    Ok(code)
}

fn is_same(one: &std::path::Path, two: &std::path::Path) -> bool {
    matches!((one.canonicalize(), two.canonicalize()), (Ok(one), Ok(two)) if one == two)
}
