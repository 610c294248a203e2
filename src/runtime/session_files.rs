//! What is being written and what was written before, kept on disk whatever the store is like.
//! May not touch conversations.

use std::path::Path;

use tokio::sync::mpsc::Sender;

use crate::app::{Msg, Notice, NoticeKind, StoreEffect, StoreEvent};
use crate::chat::{Change, ConversationId, Draft, Failure, FailureKind};
use crate::store::{Drafts, Prompts, ScrollPositions};

use crate::runtime::attachments::PendingAttachments;

/// Drafts and earlier prompts.
#[derive(Debug)]
pub struct SessionFiles {
    drafts: Drafts,
    prompts: Prompts,
    scroll_positions: ScrollPositions,
    msg_tx: Sender<Msg>,
    is_draft_failure_reported: bool,
    /// Files that were named to go with questions.
    pending_attachments: PendingAttachments,
}

impl SessionFiles {
    /// Opens what is kept in a folder and tells what was found.
    #[must_use]
    pub fn open(folder: &Path, tell: Sender<Msg>) -> Self {
        let drafts = Drafts::in_folder(folder);
        let prompts = Prompts::in_folder(folder);
        let places = ScrollPositions::in_folder(folder);
        let mut papers = Self {
            drafts,
            prompts,
            scroll_positions: places,
            msg_tx: tell,
            is_draft_failure_reported: false,
            pending_attachments: PendingAttachments::empty(folder),
        };
        papers.load();
        papers
    }

    fn load(&mut self) {
        let mut aside = Vec::new();
        let prompts = &self.prompts;
        match self.drafts.take_over(|text| prompts.save_draft(text).map(|path| aside.extend(path)))
        {
            Ok(found) => {
                if !found.drafts.is_empty() {
                    self.send(StoreEvent::DraftsFound(found.drafts));
                }
            }
            Err(error) => tracing::warn!(%error, "drafts cannot be taken over"),
        }
        match self.scroll_positions.all() {
            Ok(places) if places.is_empty() => {}
            Ok(places) => self.send(StoreEvent::ScrollPositionsFound(places)),
            Err(error) => tracing::warn!(%error, "reading places cannot be read"),
        }
        for path in aside {
            let text = format!("An older draft is kept in {}.", path.display());
            let notice = Notice { kind: NoticeKind::Info, text };
            self.send(StoreEvent::Changed { about: None, notice });
        }
        match self.prompts.latest() {
            Ok(prompts) if prompts.is_empty() => {}
            Ok(prompts) => self.send(StoreEvent::PromptsFound(prompts)),
            Err(error) => tracing::warn!(%error, "earlier prompts cannot be read"),
        }
    }

    /// Does what is wished for papers.
    pub fn perform(&mut self, wish: StoreEffect) {
        match wish {
            StoreEffect::SaveDraft { conversation, draft } => {
                self.store_draft(conversation.as_ref(), &draft);
            }
            StoreEffect::SaveScrollPosition { conversation, position: place } => {
                if let Err(error) = self.scroll_positions.save(&conversation, place) {
                    tracing::warn!(%error, "a reading place could not be kept");
                }
            }
            StoreEffect::SavePrompt(text) => self.store_prompt(&text),
            StoreEffect::CheckAttachment(path) => match self.pending_attachments.add(&path) {
                Ok(bytes) => self.send(StoreEvent::AttachmentAccepted { path, bytes }),
                Err(failure) => self.send(StoreEvent::NotChanged { about: None, failure }),
            },
            StoreEffect::AttachMentioned(paths) => self.pending_attachments.add_existing(paths),
            // Everything else is the store's.
            _ => {}
        }
    }

    /// Keeps the files that new questions mention.
    ///
    /// # Errors
    /// When one cannot be read or kept; then its question must not be sent.
    pub fn store_attachments(&self, changes: &[Change]) -> Result<(), Failure> {
        self.pending_attachments.store_for_changes(changes)
    }

    /// Keeps a draft; says so once where that cannot be done.
    pub fn store_draft(&mut self, conversation: Option<&ConversationId>, draft: &Draft) {
        let Err(error) = self.drafts.save(conversation, draft) else {
            self.is_draft_failure_reported = false;
            return;
        };
        tracing::warn!(%error, "a draft could not be kept");
        if !self.is_draft_failure_reported {
            self.is_draft_failure_reported = true;
            let failure = Failure::new(
                FailureKind::Storage,
                "What you are writing cannot be kept on disk.",
                "Make room, or copy it elsewhere before you leave.",
            );
            self.send(StoreEvent::NotChanged { about: None, failure });
        }
    }

    /// Keeps a prompt to be called back.
    pub fn store_prompt(&self, text: &str) {
        if let Err(error) = self.prompts.add(text) {
            tracing::warn!(%error, "a prompt could not be kept");
        }
    }

    fn send(&self, fact: StoreEvent) {
        // Nobody listens any more: the program is ending.
        let _ = self.msg_tx.blocking_send(Msg::Store(fact));
    }
}
