//! The keyboard, lent to another program: as long as it is away nothing here reads from it.
//! May not start the other program.

use tokio::sync::{mpsc, oneshot, watch};

/// Asks the reader of the keyboard to stop for a while.
#[derive(Debug)]
pub struct Pause {
    paused: oneshot::Sender<()>,
    resume: oneshot::Receiver<()>,
}

impl Pause {
    /// Tells that nothing is read any more, and waits until it may be again.
    pub async fn wait(self) {
        if self.paused.send(()).is_ok() {
            let _ = self.resume.await;
        }
    }
}

/// Who may lend the keyboard.
#[derive(Debug, Clone)]
pub struct Gate {
    pauses: mpsc::Sender<Pause>,
    away: watch::Sender<bool>,
}

/// The keyboard is lent; dropping this takes it back.
#[derive(Debug)]
pub struct Lent {
    _resume: oneshot::Sender<()>,
    away: watch::Sender<bool>,
}

impl Gate {
    /// A gate, and where its reader is asked to pause.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Pause>) {
        let (pauses, asked) = mpsc::channel(1);
        let (away, _) = watch::channel(false);
        (Self { pauses, away }, asked)
    }

    /// Whether the keyboard is lent at this moment.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.away.subscribe()
    }

    /// Waits until nothing is read any more.
    pub async fn lend(&self) -> Lent {
        let (paused, is_paused) = oneshot::channel();
        let (resume, resumed) = oneshot::channel();
        let _ = self.away.send(true);
        if self.pauses.send(Pause { paused, resume: resumed }).await.is_ok() {
            let _ = is_paused.await;
        }
        Lent { _resume: resume, away: self.away.clone() }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let _ = self.away.send(false);
    }
}
