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
use crate::app::Capture;
use crate::app::{Measured, State};
use crate::view::clean;

use super::clipboard::Surroundings;
use super::osc52;
use super::outbox::{Flow, Outbox, Valve};
use super::screen::{Look, Screen, draw_on};

/// What was told since the last frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// The terminal had another size, be it for a moment.
    Resized,
}

/// How long a terminal may take to be given back when the program has to end at once.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Whether the mouse is the program's or stays the terminal's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// Wheel and clicks come to the program.
    Captured,
    /// The terminal selects text as it always does.
    Left,
}

/// Whether the terminal is in the state the program needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holding {
    Taken,
    GivenBack,
}

/// The terminal while the program has it. Dropping it gives it back.
#[derive(Debug)]
pub struct Tty {
    terminal: Terminal<CrosstermBackend<Outbox>>,
    valve: Valve,
    told: Told,
    holding: Holding,
    mouse: Mouse,
    title: String,
    /// What the terminal is asked once the first frame is on screen.
    question: Option<&'static str>,
}

impl Tty {
    /// Takes the terminal over and makes sure that a panic gives it back first.
    ///
    /// # Errors
    /// When standard input or output is not a terminal, or the terminal refuses.
    pub fn take(mouse: Mouse) -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::other("not a terminal"));
        }
        give_back_on_panic();
        enter(mouse)?;
        let valve = Valve::default();
        let terminal = blank(&valve).inspect_err(|_| leave())?;
        let (told, holding, title) = (Told::Nothing, Holding::Taken, String::new());
        Ok(Self { terminal, valve, told, holding, mouse, title, question: None })
    }

    /// Asks the terminal something once the first frame is on screen; the answer comes as keys.
    pub const fn ask(&mut self, question: &'static str) {
        self.question = Some(question);
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
    fn name_window(&mut self, state: &State) -> io::Result<()> {
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
    fn fit(&mut self) -> io::Result<()> {
        let is_known = self.terminal.size()? == self.terminal.get_frame().area().as_size();
        if self.told == Told::Nothing && is_known {
            return Ok(());
        }
        self.told = Told::Nothing;
        self.forget()
    }
}

impl Screen for Tty {
    fn draw(&mut self, state: &State, look: &mut Look) -> io::Result<Measured> {
        self.valve.set(Flow::Held);
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.fit()?;
        self.name_window(state)?;
        let drawn = draw_on(&mut self.terminal, state, look);
        self.valve.set(Flow::Free);
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        if let Some(question) = self.question.take() {
            execute!(self.terminal.backend_mut(), Print(question))?;
        }
        drawn
    }

    /// The library's own way asks the terminal where its cursor is, and an answer may never come.
    fn forget(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().clear()?;
        self.terminal = blank(&self.valve)?;
        Ok(())
    }

    fn resized(&mut self) {
        self.told = Told::Resized;
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.lend()?;
        stop_process()?;
        self.take_back()
    }

    fn lend(&mut self) -> io::Result<()> {
        // Twice would undo what whoever has it now has done to it.
        if self.holding == Holding::Taken {
            self.holding = Holding::GivenBack;
            leave();
        }
        Ok(())
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.holding = Holding::Taken;
        enter(self.mouse)?;
        self.title.clear();
        self.forget()
    }

    fn mouse(&mut self, capture: Capture) -> io::Result<()> {
        match capture {
            Capture::Ours => {
                self.mouse = Mouse::Captured;
                execute!(self.terminal.backend_mut(), EnableMouseCapture)
            }
            Capture::Terminals => {
                self.mouse = Mouse::Left;
                execute!(self.terminal.backend_mut(), DisableMouseCapture)
            }
        }
    }

    fn set_clipboard(&mut self, text: &str) -> io::Result<()> {
        let sequence = osc52::sequence(text, Surroundings::from_environment());
        let out = self.terminal.backend_mut();
        out.write_all(sequence.as_bytes())?;
        io::Write::flush(out)
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.lend();
    }
}

/// A terminal of the size it has now, nothing being known to be drawn on it.
fn blank(valve: &Valve) -> io::Result<Terminal<CrosstermBackend<Outbox>>> {
    let backend = CrosstermBackend::new(Outbox::new(Valve::clone(valve)));
    let size = backend.size()?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    Terminal::with_options(backend, TerminalOptions { viewport })
}

fn enter(mouse: Mouse) -> io::Result<()> {
    enable_raw_mode()?;
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen).inspect_err(|_| leave())?;
    // Terminals without these ignore them; the old Windows console refuses, which is as good.
    let _ = execute!(
        out,
        EnableBracketedPaste,
        PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES)
    );
    if mouse == Mouse::Captured {
        let _ = execute!(out, EnableMouseCapture);
    }
    Ok(())
}

/// Gives the terminal back, as far as there still is one.
fn leave() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture);
    let _ = execute!(out, PopKeyboardEnhancementFlags, DisableBracketedPaste);
    let _ = execute!(out, EndSynchronizedUpdate, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Gives the terminal back where it may not take anything any more: whoever calls this ends.
pub(super) fn leave_in_time() {
    // Its mode first: what the screen is told may be held up for ever.
    let _ = disable_raw_mode();
    let (tell, told) = std::sync::mpsc::channel();
    let leaving = thread::Builder::new().name("leave".into()).spawn(move || {
        leave();
        let _ = tell.send(());
    });
    if leaving.is_ok() {
        let _ = told.recv_timeout(LAST_WORDS);
    }
}

fn give_back_on_panic() {
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
        leave();
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
