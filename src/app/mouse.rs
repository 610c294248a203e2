//! The mouse: clicks focus, open, select and set the caret; dragging selects text. It knows
//! positions only from the measurements of the last frame.

use super::editor::SelectionMode;
use super::{
    Anchor, Area, CellPosition, Clicks, Drag, Effect, Focus, Measured, MouseAction, MouseCapture,
    MouseInput, NoticeKind, Scroll, Selection, SelectionUnit, State, Surface, TerminalEffect,
    TextPosition, copy, list, transcript, transcript::details,
};
use crate::app::{list::list_layout, transcript::message_selection};

/// Mouse gestures and their effects, for the help page.
pub const MOUSE_HELP: [(&str, &str); 6] = [
    ("click", "open the conversation, select the message or move the caret"),
    ("drag", "select text; in the conversation, also copy its source"),
    ("double click", "select and copy a block; in the composer, select a word"),
    ("triple click", "select and copy a message; in the composer, select a line"),
    ("wheel", "scroll the pane under the pointer"),
    ("Shift+drag", "select with the terminal instead (in most terminals)"),
];

/// What help says of the mouse in GNU screen.
pub const MOUSE_IN_SCREEN: (&str, &str) =
    ("in GNU screen", "off until you turn it on, because screen then holds Esc back");

const HOLDS_ESCAPE: &str =
    "Mouse capture is on. GNU screen now holds Esc back until you press the next key.";

/// The most lines that a pointer beyond the edge scrolls at a time.
const MAX_AUTO_SCROLL: u16 = 5;

/// Handles a mouse event. Overlays ignore the mouse.
pub fn handle_mouse(state: &mut State, mouse: MouseInput) -> Vec<Effect> {
    if state.overlay.is_some() {
        state.drag = None;
        return Vec::new();
    }
    match mouse.action {
        MouseAction::Wheel(lines) => handle_wheel(state, &mouse, lines),
        MouseAction::Pressed(clicks) => handle_press(state, mouse, clicks),
        MouseAction::Dragged => handle_drag(state, mouse),
        MouseAction::Held => {
            let lines = auto_scroll_lines(state);
            handle_drag(state, mouse);
            if let Some(drag) = state.drag.as_mut() {
                drag.scrolled_lines = lines;
            }
            transcript::scroll_by(state, lines)
        }
        MouseAction::Released => {
            // Text that the last scroll revealed is selected too.
            if state.drag.as_ref().is_some_and(|drag| drag.scrolled_lines != 0) {
                handle_drag(state, mouse);
            }
            handle_release(state)
        }
    }
}

/// Turns mouse capture on or off.
pub fn toggle_capture(state: &mut State) -> Vec<Effect> {
    let holds_escape = state.terminal.mouse_holds_escape;
    let (capture, message) = match state.mouse_capture {
        MouseCapture::Off if holds_escape => (MouseCapture::On, HOLDS_ESCAPE),
        MouseCapture::On => (MouseCapture::Off, "Mouse capture is off: the terminal selects text."),
        MouseCapture::Off => (MouseCapture::On, "Mouse capture is on."),
    };
    state.mouse_capture = capture;
    state.drag = None;
    state.show_notice(NoticeKind::Info, message);
    vec![Effect::Terminal(TerminalEffect::SetMouseCapture(capture))]
}

/// Whether text of the transcript is being selected: then the view does not follow.
#[must_use]
pub fn is_selecting(state: &State) -> bool {
    let held = state.drag.as_ref().is_some_and(|drag| drag.pane == Focus::Transcript);
    held && state.transcript.selection.is_some()
}

/// The pointer position (column, row) while it is held beyond the edge of the transcript and
/// scrolling there makes sense.
#[must_use]
pub fn auto_scroll_pointer(state: &State) -> Option<(u16, u16)> {
    let drag = state.drag.as_ref()?;
    (drag.scrolled_lines != 0 || auto_scroll_lines(state) != 0).then_some(drag.pointer)
}

/// Lines to scroll while the pointer is held beyond the edge.
fn auto_scroll_lines(state: &State) -> i64 {
    let Some(drag) = state.drag.as_ref().filter(|_| is_selecting(state)) else {
        return 0;
    };
    let Measured { reading_area, at_bottom, top, .. } = state.measured;
    let beyond = reading_area.rows_outside(drag.pointer.1);
    let there_is_more = if beyond < 0 { top != Anchor::default() } else { !at_bottom };
    let fastest = i32::from(MAX_AUTO_SCROLL);
    if there_is_more { i64::from(beyond.clamp(-fastest, fastest)) } else { 0 }
}

fn handle_wheel(state: &mut State, mouse: &MouseInput, lines: i32) -> Vec<Effect> {
    if state.measured.list_area.cell_at(mouse.column, mouse.row).is_some() {
        return list::move_by(state, if lines < 0 { -1 } else { 1 });
    }
    transcript::scroll_by(state, i64::from(lines))
}

