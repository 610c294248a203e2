//! Reads the terminal as long as the window has it. Must not read while another program has it.

use std::io;

use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::runtime::input::InputReceiver;
use crate::runtime::input_lease::PauseRequest;
use crate::runtime::terminal_input::{Access, LineFeed, TerminalEvent, TerminalReader};

/// Events that may wait to be taken; then the terminal waits.
const EVENT_CAPACITY: usize = 1024;

/// What the terminal sends. When the terminal is gone `on_lost` is called, and then the channel is
/// closed. Must be called within a runtime.
///
/// # Errors
/// When the terminal cannot be read.
pub(super) fn read_terminal(
    typed_ahead: LineFeed,
    pauses: Receiver<PauseRequest>,
    on_lost: impl FnOnce() + Send + 'static,
) -> io::Result<InputReceiver> {
    let (events_tx, events) = channel(EVENT_CAPACITY);
    let mut task = InputTask {
        reader: TerminalReader::start(typed_ahead, events_tx.clone())?,
        pauses,
        events_tx,
    };
    tokio::spawn(async move {
        // A dropped receiver ends it silently. The channel is closed after `on_lost`: the loop that ends with
        // it asks why.
        if let Err(End::TerminalLost) = task.run().await {
            on_lost();
        }
        drop(task);
    });
    Ok(InputReceiver::new(events))
}

/// Why nothing is read any more.
#[derive(Debug)]
enum End {
    TerminalLost,
    ReceiverDropped,
}

/// Stops reading when it is asked to, and passes on what the reader does not send itself.
struct InputTask {
    reader: TerminalReader,
    pauses: Receiver<PauseRequest>,
    events_tx: Sender<TerminalEvent>,
}

impl InputTask {
    async fn run(&mut self) -> Result<(), End> {
        loop {
            tokio::select! {
                event = self.reader.next() => self.pass_on(event).await?,
                Some(pause) = self.pauses.recv() => self.pause(pause).await?,
                // What is typed from now on is for whoever has the terminal next.
                () = self.events_tx.closed() => return Err(End::ReceiverDropped),
            }
        }
    }

    /// Reads nothing as long as another program has the terminal.
    async fn pause(&mut self, request: PauseRequest) -> Result<(), End> {
        self.switch(Access::Watch).await?;
        let mut resumed = std::pin::pin!(request.wait());
        loop {
            tokio::select! {
                () = &mut resumed => break,
                event = self.reader.next() => self.pass_on(event).await?,
            }
        }
        self.switch(Access::Read).await
    }

    async fn switch(&mut self, access: Access) -> Result<(), End> {
        self.reader.switch(access).await.map_err(|error| {
            tracing::error!(%error, "the terminal can no longer be read");
            End::TerminalLost
        })
    }

    async fn pass_on(&mut self, event: Option<TerminalEvent>) -> Result<(), End> {
        match event {
            Some(event) => self.events_tx.send(event).await.map_err(|_| End::ReceiverDropped),
            // The reader ends for either reason.
            None if self.events_tx.is_closed() => Err(End::ReceiverDropped),
            None => Err(End::TerminalLost),
        }
    }
}
