//! Questions nobody here asked: whoever else writes the file is answering them.
//! May not judge how long that takes.

use crate::chat::logged_change::new_messages;
use crate::chat::{ConversationId, ConversationSummary, Message, Role, Timestamp};

use crate::store::engine::Store;

/// How old a question may be, in seconds. Verbs of this program stay in its journal longer than
/// that, so what is not in it came from elsewhere.
const MAX_QUESTION_AGE: i64 = 300;
/// How far another clock may be ahead, in seconds.
const MAX_CLOCK_SKEW: i64 = 60;

impl Store {
    /// Conversations that end in a recent question which no program here asked or is asking, with
    /// the time of the question.
    pub fn remote_questions(
        &mut self,
        rows: &[ConversationSummary],
        now: Timestamp,
    ) -> Vec<(ConversationId, Timestamp)> {
        let recent = |at: Timestamp| {
            (-MAX_CLOCK_SKEW..MAX_QUESTION_AGE)
                .contains(&now.seconds().saturating_sub(at.seconds()))
        };
        let ends_so = |row: &&ConversationSummary| {
            row.last_role == Some(Role::User) && recent(row.last_update)
        };
        let mut asked = Vec::new();
        let rows: Vec<&ConversationId> = rows.iter().filter(ends_so).map(|row| &row.id).collect();
        for id in rows {
            let Ok(conversation) = self.read_conversation(id) else {
                continue;
            };
            let question = conversation.messages.last().filter(|it| it.role == Role::User);
            let question =
                question.filter(|it| recent(it.timestamp) && !self.is_own_message(id, it));
            asked.extend(question.map(|it| (id.clone(), it.timestamp)));
        }
        asked
    }

    /// Whether a program here stored this message, or is getting an answer in its conversation.
    fn is_own_message(&self, id: &ConversationId, message: &Message) -> bool {
        let others = self.journal.other_states();
        let mut notes = others.iter().chain([self.journal.state()]);
        notes.any(|notes| {
            let ours = notes.entries.iter().map(|entry| &entry.verb.change);
            let ours = ours.filter(|change| change.conversation() == id);
            let stored = ours.flat_map(new_messages).any(|it| it.is_same(message));
            stored || notes.turns.iter().any(|turn| turn.conversation == *id)
        })
    }
}
