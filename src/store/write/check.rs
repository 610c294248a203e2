//! The last look before the file is replaced: does what was written read back as it was meant?
//! May not look at what was there before; only what we write is judged.

use crate::chat::{Change, Readability};

use super::super::index::Index;
use super::super::read;

/// Reads the new text as a stranger would and looks for the verb in it.
///
/// # Errors
/// With what is not as it was meant. Nothing has been written then.
pub fn check(text: &str, change: &Change) -> Result<(), String> {
    let index = Index::of(text).map_err(|_| "the new text is not JSON".to_owned())?;
    let entry = index.entry(change.conversation());
    match (change, entry) {
        (Change::Delete { .. }, None) => Ok(()),
        (Change::Delete { .. }, Some(_)) => Err("the conversation is still there".to_owned()),
        (_, None) => Err("the conversation is not there".to_owned()),
        (
            Change::Create { title, .. }
            | Change::Rename { title, .. }
            | Change::Restore { title, .. },
            Some(entry),
        ) => {
            if entry.summary.title == *title {
                return Ok(());
            }
            Err("the title is not the new one".to_owned())
        }
        (Change::Append { message, .. }, Some(entry)) => {
            let read = read::conversation(text, &entry.id, entry.value.clone());
            if read.messages.last().is_some_and(|last| last.is_same(message)) {
                return Ok(());
            }
            Err("the last message is not the new one".to_owned())
        }
        (Change::Insert { blocks, .. }, Some(entry)) => {
            let read = read::conversation(text, &entry.id, entry.value.clone());
            let mut inserted = blocks.iter().flat_map(|block| &block.messages);
            if inserted.all(|new| read.messages.iter().any(|known| known.is_same(new))) {
                return Ok(());
            }
            Err("a message is not where it belongs".to_owned())
        }
        (Change::ReplaceTail { keep, messages, .. }, Some(entry)) => {
            let read = read::conversation(text, &entry.id, entry.value.clone());
            let tail = read.messages.get(*keep..).unwrap_or_default();
            if tail.len() == messages.len() && tail.iter().zip(messages).all(|(a, b)| a.is_same(b))
            {
                return Ok(());
            }
            Err("the end of the conversation is not the new one".to_owned())
        }
        (Change::Withdraw { .. }, Some(entry)) => match &entry.summary.readability {
            Readability::Damaged(reason) => Err(reason.clone()),
            Readability::Whole | Readability::NotStoredLocally => Ok(()),
        },
    }
}
