//! Writes frames to the terminal with as few bytes as it can: rows that only moved are moved by the
//! terminal.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect, Size};

use crate::view::is_joined;

use super::joined_cells::{JoinedForm, blanks, cells_to_write, is_image, written_form};
use super::scroll_region::{ChangedCell, MIN_CHANGES, RegionScroll, ScrollPolicy, find_scroll};
use super::terminal_size;

/// The library's backend, with a copy of what the terminal shows.
#[derive(Debug)]
pub(super) struct FrameBackend<W: Write> {
    inner: CrosstermBackend<W>,
    shown: Buffer,
    /// The same as `shown` between two frames: the next one is made here, without a copy of all cells.
    next: Buffer,
    /// Whether nothing is shown, so that there are no rows to move.
    is_blank: bool,
    /// Not while there are images, which do not always move with the text around them.
    may_move_rows: bool,
    scroll_policy: ScrollPolicy,
    joined_form: JoinedForm,
}

impl<W: Write> FrameBackend<W> {
    /// Returns a backend for a blank terminal.
    ///
    /// # Errors
    /// When the terminal does not tell its size.
    pub(super) fn new(
        out: W,
        scroll_policy: ScrollPolicy,
        joined_form: JoinedForm,
    ) -> io::Result<Self> {
        let inner = CrosstermBackend::new(out);
        let size = Size::from(terminal_size::read_size()?);
        let shown = Buffer::empty(Rect::from((Position::ORIGIN, size)));
        let (next, is_blank, may_move_rows) = (shown.clone(), true, true);
        Ok(Self { inner, shown, next, is_blank, may_move_rows, scroll_policy, joined_form })
    }

    pub(super) const fn set_scroll_policy(&mut self, policy: ScrollPolicy) {
        self.scroll_policy = policy;
    }

    /// Returns which rows to move for the changes.
    fn find_scroll(&self, wanted: &Buffer, changes: &[ChangedCell<'_>]) -> Option<RegionScroll> {
        if self.is_blank || !self.may_move_rows || changes.len() < MIN_CHANGES {
            return None;
        }
        let scroll = find_scroll(&self.shown, wanted, changes, self.scroll_policy)?;
        // A terminal that draws a joined character in its own way does not move it as one.
        let has_joined = self.shown.content.iter().chain(&wanted.content).any(is_joined);
        (!has_joined).then_some(scroll)
    }

    fn write_frame(&mut self, changes: &[ChangedCell<'_>]) -> io::Result<()> {
        self.may_move_rows &= !changes.iter().any(|(_, _, cell)| is_image(cell));
        let mut next = std::mem::take(&mut self.next);
        apply(&mut next, changes);
        let scroll = self.find_scroll(&next, changes);
        let written = self.write_changes(&next, changes, scroll.as_ref());
        self.is_blank &= changes.is_empty();
        std::mem::swap(&mut self.shown, &mut next);
        if scroll.is_some() {
            next.content.clone_from(&self.shown.content);
        } else {
            apply(&mut next, changes);
        }
        self.next = next;
        written
    }

    fn write_changes(
        &mut self,
        wanted: &Buffer,
        changes: &[ChangedCell<'_>],
        scroll: Option<&RegionScroll>,
    ) -> io::Result<()> {
        let Some(scroll) = scroll else {
            return self.write_cells(&cells_to_write(&self.shown, wanted, changes));
        };
        self.inner.write_all(scroll.sequence().as_bytes())?;
        scroll.apply(&mut self.shown);
        self.write_cells(&self.shown.diff(wanted))
    }

    /// Writes cells, with those below joined characters first. After a joined character the place of the
    /// next cell is told, whatever the terminal believes.
    fn write_cells(&mut self, cells: &[ChangedCell<'_>]) -> io::Result<()> {
        let blanks = blanks(cells);
        if !blanks.is_empty() {
            self.inner.draw(blanks.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
        }
        for piece in cells.split_inclusive(|(_, _, cell)| is_joined(cell)) {
            let form = self.joined_form;
            let piece: Vec<_> =
                piece.iter().map(|(x, y, cell)| (*x, *y, written_form(cell, form))).collect();
            self.inner.draw(piece.iter().map(|(x, y, cell)| (*x, *y, cell.as_ref())))?;
        }
        Ok(())
    }
}

/// Puts changes into a buffer; a wide character leaves nothing of the cells that it covers.
fn apply(buffer: &mut Buffer, changes: &[ChangedCell<'_>]) {
    for (column, row, cell) in changes {
        let left = column.checked_sub(1).and_then(|column| buffer.cell((column, *row)));
        if left.is_some_and(|left| !is_image(left) && left.cell_width() > 1) {
            continue;
        }
        let width = if is_image(cell) { 1 } else { cell.cell_width() };
        for covered in 1..width {
            if let Some(cell) = buffer.cell_mut((column.saturating_add(covered), *row)) {
                cell.reset();
            }
        }
        if let Some(changed) = buffer.cell_mut((*column, *row)) {
            changed.clone_from(cell);
        }
    }
}

impl<W: Write> Backend for FrameBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = ChangedCell<'a>>,
    {
        let changes: Vec<_> = content.collect();
        self.write_frame(&changes)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.shown.reset();
        self.next.reset();
        self.is_blank = clear_type == ClearType::All;
        // After another type it is not known what is left.
        self.may_move_rows = clear_type == ClearType::All;
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        terminal_size::read_size().map(Size::from)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

impl<W: Write> Write for FrameBackend<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests;
