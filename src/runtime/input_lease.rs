//! Lends the keyboard to another program: until it is given back, nothing here reads from it.

use tokio::sync::{mpsc, oneshot, watch};

/// Asks the task that reads the keyboard to stop for a while.
#[derive(Debug)]
pub(super) struct PauseRequest {
    paused: oneshot::Sender<()>,
    resume: oneshot::Receiver<()>,
}

impl PauseRequest {
    /// Confirms that nothing is read any more, and waits until reading may go on.
    pub(super) async fn wait(self) {
        if self.paused.send(()).is_ok() {
            let _ = self.resume.await;
        }
    }
}

/// Lends the keyboard to an external editor. The window opens one at a time.
#[derive(Debug, Clone)]
pub(super) struct InputLender {
    pause_tx: mpsc::Sender<PauseRequest>,
    lent_tx: watch::Sender<bool>,
}

/// Lets another program read the keyboard until the lease is dropped.
#[derive(Debug)]
pub(super) struct InputLease {
    _resume: oneshot::Sender<()>,
    lent_tx: watch::Sender<bool>,
}

impl InputLender {
    /// Returns the lender, and the requests for the task that reads the keyboard.
    pub(super) fn new() -> (Self, mpsc::Receiver<PauseRequest>) {
        let (pause_tx, pauses) = mpsc::channel(1);
        let (lent_tx, _) = watch::channel(false);
        (Self { pause_tx, lent_tx }, pauses)
    }

    /// Returns a receiver of whether another program has the keyboard.
    pub(super) fn subscribe_lent(&self) -> watch::Receiver<bool> {
        self.lent_tx.subscribe()
    }

    /// Waits until nothing here reads the keyboard any more.
    pub(super) async fn lend(&self) -> InputLease {
        let (paused, paused_rx) = oneshot::channel();
        let (resume_tx, resume) = oneshot::channel();
        let _ = self.lent_tx.send(true);
        if self.pause_tx.send(PauseRequest { paused, resume }).await.is_ok() {
            let _ = paused_rx.await;
        }
        InputLease { _resume: resume_tx, lent_tx: self.lent_tx.clone() }
    }
}

impl Drop for InputLease {
    fn drop(&mut self) {
        let _ = self.lent_tx.send(false);
    }
}
