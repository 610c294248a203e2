//! Finds out whether a frame is the last one with some rows moved up or down, so that the terminal can
//! move them itself (DECSTBM, with LF and RI at its margins: see ctlseqs of xterm, read 2026-11-29).

use std::fmt::Write as _;
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::FixedState;
use ratatui::buffer::{Buffer, Cell};

/// A cell that changes, with its column and row.
pub(super) type ChangedCell<'cell> = (u16, u16, &'cell Cell);

/// Frames with fewer changed cells cost little however they are written.
pub(super) const MIN_CHANGES: usize = 300;
/// How many rows with text have to be found again elsewhere.
const MIN_MOVED_ROWS: usize = 3;

/// Which rows may be moved by the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ScrollPolicy {
    /// Only where nothing beside the moved text moves with it: that would be seen to jump.
    #[default]
    Alone,
    /// All: the terminal shows a frame when all of it has arrived (synchronised output).
    Any,
}

/// Rows that the terminal moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RegionScroll {
    rows: Range<u16>,
    distance: Distance,
}

/// By how many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Distance {
    Up(u16),
    Down(u16),
}

impl RegionScroll {
    /// What makes a terminal move the rows. Attributes must be reset: the new rows may take their colour.
    pub(super) fn sequence(&self) -> String {
        let Range { start, end } = self.rows;
        let mut sequence = format!("\x1b[{};{end}r", start.saturating_add(1));
        let (margin, step, count) = match self.distance {
            Distance::Up(count) => (end, "\n", count),
            Distance::Down(count) => (start.saturating_add(1), "\x1bM", count),
        };
        let _ = write!(sequence, "\x1b[{margin};1H{}\x1b[r", step.repeat(usize::from(count)));
        sequence
    }

    /// Moves the rows as the terminal does; what comes in at the margin is blank.
    pub(super) fn apply(&self, shown: &mut Buffer) {
        let width = usize::from(shown.area.width);
        let cells = usize::from(self.rows.start) * width..usize::from(self.rows.end) * width;
        let Some(cells) = shown.content.get_mut(cells) else { return };
        match self.distance {
            Distance::Up(count) => {
                let moved = (usize::from(count) * width).min(cells.len());
                cells.rotate_left(moved);
                let kept = cells.len() - moved;
                cells.iter_mut().skip(kept).for_each(Cell::reset);
            }
            Distance::Down(count) => {
                let moved = (usize::from(count) * width).min(cells.len());
                cells.rotate_right(moved);
                cells.iter_mut().take(moved).for_each(Cell::reset);
            }
        }
    }
}

