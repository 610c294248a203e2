//! The real terminal: taken over at the start, given back whatever happens.

use std::io::{self, IsTerminal, Write};
use std::{panic, thread};

use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::style::Print;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, SetTitle};
use crossterm::{execute, queue};
use ratatui::backend::Backend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::api;
use crate::app::{CellSize, Measured, MouseCapture, State};
use crate::settings::NotifyChoice;
use crate::view::clean;

use super::environment::variable;
use super::frame_backend::FrameBackend;
use super::frame_buffer::{FlushMode, FrameBuffer, SharedFlushMode};
use super::graphics;
use super::joined_cells::JoinedForm;
use super::multiplexer::{self, Multiplexer};
use super::notification::Notifier;
use super::osc52;
use super::screen::{RenderContext, Screen, draw_on};
use super::scroll_region::ScrollPolicy;
use super::terminal_modes::{restore_terminal, set_up_terminal};

/// Whether the size has changed since the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SizeChange {
    None,
    /// Perhaps only for a moment: the size now may be the one before.
    Resized,
}

/// Whether the terminal is in the modes the program needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TtyState {
    Acquired,
    Released,
}

/// The terminal. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Tty {
    terminal: Terminal<FrameBackend<FrameBuffer>>,
    flush_mode: SharedFlushMode,
    scroll_policy: ScrollPolicy,
    joined_form: JoinedForm,
    size_change: SizeChange,
    state: TtyState,
    mouse: MouseCapture,
    title: String,
    notifier: Notifier,
    /// Whether the terminal shows the progress indicator of an answer.
    shows_progress: bool,
    /// Written once the first frame is on screen.
    pending_query: String,
    /// Whether nothing is on screen, so that images have to be sent again.
    is_blank: bool,
}

impl Tty {
    /// Takes the terminal over, and gives it back before a panic is reported.
    ///
    /// # Errors
    /// When standard input or output is not a terminal, or the terminal refuses.
    pub(super) fn acquire(mouse: MouseCapture, notify: NotifyChoice) -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::other("not a terminal"));
        }
        restore_on_panic();
        set_up_terminal(mouse)?;
        let flush_mode = SharedFlushMode::default();
        let env = variable;
        let joined_form = joined_form(&env);
        let terminal = create_terminal(&flush_mode, ScrollPolicy::Alone, joined_form)
            .inspect_err(|_| restore_terminal())?;
        Ok(Self {
            terminal,
            flush_mode,
            scroll_policy: ScrollPolicy::Alone,
            joined_form,
            size_change: SizeChange::None,
            state: TtyState::Acquired,
            mouse,
            title: String::new(),
            notifier: Notifier::new(notify, Multiplexer::from_environment(), &env),
            shows_progress: false,
            pending_query: String::new(),
            is_blank: true,
        })
    }

    /// Writes a query once the first frame is on screen; the terminal answers among the keys.
    pub(super) fn query_after_draw(&mut self, query: &str) {
        self.pending_query.push_str(query);
    }

    /// Returns columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// The size of a cell in pixels, where the system knows it.
    pub(super) fn cell_size(&mut self) -> Option<CellSize> {
        self.terminal.backend_mut().window_size().ok().and_then(graphics::cell_of_window)
    }

    /// Sets the title of the window to that of the conversation, if it is another than before.
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

    fn write(&mut self, sequence: &str) -> io::Result<()> {
        let out = self.terminal.backend_mut();
        out.write_all(sequence.as_bytes())?;
        io::Write::flush(out)
    }

    /// Has the terminal show that an answer is being written, in its tab or task bar.
    fn set_progress(&mut self, is_busy: bool) -> io::Result<()> {
        if is_busy != self.shows_progress {
            self.shows_progress = is_busy;
            if let Some(sequence) = self.notifier.progress(is_busy) {
                queue!(self.terminal.backend_mut(), Print(sequence))?;
            }
        }
        Ok(())
    }
}

impl Tty {
    /// Fits the frame to the terminal. Reads the size each time, because crossterm loses a resize that
    /// comes together with a key.
    fn fit_to_size(&mut self) -> io::Result<()> {
        let is_same = self.terminal.size()? == self.terminal.get_frame().area().as_size();
        if self.size_change == SizeChange::None && is_same {
            return Ok(());
        }
        self.size_change = SizeChange::None;
        self.invalidate()
    }
}

