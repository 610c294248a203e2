//! Terminal events as the brain's inputs.
//! May not interpret keys.

use std::time::Duration;

use crossterm::event::{Event, EventStream, MouseButton, MouseEventKind};
use futures_util::StreamExt;
use tokio::sync::mpsc::error::SendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::sleep;

use crate::app::Input;
use crate::app::mouse::{Touch, Touching};

use super::gate::Pause;
use super::shade::{Answer, Found};

/// Lines one notch of the wheel moves.
const WHEEL_LINES: i32 = 3;

/// How long the next sign of an answer may take.
const ANSWER_GOES_ON: Duration = Duration::from_millis(100);

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
        let mut answer = Answer::default();
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                () = sleep(ANSWER_GOES_ON), if answer.holds() => {
                    if pass(answer.give_back(), &send).await.is_err() {
                        return;
                    }
                    continue;
                }
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
            let passed = match answer.take(event) {
                Found::Events(events) => pass(events, &send).await,
                Found::Shade(shade) => send.send(Input::Shaded(shade)).await,
                Found::Nothing => Ok(()),
            };
            if passed.is_err() {
                return;
            }
        }
    });
    inputs
}

async fn pass(events: Vec<Event>, send: &Sender<Input>) -> Result<(), SendError<Input>> {
    for input in events.into_iter().filter_map(translate) {
        send.send(input).await?;
    }
    Ok(())
}

fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Pasted(text)),
        Event::Resize(columns, rows) => Some(Input::Resized(columns, rows)),
        Event::Mouse(mouse) => {
            let what = match mouse.kind {
                MouseEventKind::ScrollUp => Touching::Wheel(-WHEEL_LINES),
                MouseEventKind::ScrollDown => Touching::Wheel(WHEEL_LINES),
                MouseEventKind::Down(MouseButton::Left) => Touching::Pressed,
                MouseEventKind::Drag(MouseButton::Left) => Touching::Dragged,
                _ => return None,
            };
            Some(Input::Touched(Touch { what, column: mouse.column, row: mouse.row }))
        }
        Event::FocusGained | Event::FocusLost => None,
    }
}