/// Returns the rows to move before `wanted` is drawn over `shown`, if that saves at least a third of the
/// changes.
pub(super) fn find_scroll(
    shown: &Buffer,
    wanted: &Buffer,
    changes: &[ChangedCell<'_>],
    policy: ScrollPolicy,
) -> Option<RegionScroll> {
    let columns = changed_columns(changes)?;
    let scroll = moved_rows(&RowHashes::of(shown, &columns), &RowHashes::of(wanted, &columns))?;
    if policy == ScrollPolicy::Alone && !moves_alone(shown, &columns, &scroll) {
        return None;
    }
    let mut moved = shown.clone();
    scroll.apply(&mut moved);
    let saves = moved.diff_iter(wanted).count() * 3 < changes.len() * 2;
    saves.then_some(scroll)
}

/// The columns of the text that changes. A row that changes further to the left, as the list does, must
/// not widen them.
fn changed_columns(changes: &[ChangedCell<'_>]) -> Option<Range<u16>> {
    let mut starts: Vec<u16> =
        changes.chunk_by(|a, b| a.1 == b.1).filter_map(|row| row.first()).map(|it| it.0).collect();
    starts.sort_unstable();
    let start = *starts.get(starts.len() / 4)?;
    let end = changes.iter().map(|(column, ..)| column + 1).max()?;
    (start < end).then_some(start..end)
}

/// What the rows hold in some columns, to compare them quickly; `None` for blank ones.
struct RowHashes(Vec<Option<u64>>);

impl RowHashes {
    fn of(buffer: &Buffer, columns: &Range<u16>) -> Self {
        let rows = buffer.content.chunks(usize::from(buffer.area.width).max(1));
        let columns = usize::from(columns.start)..usize::from(columns.end);
        Self(rows.map(|row| hash_row(row.get(columns.clone())?)).collect())
    }
}

fn hash_row(cells: &[Cell]) -> Option<u64> {
    if cells.iter().all(|cell| cell.symbol() == " ") {
        return None;
    }
    Some(FixedState::default().hash_one(cells))
}

/// The move that most rows with text have made.
fn moved_rows(shown: &RowHashes, wanted: &RowHashes) -> Option<RegionScroll> {
    let mut moves: Vec<(i32, u16)> = Vec::new();
    for (to, hash) in (0_u16..).zip(&wanted.0) {
        let same = (0_u16..)
            .zip(&shown.0)
            .filter(|(from, other)| hash.is_some() && hash == *other && *from != to);
        moves.extend(same.map(|(from, _)| (i32::from(from) - i32::from(to), to)));
    }
    moves.sort_unstable();
    let rows = moves.chunk_by(|a, b| a.0 == b.0).max_by_key(|rows| rows.len())?;
    let ((offset, first), (_, last)) = (*rows.first()?, *rows.last()?);
    let count = u16::try_from(offset.unsigned_abs()).ok()?;
    let scroll = if offset > 0 {
        RegionScroll { rows: first..last + count + 1, distance: Distance::Up(count) }
    } else {
        RegionScroll { rows: first.checked_sub(count)?..last + 1, distance: Distance::Down(count) }
    };
    (rows.len() >= MIN_MOVED_ROWS).then_some(scroll)
}

/// Whether all rows of a scroll are the same beside these columns.
fn moves_alone(shown: &Buffer, columns: &Range<u16>, scroll: &RegionScroll) -> bool {
    let beside = |column: u16| !columns.contains(&column);
    (0..shown.area.width).filter(|column| beside(*column)).all(|column| {
        let first = shown.cell((column, scroll.rows.start));
        scroll.rows.clone().all(|row| shown.cell((column, row)) == first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn screen(list: &str, first_line: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 20));
        for row in 0..18 {
            buffer.set_string(0, row, if row % 3 == 0 { list } else { "" }, Style::new());
            let line = u64::from(first_line + row);
            let text = format!("{:x} ", line.wrapping_mul(0x9e37_79b9_7f4a_7c15)).repeat(2);
            buffer.set_string(10, row, text, Style::new());
        }
        buffer.set_string(10, 19, "the composer", Style::new());
        buffer
    }

    fn found(shown: &Buffer, wanted: &Buffer, policy: ScrollPolicy) -> Option<RegionScroll> {
        find_scroll(shown, wanted, &shown.diff(wanted), policy)
    }

    #[test]
    fn text_that_moved_is_moved_by_the_terminal() {
        let up = found(&screen("", 100), &screen("", 102), ScrollPolicy::Alone).unwrap();
        assert_eq!(up.sequence(), "\x1b[1;18r\x1b[18;1H\n\n\x1b[r");
        let down = found(&screen("", 103), &screen("", 100), ScrollPolicy::Alone).unwrap();
        assert_eq!(down.sequence(), "\x1b[1;18r\x1b[1;1H\x1bM\x1bM\x1bM\x1b[r");
    }

    #[test]
    fn a_list_beside_the_text_moves_only_where_nobody_can_see_it() {
        let (before, after) = (screen("chat", 100), screen("chat", 101));
        assert_eq!(found(&before, &after, ScrollPolicy::Alone), None);
        assert!(found(&before, &after, ScrollPolicy::Any).is_some());
    }

    #[test]
    fn other_text_is_drawn() {
        assert_eq!(found(&screen("", 100), &screen("", 500), ScrollPolicy::Any), None);
    }
}
