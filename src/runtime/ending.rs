//! How the loop ends: everything for the disk is waited for, and what could not be kept is told.
//! May not draw, and may not wait for anybody but the disk.

use std::io::{self, Write};
use std::time::Duration;

use tokio::time::timeout;

use crate::app::{Effect, Leaving, Msg, State, StoreEffect, Stored, temporary, update};

use super::event_loop::{AtHome, EventLoop};
use super::screen::Screen;

/// How long the disk may take before somebody should be told what is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// What is told then.
const WAITING: &str = "Waiting until everything is on the disk. Ctrl+C twice ends at once.";

/// What ended the loop though nobody wished to leave.
#[derive(Debug)]
pub enum Trouble {
    /// The terminal cannot be drawn on any more.
    Terminal(io::Error),
    /// The disk's thread is gone.
    Disk,
}

/// The loop is over.
#[derive(Debug)]
pub struct Ended {
    /// What the program knew last.
    pub state: State,
    /// What ended it, where nobody wished it.
    pub trouble: Option<Trouble>,
    /// What could not be kept on the way out, for people.
    pub said: Vec<String>,
}

impl<S: Screen> EventLoop<S> {
    /// Hangs up on the server and sees to it that the disk has everything.
    pub(super) async fn end(mut self, trouble: Option<Trouble>) -> Ended {
        let effects = update(&mut self.state, Msg::Terminated);
        self.keep(effects);
        if self.at_home == AtHome::Yes {
            // Whatever the disk does: from here on the terminal is the user's. Where it is gone
            // there is nothing to give back.
            let _ = self.screen.lend();
        }
        self.hands.hang_up();
        let mut said = Vec::new();
        if timeout(PATIENCE, self.settle(&mut said)).await.is_err() {
            let _ = writeln!(io::stderr(), "{WAITING}");
            self.settle(&mut said).await;
        }
        let trouble = trouble.or_else(|| self.hands.join());
        Ended { state: self.state, trouble, said }
    }

    /// Takes what the disk says until its thread has ended. The channel is read all the time: the
    /// disk's thread must never wait for a loop that waits for it.
    async fn settle(&mut self, said: &mut Vec<String>) {
        while !self.state.unsaved.is_empty() || temporary::is_being_saved(&self.state) {
            let Some(msg) = self.hear().await else { return };
            self.hear_last(msg, said);
        }
        // What came back to the composer is somebody's draft again.
        let effects = update(&mut self.state, Msg::Terminated);
        self.keep(effects);
        self.hands.close();
        while let Some(msg) = self.hear().await {
            self.hear_last(msg, said);
        }
        self.messages.close();
        while let Ok(msg) = self.messages.try_recv() {
            self.hear_last(msg, said);
        }
    }

    /// The next fact, or `None` once the disk's thread has ended.
    async fn hear(&mut self) -> Option<Msg> {
        tokio::select! {
            Some(msg) = self.messages.recv() => Some(msg),
            () = self.hands.disk_ended() => None,
        }
    }

    /// Only what became of questions, answers and changes counts any more.
    fn hear_last(&mut self, msg: Msg, said: &mut Vec<String>) {
        let Msg::Stored(fact) = msg else { return };
        match &fact {
            Stored::QuestionKept { .. } | Stored::Changed { .. } => {}
            Stored::NotChanged { failure, .. } => said.push(failure.to_string()),
            Stored::QuestionNotKept { failure, .. } => said.push(format!("Not sent: {failure}")),
            Stored::AnswerNotKept { failure, .. } => return said.push(failure.to_string()),
            _ => return,
        }
        let effects = update(&mut self.state, Msg::Stored(fact));
        self.keep(effects);
    }

    /// Does what is for the disk; what only asks it is for a program that goes on.
    fn keep(&mut self, effects: Vec<Effect>) {
        self.state.leaving = Leaving::Yes;
        for effect in effects {
            match effect {
                Effect::Store(StoreEffect::List | StoreEffect::Open(_)) => {}
                Effect::Store(wish) => self.hands.store(wish),
                _ => {}
            }
        }
    }
}
