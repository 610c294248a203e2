//! What is being written and what was written before, kept on disk whatever the store is like.
//! May not touch conversations.

use std::path::Path;

use tokio::sync::mpsc::Sender;

use crate::app::{Msg, Notice, NoticeKind, StoreEffect, Stored};
use crate::chat::{Change, ConversationId, Draft, Failure, FailureKind};
use crate::store::{Drafts, Prompts, ScrollPositions};

use super::attaching::Named;

/// Drafts and earlier prompts.
#[derive(Debug)]
pub struct Papers {
    drafts: Drafts,
    prompts: Prompts,
    places: ScrollPositions,
    tell: Sender<Msg>,
    complained: bool,
    /// Files that were named to go with questions.
    named: Named,
}

impl Papers {
    /// Opens what is kept in a folder and tells what was found.
    #[must_use]
    pub fn open(folder: &Path, tell: Sender<Msg>) -> Self {
        let drafts = Drafts::in_folder(folder);
        let prompts = Prompts::in_folder(folder);
        let places = ScrollPositions::in_folder(folder);
        let mut papers =
            Self { drafts, prompts, places, tell, complained: false, named: Named::none(folder) };
        papers.look();
        papers
    }

    fn look(&mut self) {
        let mut aside = Vec::new();
        let prompts = &self.prompts;
        match self.drafts.take_over(|text| prompts.keep_draft(text).map(|path| aside.extend(path)))
        {
            Ok(found) => {
                if !found.drafts.is_empty() {
                    self.say(Stored::DraftsFound(found.drafts));
                }
            }
            Err(error) => tracing::warn!(%error, "drafts cannot be taken over"),
        }
        match self.places.all() {
            Ok(places) if places.is_empty() => {}
            Ok(places) => self.say(Stored::PlacesFound(places)),
            Err(error) => tracing::warn!(%error, "reading places cannot be read"),
        }
        for path in aside {
            let text = format!("An older draft is kept in {}.", path.display());
            let notice = Notice { kind: NoticeKind::Info, text };
            self.say(Stored::Changed { about: None, notice });
        }
        match self.prompts.latest() {
            Ok(prompts) if prompts.is_empty() => {}
            Ok(prompts) => self.say(Stored::PromptsFound(prompts)),
            Err(error) => tracing::warn!(%error, "earlier prompts cannot be read"),
        }
    }

    /// Does what is wished for papers.
    pub fn perform(&mut self, wish: StoreEffect) {
        match wish {
            StoreEffect::KeepDraft { conversation, draft } => {
                self.keep_draft(conversation.as_ref(), &draft);
            }
            StoreEffect::KeepPlace { conversation, place } => {
                if let Err(error) = self.places.keep(&conversation, place) {
                    tracing::warn!(%error, "a reading place could not be kept");
                }
            }
            StoreEffect::KeepPrompt(text) => self.keep_prompt(&text),
            StoreEffect::NameFile(path) => match self.named.add(&path) {
                Ok(bytes) => self.say(Stored::FileNamed { path, bytes }),
                Err(failure) => self.say(Stored::NotChanged { about: None, failure }),
            },
            StoreEffect::NameMentioned(paths) => self.named.add_those_there(paths),
            // Everything else is the store's.
            _ => {}
        }
    }

    /// Keeps the files that new questions mention.
    ///
    /// # Errors
    /// When one cannot be read or kept; then its question must not be sent.
    pub fn keep_files(&self, changes: &[Change]) -> Result<(), Failure> {
        self.named.keep_for(changes)
    }

    /// Keeps a draft; says so once where that cannot be done.
    pub fn keep_draft(&mut self, conversation: Option<&ConversationId>, draft: &Draft) {
        let Err(error) = self.drafts.keep(conversation, draft) else {
            self.complained = false;
            return;
        };
        tracing::warn!(%error, "a draft could not be kept");
        if !self.complained {
            self.complained = true;
            let failure = Failure::new(
                FailureKind::Storage,
                "What you are writing cannot be kept on disk.",
                "Make room, or copy it elsewhere before you leave.",
            );
            self.say(Stored::NotChanged { about: None, failure });
        }
    }

    /// Keeps a prompt to be called back.
    pub fn keep_prompt(&self, text: &str) {
        if let Err(error) = self.prompts.add(text) {
            tracing::warn!(%error, "a prompt could not be kept");
        }
    }

    fn say(&self, fact: Stored) {
        // Nobody listens any more: the program is ending.
        let _ = self.tell.blocking_send(Msg::Stored(fact));
    }
}
