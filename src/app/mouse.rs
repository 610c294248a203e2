//! The mouse: a click gives a pane the keys, opens a row, sets the caret; dragging selects text.
//! May not know what is drawn where but by what the last frame measured.

use super::editor::Reach;
use super::{Effect, Focus, Measured, NoticeKind, State, TerminalEffect, list, transcript};

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// What a hand on the mouse did, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// What.
    pub what: Touching,
    /// The column.
    pub column: u16,
    /// The row.
    pub row: u16,
}

/// What a hand on the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touching {
    /// The left button went down.
    Pressed,
    /// It moved with the left button down.
    Dragged,
    /// The wheel moved by lines: up is negative.
    Wheel(i32),
}

/// Whose the mouse is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Capture {
    /// The program's.
    #[default]
    Ours,
    /// The terminal's: it selects text as everywhere.
    Terminals,
}

impl Area {
    /// A place within it, counted from its corner.
    fn within(self, touch: Touch) -> Option<(usize, usize)> {
        let column = touch.column.checked_sub(self.x).filter(|at| *at < self.width)?;
        let row = touch.row.checked_sub(self.y).filter(|at| *at < self.height)?;
        Some((usize::from(column), usize::from(row)))
    }
}

/// Does what a touch means where it happened. An overlay is left to the keys.
pub fn take(state: &mut State, touch: Touch) -> Vec<Effect> {
    if state.overlay.is_some() {
        return Vec::new();
    }
    let Measured { list_area, transcript_area, composer_area, .. } = state.measured;
    let in_list = list_area.within(touch);
    match touch.what {
        Touching::Wheel(lines) if in_list.is_some() => {
            list::move_by(state, if lines < 0 { -1 } else { 1 })
        }
        Touching::Wheel(lines) => transcript::scroll_by(state, i64::from(lines)),
        Touching::Pressed => {
            if let Some((_, row)) = in_list {
                return press_list(state, row);
            }
            if let Some(place) = composer_area.within(touch) {
                state.focus = Focus::Composer;
                set_caret(state, place, Reach::Moving);
            } else if transcript_area.within(touch).is_some() {
                state.focus = Focus::Transcript;
            }
            Vec::new()
        }
        Touching::Dragged => {
            if let Some(place) = composer_area.within(touch).filter(|_| {
                // What began in another pane is no selection here.
                state.focus == Focus::Composer
            }) {
                set_caret(state, place, Reach::Selecting);
            }
            Vec::new()
        }
    }
}

/// Gives the mouse to the terminal, or takes it back.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let (capture, said) = match state.capture {
        Capture::Ours => (Capture::Terminals, "The mouse is the terminal's now: it selects text."),
        Capture::Terminals => (Capture::Ours, "The mouse is the program's again."),
    };
    state.capture = capture;
    state.say(NoticeKind::Info, said);
    vec![Effect::Terminal(TerminalEffect::Mouse(capture))]
}

/// The first row is the heading.
fn press_list(state: &mut State, row: usize) -> Vec<Effect> {
    state.focus = Focus::List;
    let place = row.checked_sub(1).and_then(|row| state.list.top.checked_add(row));
    let Some(place) = place.filter(|place| *place < state.list.shown.len()) else {
        return Vec::new();
    };
    state.list.selected = place;
    list::open_selected(state)
}

fn set_caret(state: &mut State, (column, row): (usize, usize), reach: Reach) {
    let editor = &mut state.composer.editor;
    let rows = editor.rows();
    let first = editor.top(rows, usize::from(state.measured.composer_rows));
    let row = first.saturating_add(row).min(rows.len().saturating_sub(1));
    let at = rows.at(editor.text(), row, column);
    editor.go_to(at, reach);
}
