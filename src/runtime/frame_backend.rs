//! Writes frames to the terminal with as few bytes as it can: rows that only moved are moved by the
//! terminal.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Rect, Size};

use crate::view::is_joined;

use super::scroll_region::{ChangedCell, MIN_CHANGES, RegionScroll, ScrollPolicy, find_scroll};
use super::wide_cells::blanks;

/// The library's backend, with a copy of what the terminal shows.
#[derive(Debug)]
pub(super) struct FrameBackend<W: Write> {
    inner: CrosstermBackend<W>,
    shown: Buffer,
    /// Whether nothing is shown, so that there are no rows to move.
    is_blank: bool,
    /// Not while there are images, which do not always move with the text around them.
    may_move_rows: bool,
    scroll_policy: ScrollPolicy,
}

impl<W: Write> FrameBackend<W> {
    /// Returns a backend for a blank terminal.
    ///
    /// # Errors
    /// When the terminal does not tell its size.
    pub(super) fn new(out: W, scroll_policy: ScrollPolicy) -> io::Result<Self> {
        let inner = CrosstermBackend::new(out);
        let shown = Buffer::empty(Rect::from((Position::ORIGIN, inner.size()?)));
        Ok(Self { inner, shown, is_blank: true, may_move_rows: true, scroll_policy })
    }

    pub(super) const fn set_scroll_policy(&mut self, policy: ScrollPolicy) {
        self.scroll_policy = policy;
    }

