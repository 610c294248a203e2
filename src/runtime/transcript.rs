//! The transcript of a very long conversation, read from the shared file while it is sent.

use std::io;
use std::sync::OnceLock;

use crate::api::StreamedTranscript;
use crate::chat::{Conversation, is_sendable};
use crate::settings::Settings;
use crate::store::{Attachments, StoredConversation};

use super::start::store_paths;

/// All of a conversation of which the end is given, up to its last message.
pub(super) fn stored_transcript(settings: &Settings, end: &Conversation) -> StreamedTranscript {
    let (paths, id) = (store_paths(settings), end.id.clone());
    let last = end.messages.last().cloned();
    let count = end.earlier.saturating_add(end.messages.len());
    let opened = OnceLock::new();
    StreamedTranscript::new(move |each| {
        if opened.get().is_none() {
            // Later calls read the same version, whatever others save meanwhile.
            let attachments = Attachments::in_folder(paths.state_folder()).lookup();
            let _ = opened.set((StoredConversation::open(&paths, &id)?, attachments));
        }
        let (stored, attachments) = opened.get().ok_or(io::ErrorKind::NotFound)?;
        let mut left = count;
        stored.for_each_message(|message| {
            let Some(now_left) = left.checked_sub(1) else { return Ok(()) };
            left = now_left;
            if left == 0 && !last.as_ref().is_some_and(|last| last.is_same(&message)) {
                return Err(io::Error::other("its earlier messages were changed in the meantime"));
            }
            if !is_sendable(&message) {
                return Ok(());
            }
            each(&message, &attachments.of_message(&message))
        })?;
        if left == 0 { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    })
}
