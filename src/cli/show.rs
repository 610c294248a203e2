//! `duologue show ID`: a conversation as text; `--json` as the web app gives it.
//! May not change anything.

use serde_json::{Value, json};

use crate::chat::{AnswerDetails, AnswerRecord, Conversation, Message, Readability, Role};
use crate::exchange::markdown;
use crate::settings::Settings;

use super::output;
use crate::cli::error::CliError;
use crate::cli::file_check::FileCheck;
use crate::cli::{background, bootstrap};

/// What a conversation is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowFormat {
    /// What the web app's `GET /chat` prints.
    Json,
    /// Headings and the messages as they were written.
    Markdown,
    /// Text for people.
    Text,
}

/// Whether what stands behind answers is printed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailsMode {
    /// It is.
    Shown,
    /// What was said alone.
    Hidden,
}

impl ShowFormat {
    /// The shape two flags ask for; they exclude each other.
    #[must_use]
    pub const fn of(json: bool, markdown: bool) -> Self {
        match (json, markdown) {
            (true, _) => Self::Json,
            (false, true) => Self::Markdown,
            (false, false) => Self::Text,
        }
    }
}

/// Prints a conversation.
///
/// # Errors
/// When none fits, several do, or the file cannot be read.
pub fn run(
    settings: &Settings,
    wanted: &str,
    shape: ShowFormat,
    behind: DetailsMode,
) -> Result<(), CliError> {
    let _check = FileCheck::start(settings);
    let mut store = bootstrap::open_store(settings)?;
    let id = store.resolve_id(wanted)?;
    background::collect_answers(settings, &mut store, None)?;
    let conversation = store.conversation(&id)?;
    let marks = store.early_ends(&conversation);
    if shape == ShowFormat::Json {
        return output::write_json(&web_app_json(&conversation));
    }
    match &conversation.readability {
        Readability::Whole => {}
        Readability::NotStoredLocally => output::print_message(
            "The messages of this conversation were kept by the Assistants API, not stored locally.",
        ),
        Readability::Damaged(reason) => {
            let text = format!("This conversation is damaged: {reason}. It is kept as it is.");
            return Err(CliError::failed(text));
        }
    }
    let behind = match behind {
        DetailsMode::Hidden => vec![String::new(); conversation.messages.len()],
        DetailsMode::Shown => {
            let records = store.answer_records(&id);
            conversation
                .messages
                .iter()
                .map(|message| details_markdown(message, &records))
                .collect()
        }
    };
    if shape == ShowFormat::Markdown {
        let mut shown = conversation;
        for (message, behind) in shown.messages.iter_mut().zip(behind) {
            if !behind.is_empty() {
                let text = message.text.trim_end();
                message.text = format!("{text}\n\n### Behind this answer\n\n{behind}");
            }
        }
        return output::write_clean(&markdown::write_transcript(&shown));
    }
    let mut text = format!("# {}\n", conversation.title.replace('\n', " "));
    for (place, (message, behind)) in conversation.messages.iter().zip(behind).enumerate() {
        let who = markdown::speaker_name(&message.role);
        text.push_str(&format!("\n{who}:\n{}\n", message.text.trim_end_matches('\n')));
        for (_, why) in marks.iter().filter(|(at, _)| *at == place) {
            text.push_str(&format!("[{why}]\n"));
        }
        if !behind.is_empty() {
            text.push_str("\nBehind this answer:\n");
            for line in behind.lines() {
                text.push_str(format!("  {line}").trim_end());
                text.push('\n');
            }
        }
    }
    output::write_clean(&text)
}

/// What stands behind an answer, as Markdown; nothing where nothing is known.
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