fn handle_press(state: &mut State, mouse: MouseInput, clicks: Clicks) -> Vec<Effect> {
    let Measured { list_area, transcript_area, composer_area, .. } = state.measured;
    let MouseInput { column, row, position, .. } = mouse;
    let inside = |area: Area| area.cell_at(column, row);
    state.transcript.selection = None;
    let unit = match clicks {
        Clicks::One => SelectionUnit::Grapheme,
        Clicks::Two => SelectionUnit::Block,
        Clicks::Three => SelectionUnit::Message,
    };
    let drag = |pane, position| {
        Some(Drag { pane, pointer: (column, row), start: position, unit, scrolled_lines: 0 })
    };
    if let Some(cell) = inside(list_area) {
        return handle_list_press(state, cell.row);
    }
    if let Some(cell) = inside(composer_area) {
        state.focus = Focus::Composer;
        state.drag = drag(Focus::Composer, None);
        handle_composer_press(state, cell, unit);
    } else if inside(transcript_area).is_some() {
        state.focus = Focus::Transcript;
        // Beside the text counts as the nearest text of that row.
        let position = position.filter(|_| state.measured.reading_area.rows_outside(row) == 0);
        handle_transcript_press(state, position.as_deref(), unit);
        state.drag = drag(Focus::Transcript, position);
    }
    Vec::new()
}

/// Selects the message, or toggles the details; two clicks select the block, three the message.
fn handle_transcript_press(
    state: &mut State,
    position: Option<&TextPosition>,
    unit: SelectionUnit,
) {
    state.transcript.selected = None;
    let Some(position) = position else {
        return;
    };
    if position.surface == Surface::DetailsToggle {
        details::toggle(state);
        return;
    }
    if unit == SelectionUnit::Grapheme {
        message_selection::select_message(state, position.item);
        return;
    }
    let selection = Selection { from: position.clone(), to: position.clone(), unit };
    state.transcript.selection = Some(selection).filter(|it| !it.is_empty());
}

/// Sets the caret; two clicks select the word, three the line.
fn handle_composer_press(state: &mut State, cell: CellPosition, unit: SelectionUnit) {
    set_caret(state, cell, SelectionMode::Clear);
    let editor = &mut state.composer.editor;
    let at = editor.caret();
    match unit {
        SelectionUnit::Grapheme => {}
        SelectionUnit::Block => editor.select(editor.word_around(at)),
        SelectionUnit::Message => editor.select(editor.line_around(at)),
    }
}

fn handle_drag(state: &mut State, mouse: MouseInput) -> Vec<Effect> {
    let Some(drag) = state.drag.as_mut() else {
        return Vec::new();
    };
    let moved = drag.pointer != (mouse.column, mouse.row)
        || drag.scrolled_lines != 0
        || mouse.action == MouseAction::Held;
    drag.pointer = (mouse.column, mouse.row);
    match drag.pane {
        Focus::Composer if moved => {
            let area = state.measured.composer_area;
            let cell = CellPosition {
                column: usize::from(mouse.column.saturating_sub(area.x)),
                row: usize::from(mouse.row.saturating_sub(area.y)),
            };
            if area.rows_outside(mouse.row) < 0 {
                drag_above(state, cell.column);
            } else {
                set_caret(state, cell, SelectionMode::Extend);
            }
        }
        Focus::Transcript if moved => {
            if let (Some(from), Some(to)) = (drag.start.clone(), mouse.position) {
                let unit = drag.unit;
                extend_selection(state, Selection { from: *from, to: *to, unit });
            }
        }
        Focus::Composer | Focus::Transcript | Focus::List => {}
    }
    Vec::new()
}

fn extend_selection(state: &mut State, selection: Selection) {
    if state.transcript.selection.is_none() && selection.is_empty() {
        return;
    }
    state.transcript.selected = None;
    state.transcript.selection = Some(selection);
    if state.transcript.scroll == Scroll::Follow {
        // The view does not move while text is selected in it.
        state.transcript.scroll = Scroll::At(state.measured.top);
    }
}

/// Copies the selection as soon as the button is released.
fn handle_release(state: &mut State) -> Vec<Effect> {
    match state.drag.take() {
        Some(drag) if drag.pane == Focus::Transcript => copy::copy_selection(state),
        Some(_) | None => Vec::new(),
    }
}

fn handle_list_press(state: &mut State, row: usize) -> Vec<Effect> {
    let index = list_layout::index_at(state, state.measured.list_area.height, row);
    state.focus = Focus::List;
    let Some(index) = index else {
        return Vec::new();
    };
    state.list.selected = index;
    list::open_selected(state)
}

/// The first row of the composer on screen.
fn first_composer_row(state: &State) -> usize {
    let editor = &state.composer.editor;
    editor.top(editor.rows(), usize::from(state.measured.composer_rows))
}

fn set_caret(state: &mut State, cell: CellPosition, reach: SelectionMode) {
    let first = first_composer_row(state);
    let editor = &mut state.composer.editor;
    let rows = editor.rows();
    let row = first.saturating_add(cell.row).min(rows.len().saturating_sub(1));
    let at = rows.byte_at(editor.text(), row, cell.column);
    editor.move_caret_to(at, reach);
}

/// Above the first visible row each move extends the selection by one row.
fn drag_above(state: &mut State, column: usize) {
    let row_above = first_composer_row(state).checked_sub(1);
    let editor = &mut state.composer.editor;
    let at = match row_above {
        Some(row) => editor.rows().byte_at(editor.text(), row, column),
        None => 0,
    };
    editor.move_caret_to(at, SelectionMode::Extend);
}
