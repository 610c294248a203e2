//! The last look before the file is replaced: does what was written read back as it was meant?
//! May not look at what was there before; only what we write is judged.

use crate::chat::{Change, Conversation, Message, Readability};

use crate::store::index::read_summary;
use crate::store::records::read;
use crate::store::records::verdict::new_finding;

/// Reads the new record as a stranger would and looks for the change in it; `record` is the new text
/// of the conversation's record, `None` where it has none.
///
/// # Errors
/// With what is not as it was meant. Nothing has been written then.
pub fn verify_change(record: Option<&str>, change: &Change) -> Result<(), String> {
    let wrong = |what: &str| Err(what.to_owned());
    let id = change.conversation();
    let Some(record) = record else {
        return match change {
            Change::Delete { .. } => Ok(()),
            _ => wrong("the conversation is not there"),
        };
    };
    let read = || -> Conversation { read::conversation(record, id, 0..record.len()) };
    match change {
        Change::Delete { .. } => wrong("the conversation is still there"),
        Change::Create { title, .. }
        | Change::Rename { title, .. }
        | Change::Restore { title, .. } => {
            if read_summary(record, id).0.title == *title {
                return Ok(());
            }
            wrong("the title is not the new one")
        }
        Change::Append { message, .. } => {
            if read().messages.last().is_some_and(|last| last.is_same(message)) {
                return Ok(());
            }
            wrong("the last message is not the new one")
        }
        Change::Insert { blocks, .. } => {
            let read = read();
            let is_there = |new: &Message| read.messages.iter().any(|known| known.is_same(new));
            if blocks.iter().flat_map(|block| &block.messages).all(is_there) {
                return Ok(());
            }
            wrong("a message is not where it belongs")
        }
        Change::ReplaceTail { keep, messages, .. } => {
            let read = read();
            let tail = read.messages.get(*keep..).unwrap_or_default();
            if tail.len() == messages.len() && tail.iter().zip(messages).all(|(a, b)| a.is_same(b))
            {
                return Ok(());
            }
            wrong("the end of the conversation is not the new one")
        }
        Change::Withdraw { .. } => match read_summary(record, id).0.readability {
            Readability::Damaged(reason) => Err(reason),
            Readability::Whole | Readability::NotStoredLocally => Ok(()),
        },
    }
}

/// Judges the new text of a record as `doctor` does, against the old one: what was there before is
/// not this change's doing.
///
/// # Errors
/// With what the web app would not take. Nothing has been written then.
pub fn verify_acceptable(old: &str, new: &str, change: &Change) -> Result<(), String> {
    match change {
        // What is restored has come through the gate.
        Change::Delete { .. } | Change::Restore { .. } => Ok(()),
        Change::Create { .. }
        | Change::Append { .. }
        | Change::Rename { .. }
        | Change::Insert { .. }
        | Change::Withdraw { .. }
        | Change::ReplaceTail { .. } => match new_finding(change.conversation(), old, new) {
            Some(why) => Err(format!("the web app would not take it ({why})")),
            None => Ok(()),
        },
    }
}
