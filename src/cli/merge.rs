//! `duologue merge FILE`: two versions of the shared file become one, and both keep everything.
//! May not change or remove the other version.

use std::path::PathBuf;

use clap::Args;

use crate::exchange::chatgpt::Lines;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::state::conflict_copies;
use crate::store::{Adoption, Run};

use super::list::Form;
use super::problem::Problem;
use super::{adopted, open, output, source};

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
pub fn run(settings: &Settings, args: &MergeArgs) -> Result<u8, Problem> {
    let mut store = open::store(settings)?;
    if is_same(&args.file, &store.place().file()) {
        return Err(Problem::usage("That is the shared file itself. Name the other version."));
    }
    let other = source::read(&args.file, Lines::Shown)?;
    let run = if args.dry_run { Run::Dry } else { Run::Real };
    let done = store.import(other, run, clock::now())?;
    let code = adopted::tell(&done, run, Form::of(args.json))?;
    for line in store.take_said() {
        output::say(&line);
    }
    let all = done.iter().all(|it| !matches!(it.adoption, Adoption::Refused(_)));
    if all && run == Run::Real {
        if let Err(error) = conflict_copies::set_aside(store.place(), &args.file) {
            tracing::warn!(%error, "that a file was merged could not be written down");
        }
        output::say(&format!("Everything in {} is in the shared file now.", args.file.display()));
    }
    Ok(code)
}

fn is_same(one: &std::path::Path, two: &std::path::Path) -> bool {
    matches!((one.canonicalize(), two.canonicalize()), (Ok(one), Ok(two)) if one == two)
}
