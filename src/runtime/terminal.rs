//! The real terminal: taken over at the start, given back whatever happens.
//! May not decide what is drawn.

use std::io::{self, IsTerminal, Write};
use std::{panic, thread};

use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::style::Print;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, SetTitle};
use crossterm::{execute, queue};
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
use super::terminal_modes::{MouseMode, restore_terminal, set_up_terminal};
use crate::runtime::frame_buffer::{FlushMode, FrameBuffer, SharedFlushMode};

/// What was told since the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SizeChange {
    None,
    /// The terminal had another size, be it for a moment.
    Resized,
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
        let blank = create_terminal(&self.flush_mode)?;
        // Dropped, the library's type shows the cursor, and prints where that fails.
        self.flush_mode.set(FlushMode::Discarded);
        self.terminal = blank;
        self.flush_mode.set(FlushMode::Immediate);
        Ok(())
    }

    fn mark_resized(&mut self) {
        self.size_change = SizeChange::Resized;
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
        // A program that was stopped without being told has the modes, and the terminal not.
        self.release()?;
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
        self.flush_mode.set(FlushMode::Discarded);
    }
}

/// A terminal of the size it has now, nothing being known to be drawn on it.
fn create_terminal(valve: &SharedFlushMode) -> io::Result<Terminal<CrosstermBackend<FrameBuffer>>> {
    let backend = CrosstermBackend::new(FrameBuffer::new(SharedFlushMode::clone(valve)));
    let size = backend.size()?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    Terminal::with_options(backend, TerminalOptions { viewport })
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
