//! `duologue search`: finds a text in the titles, messages and answer details of all conversations.

use std::io::{self, IsTerminal};

use clap::Args;
use serde_json::{Value, json};

use crate::chat::{ConversationId, DetailKind};
use crate::settings::{ColorDepth, Settings};
use crate::store::{Excerpt, HitLocation, Query, Search, SearchResult};
use crate::view::clean;

use super::bootstrap;
use super::color;
use super::conversations;
use super::error::{CliError, code};
use super::file_check::FileCheck;
use super::output;
use super::output::PipeState;
use super::pager::Pager;
use super::progress::ProgressCounter;

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// The text; case is ignored.
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// Print JSON; see `duologue help commands`.
    #[arg(long)]
    json: bool,
}

/// Prints the hits as they are found; returns the exit code, which is 1 where there are none.
pub(super) fn run(settings: &Settings, args: &SearchArgs) -> Result<u8, CliError> {
    let _check = FileCheck::start(settings);
    let text = args.text.join(" ");
    let Some(query) = Query::new(&text) else {
        return Err(CliError::usage(
            "There are no words to search for. Add some: duologue search \"borrow checker\".",
        ));
    };
    let mut store = bootstrap::open_store(settings)?;
    let search = store.search(query)?;
    let mut search = if args.json { search.with_source_excerpts() } else { search };
    let mut progress = ProgressCounter::new("searched", store.list()?.len());
    let mut hits_json: Vec<Value> = Vec::new();
    let mut last = None;
    let mut pager = if args.json { None } else { Some(Pager::start()) };
    let env = |name: &str| std::env::var(name).ok();
    let is_colored =
        color::depth(settings.color, io::stdout().is_terminal(), &env) != ColorDepth::NoColor;
    while let Some(hits) = search.step()? {
        progress.step();
        for hit in hits {
            if args.json {
                hits_json.push(as_json(&hit));
                continue;
            }
            progress.clear();
            let lines = lines(&hit, last.as_ref(), is_colored);
            if let Some(pager) = &mut pager
                && pager.write(&lines)? == PipeState::Closed
            {
                // As with `head`: the reader wants no more.
                return Ok(code::DONE);
            }
            last = Some(hit.conversation);
        }
    }
    drop(progress);
    let none = hits_json.is_empty() && last.is_none();
    if args.json {
        output::write_json(&Value::Array(hits_json))?;
    } else if none {
        output::print_message(&format!("No matches for \"{text}\"."));
    }
    Ok(if none { code::FAILED } else { code::DONE })
}

/// Prints all hits of a search as plain lines; returns whether there are any.
pub(super) fn print_hits(mut search: Search) -> Result<bool, CliError> {
    let mut last = None;
    while let Some(hits) = search.step()? {
        for hit in hits {
            output::write_clean(&lines(&hit, last.as_ref(), false))?;
            last = Some(hit.conversation);
        }
    }
    Ok(last.is_some())
}

/// The line of a hit, under the line of its conversation unless that is the `previous` hit's.
fn lines(hit: &SearchResult, previous: Option<&ConversationId>, is_colored: bool) -> String {
    let mut text = String::new();
    if previous != Some(&hit.conversation) {
        let id = conversations::short_id(&hit.conversation);
        text.push_str(&format!("{:<8}  {}\n", clean::line(&id), clean::line(hit.title.text())));
    }
    if let HitLocation::Message { number, part, .. } = &hit.location {
        let Excerpt { before, matched, after } = &hit.excerpt;
        let [before, matched, after] = [before, matched, after].map(|text| clean::line(text));
        let (on, off) = if is_colored { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        let number = number.saturating_add(1);
        let location = part.map_or_else(String::new, |part| format!("[{}] ", part.label()));
        text.push_str(&format!("{number:>8}  {location}{before}{on}{matched}{off}{after}\n"));
    }
    text
}

fn as_json(hit: &SearchResult) -> Value {
    let message = match &hit.location {
        HitLocation::Title => Value::Null,
        HitLocation::Message { number, role, timestamp, part } => json!({
            "index": number, "role": role.as_str(), "timestamp": timestamp.seconds(),
            "part": part.map(DetailKind::name),
        }),
    };
    let Excerpt { before, matched, after } = &hit.excerpt;
    let mut record = json!({
        "threadId": hit.conversation.as_str(),
        "chat_name": hit.title.stored(),
        "message": message,
        "before": before,
        "found": matched,
        "after": after,
    });
    conversations::add_full_title(&mut record, &hit.title);
    record
}
