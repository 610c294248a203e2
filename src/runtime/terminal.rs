//! The real terminal: taken over at the start, given back whatever happens.
//! May not decide what is drawn.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;
use std::{panic, thread};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    SetTitle, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::api;
use crate::app::MouseCapture;
use crate::app::{Measured, State};
use crate::view::clean;

use super::clipboard::TerminalEnvironment;
use super::osc52;
use super::screen::{RenderContext, Screen, draw_on};
use crate::runtime::frame_buffer::{FlushMode, FrameBuffer, SharedFlushMode};

/// What was told since the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SizeChange {
    None,
    /// The terminal had another size, be it for a moment.
    Resized,
}

/// How long a terminal may take to be given back when the program has to end at once.
const RESTORE_TIMEOUT: Duration = Duration::from_millis(500);

/// Whether the mouse is the program's or stays the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseMode {
    /// Wheel and clicks come to the program.
    Captured,
    /// The terminal selects text as it always does.
    NotCaptured,
}

/// Whether the terminal is in the state the program needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TtyState {
    Acquired,
    Released,
}

/// The terminal while the program has it. Dropping it gives it back.
#[derive(Debug)]
pub struct Tty {
    terminal: Terminal<CrosstermBackend<FrameBuffer>>,
    flush_mode: SharedFlushMode,
    size_change: SizeChange,
    state: TtyState,
    mouse: MouseMode,
    title: String,
    /// What the terminal is asked once the first frame is on screen.
    pending_query: Option<&'static str>,
}

impl Tty {
    /// Takes the terminal over and makes sure that a panic gives it back first.
    ///
    /// # Errors
    /// When standard input or output is not a terminal, or the terminal refuses.
    pub fn acquire(mouse: MouseMode) -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::other("not a terminal"));
        }
        restore_on_panic();
        set_up_terminal(mouse)?;
        let valve = SharedFlushMode::default();
        let terminal = create_terminal(&valve).inspect_err(|_| restore_terminal())?;
        let (told, holding, title) = (SizeChange::None, TtyState::Acquired, String::new());
        Ok(Self {
            terminal,
            flush_mode: valve,
            size_change: told,
            state: holding,
            mouse,
            title,
            pending_query: None,
        })
    }

    /// Asks the terminal something once the first frame is on screen; the answer comes as keys.
    pub const fn query_after_draw(&mut self, question: &'static str) {
        self.pending_query = Some(question);
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Names the window after the conversation on screen, in harmless characters.
    fn set_window_title(&mut self, state: &State) -> io::Result<()> {
        let conversation = state.transcript.open.as_ref().map(|open| open.title.as_str());
        let title = conversation.filter(|title| !title.is_empty()).map_or_else(
            || "duologue".to_owned(),
            |title| format!("{} - duologue", clean::title(title)),
        );
        if title != self.title {
            queue!(self.terminal.backend_mut(), SetTitle(&title))?;
            self.title = title;
        }
        Ok(())
    }
}

impl Tty {
    /// Fits the frame to the terminal. Its size is asked for each time: where a key comes at the same
    /// moment, the library forgets to tell that it changed.
    fn fit_to_size(&mut self) -> io::Result<()> {
        let is_known = self.terminal.size()? == self.terminal.get_frame().area().as_size();
        if self.size_change == SizeChange::None && is_known {
            return Ok(());
        }
        self.size_change = SizeChange::None;
        self.invalidate()
    }
}

impl Screen for Tty {
    fn draw(&mut self, state: &State, look: &mut RenderContext) -> io::Result<Measured> {
        self.flush_mode.set(FlushMode::Deferred);
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.fit_to_size()?;
        self.set_window_title(state)?;
        let drawn = draw_on(&mut self.terminal, state, look);
        self.flush_mode.set(FlushMode::Immediate);
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        if let Some(question) = self.pending_query.take() {
            execute!(self.terminal.backend_mut(), Print(question))?;
        }
        drawn
    }

