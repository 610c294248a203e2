//! Writes frames to the terminal, and paints both cells of a joined character first: a terminal that
//! draws it in one column would leave the second one as it was.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Cell, CellDiffOption};
use ratatui::layout::{Position, Size};

use crate::view::is_joined;

/// The library's backend with painted cells.
#[derive(Debug)]
pub(super) struct WideCellBackend<W: Write>(CrosstermBackend<W>);

impl<W: Write> WideCellBackend<W> {
    pub(super) const fn new(out: W) -> Self {
        Self(CrosstermBackend::new(out))
    }
}

/// Spaces in the colours of joined characters, for the cells below them.
fn blanks(content: &[(u16, u16, &Cell)]) -> Vec<(u16, u16, Cell)> {
    let joined = content.iter().filter(|(_, _, cell)| is_joined(cell));
    let below = |(x, y, cell): &(u16, u16, &Cell)| {
        let mut blank = (*cell).clone();
        blank.set_symbol(" ").set_diff_option(CellDiffOption::None);
        [(*x, *y, blank.clone()), (x.saturating_add(1), *y, blank)]
    };
    joined.flat_map(below).collect()
}

impl<W: Write> Backend for WideCellBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let content: Vec<_> = content.collect();
        let blanks = blanks(&content);
        if !blanks.is_empty() {
            self.0.draw(blanks.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
        }
        self.0.draw(content.into_iter())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.0.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.0.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.0)
    }
}

impl<W: Write> Write for WideCellBackend<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cells_of_a_joined_character_are_painted_before_it() {
        let mut check = Cell::new("✔\u{fe0f}");
        check.set_bg(ratatui::style::Color::Red);
        let plain = Cell::new("a");
        let mut out = Vec::new();
        let mut backend = WideCellBackend::new(&mut out);
        backend.draw([(1, 2, &check), (3, 2, &plain)].into_iter()).unwrap();
        let written = String::from_utf8(out).unwrap();
        let (before, after) = written.split_once('✔').unwrap();
        assert!(before.contains("\x1b[3;2H") && before.contains("  "), "{before:?}");
        assert!(after.contains('a'), "{after:?}");
    }
}
