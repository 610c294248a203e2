//! `duologue search`: a text in the titles and messages of all conversations, and behind answers.
//! May not change anything.

use std::io::{self, IsTerminal};

use clap::Args;
use serde_json::{Value, json};

use crate::chat::DetailKind;
use crate::settings::Settings;
use crate::store::{HitLocation, Query, SearchResult};
use crate::view::clean;

use super::output;
use super::output::PipeState;
use super::progress::ProgressCounter;
use crate::cli::bootstrap;
use crate::cli::error::{CliError, code};
use crate::cli::file_check::FileCheck;

/// The words of the command.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The text; upper and lower case are the same.
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// Print JSON, described in the README.
    #[arg(long)]
    json: bool,
}

/// Searches; returns the exit code: 1 where nothing was found.
///
/// # Errors
/// When the file cannot be read.
pub fn run(settings: &Settings, args: &SearchArgs) -> Result<u8, CliError> {
    let _check = FileCheck::start(settings);
    let text = args.text.join(" ");
    let Some(query) = Query::new(&text) else {
        return Err(CliError::usage("There is nothing to search for. Write some words."));
    };
    let mut store = bootstrap::open_store(settings)?;
    let mut search = store.search(query)?;
    let mut progress = ProgressCounter::new("searched", store.list()?.len());
    let mut found: Vec<Value> = Vec::new();
    let mut last = None;
    while let Some(hits) = search.step()? {
        progress.step();
        for hit in hits {
            if args.json {
                found.push(as_json(&hit));
                continue;
            }
            progress.clear();
            let lines = lines(&hit, last.as_ref() == Some(&hit.conversation));
            if output::write_to_pipe(&lines)? == PipeState::Closed {
                // As behind `head`: nobody wants the rest.
                return Ok(code::DONE);
            }
            last = Some(hit.conversation);
        }
    }
    drop(progress);
    let none = found.is_empty() && last.is_none();
    if args.json {
        output::write_json(&Value::Array(found))?;
    } else if none {
        output::print_message(&format!("Nothing holds \"{text}\"."));
    }
    Ok(if none { code::FAILED } else { code::DONE })
}

/// The conversation where it is another than before, and the place in it.
fn lines(hit: &SearchResult, same: bool) -> String {
    let mut text = String::new();
    if !same {
        let id: String = hit.conversation.as_str().chars().take(8).collect();
        text.push_str(&format!("{:<8}  {}\n", clean::line(&id), clean::line(&hit.title)));
    }
    if let HitLocation::Message { number, part, .. } = &hit.location {
        let [before, found, after] =
            [&hit.before, &hit.matched, &hit.after].map(|text| clean::line(text));
        let (on, off) = if io::stdout().is_terminal() && !is_color_disabled() {
            ("\x1b[1m", "\x1b[0m")
        } else {
            ("", "")
        };
        let number = number.saturating_add(1);
        let place = part.map_or_else(String::new, |part| format!("[{}] ", part.location()));
        text.push_str(&format!("{number:>8}  {place}{before}{on}{found}{off}{after}\n"));
    }
    text
}

fn is_color_disabled() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn as_json(hit: &SearchResult) -> Value {
    let message = match &hit.location {
        HitLocation::Title => Value::Null,
        HitLocation::Message { number, role, timestamp, part } => json!({
            "index": number, "role": role.as_str(), "timestamp": timestamp.seconds(),
            "part": part.map(DetailKind::name),
        }),
    };
    json!({
        "threadId": hit.conversation.as_str(),
        "chat_name": hit.title,
        "message": message,
        "before": hit.before,
        "found": hit.matched,
        "after": hit.after,
    })
}
