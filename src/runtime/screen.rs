//! Something the loop can draw on: the real terminal, or a fake one in tests.
//! May not know what is drawn.

use std::io;

use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};

use crate::app::{Measured, MouseCapture, State, TextPosition, ui_prefs};
use crate::settings::{ColorDepth, Theme, Themes};
use crate::view::{self, LayoutCache};

/// A surface for frames.
pub trait Screen {
    /// Draws one frame.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn draw(&mut self, state: &State, look: &mut RenderContext) -> io::Result<Measured>;

    /// Forgets what is on screen, so that the next frame draws every cell.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn invalidate(&mut self) -> io::Result<()>;

    /// Takes notice that the terminal has another size, or had one for a moment: what was on it may
    /// be cut off or moved, so the next frame draws every cell.
    fn mark_resized(&mut self) {}

    /// Gives the terminal to another program.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn release(&mut self) -> io::Result<()>;

    /// Takes the terminal back; the next frame draws every cell.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn reacquire(&mut self) -> io::Result<()>;

    /// Takes the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn set_mouse_capture(&mut self, capture: MouseCapture) -> io::Result<()>;

    /// Asks the terminal to put a text into its clipboard.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn set_clipboard(&mut self, text: &str) -> io::Result<()>;
}

/// What drawing needs besides the state: the themes, and layouts kept from frame to frame.
#[derive(Debug)]
pub struct RenderContext {
    themes: Themes,
    depth: ColorDepth,
    theme_name: String,
    theme: Theme,
    cache: LayoutCache,
}

impl RenderContext {
    /// Themes for a terminal with so many colours.
    #[must_use]
    pub fn new(themes: Themes, depth: ColorDepth) -> Self {
        let (name, theme) = (String::new(), Theme::default());
        Self { themes, depth, theme_name: name, theme, cache: LayoutCache::default() }
    }

    /// The names of the themes there are.
    #[must_use]
    pub fn theme_names(&self) -> Vec<String> {
        self.themes.names()
    }

    /// How many colours there are.
    #[must_use]
    pub const fn depth(&self) -> ColorDepth {
        self.depth
    }

    /// The place in the conversation nearest to one on screen, as the last frame showed it.
    #[must_use]
    pub fn text_position(&self, state: &State, column: u16, row: u16) -> Option<TextPosition> {
        self.cache.text_position_at(state, column, row)
    }

    /// Takes the theme that should be on screen.
    fn apply_theme(&mut self, name: &str) {
        if self.theme_name != name {
            name.clone_into(&mut self.theme_name);
            self.theme = self.themes.get(name, self.depth);
        }
    }
}

/// Draws one frame on any backend.
///
/// # Errors
/// When the backend cannot be written to.
pub fn draw_on<B>(
    terminal: &mut Terminal<B>,
    state: &State,
    look: &mut RenderContext,
) -> Result<Measured, B::Error>
where
    B: Backend,
{
    look.apply_theme(ui_prefs::current_theme(state));
    let mut measured = Measured::default();
    terminal.draw(|frame| {
        measured = view::draw(frame, state, &look.theme, &mut look.cache);
    })?;
    Ok(measured)
}

impl Screen for Terminal<TestBackend> {
    fn draw(&mut self, state: &State, look: &mut RenderContext) -> io::Result<Measured> {
        let (columns, rows) = state.size;
        self.backend_mut().resize(columns, rows);
        draw_on(self, state, look).map_err(io::Error::other)
    }

    fn invalidate(&mut self) -> io::Result<()> {
        self.clear().map_err(io::Error::other)
    }

    fn release(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn reacquire(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn set_mouse_capture(&mut self, _: MouseCapture) -> io::Result<()> {
        Ok(())
    }

    fn set_clipboard(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }
}