impl Screen for Tty {
    fn draw(&mut self, state: &State, context: &mut RenderContext) -> io::Result<Measured> {
        self.flush_mode.set(FlushMode::Deferred);
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.fit_to_size()?;
        self.set_window_title(state)?;
        self.set_progress(!state.turns.is_empty())?;
        if std::mem::take(&mut self.is_blank) {
            context.forget_graphics();
        }
        let drawn = draw_on(&mut self.terminal, state, context);
        self.flush_mode.set(FlushMode::Immediate);
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        if !self.pending_query.is_empty() {
            let query = std::mem::take(&mut self.pending_query);
            execute!(self.terminal.backend_mut(), Print(query))?;
        }
        drawn
    }

    /// `Terminal::clear` would ask where the cursor is, and wait for an answer that may never come.
    fn invalidate(&mut self) -> io::Result<()> {
        let mode = self.flush_mode.get();
        self.terminal.backend_mut().clear()?;
        let blank = create_terminal(&self.flush_mode, self.scroll_policy, self.joined_form)?;
        // Dropped, the library's type shows the cursor, and prints where that fails.
        self.flush_mode.set(FlushMode::Discarded);
        self.terminal = blank;
        self.is_blank = true;
        self.flush_mode.set(mode);
        Ok(())
    }

    fn mark_resized(&mut self) {
        self.size_change = SizeChange::Resized;
    }

    fn use_synchronized_output(&mut self) {
        self.scroll_policy = ScrollPolicy::Any;
        self.terminal.backend_mut().set_scroll_policy(self.scroll_policy);
    }

    fn release(&mut self) -> io::Result<()> {
        // A second time would undo the modes another program has set.
        if self.state == TtyState::Acquired {
            self.state = TtyState::Released;
            // Nothing else sends what is still in the buffer.
            let _ = self.set_progress(false);
            let _ = io::Write::flush(self.terminal.backend_mut());
            restore_terminal();
        }
        Ok(())
    }

    fn reacquire(&mut self) -> io::Result<()> {
        // After SIGSTOP this program believes that the modes are set, and the shell has reset them.
        self.release()?;
        self.state = TtyState::Acquired;
        set_up_terminal(self.mouse)?;
        self.title.clear();
        self.invalidate()
    }

    fn set_mouse_capture(&mut self, capture: MouseCapture) -> io::Result<()> {
        self.mouse = capture;
        match capture {
            MouseCapture::On => execute!(self.terminal.backend_mut(), EnableMouseCapture),
            MouseCapture::Off => execute!(self.terminal.backend_mut(), DisableMouseCapture),
        }
    }

    fn set_clipboard(&mut self, text: &str) -> io::Result<()> {
        self.write(&osc52::sequence(text, Multiplexer::from_environment()))
    }

    fn notify(&mut self, text: &str) -> io::Result<()> {
        self.write(&self.notifier.notification(&clean::line(text)))
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.release();
        self.flush_mode.set(FlushMode::Discarded);
    }
}

/// Returns a terminal of the size it has now; the first frame draws every cell.
fn create_terminal(
    flush_mode: &SharedFlushMode,
    scroll_policy: ScrollPolicy,
    joined_form: JoinedForm,
) -> io::Result<Terminal<FrameBackend<FrameBuffer>>> {
    let out = FrameBuffer::new(SharedFlushMode::clone(flush_mode));
    let backend = FrameBackend::new(out, scroll_policy, joined_form)?;
    let size = backend.size()?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    Terminal::with_options(backend, TerminalOptions { viewport })
}

/// How joined characters are written where this runs.
fn joined_form(env: &dyn Fn(&str) -> Option<String>) -> JoinedForm {
    if multiplexer::counts_columns(env) { JoinedForm::Simplified } else { JoinedForm::Whole }
}

fn restore_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // A panic on a server's bytes is caught and ends the reply with a failure.
        if api::is_panic_caught_here() {
            return;
        }
        // A panic of another thread does not end the program: the screen is still in use.
        if thread::current().name() != Some("main") {
            tracing::error!(%info, "a thread panicked");
            return;
        }
        restore_terminal();
        report(info);
    }));
}
