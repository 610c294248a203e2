//! The list of tools: those of this program, and those of servers.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::options::TOOL_NAMES;
use crate::app::tool_choice::{self, ToolRow, tool_rows};
use crate::app::{ApiEffect, Effect, Overlay, Session, State, ToolPicker};
use crate::chat::ServerTools;

use super::cursor;

/// Opens the list, and asks the servers for their tools.
pub(crate) fn open(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Tools(Box::default()));
    vec![Effect::Api(ApiEffect::ListTools)]
}

/// Takes what the servers offer; ignored where the list is closed.
pub(crate) fn set_tools(state: &mut State, listed: Vec<ServerTools>) -> Vec<Effect> {
    if let Some(Overlay::Tools(picker)) = state.overlay.as_mut() {
        picker.listed = listed;
    }
    Vec::new()
}

/// Moves the cursor; Enter or Space turns a tool on or off.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Tools(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let rows = rows(&state.session, picker);
    if matches!(key.code, KeyCode::Enter | KeyCode::Char(' ')) {
        if let Some(row) = rows.get(picker.selected) {
            tool_choice::toggle(&mut state.session.tools, &row.entry, &picker.listed);
        }
    } else if let Some(to) = cursor::cursor_after_key_without_text(picker.selected, rows.len(), key)
    {
        picker.selected = to;
    }
    Vec::new()
}

/// The rows of the list.
#[must_use]
pub fn rows(session: &Session, picker: &ToolPicker) -> Vec<ToolRow> {
    tool_rows(&TOOL_NAMES, &session.tool_servers, &picker.listed, &session.tools)
}
