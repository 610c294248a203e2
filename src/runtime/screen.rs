//! Something the loop can draw on: the real terminal, or a fake one in tests.
//! May not know what is drawn.

use std::io;

use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};

use crate::app::{Measured, State};
use crate::settings::Theme;
use crate::view::{self, LayoutCache};

/// A surface for frames.
pub trait Screen {
    /// Draws one frame.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn draw(&mut self, state: &State, look: &mut Look) -> io::Result<Measured>;

    /// Forgets what is on screen, so that the next frame draws every cell.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn forget(&mut self) -> io::Result<()>;

    /// Gives the terminal to the shell until the program is brought back.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn suspend(&mut self) -> io::Result<()>;

    /// Gives the terminal to another program.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn lend(&mut self) -> io::Result<()>;

    /// Takes the terminal back; the next frame draws every cell.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn take_back(&mut self) -> io::Result<()>;

    /// Asks the terminal to put a text into its clipboard.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn set_clipboard(&mut self, text: &str) -> io::Result<()>;
}

/// What drawing needs besides the state: the theme, and layouts kept from frame to frame.
#[derive(Debug)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// Layouts of messages that have not changed.
    pub cache: LayoutCache,
}

/// Draws one frame on any backend.
///
/// # Errors
/// When the backend cannot be written to.
pub fn draw_on<B>(
    terminal: &mut Terminal<B>,
    state: &State,
    look: &mut Look,
) -> Result<Measured, B::Error>
where
    B: Backend,
{
    let mut measured = Measured::default();
    terminal.draw(|frame| {
        measured = view::draw(frame, state, &look.theme, &mut look.cache);
    })?;
    Ok(measured)
}

impl Screen for Terminal<TestBackend> {
    fn draw(&mut self, state: &State, look: &mut Look) -> io::Result<Measured> {
        let (columns, rows) = state.size;
        self.backend_mut().resize(columns, rows);
        draw_on(self, state, look).map_err(io::Error::other)
    }

    fn forget(&mut self) -> io::Result<()> {
        self.clear().map_err(io::Error::other)
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn lend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn take_back(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn set_clipboard(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }
}
