//! Imports for `import` and `merge`, and what they print about each conversation.

use serde_json::{Value, json};

use crate::chat::{Title, count};
use crate::runtime::clock;
use crate::store::{ImportMode, ImportOutcome, ImportResult, Store};

use super::bootstrap;
use super::conversations::short_id;
use super::error::{CliError, code};
use super::import_source::ImportContents;
use super::output::{self, OutputFormat};

/// The most conversations that an advice names.
const MAX_NAMED: usize = 8;

/// Imports conversations and prints the results; returns the exit code.
pub(super) fn import(
    store: &mut Store,
    contents: ImportContents,
    mode: ImportMode,
    format: OutputFormat,
) -> Result<u8, CliError> {
    let results = store.import(contents.conversations, mode, clock::now())?;
    let code = print_report(&results, contents.unreadable, mode, format)?;
    bootstrap::print_notices(store);
    Ok(code)
}

/// Prints the results; returns the exit code, which is 1 where a conversation was left out: rejected, or
/// one of the `unreadable` ones, which have no result.
fn print_report(
    results: &[ImportResult],
    unreadable: usize,
    mode: ImportMode,
    format: OutputFormat,
) -> Result<u8, CliError> {
    let rejected = count(results, |outcome| matches!(outcome, ImportOutcome::Rejected(_)));
    let left_out = rejected.saturating_add(unreadable);
    match format {
        OutputFormat::Json => output::write_json(&as_json(results, mode))?,
        OutputFormat::Text => {
            output::write_clean(&lines(results, mode))?;
            output::print_message(&summary(results, left_out, mode));
            if let Some(advice) = removal_advice(results).filter(|_| mode == ImportMode::Apply) {
                output::print_message(&advice);
            }
        }
    }
    Ok(if left_out == 0 { code::DONE } else { code::FAILED })
}

/// A line for each conversation that changes, is rejected, or has another title in the import.
fn lines(results: &[ImportResult], mode: ImportMode) -> String {
    let mut text = String::new();
    for result in results {
        let title = result.title.text().replace('\n', " ");
        let id = short_id(&result.id);
        let what = match (&result.outcome, mode) {
            (ImportOutcome::Added, ImportMode::Apply) => {
                format!("new, {}", count::phrase(result.messages, "message"))
            }
            (ImportOutcome::Added, ImportMode::DryRun) => {
                format!("would be new, {}", count::phrase(result.messages, "message"))
            }
            (ImportOutcome::Extended, ImportMode::Apply) => {
                format!("got {}", count::phrase(result.messages, "message"))
            }
            (ImportOutcome::Extended, ImportMode::DryRun) => {
                format!("would get {}", count::phrase(result.messages, "message"))
            }
            (ImportOutcome::Rejected(why), _) => format!("left out, because {why}"),
            (ImportOutcome::Unchanged, _) if result.incoming_title.is_some() => {
                "unchanged".to_owned()
            }
            (ImportOutcome::Unchanged, _) => continue,
        };
        // A damaged conversation may have no other name than its id.
        let name = if title == result.id.as_str() { String::new() } else { format!("{title}: ") };
        text.push_str(&format!("{id:<8}  {name}{what}"));
        if let Some(other) = &result.incoming_title {
            text.push_str(&format!(" (titled \"{}\" there)", other.text().replace('\n', " ")));
        }
        text.push('\n');
    }
    text
}

fn count(results: &[ImportResult], matches: impl Fn(&ImportOutcome) -> bool) -> usize {
    results.iter().filter(|it| matches(&it.outcome)).count()
}

/// How to remove again what was added; `None` where nothing was.
fn removal_advice(results: &[ImportResult]) -> Option<String> {
    let added = results.iter().filter(|it| it.outcome == ImportOutcome::Added);
    let ids: Vec<String> = added.map(|it| short_id(&it.id)).collect();
    let (first, rest) = ids.split_first()?;
    let rest = match rest.len() {
        0 => String::new(),
        1..MAX_NAMED => format!(" {}", rest.join(" ")),
        _ => " ...".to_owned(),
    };
    let what = if ids.len() == 1 { "it" } else { "them" };
    Some(format!("To remove {what} again: `duologue delete {first}{rest}`."))
}

/// The counts in one sentence.
fn summary(results: &[ImportResult], left_out: usize, mode: ImportMode) -> String {
    if results.is_empty() && left_out == 0 {
        return "No conversations were found. Nothing was changed.".to_owned();
    }
    let added = count(results, |it| *it == ImportOutcome::Added);
    let extended = count(results, |it| *it == ImportOutcome::Extended);
    let unchanged = count(results, |it| *it == ImportOutcome::Unchanged);
    let mut text = format!("{added} new, {extended} with more messages, {unchanged} already there");
    if left_out > 0 {
        text.push_str(&format!(", {left_out} left out"));
    }
    text.push_str(match mode {
        ImportMode::Apply => ".",
        ImportMode::DryRun => ". Dry run: nothing was changed.",
    });
    text
}

fn as_json(results: &[ImportResult], mode: ImportMode) -> Value {
    let entry = |result: &ImportResult| {
        let (state, reason) = match &result.outcome {
            ImportOutcome::Added => ("added", None),
            ImportOutcome::Extended => ("grown", None),
            ImportOutcome::Unchanged => ("same", None),
            ImportOutcome::Rejected(why) => ("refused", Some(why)),
        };
        json!({
            "threadId": result.id.as_str(),
            "chat_name": result.title.stored(),
            "other_chat_name": result.incoming_title.as_ref().map(Title::stored),
            "state": state,
            "messages": result.messages,
            "reason": reason,
        })
    };
    json!({
        "dry_run": mode == ImportMode::DryRun,
        "conversations": results.iter().map(entry).collect::<Vec<_>>(),
    })
}
