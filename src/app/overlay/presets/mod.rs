//! The preset picker: choosing, editing, renaming, duplicating, deleting.

mod draft;
mod form;
mod in_use;
mod picker;
mod save;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::{
    Effect, NoticeKind, Overlay, PresetPicker, PresetRenameDialog, PresetTask, State, StoreEffect,
    window_advice,
};
use crate::chat::preset::find_by_name;
use crate::chat::{Failure, Preset, PresetChange, PresetList};
use crate::settings::{Action, Scope};

use super::cursor;
use picker::open_picker_mut;

pub(crate) use draft::{close_task, has_unsaved, save_draft};
pub(crate) use form::{LABEL_COLUMNS, MAX_COLUMNS, apply_external_edit, text_columns};
pub(crate) use save::handle_changed;

pub(crate) fn show_picker(state: &mut State) -> Vec<Effect> {
    open_picker(state, None)
}

/// Uses the preset with this name, once the presets are read.
pub(crate) fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    open_picker(state, Some(name.to_owned()))
}

fn open_picker(state: &mut State, wanted: Option<String>) -> Vec<Effect> {
    let (list, task, message) = (None, PresetTask::Choosing, None);
    state.overlay = Some(Overlay::Presets(PresetPicker {
        list,
        requested_name: wanted,
        selected: 0,
        task,
        message,
    }));
    vec![Effect::Store(StoreEffect::ListPresets)]
}

/// Takes the presets; the cursor stays on its preset.
pub(crate) fn set_presets(state: &mut State, listed: Result<PresetList, Failure>) {
    if let Ok(list) = &listed {
        in_use::update_preset_in_use(state, list);
    }
    let used = state.session.preset.as_ref().map(|preset| preset.id.clone());
    let keymap = Arc::clone(&state.keymap);
    let Some(picker) = open_picker_mut(state) else {
        return;
    };
    let list = match listed {
        Ok(list) => list,
        Err(failure) => {
            // A form being edited stays open.
            if matches!(picker.task, PresetTask::Editing(_)) {
                let text = window_advice::failure_text(&failure, &keymap);
                picker.message = Some((NoticeKind::Error, text));
            } else {
                state.overlay = None;
                state.show_failure(&failure);
            }
            return;
        }
    };
    let Some(wanted) = picker.requested_name.take() else {
        let on = picker.selected_preset().map(|preset| preset.id.clone()).or(used);
        picker.list = Some(list);
        picker.select_preset(on.as_deref());
        return;
    };
    state.overlay = None;
    match find_by_name(&list.presets, &wanted) {
        Ok(preset) => use_preset(state, preset),
        Err(error) => state.show_failure(&error.to_failure()),
    }
}

/// Handles a key of the current task.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Presets(picker)) = &state.overlay else {
        return Vec::new();
    };
    match &picker.task {
        PresetTask::Choosing => handle_list_key(state, key),
        PresetTask::Renaming(_) => handle_rename_key(state, key),
        PresetTask::Deleting(_) => handle_delete_key(state, key),
        PresetTask::Editing(_) => form::handle_key(state, key),
    }
}

/// Inserts pasted text where a text is edited.
pub(crate) fn paste(state: &mut State, text: &str) {
    let Some(picker) = open_picker_mut(state) else {
        return;
    };
    match &mut picker.task {
        PresetTask::Choosing | PresetTask::Deleting(_) => {}
        PresetTask::Renaming(renaming) => renaming.editor.insert_line(text),
        PresetTask::Editing(form) => form.paste(text),
    }
}

fn handle_list_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let action = state.keymap.action_in(Scope::List, key);
    let action = action.or_else(|| state.keymap.action(Scope::Conversation, key));
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    let rows = picker.list.as_ref().map_or(0, |list| list.presets.len());
    let chosen = picker.selected_preset().cloned();
    match (action, chosen) {
        (Some(Action::Undo), _) => return vec![Effect::Store(StoreEffect::UndoPreset)],
        (Some(Action::Rename), Some(preset)) => start_renaming(state, preset),
        (Some(Action::Delete), Some(preset)) => start_deleting(state, preset),
        (Some(Action::Duplicate), Some(preset)) => return duplicate_preset(state, &preset),
        (Some(Action::NewConversation), _) if rows > 0 => form::open_form(state, None),
        (Some(Action::EditQuestion), Some(preset)) => form::open_form(state, Some(preset)),
        (_, chosen) => match (key.code, chosen) {
            (KeyCode::Enter, Some(preset)) => {
                state.overlay = None;
                use_preset(state, &preset);
            }
            _ => {
                if let Some(to) = cursor::cursor_after_key_without_text(picker.selected, rows, key)
                {
                    picker.selected = to;
                    picker.message = None;
                }
            }
        },
    }
    Vec::new()
}

fn start_renaming(state: &mut State, preset: Preset) {
    let Some(picker) = open_picker_mut(state) else {
        return;
    };
    if !picker.can_change(&preset) {
        return;
    }
    let editor = Editor::with_text(preset.name.clone());
    picker.task = PresetTask::Renaming(Box::new(PresetRenameDialog {
        original: preset,
        editor,
        fault: None,
    }));
}

fn start_deleting(state: &mut State, preset: Preset) {
    if let Some(picker) = open_picker_mut(state)
        && picker.can_change(&preset)
    {
        picker.task = PresetTask::Deleting(Box::new(preset));
    }
}

/// Creates a copy with a numbered name.
fn duplicate_preset(state: &mut State, preset: &Preset) -> Vec<Effect> {
    let id = state.ids.next_preset_id();
    let Some(list) = open_picker_mut(state).and_then(|picker| picker.list.as_ref()) else {
        return Vec::new();
    };
    let taken = |name: &str| list.presets.iter().any(|it| it.name.trim() == name);
    let numbered = |number: u32| match number {
        1 => format!("{} copy", preset.name.trim()),
        _ => format!("{} copy {number}", preset.name.trim()),
    };
    let name = (1..1000).map(numbered).find(|name| !taken(name)).unwrap_or_default();
    let preset = preset.copy_as(id, name, &list.default_instructions);
    save::request_change(state, PresetChange::Create { preset })
}

fn handle_rename_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let keymap = state.keymap.clone();
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    let PresetTask::Renaming(renaming) = &mut picker.task else {
        return Vec::new();
    };
    if key.code != KeyCode::Enter {
        editor::handle_key(&mut renaming.editor, &keymap, key);
        return Vec::new();
    }
    let name = renaming.editor.text().trim().to_owned();
    let before = renaming.original.clone();
    let change = PresetChange::Edit { after: Preset { name, ..before.clone() }, before };
    let Some(list) = &picker.list else {
        return Vec::new();
    };
    renaming.fault = change.faults(list.rules).first().copied();
    if renaming.fault.is_some() { Vec::new() } else { save::request_change(state, change) }
}

/// Handles y and n; other keys are ignored.
fn handle_delete_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    let answer = match key.code {
        KeyCode::Char('y' | 'Y') => true,
        KeyCode::Char('n' | 'N') => false,
        _ => return Vec::new(),
    };
    match std::mem::replace(&mut picker.task, PresetTask::Choosing) {
        PresetTask::Deleting(preset) if answer => {
            save::request_change(state, PresetChange::Delete { id: preset.id, name: preset.name })
        }
        _ => Vec::new(),
    }
}

/// Uses a preset for the next questions.
fn use_preset(state: &mut State, preset: &Preset) {
    state.session.use_preset(preset.clone());
    state.show_notice(NoticeKind::Info, format!("Preset: \"{}\".", preset.name));
}
