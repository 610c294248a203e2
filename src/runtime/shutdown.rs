//! How the loop ends: everything for the disk is waited for, and what could not be kept is told.
//! May not draw, and may not wait for anybody but the disk.

use std::io::{self, Write};
use std::time::Duration;

use tokio::time::timeout;

use crate::app::{Effect, Msg, QuitState, State, StoreEffect, StoreEvent, temporary, update};

use crate::runtime::event_loop::{EventLoop, TerminalOwner};
use crate::runtime::screen::Screen;

/// How long the disk may take before somebody should be told what is waited for.
const SLOW_DISK_NOTICE_DELAY: Duration = Duration::from_secs(2);
/// What is told then.
const SLOW_DISK_NOTICE: &str =
    "Waiting until everything is on the disk. Ctrl+C twice ends at once.";

/// What ended the loop though nobody wished to leave.
#[derive(Debug)]
pub enum LoopFailure {
    /// The terminal cannot be drawn on any more.
    Terminal(io::Error),
    /// The disk's thread is gone.
    StoreThread,
}

/// The loop is over.
#[derive(Debug)]
pub struct LoopExit {
    /// What the program knew last.
    pub state: State,
    /// What ended it, where nobody wished it.
    pub failure: Option<LoopFailure>,
    /// What could not be kept on the way out, for people.
    pub messages: Vec<String>,
}

impl<S: Screen> EventLoop<S> {
    /// Hangs up on the server and sees to it that the disk has everything.
    pub(super) async fn shut_down(mut self, trouble: Option<LoopFailure>) -> LoopExit {
        let effects = update(&mut self.state, Msg::Terminated);
        self.perform_store_effects(effects);
        self.inputs.close();
        if self.terminal_owner == TerminalOwner::Duologue {
            // Whatever the disk does: from here on the terminal is the user's. Where it is gone
            // there is nothing to give back.
            let _ = self.screen.release();
        }
        self.effects.abort_replies();
        let mut said = Vec::new();
        if timeout(SLOW_DISK_NOTICE_DELAY, self.drain_store(&mut said)).await.is_err() {
            let _ = writeln!(io::stderr(), "{SLOW_DISK_NOTICE}");
            self.drain_store(&mut said).await;
        }
        let trouble = trouble.or_else(|| self.effects.join_store());
        LoopExit { state: self.state, failure: trouble, messages: said }
    }

    /// Takes what the disk says until its thread has ended. The channel is read all the time: the
    /// disk's thread must never wait for a loop that waits for it.
    async fn drain_store(&mut self, said: &mut Vec<String>) {
        while !self.state.unsaved_questions.is_empty() || temporary::is_being_saved(&self.state) {
            let Some(msg) = self.next_message().await else { return };
            self.handle_last_message(msg, said);
        }
        // What came back to the composer is somebody's draft again.
        let effects = update(&mut self.state, Msg::Terminated);
        self.perform_store_effects(effects);
        self.effects.close_store();
        while let Some(msg) = self.next_message().await {
            self.handle_last_message(msg, said);
        }
        self.messages.close();
        while let Ok(msg) = self.messages.try_recv() {
            self.handle_last_message(msg, said);
        }
    }

    /// The next fact, or `None` once the disk's thread has ended.
    async fn next_message(&mut self) -> Option<Msg> {
        tokio::select! {
            Some(msg) = self.messages.recv() => Some(msg),
            () = self.effects.wait_for_store_end() => None,
        }
    }

    /// Only what became of questions, answers and changes counts any more.
    fn handle_last_message(&mut self, msg: Msg, said: &mut Vec<String>) {
        let Msg::Store(fact) = msg else { return };
        match &fact {
            StoreEvent::QuestionStored { .. } | StoreEvent::Changed { .. } => {}
            StoreEvent::NotChanged { failure, .. } => said.push(failure.to_string()),
            StoreEvent::QuestionNotStored { failure, .. } => {
                said.push(format!("Not sent: {failure}"))
            }
            StoreEvent::AnswerNotStored { failure, .. } => return said.push(failure.to_string()),
            _ => return,
        }
        let effects = update(&mut self.state, Msg::Store(fact));
        self.perform_store_effects(effects);
    }

    /// Does what is for the disk; what only asks it is for a program that goes on.
    fn perform_store_effects(&mut self, effects: Vec<Effect>) {
        self.state.quit_state = QuitState::Quitting;
        for effect in effects {
            match effect {
                Effect::Store(StoreEffect::List | StoreEffect::Open(_)) => {}
                Effect::Store(wish) => self.effects.perform_store(wish),
                _ => {}
            }
        }
    }
}
