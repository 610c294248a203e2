//! Turns what the terminal sends into inputs of the window. Must not interpret keys: the key table does.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::app::Input;
use crate::app::{Clicks, MouseAction, MouseInput, TerminalColor, TerminalFocus};

use crate::runtime::background_color::to_rgb;
use crate::runtime::graphics;
use crate::runtime::input_lease::PauseRequest;
use crate::runtime::synchronized_output;
use crate::runtime::terminal_input::{Access, Reply, TerminalEvent, TerminalReader};
use crate::settings::KeyReports;

/// Lines one notch of the wheel moves.
const WHEEL_LINES: i32 = 3;

/// How soon a second press in one place is a second click.
const MULTI_CLICK_INTERVAL: Duration = Duration::from_millis(400);

/// Inputs that may wait to be taken; then the terminal waits.
const INPUT_CAPACITY: usize = 1024;

/// What the terminal sends. When the terminal is gone `on_lost` is called, and then the channel is
/// closed. Must be called within a runtime.
///
/// # Errors
/// When the terminal cannot be read.
pub(super) fn read_terminal(
    pauses: Receiver<PauseRequest>,
    on_lost: impl FnOnce() + Send + 'static,
) -> io::Result<Receiver<Input>> {
    let (inputs_tx, inputs) = channel(INPUT_CAPACITY);
    let mut source = InputSource {
        reader: TerminalReader::start()?,
        pauses,
        clicks: ClickCounter::default(),
        inputs_tx,
    };
    tokio::spawn(async move {
        // A dropped receiver ends it silently. The channel is closed after `on_lost`: the loop that ends with
        // it asks why.
        if let Err(End::TerminalLost) = source.run().await {
            on_lost();
        }
        drop(source);
    });
    Ok(inputs)
}

/// Why nothing is read any more.
#[derive(Debug)]
enum End {
    TerminalLost,
    ReceiverDropped,
}

/// The task that passes inputs on.
struct InputSource {
    reader: TerminalReader,
    pauses: Receiver<PauseRequest>,
    clicks: ClickCounter,
    inputs_tx: Sender<Input>,
}

impl InputSource {
    async fn run(&mut self) -> Result<(), End> {
        loop {
            tokio::select! {
                event = self.reader.next() => self.pass_on(event).await?,
                Some(pause) = self.pauses.recv() => self.pause(pause).await?,
                // What is typed from now on is for whoever has the terminal next.
                () = self.inputs_tx.closed() => return Err(End::ReceiverDropped),
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
        let events = self.reader.switch(access).await.map_err(|error| {
            tracing::error!(%error, "the terminal can no longer be read");
            End::TerminalLost
        })?;
        for event in events {
            self.pass_on(Some(event)).await?;
        }
        Ok(())
    }

    async fn pass_on(&mut self, event: Option<TerminalEvent>) -> Result<(), End> {
        let input = match event {
            None | Some(TerminalEvent::Lost) => return Err(End::TerminalLost),
            Some(event) => translate(event, &mut self.clicks),
        };
        let Some(input) = input else {
            return Ok(());
        };
        self.inputs_tx.send(input).await.map_err(|_| End::ReceiverDropped)
    }
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
        TerminalEvent::Reply(_) | TerminalEvent::Lost => None,
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
