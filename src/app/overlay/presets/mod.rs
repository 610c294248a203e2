//! Presets: one to choose, and what can be done to each: made, changed, renamed, copied, removed.
//! May not read or write any: the list arrives as a fact, changes are effects.

mod form;
mod keep;
mod picker;

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::editor::{self, Editor};
use crate::app::{
    Effect, NoticeKind, Overlay, PresetPicker, PresetRenaming, PresetTask, State, StoreEffect,
};
use crate::chat::preset::named;
use crate::chat::{Failure, Preset, PresetChange, PresetList};
use crate::settings::{Action, Scope};

use super::cursor;
use picker::{one_line, picker};

pub use form::{LABEL, WIDE, text_columns};
pub use keep::{keep_draft, leave, take_changed, take_edited, unkept};

/// Lets the user choose a preset.
pub fn ask(state: &mut State) -> Vec<Effect> {
    open(state, None)
}

/// Takes the preset with this name.
pub fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    open(state, Some(name.to_owned()))
}

fn open(state: &mut State, wanted: Option<String>) -> Vec<Effect> {
    let (list, selected, doing, said) = (None, 0, PresetTask::Choosing, None);
    state.overlay = Some(Overlay::Presets(PresetPicker { list, wanted, selected, doing, said }));
    vec![Effect::Store(StoreEffect::ListPresets)]
}

/// Takes the presets there are; the cursor stays on the one it was on.
pub fn take(state: &mut State, listed: Result<PresetList, Failure>) {
    if let Ok(list) = &listed {
        keep::follow(state, list);
    }
    let used = state.session.preset.as_ref().map(|preset| preset.id.clone());
    let Some(picker) = picker(state) else {
        return;
    };
    let list = match listed {
        Ok(list) => list,
        Err(failure) => {
            // What is being written stays where it is.
            if matches!(picker.doing, PresetTask::Writing(_)) {
                picker.said = Some((NoticeKind::Error, failure.to_string()));
            } else {
                state.overlay = None;
                state.say(NoticeKind::Error, failure.to_string());
            }
            return;
        }
    };
    let Some(wanted) = picker.wanted.take() else {
        let on = picker.under_cursor().map(|preset| preset.id.clone()).or(used);
        picker.list = Some(list);
        picker.stand_on(on.as_deref());
        return;
    };
    state.overlay = None;
    match named(&list.presets, &wanted) {
        Some(preset) => use_preset(state, preset),
        None => state.say(NoticeKind::Error, format!("There is no preset \"{wanted}\".")),
    }
}

/// A key for what is being done.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Presets(picker)) = &state.overlay else {
        return Vec::new();
    };
    match &picker.doing {
        PresetTask::Choosing => choose(state, key),
        PresetTask::Renaming(_) => rename(state, key),
        PresetTask::Deleting(_) => delete(state, key),
        PresetTask::Writing(_) => form::press(state, key),
    }
}

/// Puts pasted text where text is typed.
pub fn paste(state: &mut State, text: &str) {
    let Some(picker) = picker(state) else {
        return;
    };
    match &mut picker.doing {
        PresetTask::Choosing | PresetTask::Deleting(_) => {}
        PresetTask::Renaming(renaming) => renaming.editor.insert(&one_line(text)),
        PresetTask::Writing(form) => form.paste(text),
    }
}

fn choose(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let action = state.keymap.action_in(Scope::List, key);
    let action = action.or_else(|| state.keymap.action_in(Scope::Everywhere, key));
    let Some(picker) = picker(state) else {
        return Vec::new();
    };
    let rows = picker.list.as_ref().map_or(0, |list| list.presets.len());
    let chosen = picker.under_cursor().cloned();
    match (action, chosen) {
        (Some(Action::Undo), _) => return vec![Effect::Store(StoreEffect::UndoPreset)],
        (Some(Action::Rename), Some(preset)) => start_renaming(state, preset),
        (Some(Action::Delete), Some(preset)) => start_deleting(state, preset),
        (Some(Action::Duplicate), Some(preset)) => return duplicate(state, &preset),
        (_, chosen) => match (key.code, chosen) {
            (KeyCode::Enter, Some(preset)) => {
                state.overlay = None;
                use_preset(state, &preset);
            }
            (KeyCode::Char('n'), _) if key.modifiers.is_empty() && rows > 0 => {
                form::start(state, None);
            }
            (KeyCode::Char('e'), Some(preset)) if key.modifiers.is_empty() => {
                form::start(state, Some(preset));
            }
            _ => {
                if let Some(to) = cursor::moved_without_text(picker.selected, rows, key) {
                    picker.selected = to;
                    picker.said = None;
                }
            }
        },
    }
    Vec::new()
}

fn start_renaming(state: &mut State, preset: Preset) {
    let Some(picker) = picker(state) else {
        return;
    };
    if !picker.may_change(&preset) {
        return;
    }
    let editor = Editor::with_text(preset.name.clone());
    picker.doing =
        PresetTask::Renaming(Box::new(PresetRenaming { before: preset, editor, fault: None }));
}

fn start_deleting(state: &mut State, preset: Preset) {
    if let Some(picker) = picker(state)
        && picker.may_change(&preset)
    {
        picker.doing = PresetTask::Deleting(Box::new(preset));
    }
}

/// A copy, called after what it is a copy of.
fn duplicate(state: &mut State, preset: &Preset) -> Vec<Effect> {
    let id = state.ids.preset();
    let Some(list) = picker(state).and_then(|picker| picker.list.as_ref()) else {
        return Vec::new();
    };
    let taken = |name: &str| list.presets.iter().any(|it| it.name.trim() == name);
    let numbered = |number: u32| match number {
        1 => format!("{} copy", preset.name.trim()),
        _ => format!("{} copy {number}", preset.name.trim()),
    };
    let name = (1..1000).map(numbered).find(|name| !taken(name)).unwrap_or_default();
    let preset = preset.copy(id, name, &list.usual);
    keep::wish(state, PresetChange::Create { preset })
}

fn rename(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let keymap = state.keymap.clone();
    let Some(picker) = picker(state) else {
        return Vec::new();
    };
    let PresetTask::Renaming(renaming) = &mut picker.doing else {
        return Vec::new();
    };
    if key.code != KeyCode::Enter {
        editor::press(&mut renaming.editor, &keymap, key);
        return Vec::new();
    }
    let name = renaming.editor.text().trim().to_owned();
    let before = renaming.before.clone();
    let change = PresetChange::Edit { after: Preset { name, ..before.clone() }, before };
    let Some(list) = &picker.list else {
        return Vec::new();
    };
    renaming.fault = change.faults(&list.presets, list.rules).first().copied();
    if renaming.fault.is_some() { Vec::new() } else { keep::wish(state, change) }
}

/// Takes y or n; nothing else answers the question.
fn delete(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(picker) = picker(state) else {
        return Vec::new();
    };
    let answer = match key.code {
        KeyCode::Char('y' | 'Y') => true,
        KeyCode::Char('n' | 'N' | 'q') => false,
        _ => return Vec::new(),
    };
    match std::mem::replace(&mut picker.doing, PresetTask::Choosing) {
        PresetTask::Deleting(preset) if answer => {
            keep::wish(state, PresetChange::Delete { id: preset.id, name: preset.name })
        }
        _ => Vec::new(),
    }
}

/// Questions are asked by this preset from now on.
fn use_preset(state: &mut State, preset: &Preset) {
    state.session.take(preset.clone());
    state.say(NoticeKind::Info, format!("Questions are asked as \"{}\" from now on.", preset.name));
}
