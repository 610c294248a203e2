//! The keyboard, lent to another program: as long as it is away nothing here reads from it.
//! May not start the other program.

use tokio::sync::{mpsc, oneshot, watch};

/// Asks the reader of the keyboard to stop for a while.
#[derive(Debug)]
pub struct PauseRequest {
    paused: oneshot::Sender<()>,
    resume: oneshot::Receiver<()>,
}

impl PauseRequest {
    /// Tells that nothing is read any more, and waits until it may be again.
    pub async fn wait(self) {
        if self.paused.send(()).is_ok() {
            let _ = self.resume.await;
        }
    }
}

/// Who may lend the keyboard.
#[derive(Debug, Clone)]
pub struct InputLender {
    pause_tx: mpsc::Sender<PauseRequest>,
    lent_tx: watch::Sender<bool>,
}

/// The keyboard is lent; dropping this takes it back.
#[derive(Debug)]
pub struct InputLease {
    _resume: oneshot::Sender<()>,
    lent_tx: watch::Sender<bool>,
}

impl InputLender {
    /// A gate, and where its reader is asked to pause.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<PauseRequest>) {
        let (pauses, asked) = mpsc::channel(1);
        let (away, _) = watch::channel(false);
        (Self { pause_tx: pauses, lent_tx: away }, asked)
    }

    /// Whether the keyboard is lent at this moment.
    #[must_use]
    pub fn subscribe_lent(&self) -> watch::Receiver<bool> {
        self.lent_tx.subscribe()
    }

    /// Waits until nothing is read any more.
    pub async fn lend(&self) -> InputLease {
        let (paused, is_paused) = oneshot::channel();
        let (resume, resumed) = oneshot::channel();
        let _ = self.lent_tx.send(true);
        if self.pause_tx.send(PauseRequest { paused, resume: resumed }).await.is_ok() {
            let _ = is_paused.await;
        }
        InputLease { _resume: resume, lent_tx: self.lent_tx.clone() }
    }
}

impl Drop for InputLease {
    fn drop(&mut self) {
        let _ = self.lent_tx.send(false);
    }
}
