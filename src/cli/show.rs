//! `duologue show ID`: a conversation as text; `--json` as the web app gives it.
//! May not change anything.

use serde_json::{Value, json};

use crate::chat::{Conversation, Readability};
use crate::exchange::markdown;
use crate::settings::Settings;

use super::problem::Problem;
use super::{collect, open, output};

/// What a conversation is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// What the web app's `GET /chat` prints.
    Json,
    /// Headings and the messages as they were written.
    Markdown,
    /// Text for people.
    Text,
}

impl Shape {
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
pub fn run(settings: &Settings, wanted: &str, shape: Shape) -> Result<(), Problem> {
    let mut store = open::store(settings)?;
    let id = store.find(wanted)?;
    collect::left_running(settings, &mut store, None)?;
    let conversation = store.conversation(&id)?;
    let marks = store.marks(&conversation);
    if shape == Shape::Json {
        return output::write_json(&as_the_web_app(&conversation));
    }
    match &conversation.readability {
        Readability::Whole => {}
        Readability::NotStoredLocally => output::say(
            "The messages of this conversation were kept by the Assistants API, not stored locally.",
        ),
        Readability::Damaged(reason) => {
            let text = format!("This conversation is damaged: {reason}. It is kept as it is.");
            return Err(Problem::failed(text));
        }
    }
    if shape == Shape::Markdown {
        return output::write_clean(&markdown::readable(&conversation));
    }
    let mut text = format!("# {}\n", conversation.title.replace('\n', " "));
    for (place, message) in conversation.messages.iter().enumerate() {
        let who = markdown::speaker(&message.role);
        text.push_str(&format!("\n{who}:\n{}\n", message.text.trim_end_matches('\n')));
        for (_, why) in marks.iter().filter(|(at, _)| *at == place) {
            text.push_str(&format!("[{why}]\n"));
        }
    }
    output::write_clean(&text)
}

/// What the web app's `GET /chat` prints.
fn as_the_web_app(conversation: &Conversation) -> Value {
    let messages: Vec<Value> = conversation
        .messages
        .iter()
        .map(|message| json!({ "role": message.role.as_str(), "text": message.text }))
        .collect();
    json!({ "threadId": conversation.id.as_str(), "messages": messages })
}