    /// The library's own way asks the terminal where its cursor is, and an answer may never come.
    fn invalidate(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().clear()?;
        self.terminal = create_terminal(&self.flush_mode)?;
        Ok(())
    }

    fn mark_resized(&mut self) {
        self.size_change = SizeChange::Resized;
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.release()?;
        stop_process()?;
        self.reacquire()
    }

    fn release(&mut self) -> io::Result<()> {
        // Twice would undo what whoever has it now has done to it.
        if self.state == TtyState::Acquired {
            self.state = TtyState::Released;
            restore_terminal();
        }
        Ok(())
    }

    fn reacquire(&mut self) -> io::Result<()> {
        self.state = TtyState::Acquired;
        set_up_terminal(self.mouse)?;
        self.title.clear();
        self.invalidate()
    }

    fn set_mouse_capture(&mut self, capture: MouseCapture) -> io::Result<()> {
        match capture {
            MouseCapture::On => {
                self.mouse = MouseMode::Captured;
                execute!(self.terminal.backend_mut(), EnableMouseCapture)
            }
            MouseCapture::Off => {
                self.mouse = MouseMode::NotCaptured;
                execute!(self.terminal.backend_mut(), DisableMouseCapture)
            }
        }
    }

    fn set_clipboard(&mut self, text: &str) -> io::Result<()> {
        let sequence = osc52::sequence(text, TerminalEnvironment::from_environment());
        let out = self.terminal.backend_mut();
        out.write_all(sequence.as_bytes())?;
        io::Write::flush(out)
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.release();
    }
}

/// A terminal of the size it has now, nothing being known to be drawn on it.
fn create_terminal(valve: &SharedFlushMode) -> io::Result<Terminal<CrosstermBackend<FrameBuffer>>> {
    let backend = CrosstermBackend::new(FrameBuffer::new(SharedFlushMode::clone(valve)));
    let size = backend.size()?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    Terminal::with_options(backend, TerminalOptions { viewport })
}

fn set_up_terminal(mouse: MouseMode) -> io::Result<()> {
    enable_raw_mode()?;
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen).inspect_err(|_| restore_terminal())?;
    // Terminals without these ignore them; the old Windows console refuses, which is as good.
    let _ = execute!(
        out,
        EnableBracketedPaste,
        PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES)
    );
    if mouse == MouseMode::Captured {
        let _ = execute!(out, EnableMouseCapture);
    }
    Ok(())
}

/// Gives the terminal back, as far as there still is one.
fn restore_terminal() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture);
    let _ = execute!(out, PopKeyboardEnhancementFlags, DisableBracketedPaste);
    let _ = execute!(out, EndSynchronizedUpdate, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Gives the terminal back where it may not take anything any more: whoever calls this ends.
pub(super) fn restore_with_timeout() {
    // Its mode first: what the screen is told may be held up for ever.
    let _ = disable_raw_mode();
    let (tell, told) = std::sync::mpsc::channel();
    let leaving = thread::Builder::new().name("leave".into()).spawn(move || {
        restore_terminal();
        let _ = tell.send(());
    });
    if leaving.is_ok() {
        let _ = told.recv_timeout(RESTORE_TIMEOUT);
    }
}

fn restore_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // What a server's bytes break is caught and told as the end of a reply.
        if api::is_panic_caught_here() {
            return;
        }
        // Only the main thread's end is the program's. Who waits for another thread sees that it
        // has failed; the screen is still in use.
        if thread::current().name() != Some("main") {
            tracing::error!(%info, "a thread failed");
            return;
        }
        restore_terminal();
        report(info);
    }));
}

#[cfg(unix)]
fn stop_process() -> io::Result<()> {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::TSTP)?;
    Ok(())
}

#[cfg(not(unix))]
fn stop_process() -> io::Result<()> {
    Ok(())
}
