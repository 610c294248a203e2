//! The disk's thread where there is no store: every wish is answered with the reason.
//! May not lose what is being written; drafts need no store.

use std::sync::mpsc::Receiver;

use tokio::sync::mpsc::Sender;

use crate::app::{Msg, StoreEffect, Stored};
use crate::store::StoreError;

use super::papers::Papers;
use super::store_worker::Wish;

/// Answers every wish with the reason why there is no store.
pub fn refuse(
    error: &StoreError,
    wishes: &Receiver<Wish>,
    tell: &Sender<Msg>,
    papers: &mut Papers,
) {
    let failure = error.to_failure();
    let say = |fact| {
        let _ = tell.blocking_send(Msg::Stored(fact));
    };
    say(Stored::NotChanged { about: None, failure: failure.clone() });
    while let Ok(wish) = wishes.recv() {
        let Wish::Perform(effect) = wish else {
            if matches!(wish, Wish::Close) {
                return;
            }
            continue;
        };
        match *effect {
            StoreEffect::Open(id) => say(Stored::NotOpened { id, failure: failure.clone() }),
            StoreEffect::KeepQuestion { turn, .. } => {
                say(Stored::QuestionNotKept { turn, failure: failure.clone() });
            }
            StoreEffect::ListPresets => say(Stored::PresetsListed(Err(failure.clone()))),
            StoreEffect::ChangePreset(_) | StoreEffect::UndoPreset => {
                say(Stored::PresetChanged { id: None, done: Err(failure.clone()) });
            }
            StoreEffect::KeepAnswer { turn, .. } | StoreEffect::LeaveRunning { turn, .. } => {
                say(Stored::AnswerNotKept { turn, failure: failure.clone() });
            }
            StoreEffect::Commit(changes) => say(Stored::not_committed(&changes, failure.clone())),
            StoreEffect::Arrange(_)
            | StoreEffect::Export { .. }
            | StoreEffect::Duplicate { .. }
            | StoreEffect::Undo => {
                say(Stored::NotChanged { about: None, failure: failure.clone() });
            }
            StoreEffect::List
            | StoreEffect::KeepLooks(_)
            | StoreEffect::NoteRunning { .. }
            | StoreEffect::FindRunning
            | StoreEffect::Learn(_)
            | StoreEffect::CountUsage(_)
            | StoreEffect::ReadLog
            | StoreEffect::Search { .. }
            | StoreEffect::Retitle { .. }
            | StoreEffect::EndSearch
            | StoreEffect::JournalDelta { .. } => {}
            paper @ (StoreEffect::KeepDraft { .. }
            | StoreEffect::KeepPrompt(_)
            | StoreEffect::KeepPlace { .. }
            | StoreEffect::NameMentioned(_)
            | StoreEffect::NameFile(_)) => papers.perform(paper),
        }
    }
}
