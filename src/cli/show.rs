//! `duologue show ID`: prints a conversation as text or Markdown; `--json` as the web app gives it.

use std::io;

use clap::Args;
use serde::Serialize;

use crate::chat::calculation::{calculations_markdown, remove_shown};
use crate::chat::{
    AnswerDetails, AnswerRecord, Calculation, Conversation, Message, Readability, Role, io_reason,
};
use crate::exchange::markdown;
use crate::settings::Settings;
use crate::store::StoredConversation;
use crate::view::clean;
use crate::view::markdown::TextEnd;

use super::error::CliError;
use super::file_check::FileCheck;
use super::output::{self, PipeState};
use super::pager::Pager;
use super::render::{Renderer, TextMode};
use super::{background, bootstrap};

/// How much text is written at a time.
const WRITTEN_BYTES: usize = 64 * 1024;

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
    let stored = store.stored_conversation(&id)?;
    if let Some(sentence) = stored.about.readability.sentence() {
        if matches!(stored.about.readability, Readability::Damaged(_)) {
            return Err(CliError::failed(format!("{sentence} It is left unchanged.")));
        }
        output::print_message(&sentence);
    }
    let mode = if args.raw { TextMode::Raw } else { TextMode::Rendered };
    let renderer = Renderer::for_stdout(settings, mode).filter(|_| !args.markdown);
    let shown = ShownConversation {
        records: store.answer_records().records(&id),
        calculations: if args.details { store.calculations(&id) } else { Vec::new() },
        has_details: args.details,
        // Only a screen shortens long values: a pipe or a file gets them whole.
        is_screen: renderer.is_some(),
        stored,
    };
    let clean = |text: &str| output::write_to_pipe(&clean::text(text));
    match renderer {
        Some(renderer) => {
            let mut pager = Pager::start();
            shown.print(|text| pager.write(text), |part| as_rendered(&renderer, &part))
        }
        None if args.markdown => shown.print(clean, as_markdown),
        None => shown.print(clean, |part| as_text(&part)),
    }
}

/// A conversation that is printed message by message.
struct ShownConversation {
    stored: StoredConversation,
    records: Vec<AnswerRecord>,
    /// Those of the whole conversation; those that no answer shows go below the last message.
    calculations: Vec<Calculation>,
    has_details: bool,
    is_screen: bool,
}

/// What is laid out at a time.
enum Part<'a> {
    Title(&'a Conversation),
    Message(Box<ShownMessage<'a>>),
}

/// A message with what is printed below it.
struct ShownMessage<'a> {
    message: Message,
    is_last: bool,
    /// Why the answer ended early.
    early_end: Option<&'a str>,
    details: String,
}

impl ShownConversation {
    /// Prints the parts, as `lay_out` makes text of them, while somebody reads.
    fn print(
        mut self,
        mut write: impl FnMut(&str) -> Result<PipeState, CliError>,
        lay_out: impl Fn(Part<'_>) -> String,
    ) -> Result<(), CliError> {
        let mut text = lay_out(Part::Title(&self.stored.about));
        let mut state = Ok(PipeState::Open);
        // A message waits for the next one, because the last one is different.
        let mut waiting: Option<Message> = None;
        let mut calculations = std::mem::take(&mut self.calculations);
        let read = self.stored.for_each_message(|message| {
            remove_shown(&mut calculations, &message);
            if let Some(message) = waiting.replace(message) {
                text.push_str(&lay_out(self.part(message, None)));
            }
            if text.len() >= WRITTEN_BYTES {
                state = write(&std::mem::take(&mut text));
            }
            match state {
                Ok(PipeState::Open) => Ok(()),
                Ok(PipeState::Closed) | Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
            }
        });
        if !matches!(state, Ok(PipeState::Open)) {
            return state.map(drop);
        }
        read.map_err(|error| {
            let why = io_reason(&error);
            CliError::failed(format!("The conversation cannot be read to its end: {why}."))
        })?;
        if let Some(message) = waiting {
            text.push_str(&lay_out(self.part(message, Some(&calculations))));
        }
        write(&text).map(drop)
    }

    /// A message as it is laid out; the last one with the calculations that no answer shows.
    fn part(&self, message: Message, calculations: Option<&[Calculation]>) -> Part<'_> {
        let mut details = Vec::new();
        if self.has_details {
            details.push(details_markdown(&message, &self.records, self.is_screen));
            let shorten =
                |it: &Calculation| if self.is_screen { it.shortened() } else { it.clone() };
            let others: Vec<Calculation> =
                calculations.unwrap_or_default().iter().map(shorten).collect();
            details.push(calculations_markdown(&others).trim_end().to_owned());
        }
        details.retain(|part| !part.is_empty());
        Part::Message(Box::new(ShownMessage {
            is_last: calculations.is_some(),
            early_end: AnswerRecord::early_end(&self.records, &message),
            details: details.join("\n\n"),
            message,
        }))
    }
}

/// A part as the window shows it, for a terminal.
fn as_rendered(renderer: &Renderer, part: &Part<'_>) -> String {
    let shown = match part {
        Part::Title(about) => return renderer.title(&clean::line(about.title.text())),
        Part::Message(shown) => shown,
    };
    let mut text = format!("\n{}", renderer.speaker(&shown.message.role));
    let end = if shown.early_end.is_some() { TextEnd::Cut } else { TextEnd::Open };
    text.push_str(&renderer.message(&shown.message, end));
    text.extend(shown.early_end.map(|reason| renderer.remark(reason)));
    if !shown.details.is_empty() {
        text.push('\n');
        text.push_str(&renderer.remark("Details of this answer:"));
        text.push_str(&renderer.markdown(&shown.details));
    }
    text
}

fn as_markdown(part: Part<'_>) -> String {
    let mut shown = match part {
        Part::Title(about) => return markdown::transcript_title(about),
        Part::Message(shown) => shown,
    };
    if !shown.details.is_empty() {
        let text = shown.message.text.trim_end();
        shown.message.text = format!("{text}\n\n### Details of this answer\n\n{}", shown.details);
    }
    markdown::transcript_message(&shown.message, shown.is_last)
}

fn as_text(part: &Part<'_>) -> String {
    let shown = match part {
        Part::Title(about) => return format!("# {}\n", about.title.text().replace('\n', " ")),
        Part::Message(shown) => shown,
    };
    let message = &shown.message;
    let speaker = markdown::speaker_name(&message.role);
    let mut text = format!("\n{speaker}:\n{}\n", message.text.trim_end_matches('\n'));
    text.extend(shown.early_end.map(|reason| format!("[{reason}]\n")));
    if !shown.details.is_empty() {
        text.push_str("\nDetails of this answer:\n");
        for line in shown.details.lines() {
            text.push_str(format!("  {line}").trim_end());
            text.push('\n');
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
