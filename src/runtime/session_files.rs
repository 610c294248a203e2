//! Reads the drafts of earlier sessions, saves prompts, scroll positions and what the user chose, and holds
//! pending attachments. Works without the store: none of it must be lost because the chats file cannot be
//! opened.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::app::{SessionEffect, StoreEvent};
use crate::chat::{Failure, FailureKind};
use crate::store::{
    Drafts, PastedImages, Prompts, ScrollPositions, ToolPermissionsFile, UiPrefsFile,
};

use super::attachments::PendingAttachments;
use super::event_sender::EventSender;

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
    ui_prefs: UiPrefsFile,
    tool_permissions: ToolPermissionsFile,
    events: EventSender,
    /// For questions that are still drafts.
    pub(super) pending_attachments: PendingAttachments,
}

impl SessionFiles {
    /// Opens the files in the private folder of the chats, and those in that of the program, and sends what
    /// earlier sessions saved.
    pub(super) fn open(
        folder: &Path,
        state: &Path,
        drafts: SharedDrafts,
        events: EventSender,
    ) -> Self {
        let mut files = Self {
            drafts,
            prompts: Prompts::in_folder(folder),
            scroll_positions: ScrollPositions::in_folder(folder),
            ui_prefs: UiPrefsFile::of(state),
            tool_permissions: ToolPermissionsFile::of(state),
            events,
            pending_attachments: PendingAttachments::empty(folder),
        };
        // Not with its draft: text that was cut comes back with Ctrl+Y, and a question that was sent is edited.
        PastedImages::in_folder(folder).remove_old(SystemTime::now());
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

    pub(super) fn perform(&mut self, effect: SessionEffect) {
        match effect {
            // A thread of their own saves them.
            SessionEffect::SaveDraft { .. } | SessionEffect::MarkDraftsRead => {}
            SessionEffect::SaveScrollPosition { conversation, position } => {
                if let Err(error) = self.scroll_positions.save(&conversation, position) {
                    tracing::warn!(%error, "a scroll position could not be saved");
                }
            }
            SessionEffect::SavePrompt(text) => {
                if let Err(error) = self.prompts.add(&text) {
                    tracing::warn!(%error, "a prompt could not be saved");
                }
            }
            SessionEffect::SaveUiPref(pref) => {
                self.report(self.ui_prefs.set(pref), "Your choice could not be saved.");
            }
            SessionEffect::SaveToolPermission(permission) => {
                let saved = self.tool_permissions.add(*permission);
                self.report(saved, "The permission could not be saved.");
            }
            SessionEffect::CheckAttachment(path) => match self.pending_attachments.add(&path, None)
            {
                Ok(file) => {
                    let bytes = file.bytes;
                    self.events.send(StoreEvent::AttachmentAccepted { path, bytes });
                    if let Some(line) = file.encoding_line() {
                        self.events.send_notice(line);
                    }
                }
                Err(failure) => self.events.send_failure(failure),
            },
            SessionEffect::AttachMentioned(paths) => self.pending_attachments.add_existing(paths),
        }
    }

    /// Reports a failure with a sentence that says what failed.
    fn report(&self, saved: io::Result<()>, sentence: &str) {
        if let Err(error) = saved {
            tracing::warn!(%error, sentence);
            let advice = format!("{}. It holds until you quit.", advice(&error));
            self.events.send_failure(Failure::new(FailureKind::Storage, sentence, advice));
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

/// What to do about a file that could not be written, as the beginning of a sentence.
pub(super) fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "Free some disk space",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "Check the permissions of the state folder"
        }
        _ => "Check the state folder",
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::channel;

    use super::*;
    use crate::app::Msg;
    use crate::chat::ConversationId;
    use crate::settings::{Override, UiPref};

    #[test]
    fn of_two_windows_drafts_of_a_conversation_one_is_shown_and_the_other_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let id = ConversationId::new("c");
        for text in ["from one", "from the other"] {
            Drafts::in_folder(folder.path()).save(Some(&id), &text.into()).unwrap();
        }
        let (events, mut messages) = channel(16);
        let path = folder.path();
        let drafts = SharedDrafts::in_folder(path);
        let files = SessionFiles::open(path, path, drafts, EventSender::new(events));
        let mut found = Vec::new();
        let mut lines = Vec::new();
        while let Ok(message) = messages.try_recv() {
            match message {
                Msg::Store(StoreEvent::DraftsFound(drafts)) => {
                    found.extend(drafts.into_iter().map(|(_, draft)| draft.text));
                }
                Msg::Store(StoreEvent::Notice(notice)) => lines.push(notice.text),
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

    #[test]
    fn a_choice_that_could_not_be_saved_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("ui_prefs.json")).unwrap();
        let (events, mut messages) = channel(16);
        let path = folder.path();
        let drafts = SharedDrafts::in_folder(path);
        let mut files = SessionFiles::open(path, path, drafts, EventSender::new(events));
        let choice = Override { value: "light".to_owned(), over: "auto".to_owned() };
        files.perform(SessionEffect::SaveUiPref(UiPref::Theme(choice)));
        let Ok(Msg::Store(StoreEvent::Failed(failure))) = messages.try_recv() else {
            panic!("nothing is reported");
        };
        assert_eq!(failure.sentence, "Your choice could not be saved.");
    }
}
