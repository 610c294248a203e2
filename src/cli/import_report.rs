//! What became of conversations from elsewhere, told to people and to machines.
//! May not change anything.

use serde_json::{Value, json};

use crate::store::{ImportMode, ImportOutcome, ImportResult};

use crate::cli::error::{CliError, code};
use crate::cli::list::OutputFormat;
use crate::cli::output;

/// Tells it; returns the exit code: 1 where one could not be taken.
///
/// # Errors
/// When standard output fails.
pub fn print_report(
    adopted: &[ImportResult],
    run: ImportMode,
    form: OutputFormat,
) -> Result<u8, CliError> {
    let refused =
        adopted.iter().filter(|it| matches!(it.outcome, ImportOutcome::Rejected(_))).count();
    match form {
        OutputFormat::Json => output::write_json(&as_json(adopted, run))?,
        OutputFormat::Text => {
            output::write_clean(&lines(adopted, run))?;
            output::print_message(&summary(adopted, run));
        }
    }
    Ok(if refused == 0 { code::DONE } else { code::FAILED })
}

/// A line for each conversation that something happens to.
fn lines(adopted: &[ImportResult], run: ImportMode) -> String {
    let mut text = String::new();
    for it in adopted {
        let title = it.title.replace('\n', " ");
        let id: String = it.id.as_str().chars().take(8).collect();
        let what = match (&it.outcome, run) {
            (ImportOutcome::Added, ImportMode::Apply) => format!("new, {}", messages(it.messages)),
            (ImportOutcome::Added, ImportMode::DryRun) => {
                format!("would be new, {}", messages(it.messages))
            }
            (ImportOutcome::Extended, ImportMode::Apply) => {
                format!("got {}", messages(it.messages))
            }
            (ImportOutcome::Extended, ImportMode::DryRun) => {
                format!("would get {}", messages(it.messages))
            }
            (ImportOutcome::Rejected(why), _) => format!("left out: {why}"),
            (ImportOutcome::Unchanged, _) if it.incoming_title.is_some() => "all there".to_owned(),
            (ImportOutcome::Unchanged, _) => continue,
        };
        text.push_str(&format!("{id:<8}  {title}: {what}"));
        if let Some(other) = &it.incoming_title {
            text.push_str(&format!(" (called \"{}\" there)", other.replace('\n', " ")));
        }
        text.push('\n');
    }
    text
}

fn messages(many: usize) -> String {
    if many == 1 { "1 message".to_owned() } else { format!("{many} messages") }
}

fn count(adopted: &[ImportResult], which: impl Fn(&ImportOutcome) -> bool) -> usize {
    adopted.iter().filter(|it| which(&it.outcome)).count()
}

/// One sentence for people.
fn summary(adopted: &[ImportResult], run: ImportMode) -> String {
    let added = count(adopted, |it| *it == ImportOutcome::Added);
    let grown = count(adopted, |it| *it == ImportOutcome::Extended);
    let same = count(adopted, |it| *it == ImportOutcome::Unchanged);
    let refused = adopted.len().saturating_sub(added).saturating_sub(grown).saturating_sub(same);
    let mut text = format!("{added} new, {grown} with more messages, {same} already there");
    if refused > 0 {
        text.push_str(&format!(", {refused} left out"));
    }
    text.push_str(match run {
        ImportMode::Apply => ".",
        ImportMode::DryRun => ". Nothing was changed: this was a dry run.",
    });
    text
}

fn as_json(adopted: &[ImportResult], run: ImportMode) -> Value {
    let one = |it: &ImportResult| {
        let (state, reason) = match &it.outcome {
            ImportOutcome::Added => ("added", None),
            ImportOutcome::Extended => ("grown", None),
            ImportOutcome::Unchanged => ("same", None),
            ImportOutcome::Rejected(why) => ("refused", Some(why)),
        };
        json!({
            "threadId": it.id.as_str(),
            "chat_name": it.title,
            "other_chat_name": it.incoming_title,
            "state": state,
            "messages": it.messages,
            "reason": reason,
        })
    };
    json!({
        "dry_run": run == ImportMode::DryRun,
        "conversations": adopted.iter().map(one).collect::<Vec<_>>(),
    })
}
