//! `duologue show ID`: prints a conversation as text or Markdown; `--json` as the web app gives it.

use serde_json::{Value, json};

use crate::chat::{AnswerDetails, AnswerRecord, Conversation, Message, Readability, Role};
use crate::exchange::markdown;
use crate::settings::Settings;

use super::error::CliError;
use super::output;
use super::{background, bootstrap};

/// How a conversation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShowFormat {
    /// What the web app's `GET /chat` prints.
    Json,
    /// A heading for each message and its Markdown.
    Markdown,
    /// Text with the names of the speakers.
    Text,
}

/// Whether the details of answers are printed too: reasoning, searches, tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DetailsMode {
    Shown,
    Hidden,
}

impl ShowFormat {
    /// The format that `--json` or `--markdown` asks for; the two exclude each other.
    pub(super) const fn of(json: bool, markdown: bool) -> Self {
        match (json, markdown) {
            (true, _) => Self::Json,
            (false, true) => Self::Markdown,
            (false, false) => Self::Text,
        }
    }
}

pub(super) fn run(
    settings: &Settings,
    wanted: &str,
    format: ShowFormat,
    mode: DetailsMode,
) -> Result<(), CliError> {
    let mut store = bootstrap::open_store(settings)?;
    let id = store.resolve_id(wanted)?;
    background::collect_answers(settings, &mut store, None)?;
    let conversation = store.conversation(&id)?;
    if format == ShowFormat::Json {
        return output::write_json(&web_app_json(&conversation));
    }
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
    let records = match mode {
        DetailsMode::Hidden => None,
        DetailsMode::Shown => Some(store.answer_records(&id)),
    };
    let details = |message: &Message| {
        records.as_deref().map_or_else(String::new, |records| details_markdown(message, records))
    };
    output::write_clean(&if format == ShowFormat::Markdown {
        as_markdown(conversation, details)
    } else {
        as_text(&conversation, &store.early_ends(&conversation), details)
    })
}

fn as_markdown(mut conversation: Conversation, details: impl Fn(&Message) -> String) -> String {
    for message in &mut conversation.messages {
        let details = details(message);
        if !details.is_empty() {
            let text = message.text.trim_end();
            message.text = format!("{text}\n\n### Details\n\n{details}");
        }
    }
    markdown::write_transcript(&conversation)
}

/// `early_ends` has the index of each answer that ended early, with the reason.
fn as_text(
    conversation: &Conversation,
    early_ends: &[(usize, String)],
    details: impl Fn(&Message) -> String,
) -> String {
    let mut text = format!("# {}\n", conversation.title.replace('\n', " "));
    for (index, message) in conversation.messages.iter().enumerate() {
        let speaker = markdown::speaker_name(&message.role);
        text.push_str(&format!("\n{speaker}:\n{}\n", message.text.trim_end_matches('\n')));
        for (_, reason) in early_ends.iter().filter(|(at, _)| *at == index) {
            text.push_str(&format!("[{reason}]\n"));
        }
        let details = details(message);
        if !details.is_empty() {
            text.push_str("\nDetails:\n");
            for line in details.lines() {
                text.push_str(format!("  {line}").trim_end());
                text.push('\n');
            }
        }
    }
    text
}

/// The details of an answer as Markdown; empty for questions.
fn details_markdown(message: &Message, records: &[AnswerRecord]) -> String {
    if message.role != Role::Assistant {
        return String::new();
    }
    let record = records.iter().find(|record| record.is_about(message));
    let model = record.and_then(|record| record.model.as_deref());
    AnswerDetails::of(message).markdown(model).trim_end().to_owned()
}

/// What the web app's `GET /chat` prints.
fn web_app_json(conversation: &Conversation) -> Value {
    let messages: Vec<Value> = conversation
        .messages
        .iter()
        .map(|message| json!({ "role": message.role.as_str(), "text": message.text }))
        .collect();
    json!({ "threadId": conversation.id.as_str(), "messages": messages })
}
