//! Checks the new text of a record before the file is replaced.

use crate::chat::{Change, Message, Readability};

use crate::store::index::read_summary;
use crate::store::records::read;
use crate::store::records::verdict::new_finding;

/// Reads the new text of a record from its bytes alone and looks for the change in it, then judges
/// it as `doctor` does against the old text, which is empty where there was no record.
pub(super) fn verify(old: &str, new: &str, change: &Change) -> Result<(), String> {
    verify_content(new, change)?;
    if let Change::Restore { .. } = change {
        // `sanitize` has judged it, against all that the web app accepts.
        return Ok(());
    }
    match new_finding(change.conversation(), old, new) {
        Some(why) => Err(format!("the web app would not accept it ({why})")),
        None => Ok(()),
    }
}

fn verify_content(record: &str, change: &Change) -> Result<(), String> {
    let id = change.conversation();
    let read = || read::conversation(record, id, 0..record.len()).messages;
    let (is_right, wrong) = match change {
        // A deletion leaves no text.
        Change::Delete { .. } => (false, "the conversation is still there"),
        Change::Create { title, .. } | Change::Rename { title, .. } => (
            read_summary(record, id).title.stored() == title.stored(),
            "the title is not the new one",
        ),
        Change::Restore { title, .. } => {
            (read_summary(record, id).title.stored() == title, "the title is not the new one")
        }
        Change::Append { message, .. } => {
            let last = read::last_message(record);
            (last.is_some_and(|it| it.is_same(message)), "the last message is not the new one")
        }
        Change::Insert { blocks, .. } => {
            let messages = read();
            let is_there = |new: &Message| messages.iter().any(|message| message.is_same(new));
            let all_there = blocks.iter().flat_map(|block| &block.messages).all(is_there);
            (all_there, "a message is not where it belongs")
        }
        Change::ReplaceFrom { keep, messages: new, .. } => {
            let messages = read();
            let tail = messages.get(*keep..).unwrap_or_default();
            (Message::are_same(tail, new), "the end of the conversation is not the new one")
        }
        Change::RemoveMessages { .. } => {
            return match read_summary(record, id).readability {
                Readability::Damaged(reason) => Err(reason),
                Readability::Whole | Readability::NotStoredLocally => Ok(()),
            };
        }
    };
    if is_right { Ok(()) } else { Err(wrong.to_owned()) }
}
