//! `duologue undo`: takes back the last deletion, edit or loss, or the one with a number.
//! May not take anything back that was not asked for.

use clap::Args;
use serde_json::{Value, json};

use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::{TrashNumber, UndoEntry};
use crate::view::age::age;

use super::output;
use crate::cli::bootstrap;
use crate::cli::error::CliError;

/// The words of the command.
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// A number of `--list`; the latest when missing.
    number: Option<u64>,
    /// Show what can be taken back, the latest first.
    #[arg(long)]
    list: bool,
    /// With --list: print JSON.
    #[arg(long, requires = "list")]
    json: bool,
}

/// Takes something back, or lists what can be.
///
/// # Errors
/// When nothing has that number, or the file cannot be changed.
pub fn run(settings: &Settings, args: &UndoArgs) -> Result<(), CliError> {
    let mut store = bootstrap::open_store(settings)?;
    if args.list {
        return list(&store.undoable(), args.json);
    }
    match store.undo(args.number.map(TrashNumber))? {
        Some(done) => output::print_message(&done),
        None => output::print_message("There is nothing to take back."),
    }
    for line in store.take_notices() {
        output::print_message(&line);
    }
    Ok(())
}

fn list(all: &[UndoEntry], as_json: bool) -> Result<(), CliError> {
    if as_json {
        let entry = |it: &UndoEntry| json!({ "number": it.number.0, "at": it.at.seconds(), "what": it.line });
        return output::write_json(&Value::Array(all.iter().map(entry).collect()));
    }
    if all.is_empty() {
        output::print_message("There is nothing to take back.");
        return Ok(());
    }
    let now = clock::now();
    let line = |it: &UndoEntry| {
        let what = it.line.replace('\n', " ");
        format!("{:>4}  {:>3}  {what}\n", it.number.0, age(it.at, now))
    };
    output::write_clean(&all.iter().map(line).collect::<String>())
}
