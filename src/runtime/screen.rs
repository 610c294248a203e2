//! What the event loop draws on: the real terminal, or a fake one in tests.

use std::io;

use ratatui::Terminal;
use ratatui::backend::Backend;

use crate::app::{Measured, MouseCapture, State, TextPosition, ui_prefs};
use crate::settings::{ColorDepth, TerminalColors, Theme, Themes};
use crate::view::{self, LayoutCache};

/// A surface for frames.
pub trait Screen {
    /// Draws one frame.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn draw(&mut self, state: &State, context: &mut RenderContext) -> io::Result<Measured>;

    /// Forgets what is on screen, so that the next frame draws every cell.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn invalidate(&mut self) -> io::Result<()>;

    /// Notes that the terminal has another size, or had one for a moment. It may have cut off or moved
    /// what was on it, so the next frame draws every cell.
    fn mark_resized(&mut self) {}

    /// Notes that the terminal shows a frame only when all of it has arrived.
    fn use_synchronized_output(&mut self) {}

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

    /// Switches mouse capture on or off.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn set_mouse_capture(&mut self, capture: MouseCapture) -> io::Result<()>;

    /// Asks the terminal to put a text into its clipboard (OSC 52).
    ///
    /// # Errors
    /// When the terminal is gone.
    fn set_clipboard(&mut self, text: &str) -> io::Result<()>;

    /// Has the terminal notify its user, as the settings say.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn notify(&mut self, text: &str) -> io::Result<()>;
}

/// What drawing needs beside the state: the themes, and the layouts of the last frame.
#[derive(Debug)]
pub struct RenderContext {
    themes: Themes,
    depth: ColorDepth,
    /// What the theme was made of.
    theme_of: (String, Option<TerminalColors>),
    theme: Theme,
    cache: LayoutCache,
}

impl RenderContext {
    /// Returns a context for a terminal with this many colours.
    #[must_use]
    pub fn new(themes: Themes, depth: ColorDepth) -> Self {
        let (theme_of, theme) = ((String::new(), None), Theme::default());
        Self { themes, depth, theme_of, theme, cache: LayoutCache::default() }
    }

    pub(super) fn theme_names(&self) -> Vec<String> {
        self.themes.names()
    }

    pub(super) const fn depth(&self) -> ColorDepth {
        self.depth
    }

    /// Returns the text nearest to a cell of the last frame.
    pub(super) fn text_position(
        &self,
        state: &State,
        column: u16,
        row: u16,
    ) -> Option<TextPosition> {
        self.cache.text_position_at(state, column, row)
    }

    /// Forgets which images the terminal was sent.
    pub(super) fn forget_graphics(&mut self) {
        self.cache.forget_graphics();
    }

    fn apply_theme(&mut self, name: &str, terminal: Option<TerminalColors>) {
        if self.theme_of.0 != name || self.theme_of.1 != terminal {
            self.theme_of = (name.to_owned(), terminal);
            self.theme = self.themes.get(name, terminal, self.depth);
        }
    }
}

/// Draws one frame.
///
/// # Errors
/// When the backend cannot be written to.
pub fn draw_on<B>(
    terminal: &mut Terminal<B>,
    state: &State,
    context: &mut RenderContext,
) -> Result<Measured, B::Error>
where
    B: Backend,
{
    context.apply_theme(ui_prefs::current_theme(state), state.terminal.colors());
    let mut measured = Measured::default();
    terminal.draw(|frame| {
        measured = view::draw(frame, state, &context.theme, &mut context.cache);
    })?;
    Ok(measured)
}
