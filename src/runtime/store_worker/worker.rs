//! The state of the store thread, and what its jobs have in common.

use std::time::Instant;

use crate::app::{LoadedConversation, StoreEvent};
use crate::chat::branch;
use crate::chat::{Conversation, ConversationId};
use crate::runtime::doctor_worker::DoctorWorker;
use crate::runtime::event_sender::EventSender;
use crate::runtime::session_files::SessionFiles;
use crate::store::{Extent, Store, StoreError};

use super::config::StoreWorkerConfig;
use super::deltas::DeltaJournal;
use super::export::ExportStarter;
use super::job::JobQueue;
use super::presets::PresetWorker;
use super::rows::RowSender;
use super::search::SearchStarter;
use super::unstored::UnstoredAnswers;

/// Everything the store thread owns.
pub(super) struct StoreWorker {
    pub(super) config: StoreWorkerConfig,
    pub(super) store: Store,
    pub(super) events: EventSender,
    pub(super) jobs: JobQueue,
    pub(super) deltas: DeltaJournal,
    /// When changes made here may be beyond the reach of a stale writer.
    pub(super) confirm_at: Option<Instant>,
    pub(super) session_files: SessionFiles,
    pub(super) rows: RowSender,
    pub(super) search: SearchStarter,
    pub(super) export: ExportStarter,
    pub(super) presets: PresetWorker,
    pub(super) doctor: DoctorWorker,
    pub(super) unstored: UnstoredAnswers,
}

impl StoreWorker {
    pub(super) fn send(&self, event: StoreEvent) {
        self.events.send(event);
    }

    pub(super) fn load(
        &mut self,
        id: &ConversationId,
        extent: Extent,
    ) -> Result<Box<LoadedConversation>, StoreError> {
        let conversation = self.store.conversation_to(id, extent)?;
        Ok(self.with_records(conversation))
    }

    /// Adds what only the private state knows about a conversation.
    pub(super) fn with_records(&self, conversation: Conversation) -> Box<LoadedConversation> {
        let branches = self.store.branches(&conversation.id);
        let (mut forks, mut calculations) = (Vec::new(), Vec::new());
        // Without the earlier messages nobody knows where they belong.
        if conversation.earlier == 0 {
            forks = branch::forks(&branches, &conversation.messages);
            calculations = self.store.other_calculations(&conversation);
        }
        Box::new(LoadedConversation {
            interruptions: self.store.answer_records().early_ends(&conversation),
            records: self.store.answer_records().records(&conversation.id),
            forks,
            branches,
            calculations,
            conversation,
        })
    }
}
