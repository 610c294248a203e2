//! The transcript of a long conversation, given away message by message while it is sent.

use std::io;
use std::sync::OnceLock;

use crate::api::{EachMessage, JsonText, SentMessage, StreamedTranscript};
use crate::chat::{Conversation, Message, Role, is_sendable};
use crate::settings::Settings;
use crate::store::{AttachmentLookup, Attachments, StorePaths, StoredConversation};

use super::start::store_paths;

/// Conversations with up to this much text are sent from memory, in bytes: no file can be in the way then.
/// Our choice: longer ones are read from the shared file, so that they are not in memory meanwhile.
const MAX_HELD_BYTES: usize = 16 * 1024 * 1024;

/// All of a conversation of which the end is given, up to its last message.
///
/// The file is opened at once: what another program puts in its place before the server wants the transcript
/// may lack the question.
pub(super) fn transcript(settings: &Settings, end: Conversation) -> StreamedTranscript {
    let paths = store_paths(settings);
    let attachments = Attachments::in_folder(paths.state_folder()).lookup();
    let is_whole = end.earlier == 0;
    let text_bytes: usize = end.messages.iter().map(|message| message.text.len()).sum();
    if is_whole && text_bytes <= MAX_HELD_BYTES {
        return held_transcript(end.messages, attachments);
    }
    match open(&paths, &end) {
        None if is_whole => held_transcript(end.messages, attachments),
        opened => stored_transcript(paths, &end, opened, attachments),
    }
}

/// Opens the version of the file that is there now; `None` where that cannot be read or lacks messages.
fn open(paths: &StorePaths, end: &Conversation) -> Option<StoredConversation> {
    StoredConversation::open(paths, &end.id)
        .inspect_err(|error| tracing::warn!(%error, "a conversation could not be opened yet"))
        .ok()
        .filter(|stored| stored.message_count >= message_count(end))
}

/// Messages that are in the file; where it is not opened yet, the first reading does that.
fn stored_transcript(
    paths: StorePaths,
    end: &Conversation,
    opened: Option<StoredConversation>,
    attachments: AttachmentLookup,
) -> StreamedTranscript {
    let (id, count, last) = (end.id.clone(), message_count(end), end.messages.last().cloned());
    let stored = opened.map_or_else(OnceLock::new, OnceLock::from);
    StreamedTranscript::new(move |each| {
        if stored.get().is_none() {
            // Later calls read the same version, whatever others save meanwhile.
            let _ = stored.set(StoredConversation::open(&paths, &id)?);
        }
        let stored = stored.get().ok_or(io::ErrorKind::NotFound)?;
        let mut left = count;
        stored.for_each_written(|message| {
            let Some(now_left) = left.checked_sub(1) else { return Ok(()) };
            left = now_left;
            if left > 0
                && !attachments.may_have_files(&message.role)
                && let Some(text) = JsonText::of(message.text)
            {
                return give_written(&message.role, text, each);
            }
            let message = message.read().ok_or(io::ErrorKind::InvalidData)?;
            if left == 0 && !last.as_ref().is_some_and(|last| last.is_same(&message)) {
                return Err(io::Error::other("its earlier messages were changed in the meantime"));
            }
            give(&message, &attachments, each)
        })?;
        if left == 0 { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    })
}

const fn message_count(end: &Conversation) -> usize {
    end.earlier.saturating_add(end.messages.len())
}

/// Messages that are in memory.
fn held_transcript(messages: Vec<Message>, attachments: AttachmentLookup) -> StreamedTranscript {
    StreamedTranscript::new(move |each| {
        messages.iter().try_for_each(|message| give(message, &attachments, each))
    })
}

/// Gives a message away with its files, if it is one that is sent.
fn give(
    message: &Message,
    attachments: &AttachmentLookup,
    each: &mut EachMessage<'_>,
) -> io::Result<()> {
    if !is_sendable(&message.role, !message.text.is_empty()) {
        return Ok(());
    }
    each(SentMessage::Read(message, &attachments.of_message(message)))
}

/// Gives a message without files away as it is written, if it is one that is sent.
fn give_written(role: &Role, text: JsonText<'_>, each: &mut EachMessage<'_>) -> io::Result<()> {
    if !is_sendable(role, !text.is_empty()) {
        return Ok(());
    }
    each(SentMessage::Written(role, text))
}
