//! Terminal events as the brain's inputs.
//! May not interpret keys.

use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, MouseButton, MouseEventKind};
use futures_util::StreamExt;
use tokio::sync::mpsc::error::SendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep, timeout};

use crate::app::Input;
use crate::app::{Clicks, Touch, Touching};

use super::gate::Pause;
use super::shade::{Answer, Found};

/// Lines one notch of the wheel moves.
const WHEEL_LINES: i32 = 3;

/// How soon a second press in one place is a second click.
const CLICK_AGAIN: Duration = Duration::from_millis(400);

/// How long the next sign of an answer may take.
const ANSWER_GOES_ON: Duration = Duration::from_millis(100);

/// How long the library's thread may take to stop reading.
const LETS_GO: Duration = Duration::from_secs(2);

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
        let mut finger = Finger::default();
        loop {
            let event = tokio::select! {
                // First, so that its thread is at work whenever another branch is taken.
                biased;
                event = events.next() => event,
                () = sleep(ANSWER_GOES_ON), if answer.holds() => {
                    if pass(answer.give_back(), &mut finger, &send).await.is_err() {
                        return;
                    }
                    continue;
                }
                Some(pause) = pauses.recv() => {
                    // Only without the stream is there nobody who takes keys away.
                    let_go(events).await;
                    pause.wait().await;
                    events = EventStream::new();
                    continue;
                }
            };
            let Some(Ok(event)) = event else {
                return;
            };
            let passed = match answer.take(event) {
                Found::Events(events) => pass(events, &mut finger, &send).await,
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

/// Lets go of the terminal. The library's thread goes on reading until it notices, which may take a
/// while on a busy machine; then it wakes whoever polled its stream last, and that was this task.
async fn let_go(events: EventStream) {
    drop(events);
    let mut polled = false;
    let woken =
        poll_fn(
            |_| {
                if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
            },
        );
    // Should it not tell, the other program does not wait for ever.
    let _ = timeout(LETS_GO, woken).await;
}

async fn pass(
    events: Vec<Event>,
    finger: &mut Finger,
    send: &Sender<Input>,
) -> Result<(), SendError<Input>> {
    for input in events.into_iter().filter_map(|event| translate(event, finger)) {
        send.send(input).await?;
    }
    Ok(())
}

/// Where and when the button went down last.
#[derive(Debug, Default)]
struct Finger {
    last: Option<(Instant, u16, u16, Clicks)>,
}

impl Finger {
    /// Counts a press: the same place again, soon, is another click.
    fn press(&mut self, now: Instant, column: u16, row: u16) -> Clicks {
        let again = self.last.filter(|(when, before, on, _)| {
            now.duration_since(*when) <= CLICK_AGAIN && (*before, *on) == (column, row)
        });
        let clicks = match again {
            Some((.., Clicks::One)) => Clicks::Two,
            Some((.., Clicks::Two)) => Clicks::Three,
            Some((.., Clicks::Three)) | None => Clicks::One,
        };
        self.last = Some((now, column, row, clicks));
        clicks
    }
}

fn translate(event: Event, finger: &mut Finger) -> Option<Input> {
    match event {
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Pasted(text)),
        Event::Resize(columns, rows) => Some(Input::Resized(columns, rows)),
        Event::Mouse(mouse) => {
            let what = match mouse.kind {
                MouseEventKind::ScrollUp => Touching::Wheel(-WHEEL_LINES),
                MouseEventKind::ScrollDown => Touching::Wheel(WHEEL_LINES),
                MouseEventKind::Down(MouseButton::Left) => {
                    Touching::Pressed(finger.press(Instant::now(), mouse.column, mouse.row))
                }
                MouseEventKind::Drag(MouseButton::Left) => Touching::Dragged,
                MouseEventKind::Up(MouseButton::Left) => Touching::Released,
                _ => return None,
            };
            Some(Input::Touched(Touch { what, column: mouse.column, row: mouse.row, spot: None }))
        }
        Event::FocusGained | Event::FocusLost => None,
    }
}
