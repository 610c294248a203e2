//! The disk's thread where there is no store: every wish is answered with the reason.
//! May not lose what is being written; drafts need no store.

use std::sync::mpsc::Receiver;

use tokio::sync::mpsc::Sender;

use crate::app::{Msg, StoreEffect, StoreEvent};
use crate::store::StoreError;

use crate::runtime::session_files::SessionFiles;
use crate::runtime::store_worker::Job;

/// Answers every wish with the reason why there is no store.
pub fn run_without_store(
    error: &StoreError,
    wishes: &Receiver<Job>,
    tell: &Sender<Msg>,
    papers: &mut SessionFiles,
) {
    let failure = error.to_failure();
    let say = |fact| {
        let _ = tell.blocking_send(Msg::Store(fact));
    };
    say(StoreEvent::NotChanged { about: None, failure: failure.clone() });
    while let Ok(wish) = wishes.recv() {
        let Job::Perform(effect) = wish else {
            if matches!(wish, Job::Close) {
                return;
            }
            continue;
        };
        match *effect {
            StoreEffect::Open(id) => say(StoreEvent::NotOpened { id, failure: failure.clone() }),
            StoreEffect::StoreQuestion { turn, .. } => {
                say(StoreEvent::QuestionNotStored { turn, failure: failure.clone() });
            }
            StoreEffect::ListPresets => say(StoreEvent::PresetsListed(Err(failure.clone()))),
            StoreEffect::ChangePreset(_) | StoreEffect::UndoPreset => {
                say(StoreEvent::PresetChanged { id: None, outcome: Err(failure.clone()) });
            }
            StoreEffect::StoreAnswer { turn, .. } | StoreEffect::LeaveInBackground { turn, .. } => {
                say(StoreEvent::AnswerNotStored { turn, failure: failure.clone() });
            }
            StoreEffect::Commit(changes) => {
                say(StoreEvent::from_failed_commit(&changes, failure.clone()))
            }
            StoreEffect::Arrange(_)
            | StoreEffect::Export { .. }
            | StoreEffect::Duplicate { .. }
            | StoreEffect::Undo => {
                say(StoreEvent::NotChanged { about: None, failure: failure.clone() });
            }
            StoreEffect::List
            | StoreEffect::SaveUiPref(_)
            | StoreEffect::NoteBackground { .. }
            | StoreEffect::FindBackground
            | StoreEffect::RecordCapability(_)
            | StoreEffect::CountUsage(_)
            | StoreEffect::ReadLog
            | StoreEffect::Search { .. }
            | StoreEffect::ReplaceTitle { .. }
            | StoreEffect::CancelSearch
            | StoreEffect::JournalDelta { .. } => {}
            paper @ (StoreEffect::SaveDraft { .. }
            | StoreEffect::SavePrompt(_)
            | StoreEffect::SaveScrollPosition { .. }
            | StoreEffect::AttachMentioned(_)
            | StoreEffect::CheckAttachment(_)) => papers.perform(paper),
        }
    }
}
