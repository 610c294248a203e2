//! Terminal events as the brain's inputs.
//! May not interpret keys.

use crossterm::event::{Event, EventStream, MouseEventKind};
use futures_util::StreamExt;
use tokio::sync::mpsc::{Receiver, channel};

use crate::app::Input;

use super::gate::Pause;

/// Lines one notch of the wheel moves.
const WHEEL_LINES: i32 = 3;

/// Inputs that may wait to be taken; then the terminal waits.
const WAITING: usize = 1024;

/// What the terminal sends, until it is gone. Must be called within a runtime.
///
/// A task of its own reads: the library's stream must not be polled in passing, it would forget
/// whom to wake.
#[must_use]
pub fn from_terminal(mut pauses: Receiver<Pause>) -> Receiver<Input> {
    let (send, inputs) = channel(WAITING);
    tokio::spawn(async move {
        let mut events = EventStream::new();
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                Some(pause) = pauses.recv() => {
                    // Only without the stream is there nobody who takes keys away.
                    drop(events);
                    pause.wait().await;
                    events = EventStream::new();
                    continue;
                }
            };
            let Some(Ok(event)) = event else {
                return;
            };
            if let Some(input) = translate(event)
                && send.send(input).await.is_err()
            {
                return;
            }
        }
    });
    inputs
}

fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Pasted(text)),
        Event::Resize(columns, rows) => Some(Input::Resized(columns, rows)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Input::Wheel(-WHEEL_LINES)),
            MouseEventKind::ScrollDown => Some(Input::Wheel(WHEEL_LINES)),
            _ => None,
        },
        Event::FocusGained | Event::FocusLost => None,
    }
}
