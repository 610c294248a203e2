//! Reads the drafts of earlier sessions, saves prompts and scroll positions, and holds pending attachments.
//! Works without the store: none of it must be lost because the chats file cannot be opened.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::{StoreEffect, StoreEvent};
use crate::store::{Drafts, Prompts, ScrollPositions};

use super::attachments::PendingAttachments;
use super::event_sender::EventSender;
use super::pasted_files::PastedFiles;

/// The drafts of this session, which the thread that saves them shares with the store thread.
#[derive(Debug, Clone)]
pub(super) struct SharedDrafts(Arc<Mutex<Drafts>>);

impl SharedDrafts {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self(Arc::new(Mutex::new(Drafts::in_folder(folder))))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Drafts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files of the private folder that belong to this session.
#[derive(Debug)]
pub(super) struct SessionFiles {
    drafts: SharedDrafts,
    prompts: Prompts,
    scroll_positions: ScrollPositions,
    events: EventSender,
    /// For questions that are still drafts.
    pub(super) pending_attachments: PendingAttachments,
    pasted: PastedFiles,
}

impl SessionFiles {
    /// Opens the files in the private folder and sends what earlier sessions saved.
    pub(super) fn open(folder: &Path, drafts: SharedDrafts, events: EventSender) -> Self {
        let mut files = Self {
            drafts,
            prompts: Prompts::in_folder(folder),
            scroll_positions: ScrollPositions::in_folder(folder),
            events,
            pending_attachments: PendingAttachments::empty(folder),
            pasted: PastedFiles::in_folder(folder),
        };
        files.load();
        files
    }

    fn load(&mut self) {
        let mut set_aside = Vec::new();
        let prompts = &self.prompts;
        let keep_older = |text: &String| prompts.save_draft(text).map(|path| set_aside.push(path));
        let taken_over = self.drafts.lock().take_over(keep_older);
        match taken_over {
            Ok(found) if found.drafts.is_empty() => {}
            Ok(found) => self.events.send(StoreEvent::DraftsFound(found.drafts)),
            Err(error) => tracing::warn!(%error, "the drafts could not be read"),
        }
        match self.scroll_positions.all() {
            Ok(positions) if positions.is_empty() => {}
            Ok(positions) => self.events.send(StoreEvent::ScrollPositionsFound(positions)),
            Err(error) => tracing::warn!(%error, "the scroll positions could not be read"),
        }
        let mut lines: Vec<String> =
            set_aside.iter().map(|path| older_draft_line(path.as_deref())).collect();
        lines.dedup();
        for line in lines {
            self.events.send_notice(line);
        }
        match self.prompts.latest() {
            Ok(prompts) if prompts.is_empty() => {}
            Ok(prompts) => self.events.send(StoreEvent::PromptsFound(prompts)),
            Err(error) => tracing::warn!(%error, "the prompt history could not be read"),
        }
    }

    /// Removes pasted images that no draft mentions any more, after one was saved.
    pub(super) fn update_pasted(&mut self) {
        self.pasted.update(&self.drafts.lock());
    }

    /// Performs the effects for session files; those for the store are none of them.
    pub(super) fn perform(&mut self, effect: StoreEffect) {
        match effect {
            StoreEffect::SaveScrollPosition { conversation, position } => {
                if let Err(error) = self.scroll_positions.save(&conversation, position) {
                    tracing::warn!(%error, "a scroll position could not be saved");
                }
            }
            StoreEffect::SavePrompt(text) => {
                if let Err(error) = self.prompts.add(&text) {
                    tracing::warn!(%error, "a prompt could not be saved");
                }
            }
            StoreEffect::CheckAttachment(path) => match self.pending_attachments.add(&path, None) {
                Ok(file) => {
                    let bytes = file.bytes;
                    self.events.send(StoreEvent::AttachmentAccepted { path, bytes });
                    if let Some(line) = file.encoding_line() {
                        self.events.send_notice(line);
                    }
                }
                Err(failure) => self.events.send_failure(failure),
            },
            StoreEffect::AttachMentioned(paths) => {
                self.pasted.keep_sent(&paths);
                self.pending_attachments.add_existing(paths);
            }
            _ => {}
        }
    }
}

/// Where a draft is whose conversation has a newer one, from another window; `None` is the prompt history.
fn older_draft_line(path: Option<&Path>) -> String {
    let location = path.map_or_else(
        || "among the earlier prompts".to_owned(),
        |path| format!("in {}", path.display()),
    );
    format!("An older draft of the same conversation is kept {location}.")
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::channel;

    use super::*;
    use crate::app::Msg;
    use crate::chat::ConversationId;

    #[test]
    fn of_two_windows_drafts_of_a_conversation_one_is_shown_and_the_other_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let id = ConversationId::new("c");
        for text in ["from one", "from the other"] {
            Drafts::in_folder(folder.path()).save(Some(&id), &text.into()).unwrap();
        }
        let (events, mut messages) = channel(16);
        let files = SessionFiles::open(
            folder.path(),
            SharedDrafts::in_folder(folder.path()),
            EventSender::new(events),
        );
        let mut found = Vec::new();
        let mut lines = Vec::new();
        while let Ok(message) = messages.try_recv() {
            match message {
                Msg::Store(StoreEvent::DraftsFound(drafts)) => {
                    found.extend(drafts.into_iter().map(|(_, draft)| draft.text));
                }
                Msg::Store(StoreEvent::Changed { notice, .. }) => lines.push(notice.text),
                _ => {}
            }
        }
        assert_eq!(
            lines,
            ["An older draft of the same conversation is kept among the earlier prompts."]
        );
        found.extend(files.prompts.latest().unwrap());
        found.sort();
        assert_eq!(found, ["from one", "from the other"]);
    }
}
