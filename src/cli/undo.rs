//! `duologue undo`: undoes the last deletion, edit, renaming or loss, or the one with a number.

use clap::Args;
use serde_json::{Value, json};

use crate::chat::UndoOutcome;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::{TrashNumber, UndoEntry};
use crate::view::age::age_column;

use super::bootstrap;
use super::error::CliError;
use super::output::{self, OutputFormat};

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// A number from `--list`; by default the latest.
    #[arg(value_parser = entry_number)]
    number: Option<u64>,
    /// List what can be undone, the latest first.
    #[arg(long)]
    list: bool,
    /// With --list: print JSON.
    #[arg(long, requires = "list")]
    json: bool,
}

fn entry_number(typed: &str) -> Result<u64, &'static str> {
    typed.parse().map_err(|_| "use a number from `duologue undo --list`")
}

/// Undoes one entry, or lists all that can be undone. Fails where nothing was undone.
pub(super) fn run(settings: &Settings, args: &UndoArgs) -> Result<(), CliError> {
    if args.list {
        if let Some(number) = args.number {
            return Err(CliError::usage(format!(
                "--list lists all changes and takes no number. To undo change {number}, run `duologue undo \
                 {number}`."
            )));
        }
        let store = bootstrap::open_store(settings)?;
        return list(&store.undoable(), OutputFormat::of(args.json));
    }
    let mut store = bootstrap::open_writable_store(settings)?;
    let outcome = store.undo(args.number.map(TrashNumber))?;
    let reported = report(&outcome);
    bootstrap::print_notices(&mut store);
    reported
}

/// Says what was undone; an error where nothing was.
pub(super) fn report(outcome: &UndoOutcome) -> Result<(), CliError> {
    if !outcome.is_undone() {
        return Err(CliError::failed(outcome.to_string()));
    }
    output::print_message(&outcome.to_string());
    Ok(())
}

fn list(all: &[UndoEntry], format: OutputFormat) -> Result<(), CliError> {
    if format == OutputFormat::Json {
        let entry = |it: &UndoEntry| {
            json!({
                "number": it.number.0, "at": it.at.seconds(), "what": it.line, "in_turn": it.is_undone_in_turn
            })
        };
        return output::write_json(&Value::Array(all.iter().map(entry).collect()));
    }
    if all.is_empty() {
        output::print_message(&UndoOutcome::Nothing.to_string());
        return Ok(());
    }
    let (now, zone) = (clock::now(), clock::local_time_zone());
    let line = |it: &UndoEntry| {
        let what = it.line.replace('\n', " ");
        let note = if it.is_undone_in_turn { "" } else { " (only by number)" };
        format!("{:>4}  {:>4}  {what}{note}\n", it.number.0, age_column(it.at, now, &zone))
    };
    output::write_clean(&all.iter().map(line).collect::<String>())
}
