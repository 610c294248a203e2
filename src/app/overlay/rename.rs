//! The rename dialog: the new title of a conversation while it is typed.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::{
    Effect, NoticeKind, Overlay, RenameDialog, State, StoreEffect, UndoAction, list::target,
};
use crate::chat::{Change, ConversationId, Title, title};

/// Opens the dialog for the target conversation.
pub(crate) fn open_dialog(state: &mut State) -> Vec<Effect> {
    if let Some((id, title)) = target::require_target(state) {
        let editor = Editor::with_text(title);
        state.overlay = Some(Overlay::Rename(Box::new(RenameDialog { id, editor })));
    }
    Vec::new()
}

/// Edits the title; Enter submits it.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::Enter {
        return submit_title(state);
    }
    if let Some(Overlay::Rename(dialog)) = state.overlay.as_mut() {
        editor::handle_key(&mut dialog.editor, &state.keymap, key);
    }
    Vec::new()
}

/// Renames a conversation, or shows why the text is no title.
pub(crate) fn rename_conversation(
    state: &mut State,
    id: ConversationId,
    typed: &str,
) -> Vec<Effect> {
    if let Some(title) = Title::typed(typed) {
        let row = state.list.rows.iter().find(|row| row.id == id);
        if row.is_some_and(|row| row.title == title) {
            state.show_notice(NoticeKind::Info, title::unchanged_sentence(&title));
            return Vec::new();
        }
        state.push_undo(id.clone(), UndoAction::Restore(None));
        let change = Change::Rename { id, title, at: state.now };
        return vec![Effect::Store(StoreEffect::Commit(vec![change]))];
    }
    state.show_notice(NoticeKind::Warning, "The title is empty. The old one is kept.");
    Vec::new()
}

/// Renames the target conversation.
pub(crate) fn rename_to(state: &mut State, title: &str) -> Vec<Effect> {
    match target::require_target(state) {
        Some((id, _)) => rename_conversation(state, id, title),
        None => Vec::new(),
    }
}

fn submit_title(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Rename(dialog)) = state.overlay.take() else {
        return Vec::new();
    };
    rename_conversation(state, dialog.id, dialog.editor.text())
}
