//! Reads terminal events and translates them into inputs.

use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, MouseButton, MouseEventKind};
use futures_util::StreamExt;
use tokio::sync::mpsc::error::SendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep, timeout};

use crate::app::Input;
use crate::app::{Clicks, MouseAction, MouseInput};

use crate::runtime::background_color::{ColorReplyParser, ReplyMatch};
use crate::runtime::input_lease::PauseRequest;

/// Lines one notch of the wheel moves.
const WHEEL_LINES: i32 = 3;

/// How soon a second press in one place is a second click.
const MULTI_CLICK_INTERVAL: Duration = Duration::from_millis(400);

/// How long the next sign of an answer may take.
const REPLY_BYTE_TIMEOUT: Duration = Duration::from_millis(100);

/// How long the library's thread may take to stop reading.
const STREAM_STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// Inputs that may wait to be taken; then the terminal waits.
const INPUT_CAPACITY: usize = 1024;

/// What the terminal sends, until it is gone. Must be called within a runtime.
///
/// A task of its own reads: the library's stream must not be polled in passing, it would forget
/// whom to wake.
#[must_use]
pub(super) fn read_terminal(mut pauses: Receiver<PauseRequest>) -> Receiver<Input> {
    let (send, inputs) = channel(INPUT_CAPACITY);
    tokio::spawn(async move {
        let mut events = EventStream::new();
        let mut answer = ColorReplyParser::default();
        let mut finger = ClickCounter::default();
        loop {
            let event = tokio::select! {
                // First, so that its thread is at work whenever another branch is taken.
                biased;
                event = events.next() => event,
                () = sleep(REPLY_BYTE_TIMEOUT), if answer.has_held_events() => {
                    if send_inputs(answer.release_held(), &mut finger, &send).await.is_err() {
                        return;
                    }
                    continue;
                }
                Some(pause) = pauses.recv() => {
                    // Only without the stream is there nobody who takes keys away.
                    stop_stream(events).await;
                    pause.wait().await;
                    events = EventStream::new();
                    continue;
                }
            };
            let Some(Ok(event)) = event else {
                return;
            };
            let passed = match answer.feed(event) {
                ReplyMatch::NoReply(events) => send_inputs(events, &mut finger, &send).await,
                ReplyMatch::Color(color) => send.send(Input::TerminalColor(color)).await,
                ReplyMatch::Incomplete => Ok(()),
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
async fn stop_stream(events: EventStream) {
    drop(events);
    let mut polled = false;
    let woken =
        poll_fn(
            |_| {
                if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
            },
        );
    // Should it not tell, the other program does not wait for ever.
    let _ = timeout(STREAM_STOP_TIMEOUT, woken).await;
}

async fn send_inputs(
    events: Vec<Event>,
    finger: &mut ClickCounter,
    send: &Sender<Input>,
) -> Result<(), SendError<Input>> {
    for input in events.into_iter().filter_map(|event| translate(event, finger)) {
        send.send(input).await?;
    }
    Ok(())
}

/// Where and when the button went down last.
#[derive(Debug, Default)]
struct ClickCounter {
    last_press: Option<(Instant, u16, u16, Clicks)>,
}

impl ClickCounter {
    /// Counts a press: the same place again, soon, is another click.
    fn count_press(&mut self, now: Instant, column: u16, row: u16) -> Clicks {
        let again = self.last_press.filter(|(when, before, on, _)| {
            now.duration_since(*when) <= MULTI_CLICK_INTERVAL && (*before, *on) == (column, row)
        });
        let clicks = match again {
            Some((.., Clicks::One)) => Clicks::Two,
            Some((.., Clicks::Two)) => Clicks::Three,
            Some((.., Clicks::Three)) | None => Clicks::One,
        };
        self.last_press = Some((now, column, row, clicks));
        clicks
    }
}

fn translate(event: Event, finger: &mut ClickCounter) -> Option<Input> {
    match event {
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Pasted(text)),
        Event::Resize(columns, rows) => Some(Input::Resized(columns, rows)),
        Event::Mouse(mouse) => {
            let what = match mouse.kind {
                MouseEventKind::ScrollUp => MouseAction::Wheel(-WHEEL_LINES),
                MouseEventKind::ScrollDown => MouseAction::Wheel(WHEEL_LINES),
                MouseEventKind::Down(MouseButton::Left) => MouseAction::Pressed(
                    finger.count_press(Instant::now(), mouse.column, mouse.row),
                ),
                MouseEventKind::Drag(MouseButton::Left) => MouseAction::Dragged,
                MouseEventKind::Up(MouseButton::Left) => MouseAction::Released,
                _ => return None,
            };
            Some(Input::Mouse(MouseInput {
                action: what,
                column: mouse.column,
                row: mouse.row,
                position: None,
            }))
        }
        Event::FocusGained | Event::FocusLost => None,
    }
}
