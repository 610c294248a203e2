//! Saving presets. A form stays open until its preset is stored.

use std::sync::Arc;

use crate::app::{
    EditTarget, Effect, NoticeKind, Overlay, PresetTask, State, StoreEffect, window_advice,
};
use crate::chat::{Failure, Preset, PresetChange};

use super::draft::{delete_draft, save_draft};
use super::picker::open_picker_mut;

/// Said until a change is stored.
const SAVING: &str = "Saving…";

/// Asks for a change; the form stays open until it is stored.
pub(super) fn request_change(state: &mut State, change: PresetChange) -> Vec<Effect> {
    if let Some(picker) = open_picker_mut(state) {
        picker.message = Some((NoticeKind::Info, SAVING.to_owned()));
    }
    vec![Effect::Store(StoreEffect::ChangePreset(Box::new(change)))]
}

/// Handles the result of a change.
pub(crate) fn handle_changed(
    state: &mut State,
    about: Option<&str>,
    done: Result<String, Failure>,
) -> Vec<Effect> {
    let keymap = Arc::clone(&state.keymap);
    let Some(picker) = open_picker_mut(state) else {
        match done {
            Ok(text) => state.show_notice(NoticeKind::Info, text),
            Err(failure) => state.show_failure(&failure),
        }
        return Vec::new();
    };
    let form = picker.form_mut().filter(|form| Some(form.id.as_str()) == about);
    let stored = form.and_then(|form| form.saving.take());
    let mut text = match done {
        Ok(text) => text,
        Err(failure) => {
            let text = window_advice::failure_text(&failure, &keymap);
            picker.message = Some((NoticeKind::Error, text));
            return Vec::new();
        }
    };
    if matches!(&picker.task, PresetTask::Renaming(it) if Some(it.original.id.as_str()) == about) {
        picker.task = PresetTask::Choosing;
    }
    let mut effects = Vec::new();
    if let Some(stored) = stored {
        effects = end_saving(state, stored);
        if has_changed_form(state) {
            text.push_str(" What you have changed since is not saved yet.");
        }
    }
    // Without an id it is the result of undoing.
    let hint = about.map_or_else(String::new, |_| state.undo_hint());
    if let Some(picker) = open_picker_mut(state) {
        let text = format!("{text}{hint}");
        picker.select_preset(about);
        picker.message = Some((NoticeKind::Info, text));
    }
    effects
}

/// Closes the form of a preset that is stored, unless more was changed since or its text is in the
/// external editor: then the form is about the stored preset.
fn end_saving(state: &mut State, stored: Preset) -> Vec<Effect> {
    let target = EditTarget::Preset(stored.id.clone());
    let is_in_editor = state.external_edit.as_ref().is_some_and(|edit| edit.target == target);
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    let PresetTask::Editing(form) = &mut picker.task else {
        return Vec::new();
    };
    form.saved_draft = None;
    let is_unchanged = form.preset() == stored;
    let before = form.original.replace(stored);
    if is_unchanged && !is_in_editor {
        picker.task = PresetTask::Choosing;
    }
    let mut effects = delete_draft(state, before.as_ref());
    effects.extend(save_draft(state));
    effects
}

/// Whether a form is open that differs from the stored preset.
fn has_changed_form(state: &State) -> bool {
    let Some(Overlay::Presets(picker)) = &state.overlay else {
        return false;
    };
    matches!(&picker.task, PresetTask::Editing(form) if form.is_changed())
}
