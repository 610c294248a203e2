//! Turns what the terminal sends into inputs of the window. Must not interpret keys: the key table does.

use std::time::{Duration, Instant};

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use tokio::sync::mpsc::Receiver;

use crate::app::Input;
use crate::app::{Clicks, MouseAction, MouseInput, TerminalColor, TerminalFocus};

use crate::runtime::background_color::to_rgb;
use crate::runtime::graphics;
use crate::runtime::synchronized_output;
use crate::runtime::terminal_input::{Reply, TerminalEvent};
use crate::settings::KeyReports;

/// Lines one notch of the wheel moves.
const WHEEL_LINES: i32 = 3;

/// How soon a second press in one place is a second click.
const MULTI_CLICK_INTERVAL: Duration = Duration::from_millis(400);

/// Receives what the terminal sends, as inputs.
#[derive(Debug)]
pub struct InputReceiver {
    events: Receiver<TerminalEvent>,
    clicks: ClickCounter,
}

impl InputReceiver {
    /// The inputs in these events.
    #[must_use]
    pub fn new(events: Receiver<TerminalEvent>) -> Self {
        Self { events, clicks: ClickCounter::default() }
    }

    /// Waits for the next input; `None` once the terminal is gone.
    pub(super) async fn recv(&mut self) -> Option<Input> {
        loop {
            let event = self.events.recv().await?;
            if let Some(input) = translate(event, &mut self.clicks) {
                return Some(input);
            }
        }
    }

    /// The next input, if one has come.
    pub(super) fn try_recv(&mut self) -> Option<Input> {
        std::iter::from_fn(|| self.events.try_recv().ok())
            .find_map(|event| translate(event, &mut self.clicks))
    }
}

/// Where and when the button went down last.
#[derive(Debug, Default)]
struct ClickCounter {
    last_press: Option<(Instant, u16, u16, Clicks)>,
}

impl ClickCounter {
    /// Counts a press: the same place again, soon, is another click. The time is that at which the loop takes
    /// the press, which is at most a frame later.
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

fn translate(event: TerminalEvent, clicks: &mut ClickCounter) -> Option<Input> {
    match event {
        TerminalEvent::Key(key) => Some(Input::Key(key)),
        TerminalEvent::Paste(text) => Some(Input::Pasted(text)),
        TerminalEvent::Resized(columns, rows) => Some(Input::Resized(columns, rows)),
        TerminalEvent::Mouse(mouse) => translate_mouse(mouse, clicks),
        TerminalEvent::Reply(Reply::Background(color)) => {
            Some(Input::TerminalColor(TerminalColor::Background(to_rgb(color))))
        }
        TerminalEvent::Reply(Reply::Foreground(color)) => {
            Some(Input::TerminalColor(TerminalColor::Text(to_rgb(color))))
        }
        TerminalEvent::Reply(Reply::KeyboardFlags(flags)) => {
            let reports = if flags == 0 { KeyReports::Basic } else { KeyReports::Full };
            Some(Input::KeyReportsDetected(reports))
        }
        TerminalEvent::Reply(Reply::ModifyOtherKeys(level)) => {
            let reports = if level == 0 { KeyReports::Basic } else { KeyReports::OtherKeys };
            Some(Input::KeyReportsDetected(reports))
        }
        TerminalEvent::Reply(Reply::PrimaryAttributes(attributes)) => {
            graphics::protocol_by_attributes(&attributes).map(Input::GraphicsDetected)
        }
        TerminalEvent::Reply(Reply::Version(version)) => {
            graphics::draws_images_wrong(&version).then_some(Input::GraphicsRuledOut)
        }
        TerminalEvent::Reply(Reply::Mode(synchronized_output::MODE, state)) => {
            synchronized_output::is_supported(state).then_some(Input::SynchronizedOutputDetected)
        }
        TerminalEvent::Reply(Reply::CellSize(height, width)) => {
            graphics::cell_size(width, height).map(Input::CellSizeDetected)
        }
        TerminalEvent::FocusGained => Some(Input::FocusChanged(TerminalFocus::Focused)),
        TerminalEvent::FocusLost => Some(Input::FocusChanged(TerminalFocus::Unfocused)),
        TerminalEvent::Reply(_) => None,
    }
}

fn translate_mouse(mouse: MouseEvent, clicks: &mut ClickCounter) -> Option<Input> {
    let action = match mouse.kind {
        MouseEventKind::ScrollUp => MouseAction::Wheel(-WHEEL_LINES),
        MouseEventKind::ScrollDown => MouseAction::Wheel(WHEEL_LINES),
        MouseEventKind::Down(MouseButton::Left) => {
            MouseAction::Pressed(clicks.count_press(Instant::now(), mouse.column, mouse.row))
        }
        MouseEventKind::Drag(MouseButton::Left) => MouseAction::Dragged,
        MouseEventKind::Up(MouseButton::Left) => MouseAction::Released,
        _ => return None,
    };
    Some(Input::Mouse(MouseInput { action, column: mouse.column, row: mouse.row, position: None }))
}
