//! The lines between `---` at the beginning of a Markdown export.
//! May not know messages.

use crate::chat::{Conversation, ConversationId, Readability, ResponseId, Timestamp};

use super::super::time;
use super::super::unreadable::Unreadable;
use super::marker::MARKER;

/// The form of the files this version writes.
const FORM: &str = "1";

/// What the front matter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Front {
    /// The conversation, its messages not read yet.
    pub(super) conversation: Conversation,
    /// The first word of the comments that divide messages.
    pub(super) marker: String,
}

impl Front {
    /// The front matter of a conversation.
    pub(super) fn of(conversation: &Conversation, marker: &str) -> Self {
        let conversation = Conversation { messages: Vec::new(), ..conversation.clone() };
        Self { conversation, marker: marker.to_owned() }
    }

    /// The lines, `---` included. Texts are JSON strings, which are YAML as well.
    pub(super) fn to_text(&self) -> String {
        let it = &self.conversation;
        let mut out = format!("---\nduologue: {FORM}\n");
        let mut line = |name: &str, value: String| out.push_str(&format!("{name}: {value}\n"));
        line("id", quoted(it.id.as_str()));
        line("title", quoted(&it.title));
        line("created", time::utc(it.created_at));
        line("updated", time::utc(it.last_update));
        if let Some(id) = &it.last_response_id {
            line("last_response_id", quoted(id.as_str()));
        }
        if it.readability == Readability::NotStoredLocally {
            line("messages", "not stored locally".to_owned());
        }
        line("marker", quoted(&self.marker));
        out.push_str("---\n");
        out
    }

    /// Reads the front matter at the beginning of a text; what follows it comes back too.
    pub(super) fn read(text: &str) -> Result<(Self, &str), Unreadable> {
        let body = text.strip_prefix("---\n").ok_or(Unreadable::NoFrontMatter)?;
        let end = body.find("\n---\n").ok_or(Unreadable::NoFrontMatter)?;
        let (lines, rest) = body.split_at(end);
        let rest = rest.strip_prefix("\n---\n").unwrap_or_default();
        let value = |name: &str| {
            lines.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                (key.trim() == name).then(|| value.trim())
            })
        };
        match value("duologue") {
            Some(FORM) => {}
            Some(other) => return Err(Unreadable::Newer(other.to_owned())),
            None => return Err(Unreadable::NoFrontMatter),
        }
        let missing = |name: &str| Unreadable::Broken(format!("its front matter has no {name}"));
        let id = value("id").map(unquoted).filter(|id| !id.is_empty());
        let id = ConversationId::new(id.ok_or_else(|| missing("id"))?);
        let time_of = |name: &str| value(name).and_then(time::parse);
        let created = time_of("created").or_else(|| time_of("updated"));
        let created = created.ok_or_else(|| missing("time of creation"))?;
        let title = value("title").map(unquoted).unwrap_or_default();
        let mut conversation = Conversation::new(id, title, created);
        conversation.last_update = time_of("updated").unwrap_or(created);
        conversation.last_response_id =
            value("last_response_id").map(unquoted).map(ResponseId::new);
        if value("messages").is_some_and(|word| word.starts_with("not stored")) {
            conversation.readability = Readability::NotStoredLocally;
        }
        let marker = value("marker").map_or_else(|| MARKER.to_owned(), unquoted);
        Ok((Self { conversation, marker }, rest))
    }

    /// The time a message has where nothing says when it was stored.
    pub(super) const fn time(&self) -> Timestamp {
        self.conversation.last_update
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value in quotes, or as somebody typed it without.
fn unquoted(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}