    /// Returns which rows to move for the changes, and what the terminal shall show after all of them.
    fn find_scroll(&self, changes: &[ChangedCell<'_>]) -> Option<(RegionScroll, Buffer)> {
        if self.is_blank || !self.may_move_rows || changes.len() < MIN_CHANGES {
            return None;
        }
        let mut wanted = self.shown.clone();
        apply(&mut wanted, changes);
        let scroll = find_scroll(&self.shown, &wanted, changes, self.scroll_policy)?;
        // A terminal that draws a joined character in its own way does not move it as one.
        let has_joined = self.shown.content.iter().chain(&wanted.content).any(is_joined);
        (!has_joined).then_some((scroll, wanted))
    }

    fn write_frame(&mut self, changes: &[ChangedCell<'_>]) -> io::Result<()> {
        self.may_move_rows &= !changes.iter().any(|(_, _, cell)| is_image(cell));
        let Some((scroll, wanted)) = self.find_scroll(changes) else {
            self.is_blank &= changes.is_empty();
            apply(&mut self.shown, changes);
            return write_cells(&mut self.inner, changes);
        };
        self.inner.write_all(scroll.sequence().as_bytes())?;
        scroll.apply(&mut self.shown);
        let moved = std::mem::replace(&mut self.shown, wanted);
        write_cells(&mut self.inner, &moved.diff(&self.shown))
    }
}

/// Writes the changes, with the cells below joined characters first.
fn write_cells<W: Write>(
    backend: &mut CrosstermBackend<W>,
    changes: &[ChangedCell<'_>],
) -> io::Result<()> {
    let blanks = blanks(changes);
    if !blanks.is_empty() {
        backend.draw(blanks.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
    }
    backend.draw(changes.iter().copied())
}

/// Whether a cell holds the sequence of an image, and not a character or one with a link (OSC 8).
fn is_image(cell: &Cell) -> bool {
    cell.symbol().starts_with('\x1b') && !cell.symbol().starts_with("\x1b]8;")
}

/// Puts changes into a buffer; a wide character leaves nothing of the cells that it covers.
fn apply(buffer: &mut Buffer, changes: &[ChangedCell<'_>]) {
    for (column, row, cell) in changes {
        for covered in 1..cell.cell_width() {
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
        self.is_blank = clear_type == ClearType::All;
        // After another type it is not known what is left.
        self.may_move_rows = clear_type == ClearType::All;
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
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
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    use proptest::prelude::*;
    use ratatui::style::{Color, Style};

    const SIZE: Rect = Rect { x: 0, y: 0, width: 70, height: 24 };

    /// What was written since it was looked at.
    #[derive(Debug, Clone, Default)]
    struct Output(Rc<RefCell<Vec<u8>>>);

    impl Output {
        fn take(&self) -> Vec<u8> {
            self.0.take()
        }
    }

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn backend(policy: ScrollPolicy) -> (FrameBackend<Output>, Output) {
        let out = Output::default();
        let backend = FrameBackend {
            inner: CrosstermBackend::new(out.clone()),
            shown: Buffer::empty(SIZE),
            is_blank: true,
            may_move_rows: true,
            scroll_policy: policy,
        };
        (backend, out)
    }

    #[test]
    fn both_cells_of_a_joined_character_are_painted_before_it() {
        let mut check = Cell::new("✔\u{fe0f}");
        check.set_bg(Color::Red);
        let plain = Cell::new("a");
        let (mut backend, out) = backend(ScrollPolicy::Any);
        backend.draw([(1, 2, &check), (3, 2, &plain)].into_iter()).unwrap();
        let written = String::from_utf8(out.take()).unwrap();
        let (before, after) = written.split_once('✔').unwrap();
        assert!(before.contains("\x1b[3;2H") && before.contains("  "), "{before:?}");
        assert!(after.contains('a'), "{after:?}");
    }

    /// A list, a conversation that is scrolled to a line, and a composer.
    fn frame(lines: &[String], top: usize, list: u16, background: Color) -> Buffer {
        let mut buffer = Buffer::empty(SIZE);
        for row in 0..SIZE.height {
            buffer.set_string(0, row, " ".repeat(12), Style::new().bg(background));
        }
        for row in 0..list {
            buffer.set_string(1, row * 3 % 20, format!("chat {row}"), Style::new().bg(background));
        }
        for (row, line) in (0..20).zip(lines.iter().skip(top)) {
            let style = if row % 5 == 0 { Style::new().fg(Color::Green) } else { Style::new() };
            buffer.set_stringn(14, row, line, 54, style);
        }
        buffer.set_string(14, 22, format!("line {top}"), Style::new().bg(Color::Blue));
        buffer
    }

    fn terminal() -> vt100::Parser {
        let size = |cells| std::num::NonZeroU16::new(cells).unwrap();
        vt100::Parser::new(size(SIZE.height), size(SIZE.width), 0)
    }

    /// The cells that look different; how a blank one came about cannot be seen.
    fn differences(one: &vt100::Parser, other: &vt100::Parser) -> Vec<String> {
        let look = |cell: &vt100::Cell| {
            let text = cell.contents().trim();
            let color = if text.is_empty() { vt100::Color::Default } else { cell.fgcolor() };
            let is_seen = !cell.is_wide_continuation();
            is_seen.then(|| format!("{text} {color:?} {:?}", cell.bgcolor()))
        };
        let cell = |terminal: &vt100::Parser, row, column| {
            terminal.screen().cell(row, column).and_then(look)
        };
        (0..SIZE.height)
            .flat_map(|row| (0..SIZE.width).map(move |column| (row, column)))
            .map(|(row, column)| (row, column, cell(one, row, column), cell(other, row, column)))
            .filter(|(_, _, one, other)| one != other)
            .map(|difference| format!("{difference:?}"))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_terminal_that_moves_rows_shows_the_same_cells(
            lines in prop::collection::vec("[a-z 東é]{0,60}", 60),
            tops in prop::collection::vec(0_usize..40, 2..8),
            list in 0_u16..6,
            background in prop_oneof![Just(Color::Reset), Just(Color::Indexed(236))],
            policy in prop_oneof![Just(ScrollPolicy::Alone), Just(ScrollPolicy::Any)],
        ) {
            let (mut moving, mut drawing) = (terminal(), terminal());
            let (mut backend, out) = backend(policy);
            let plain_out = Output::default();
            let mut plain = CrosstermBackend::new(plain_out.clone());
            let mut last = Buffer::empty(SIZE);
            for top in tops {
                let next = frame(&lines, top, list, background);
                backend.draw(last.diff_iter(&next)).unwrap();
                plain.draw(last.diff_iter(&next)).unwrap();
                moving.process(&out.take());
                drawing.process(&plain_out.take());
                let differences = differences(&moving, &drawing);
                prop_assert!(differences.is_empty(), "{:?}", &differences[..1]);
                last = next;
            }
        }
    }

    #[test]
    fn rows_with_joined_characters_are_drawn_and_not_moved() {
        let line = |row: u16| format!("{row} \u{1f1eb}\u{1f1f7} {}", "text of a line ".repeat(3));
        let lines: Vec<String> = (0..60).map(line).collect();
        let (mut backend, out) = backend(ScrollPolicy::Any);
        let mut last = Buffer::empty(SIZE);
        for top in [3, 4, 1] {
            let next = frame(&lines, top, 0, Color::Reset);
            backend.draw(last.diff_iter(&next)).unwrap();
            last = next;
        }
        let written = String::from_utf8(out.take()).unwrap();
        assert!(!written.contains("\x1b[r"), "{written:?}");
    }

    #[test]
    fn a_scrolled_conversation_costs_a_few_rows() {
        let lines: Vec<String> = (0..60)
            .map(|line| format!("{line} a line of text that is nearly as wide as it can be"))
            .collect();
        let (mut backend, out) = backend(ScrollPolicy::Any);
        let mut last = Buffer::empty(SIZE);
        let mut costs = Vec::new();
        for top in [3, 4, 1] {
            let next = frame(&lines, top, 4, Color::Indexed(236));
            backend.draw(last.diff_iter(&next)).unwrap();
            costs.push(out.take().len());
            last = next;
        }
        assert!(costs[1] * 2 < costs[0] && costs[2] * 2 < costs[0], "{costs:?}");
    }
}
