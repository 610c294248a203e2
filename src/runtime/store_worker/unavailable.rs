//! The store thread when the store cannot be opened: answers every job with the reason. Prompts are
//! saved all the same.

use std::path::Path;

use crate::app::{SearchProgress, StoreEffect, StoreEvent};
use crate::chat::Failure;
use crate::runtime::event_sender::EventSender;
use crate::runtime::log;
use crate::runtime::session_files::SessionFiles;

use super::job::{Job, JobQueue};

/// Answers jobs with the reason until the store is closed.
pub(super) fn run_without_store(
    failure: &Failure,
    mut jobs: JobQueue,
    events: &EventSender,
    mut session_files: SessionFiles,
    log_file: &Path,
) {
    events.send(StoreEvent::NotListed(failure.clone()));
    while let Ok(job) = jobs.next(None) {
        match job {
            Job::Close => return,
            // The log may say more about the reason.
            Job::Perform(effect) if *effect == StoreEffect::ReadLog => {
                events.send(StoreEvent::LogRead(log::read_tail(log_file)));
            }
            Job::Perform(effect) => refuse(*effect, failure.clone(), events, &mut session_files),
            Job::DraftSaved => session_files.update_pasted(),
            Job::Refresh | Job::RefreshPresets | Job::TakeDeltas => {}
        }
    }
}

fn refuse(
    effect: StoreEffect,
    failure: Failure,
    events: &EventSender,
    session_files: &mut SessionFiles,
) {
    let event = match effect {
        StoreEffect::Open(id) | StoreEffect::OpenEarlier { id, .. } => {
            StoreEvent::NotOpened { id, failure }
        }
        StoreEffect::StoreQuestion { turn, .. } => StoreEvent::QuestionNotStored { turn, failure },
        StoreEffect::ListPresets => StoreEvent::PresetsListed(Err(failure)),
        StoreEffect::ChangePreset(_) | StoreEffect::UndoPreset => {
            StoreEvent::PresetChanged { id: None, outcome: Err(failure) }
        }
        StoreEffect::StoreAnswer { turn, .. } | StoreEffect::LeaveRunning { turn, .. } => {
            StoreEvent::AnswerNotStored { turn, failure }
        }
        StoreEffect::Commit(changes) => StoreEvent::from_failed_commit(&changes, failure),
        StoreEffect::Duplicate { copy_id, .. } => {
            StoreEvent::NotChanged { about: Some(copy_id), failure }
        }
        StoreEffect::Arrange(_)
        | StoreEffect::Export { .. }
        | StoreEffect::UndoRename { .. }
        | StoreEffect::Undo(_) => StoreEvent::NotChanged { about: None, failure },
        StoreEffect::List => StoreEvent::NotListed(failure),
        StoreEffect::Search { search, .. } => {
            let progress = SearchProgress::Failed(failure);
            StoreEvent::SearchFound { search, hits: Vec::new(), progress }
        }
        StoreEffect::SaveUiPref(_)
        | StoreEffect::RecordBackground { .. }
        | StoreEffect::FindBackground
        | StoreEffect::RecordToolUse { .. }
        | StoreEffect::RecordCapability { .. }
        | StoreEffect::SaveToolPermission(_)
        | StoreEffect::CountUsage(_)
        | StoreEffect::ReadLog
        | StoreEffect::ReplaceTitle { .. }
        | StoreEffect::CancelExport
        | StoreEffect::CancelSearch
        | StoreEffect::JournalDelta { .. }
        | StoreEffect::SaveDraft { .. } => return,
        effect @ (StoreEffect::SavePrompt(_)
        | StoreEffect::SaveScrollPosition { .. }
        | StoreEffect::AttachMentioned(_)
        | StoreEffect::CheckAttachment(_)) => return session_files.perform(effect),
    };
    events.send(event);
}
