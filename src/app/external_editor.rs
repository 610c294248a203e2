//! Opens the external editor. Must not open a second one: both would read the same keyboard.

use crate::app::{EditTarget, Effect, ExternalEdit, NoticeKind, State, TerminalEffect};

/// Opens a text in the external editor, unless that has another one.
pub(crate) fn open(state: &mut State, target: EditTarget, text: String) -> Vec<Effect> {
    if state.external_edit.is_some() {
        state.show_notice(NoticeKind::Info, "The external editor is already open.");
        return Vec::new();
    }
    state.external_edit = Some(ExternalEdit { target, text: text.clone() });
    vec![Effect::Terminal(TerminalEffect::OpenEditor(text))]
}
