//! What follows the end of the event loop: everything is stored, and what could not be is collected
//! for people. Must not draw: the terminal is the shell's again.

use std::io::{self, Write};
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;

use crate::app::{Effect, Msg, QuitState, State, StoreEffect, StoreEvent, temporary, update};

use super::effects::EffectRunner;
use super::exit::{LoopExit, LoopFailure};

/// How long the disk may take before the user is told what the program waits for.
const SLOW_DISK_NOTICE_DELAY: Duration = Duration::from_secs(2);
const SLOW_DISK_NOTICE: &str =
    "Waiting until everything is written to disk. Press Ctrl+C twice to quit at once.";

/// The parts of the event loop that are needed until everything is stored. They are dropped in this
/// order: the store thread must never wait for a channel that is not read any more.
pub(super) struct Shutdown {
    pub(super) state: State,
    pub(super) messages: Receiver<Msg>,
    pub(super) effects: EffectRunner,
}

impl Shutdown {
    /// Ends the turns, and sends drafts and partial answers to the store. Does not wait.
    pub(super) fn end_turns_and_save(&mut self) {
        let effects = update(&mut self.state, Msg::Terminated);
        self.perform_store_effects(effects);
    }

    /// Aborts the replies and waits until everything is stored.
    pub(super) async fn finish(mut self, failure: Option<LoopFailure>) -> LoopExit {
        self.effects.api.abort_replies();
        let mut messages = Vec::new();
        if timeout(SLOW_DISK_NOTICE_DELAY, self.drain_store(&mut messages)).await.is_err() {
            let _ = writeln!(io::stderr(), "{SLOW_DISK_NOTICE}");
            self.drain_store(&mut messages).await;
        }
        let failure = failure.or_else(|| self.effects.store.join());
        LoopExit { state: self.state, failure, messages }
    }

    /// Handles the events of the store until its thread has ended. It never stops reading the
    /// channel, because the store thread blocks when the channel is full.
    async fn drain_store(&mut self, messages: &mut Vec<String>) {
        while !self.state.unsaved_questions.is_empty() || temporary::is_being_saved(&self.state) {
            let Some(msg) = self.next_message().await else { break };
            self.handle_last_message(msg, messages);
        }
        // Drafts of earlier runs may be among them: what is saved now takes their place.
        while let Ok(msg) = self.messages.try_recv() {
            self.handle_last_message(msg, messages);
        }
        // A question that was not stored is a draft again.
        self.end_turns_and_save();
        self.effects.store.close();
        while let Some(msg) = self.next_message().await {
            self.handle_last_message(msg, messages);
        }
        while let Some(msg) = self.next_message_with_drafts().await {
            self.handle_last_message(msg, messages);
        }
        self.messages.close();
        while let Ok(msg) = self.messages.try_recv() {
            self.handle_last_message(msg, messages);
        }
    }

    /// Returns `None` once the store thread has ended.
    async fn next_message(&mut self) -> Option<Msg> {
        tokio::select! {
            Some(msg) = self.messages.recv() => Some(msg),
            () = self.effects.store.wait_for_end() => None,
        }
    }

    /// The same for the thread of drafts, which may have a failure to report.
    async fn next_message_with_drafts(&mut self) -> Option<Msg> {
        tokio::select! {
            Some(msg) = self.messages.recv() => Some(msg),
            () = self.effects.store.wait_for_drafts() => None,
        }
    }

    /// Handles what became of questions, answers and changes; nothing else matters any more.
    fn handle_last_message(&mut self, msg: Msg, messages: &mut Vec<String>) {
        let Msg::Store(event) = msg else { return };
        match &event {
            // Drafts of earlier runs go before what was typed in this one.
            StoreEvent::DraftsFound(_)
            | StoreEvent::QuestionStored { .. }
            | StoreEvent::Changed { .. }
            | StoreEvent::AnswerDelayed { .. } => {}
            StoreEvent::NotChanged { failure, .. }
            | StoreEvent::Failed(failure)
            | StoreEvent::DraftNotSaved(failure) => {
                messages.push(failure.to_string());
            }
            StoreEvent::QuestionNotStored { failure, .. } => {
                messages.push(format!("Not sent: {failure}"));
            }
            StoreEvent::AnswerNotStored { failure, .. } => {
                return messages.push(failure.to_string());
            }
            StoreEvent::AnswerStored { turn, .. } => {
                return self.state.turns.retain(|running| running.id != *turn);
            }
            _ => return,
        }
        let effects = update(&mut self.state, Msg::Store(event));
        self.perform_store_effects(effects);
    }

    /// Performs the effects that write to the store.
    fn perform_store_effects(&mut self, effects: Vec<Effect>) {
        self.state.quit_state = QuitState::Quitting;
        for effect in effects {
            match effect {
                Effect::Store(
                    StoreEffect::List | StoreEffect::Open(_) | StoreEffect::OpenEarlier { .. },
                ) => {}
                Effect::Store(effect) => self.effects.store.perform(effect),
                Effect::Session(effect) => self.effects.store.perform_session(effect),
                Effect::Journal { turn, delta, .. } => self.effects.store.journal(turn, delta),
                _ => {}
            }
        }
    }
}
