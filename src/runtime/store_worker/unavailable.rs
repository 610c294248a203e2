//! The store thread when the store cannot be opened: answers every job with the reason. Prompts are
//! saved all the same.

use std::path::Path;

use crate::app::{SearchProgress, StoreEffect, StoreEvent};
use crate::chat::{Failure, StoreStep};
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
            Job::Perform(effect) => {
                if let Some(event) = refuse(*effect, failure.clone()) {
                    events.send(event);
                }
            }
            Job::PerformSession(effect) => session_files.perform(*effect),
            Job::Refresh | Job::RefreshPresets | Job::TakeDeltas => {}
        }
    }
}

/// The event that answers an effect; `None` where none is awaited.
fn refuse(effect: StoreEffect, failure: Failure) -> Option<StoreEvent> {
    Some(match effect {
        StoreEffect::Open(id) | StoreEffect::OpenEarlier { id, .. } => {
            StoreEvent::NotOpened { id, failure }
        }
        StoreEffect::StoreQuestion { turn, .. } => StoreEvent::QuestionNotStored { turn, failure },
        StoreEffect::ListPresets => StoreEvent::PresetsListed(Err(failure)),
        StoreEffect::ChangePreset(_) | StoreEffect::UndoPreset => {
            StoreEvent::PresetChanged { id: None, outcome: Err(failure) }
        }
        StoreEffect::Turn { turn, step, .. } => match step {
            StoreStep::StoreEnding(_) | StoreStep::LeaveRunning(_) => {
                StoreEvent::AnswerNotStored { turn, failure }
            }
            StoreStep::RecordBackground { .. } | StoreStep::RecordToolUse(_) => return None,
        },
        StoreEffect::Commit(changes) => {
            return StoreEvent::from_failed_commit(&changes, failure);
        }
        StoreEffect::Duplicate { copy_id, .. } => {
            StoreEvent::NotChanged { about: copy_id, failure }
        }
        StoreEffect::Arrange(_) | StoreEffect::Export { .. } => StoreEvent::Failed(failure),
        StoreEffect::Undo(_) => StoreEvent::UndoEnded { outcome: Err(failure), is_left: true },
        StoreEffect::List => StoreEvent::NotListed(failure),
        StoreEffect::Search { search, .. } => {
            let progress = SearchProgress::Failed(failure);
            StoreEvent::SearchFound { search, hits: Vec::new(), progress }
        }
        StoreEffect::FindBackground
        | StoreEffect::RecordCapability { .. }
        | StoreEffect::CountUsage(_)
        | StoreEffect::SaveAnswerRecords { .. }
        | StoreEffect::ReadLog
        | StoreEffect::ReplaceTitle { .. }
        | StoreEffect::CancelExport
        | StoreEffect::CancelSearch => return None,
    })
}
