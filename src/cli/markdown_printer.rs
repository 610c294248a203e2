//! Prints an answer on a terminal as it comes, laid out as Markdown: finished lines stay, and those that
//! may still change are drawn again.

use std::time::{Duration, Instant};

use crate::view::clean::{Cleaner, LineBreaks};
use crate::view::markdown::{IncrementalLayout, TextEnd};

use super::error::CliError;
use super::output;
use super::render::{Renderer, lines_text};

/// The shortest time between two redraws.
const REDRAW_INTERVAL: Duration = Duration::from_millis(50);

/// The answer so far, and how much of it stays on the screen.
pub(super) struct MarkdownPrinter {
    renderer: Renderer,
    cleaner: Cleaner,
    text: String,
    layout: IncrementalLayout,
    /// Lines that are printed and never change again.
    final_lines: usize,
    /// Lines below them that are erased before the next redraw.
    open_lines: usize,
    last_redraw: Option<Instant>,
    /// Whether text has arrived since then.
    is_behind: bool,
}

impl MarkdownPrinter {
    pub(super) fn new(renderer: Renderer) -> Self {
        Self {
            renderer,
            cleaner: Cleaner::new(LineBreaks::Preserved),
            text: String::new(),
            layout: IncrementalLayout::default(),
            final_lines: 0,
            open_lines: 0,
            last_redraw: None,
            is_behind: false,
        }
    }

    /// Adds text; the screen follows at most every 50 ms.
    pub(super) fn append(&mut self, piece: &str) -> Result<(), CliError> {
        self.cleaner.push(piece, &mut self.text);
        self.is_behind = true;
        match self.next_redraw() {
            Some(next) if next > Instant::now() => Ok(()),
            Some(_) | None => self.redraw(),
        }
    }

    /// When text that has arrived is to be drawn; `None` where all of it is on the screen.
    pub(super) fn next_redraw(&self) -> Option<Instant> {
        let last = self.last_redraw.filter(|_| self.is_behind)?;
        Some(last + REDRAW_INTERVAL)
    }

    /// Draws the answer so far.
    pub(super) fn redraw(&mut self) -> Result<(), CliError> {
        self.is_behind = false;
        self.last_redraw = Some(Instant::now());
        self.layout.update(&self.text, self.renderer.style());
        let mut out = self.erase_open();
        let (fixed, open) = self.layout.rows();
        out.push_str(&lines_text(&fixed.lines_from(self.final_lines)));
        self.final_lines = fixed.len();
        // What has scrolled away cannot be erased.
        let room = self.renderer.rows.saturating_sub(1);
        let shown = open.lines_from(open.len().saturating_sub(room));
        out.push_str(&lines_text(&shown));
        self.open_lines = shown.len();
        output::write(&out)
    }

    /// Prints the rest of the answer.
    pub(super) fn finish(&mut self, end: TextEnd) -> Result<(), CliError> {
        self.is_behind = false;
        let mut out = self.erase_open();
        let mut layout = std::mem::take(&mut self.layout);
        layout.update(&self.text, self.renderer.style());
        let whole = layout.finish(&self.text, end, self.renderer.style());
        out.push_str(&lines_text(&whole.lines_from(self.final_lines)));
        self.final_lines = whole.len();
        output::write(&out)
    }

    /// Prints a corrected answer below what is there.
    pub(super) fn replace(&mut self, whole: &str) -> Result<(), CliError> {
        self.cleaner = Cleaner::new(LineBreaks::Preserved);
        self.text.clear();
        self.layout = IncrementalLayout::default();
        (self.final_lines, self.open_lines, self.last_redraw) = (0, 0, None);
        output::write("\n")?;
        self.append(whole)
    }

    fn erase_open(&mut self) -> String {
        match std::mem::take(&mut self.open_lines) {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\r\x1b[J"),
        }
    }
}
