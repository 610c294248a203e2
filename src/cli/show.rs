//! `duologue show ID`: prints a conversation as text or Markdown; `--json` as the web app gives it.

use clap::Args;
use serde::Serialize;

use crate::chat::calculation::calculations_markdown;
use crate::chat::{
    AnswerDetails, AnswerRecord, Calculation, Conversation, Message, Readability, Role,
};
use crate::exchange::markdown;
use crate::settings::Settings;
use crate::store::StoredConversation;
use crate::view::clean;
use crate::view::markdown::TextEnd;

use super::error::CliError;
use super::file_check::FileCheck;
use super::output;
use super::pager::Pager;
use super::render::{Renderer, TextMode};
use super::{background, bootstrap};

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // each flag is a bool to clap
pub(super) struct ShowArgs {
    /// The conversation: an id, the start of one, an exact title or a response id.
    conversation: String,
    /// Print the JSON of the web app's /chat.
    #[arg(long)]
    json: bool,
    /// Print Markdown.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print the text as it is stored, even on a terminal.
    #[arg(long, conflicts_with_all = ["json", "markdown"])]
    raw: bool,
    /// Also print the details of answers: reasoning, web searches, tools, the model.
    #[arg(long, alias = "behind", conflicts_with = "json")]
    details: bool,
}

/// Prints a conversation: as JSON, as Markdown, laid out for the terminal, or as text.
pub(super) fn run(settings: &Settings, args: &ShowArgs) -> Result<(), CliError> {
    let _check = FileCheck::start(settings);
    let mut store = bootstrap::open_store(settings)?;
    let id = store.resolve_id(&args.conversation)?;
    background::collect_complete(settings, &mut store)?;
    if args.json {
        return write_web_app_json(&store.stored_conversation(&id)?);
    }
    let conversation = store.conversation(&id)?;
    match &conversation.readability {
        Readability::Whole => {}
        Readability::NotStoredLocally => output::print_message(
            "This conversation is from the Assistants API: its messages were never stored here.",
        ),
        Readability::Damaged(reason) => {
            let text = format!("This conversation is damaged: {reason}. It is left unchanged.");
            return Err(CliError::failed(text));
        }
    }
    let records = args.details.then(|| store.answer_records(&id));
    let mode = if args.raw { TextMode::Raw } else { TextMode::Rendered };
    let renderer = Renderer::for_stdout(settings, mode).filter(|_| !args.markdown);
    // Only a screen shortens long values: a pipe or a file gets them whole.
    let is_screen = renderer.is_some();
    let mut calculations = store.other_calculations(&conversation);
    if is_screen {
        calculations = calculations.iter().map(Calculation::shortened).collect();
    }
    let calculations = calculations_markdown(&calculations);
    let last = conversation.messages.len().saturating_sub(1);
    let details = |index: usize, message: &Message| {
        let Some(records) = &records else { return String::new() };
        let below = if index == last { calculations.trim_end() } else { "" };
        let parts = [details_markdown(message, records, is_screen), below.to_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    };
    if args.markdown {
        return output::write_clean(&as_markdown(conversation, details));
    }
    let early_ends = store.early_ends(&conversation);
    match renderer {
        Some(renderer) => {
            let text = as_rendered(&renderer, &conversation, &early_ends, details);
            Pager::start().write(&text).map(drop)
        }
        None => output::write_clean(&as_text(&conversation, &early_ends, details)),
    }
}

/// The conversation as the window shows it, for a terminal.
fn as_rendered(
    renderer: &Renderer,
    conversation: &Conversation,
    early_ends: &[(usize, String)],
    details: impl Fn(usize, &Message) -> String,
) -> String {
    let mut text = renderer.title(&clean::line(conversation.title.text()));
    for (index, message) in conversation.messages.iter().enumerate() {
        text.push('\n');
        text.push_str(&renderer.speaker(&message.role));
        let is_cut = early_ends.iter().any(|(at, _)| *at == index);
        let end = if is_cut { TextEnd::Cut } else { TextEnd::Open };
        text.push_str(&renderer.message(message, end));
        for (_, reason) in early_ends.iter().filter(|(at, _)| *at == index) {
            text.push_str(&renderer.remark(reason));
        }
        let details = details(index, message);
        if !details.is_empty() {
            text.push('\n');
            text.push_str(&renderer.remark("Details of this answer:"));
            text.push_str(&renderer.markdown(&details));
        }
    }
    text
}

fn as_markdown(
    mut conversation: Conversation,
    details: impl Fn(usize, &Message) -> String,
) -> String {
    for (index, message) in conversation.messages.iter_mut().enumerate() {
        let details = details(index, message);
        if !details.is_empty() {
            let text = message.text.trim_end();
            message.text = format!("{text}\n\n### Details of this answer\n\n{details}");
        }
    }
    markdown::write_transcript(&conversation)
}

/// `early_ends` has the index of each answer that ended early, with the reason.
fn as_text(
    conversation: &Conversation,
    early_ends: &[(usize, String)],
    details: impl Fn(usize, &Message) -> String,
) -> String {
    let mut text = format!("# {}\n", conversation.title.text().replace('\n', " "));
    for (index, message) in conversation.messages.iter().enumerate() {
        let speaker = markdown::speaker_name(&message.role);
        text.push_str(&format!("\n{speaker}:\n{}\n", message.text.trim_end_matches('\n')));
        for (_, reason) in early_ends.iter().filter(|(at, _)| *at == index) {
            text.push_str(&format!("[{reason}]\n"));
        }
        let details = details(index, message);
        if !details.is_empty() {
            text.push_str("\nDetails of this answer:\n");
            for line in details.lines() {
                text.push_str(format!("  {line}").trim_end());
                text.push('\n');
            }
        }
    }
    text
}

/// The details of an answer as Markdown; empty for questions.
fn details_markdown(message: &Message, records: &[AnswerRecord], is_screen: bool) -> String {
    if message.role != Role::Assistant {
        return String::new();
    }
    let record = records.iter().find(|record| record.is_about(message));
    let answerer = record.map(AnswerRecord::answerer).unwrap_or_default();
    let details = AnswerDetails::of(message);
    let details = if is_screen { details.shortened() } else { details };
    details.markdown(&answerer).trim_end().to_owned()
}

/// A message as the web app gives it.
#[derive(Serialize)]
struct WebMessage<'a> {
    role: &'a str,
    text: &'a str,
}

/// Prints what the web app's `GET /chat` prints.
fn write_web_app_json(stored: &StoredConversation) -> Result<(), CliError> {
    output::write_exact(|out| {
        let id = output::json_line(&stored.about.id.as_str())?;
        write!(out, "{{\"threadId\":{id},\"messages\":[")?;
        let mut comma = "";
        stored.for_each_message(|message| {
            let it = WebMessage { role: message.role.as_str(), text: &message.text };
            write!(out, "{}{}", std::mem::replace(&mut comma, ","), output::json_line(&it)?)
        })?;
        writeln!(out, "]}}")
    })
    .map(drop)
}
