//! The front matter of a Markdown export: the lines between `---` at its start.

use crate::chat::{Conversation, ConversationId, Readability, ResponseId, Timestamp, Title};

use crate::exchange::markdown::marker::DEFAULT_MARKER;
use crate::exchange::time;

/// The format version of the files.
const FORMAT_VERSION: &str = "1";

/// Why a text that does not begin like an export cannot be read.
const NO_FRONT_MATTER: &str = "it has no front matter with `duologue: 1`";

/// The contents of the front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FrontMatter {
    /// The conversation without messages.
    pub(super) conversation: Conversation,
    /// The first word of the comments between messages.
    pub(super) marker: String,
}

impl FrontMatter {
    pub(super) fn of(conversation: &Conversation, marker: &str) -> Self {
        let conversation = Conversation { messages: Vec::new(), ..conversation.clone() };
        Self { conversation, marker: marker.to_owned() }
    }

    /// Returns the lines, `---` included. Texts are JSON strings, which are valid YAML.
    pub(super) fn to_text(&self) -> String {
        let conversation = &self.conversation;
        let mut out = format!("---\nduologue: {FORMAT_VERSION}\n");
        let mut line = |name: &str, value: String| out.push_str(&format!("{name}: {value}\n"));
        line("id", quote(conversation.id.as_str()));
        line("title", quote(conversation.title.text()));
        if conversation.title.full().is_some() {
            line("stored_title", quote(conversation.title.stored()));
        }
        line("created", time::format_utc(conversation.created_at));
        line("updated", time::format_utc(conversation.last_update));
        if let Some(id) = &conversation.last_response_id {
            line("last_response_id", quote(id.as_str()));
        }
        if conversation.readability == Readability::NotStoredLocally {
            line("messages", "not stored locally".to_owned());
        }
        line("marker", quote(&self.marker));
        out.push_str("---\n");
        out
    }

    /// Reads the front matter at the start of a text; returns it with the rest of the text, or why there is
    /// none, in a few words.
    pub(super) fn read(text: &str) -> Result<(Self, &str), String> {
        let body = text.strip_prefix("---\n").ok_or(NO_FRONT_MATTER)?;
        let end = body.find("\n---\n").ok_or(NO_FRONT_MATTER)?;
        let (lines, rest) = body.split_at(end);
        let rest = rest.strip_prefix("\n---\n").unwrap_or_default();
        let value = |name: &str| {
            lines.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                (key.trim() == name).then(|| value.trim())
            })
        };
        match value("duologue") {
            Some(FORMAT_VERSION) => {}
            Some(other) => {
                return Err(format!(
                    "it was written by a newer version of duologue (format {other})"
                ));
            }
            None => return Err(NO_FRONT_MATTER.to_owned()),
        }
        let missing = |name: &str| format!("its front matter has no {name}");
        let id = value("id").map(unquote).filter(|id| !id.is_empty());
        let id = ConversationId::new(id.ok_or_else(|| missing("id"))?);
        let time_of = |name: &str| value(name).and_then(time::parse_time);
        let created = time_of("created").or_else(|| time_of("updated"));
        let created = created.ok_or_else(|| missing("time of creation"))?;
        let title = value("title").map(unquote).unwrap_or_default();
        let title = match value("stored_title").map(unquote) {
            Some(stored) => Title::new(stored, &title),
            None => Title::from(title),
        };
        let mut conversation = Conversation::new(id, title, created);
        conversation.last_update = time_of("updated").unwrap_or(created);
        conversation.last_response_id = value("last_response_id").map(unquote).map(ResponseId::new);
        if value("messages").is_some_and(|word| word.starts_with("not stored")) {
            conversation.readability = Readability::NotStoredLocally;
        }
        let marker = value("marker").map_or_else(|| DEFAULT_MARKER.to_owned(), unquote);
        Ok((Self { conversation, marker }, rest))
    }

    /// Returns the time of a message whose header has none.
    pub(super) const fn default_time(&self) -> Timestamp {
        self.conversation.last_update
    }
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns a value without its quotes; a person may have typed it without any.
fn unquote(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}
