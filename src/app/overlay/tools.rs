//! The list of tools: those of this program, and those of servers. It is for the next questions, or for the
//! preset in the form below it.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::question::tool_choice::{self, ToolRow, tool_rows};
use crate::app::{ApiEffect, Effect, Overlay, State, ToolPicker};
use crate::chat::ServerTools;
use crate::settings::Settings;

use super::cursor;

/// Opens the list, and asks the servers for their tools.
pub(crate) fn open(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Tools(Box::default()));
    vec![Effect::Api(ApiEffect::ListTools)]
}

/// Takes what the servers offer; ignored where the list is closed.
pub(crate) fn set_tools(state: &mut State, listed: Vec<ServerTools>) -> Vec<Effect> {
    let picker = match state.overlay.as_mut() {
        Some(Overlay::Tools(picker)) => Some(picker.as_mut()),
        Some(Overlay::Presets(presets)) => {
            presets.form_mut().and_then(|form| form.tool_list.as_mut())
        }
        _ => None,
    };
    if let Some(picker) = picker {
        picker.listed = listed;
    }
    Vec::new()
}

/// Handles a key of the list for the next questions.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Tools(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let session = &mut state.session;
    edit_choice(picker, &session.tool_servers, &mut session.tools, key);
    Vec::new()
}

/// Moves the cursor; Enter or Space turns a tool on or off. Returns whether the choice has changed.
pub(super) fn edit_choice(
    picker: &mut ToolPicker,
    servers: &[String],
    chosen: &mut Vec<String>,
    key: KeyEvent,
) -> bool {
    let rows = rows(servers, picker, chosen);
    if matches!(key.code, KeyCode::Enter | KeyCode::Char(' ')) {
        let row = rows.get(picker.selected);
        if let Some(row) = row {
            tool_choice::toggle(chosen, &row.entry, &picker.listed);
        }
        return row.is_some();
    }
    if let Some(to) = cursor::cursor_after_key_without_text(picker.selected, rows.len(), key) {
        picker.selected = to;
    }
    false
}

/// The rows of the list.
#[must_use]
pub fn rows(servers: &[String], picker: &ToolPicker, chosen: &[String]) -> Vec<ToolRow> {
    tool_rows(&Settings::OWN_TOOLS, servers, &picker.listed, chosen)
}
