//! The mouse: a click gives a pane the keys, opens a row, chooses a message, sets the caret;
//! dragging selects text.
//! May not know what is drawn where but by what the last frame measured and showed.

use super::editor::Reach;
use super::{
    Anchor, Area, Capture, CellPosition, Clicks, Drag, Effect, Focus, Measured, NoticeKind, Scroll,
    Selection, State, Surface, TerminalEffect, TextPosition, Touch, Touching, Unit, copy, details,
    list, select, transcript,
};

/// What a hand on the mouse does, for help.
pub const MEANINGS: [(&str, &str); 6] = [
    ("click", "open the row, choose the message, set the caret"),
    ("drag", "select text; in the conversation it is copied as it was written"),
    ("two clicks", "select and copy the block; in your text: the word"),
    ("three clicks", "select and copy the message; in your text: the line"),
    ("wheel", "scroll what is under it"),
    ("Shift+drag", "select as the terminal does, in most of them"),
];

/// Lines a pointer beyond the edge pulls the view by, at most.
const FASTEST: u16 = 5;

/// Does what a touch means where it happened. An overlay is left to the keys.
pub fn take(state: &mut State, touch: Touch) -> Vec<Effect> {
    if state.overlay.is_some() {
        state.hold = None;
        return Vec::new();
    }
    match touch.what {
        Touching::Wheel(lines) => wheel(state, &touch, lines),
        Touching::Pressed(clicks) => press(state, touch, clicks),
        Touching::Dragged => drag(state, touch),
        Touching::Held => {
            let lines = pull(state);
            drag(state, touch);
            if let Some(hold) = state.hold.as_mut() {
                hold.moved = lines;
            }
            transcript::scroll_by(state, lines)
        }
        Touching::Released => {
            // What the last pull brought into view is selected as well.
            if state.hold.as_ref().is_some_and(|hold| hold.moved != 0) {
                drag(state, touch);
            }
            release(state)
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
    state.hold = None;
    state.say(NoticeKind::Info, said);
    vec![Effect::Terminal(TerminalEffect::Mouse(capture))]
}

/// Whether text of the conversation is being selected: then the view holds still.
#[must_use]
pub fn is_selecting(state: &State) -> bool {
    let held = state.hold.as_ref().is_some_and(|hold| hold.pane == Focus::Transcript);
    held && state.transcript.selection.is_some()
}

/// Where the pointer is held beyond the edge of the conversation, while there is more to show there
/// or to select.
#[must_use]
pub fn pulls(state: &State) -> Option<(u16, u16)> {
    let hold = state.hold.as_ref()?;
    (hold.moved != 0 || pull(state) != 0).then_some(hold.at)
}

/// Lines the view moves while the pointer is held beyond its edge.
fn pull(state: &State) -> i64 {
    let Some(hold) = state.hold.as_ref().filter(|_| is_selecting(state)) else {
        return 0;
    };
    let Measured { reading_area, at_bottom, top, .. } = state.measured;
    let beyond = reading_area.beyond(hold.at.1);
    let there_is_more = if beyond < 0 { top != Anchor::default() } else { !at_bottom };
    let fastest = i32::from(FASTEST);
    if there_is_more { i64::from(beyond.clamp(-fastest, fastest)) } else { 0 }
}

fn wheel(state: &mut State, touch: &Touch, lines: i32) -> Vec<Effect> {
    if state.measured.list_area.within(touch.column, touch.row).is_some() {
        return list::move_by(state, if lines < 0 { -1 } else { 1 });
    }
    transcript::scroll_by(state, i64::from(lines))
}

fn press(state: &mut State, touch: Touch, clicks: Clicks) -> Vec<Effect> {
    let Measured { list_area, transcript_area, composer_area, .. } = state.measured;
    let Touch { column, row, spot, .. } = touch;
    let inside = |area: Area| area.within(column, row);
    state.transcript.selection = None;
    let unit = match clicks {
        Clicks::One => Unit::Letter,
        Clicks::Two => Unit::Block,
        Clicks::Three => Unit::Message,
    };
    let hold = |pane, spot| Some(Drag { pane, at: (column, row), spot, unit, moved: 0 });
    if let Some(cell) = inside(list_area) {
        return press_list(state, cell.row);
    }
    if let Some(cell) = inside(composer_area) {
        state.focus = Focus::Composer;
        state.hold = hold(Focus::Composer, None);
        press_composer(state, cell, unit);
    } else if inside(transcript_area).is_some() {
        state.focus = Focus::Transcript;
        let spot = spot.filter(|_| inside(state.measured.reading_area).is_some());
        press_transcript(state, spot.as_deref(), unit);
        state.hold = hold(Focus::Transcript, spot);
    }
    Vec::new()
}

/// A click chooses the message, or shows what stands behind it; two select the block, three the message.
fn press_transcript(state: &mut State, spot: Option<&TextPosition>, unit: Unit) {
    state.transcript.selected = None;
    let Some(spot) = spot else {
        return;
    };
    if spot.surface == Surface::Fold {
        details::toggle(state);
        return;
    }
    if unit == Unit::Letter {
        select::choose(state, spot.item);
        return;
    }
    let selection = Selection { from: spot.clone(), to: spot.clone(), unit };
    state.transcript.selection = Some(selection).filter(|it| !it.is_empty());
}

/// A click sets the caret; two select the word, three the line.
fn press_composer(state: &mut State, cell: CellPosition, unit: Unit) {
    set_caret(state, cell, Reach::Moving);
    let editor = &mut state.composer.editor;
    let at = editor.caret();
    match unit {
        Unit::Letter => {}
        Unit::Block => editor.select(editor.word_around(at)),
        Unit::Message => editor.select(editor.line_around(at)),
    }
}

fn drag(state: &mut State, touch: Touch) -> Vec<Effect> {
    let Some(hold) = state.hold.as_mut() else {
        return Vec::new();
    };
    let moved =
        hold.at != (touch.column, touch.row) || hold.moved != 0 || touch.what == Touching::Held;
    hold.at = (touch.column, touch.row);
    match hold.pane {
        Focus::Composer if moved => {
            let area = state.measured.composer_area;
            let cell = CellPosition {
                column: usize::from(touch.column.saturating_sub(area.x)),
                row: usize::from(touch.row.saturating_sub(area.y)),
            };
            if area.beyond(touch.row) < 0 {
                drag_above(state, cell.column);
            } else {
                set_caret(state, cell, Reach::Selecting);
            }
        }
        Focus::Transcript if moved => {
            if let (Some(from), Some(to)) = (hold.spot.clone(), touch.spot) {
                let unit = hold.unit;
                select_to(state, Selection { from: *from, to: *to, unit });
            }
        }
        Focus::Composer | Focus::Transcript | Focus::List => {}
    }
    Vec::new()
}

fn select_to(state: &mut State, selection: Selection) {
    if state.transcript.selection.is_none() && selection.is_empty() {
        return;
    }
    state.transcript.selected = None;
    state.transcript.selection = Some(selection);
    if state.transcript.scroll == Scroll::Follow {
        // What is being selected holds still, whatever comes in below.
        state.transcript.scroll = Scroll::At(state.measured.top);
    }
}

/// What was selected is copied as soon as the button goes up.
fn release(state: &mut State) -> Vec<Effect> {
    match state.hold.take() {
        Some(hold) if hold.pane == Focus::Transcript => copy::selection(state),
        Some(_) | None => Vec::new(),
    }
}

/// The first row is the heading.
fn press_list(state: &mut State, row: usize) -> Vec<Effect> {
    state.focus = Focus::List;
    let each = state.looks.list_rows();
    let row = row.checked_sub(1).and_then(|row| row.checked_div(each));
    let place = row.and_then(|row| state.list.top.checked_add(row));
    let Some(place) = place.filter(|place| *place < state.list.shown.len()) else {
        return Vec::new();
    };
    state.list.selected = place;
    list::open_selected(state)
}

fn set_caret(state: &mut State, cell: CellPosition, reach: Reach) {
    let editor = &mut state.composer.editor;
    let rows = editor.rows();
    let first = editor.top(rows, usize::from(state.measured.composer_rows));
    let row = first.saturating_add(cell.row).min(rows.len().saturating_sub(1));
    let at = rows.at(editor.text(), row, cell.column);
    editor.go_to(at, reach);
}

/// Above the first row that is seen the selection reaches one row higher with each move.
fn drag_above(state: &mut State, column: usize) {
    let editor = &mut state.composer.editor;
    let rows = editor.rows();
    let first = editor.top(rows, usize::from(state.measured.composer_rows));
    let at = match first.checked_sub(1) {
        Some(row) => rows.at(editor.text(), row, column),
        None => 0,
    };
    editor.go_to(at, Reach::Selecting);
}
