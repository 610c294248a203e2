//! Saving presets and their drafts.

use std::sync::Arc;

use crate::app::{
    Effect, NoticeKind, Overlay, PresetPicker, PresetTask, SessionEffect, State, StoreEffect,
    window_advice,
};
use crate::chat::{ConversationId, Draft, Failure, Preset, PresetChange, PresetList};

use crate::app::overlay::presets::picker::open_picker_mut;

/// Asks for a change; the form stays open until it is stored.
pub(super) fn request_change(state: &mut State, change: PresetChange) -> Vec<Effect> {
    if let Some(picker) = open_picker_mut(state) {
        picker.message = None;
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
    let text = match done {
        Ok(text) => text,
        Err(failure) => {
            let text = window_advice::failure_text(&failure, &keymap);
            picker.message = Some((NoticeKind::Error, text));
            return Vec::new();
        }
    };
    let is_done = match &picker.task {
        PresetTask::Choosing | PresetTask::Deleting(_) => false,
        PresetTask::Renaming(it) => Some(it.original.id.as_str()) == about,
        PresetTask::Editing(form) => Some(form.id.as_str()) == about,
    };
    let mut effects = Vec::new();
    if is_done {
        let doing = std::mem::replace(&mut picker.task, PresetTask::Choosing);
        if let PresetTask::Editing(form) = doing {
            effects = delete_draft(state, form.original.as_ref());
        }
    }
    // Without an id it is the result of undoing.
    let hint = about.map_or_else(String::new, |_| state.undo_hint());
    if let Some(picker) = self::open_picker_mut(state) {
        let text = format!("{text}{hint}");
        picker.select_preset(about);
        picker.message = Some((NoticeKind::Info, text));
    }
    effects
}

/// Follows changes of the preset in use.
pub(super) fn update_preset_in_use(state: &mut State, list: &PresetList) {
    let Some(used) = state.session.preset.clone() else {
        return;
    };
    match list.presets.iter().find(|it| it.id == used.id) {
        Some(now) if *now == used => {}
        // What the user has changed since stays.
        Some(now) => {
            if now.model != used.model && used.model.as_deref() == Some(&state.session.model) {
                state.session.model = now.model.clone().unwrap_or(state.session.model.clone());
            }
            if now.effort != used.effort && used.effort == state.session.effort {
                state.session.effort.clone_from(&now.effort);
            }
            if now.tools != used.tools && used.tools.as_ref() == Some(&state.session.tools) {
                state.session.tools = now.tools.clone().unwrap_or_default();
            }
            state.session.preset = Some(now.clone());
        }
        None => {
            state.session.preset = None;
            let text = format!(
                "The preset \"{}\" no longer exists. Questions are asked without a preset.",
                used.name
            );
            state.show_notice(NoticeKind::Warning, text);
        }
    }
}

/// Applies the text from the external editor; returns it where no preset is being edited.
pub(crate) fn apply_external_edit(
    state: &mut State,
    edited: Result<String, String>,
) -> Option<Result<String, String>> {
    let Some(picker) = open_picker_mut(state) else {
        return Some(edited);
    };
    let PresetTask::Editing(form) = &mut picker.task else {
        return Some(edited);
    };
    match edited {
        Ok(text) if text == form.instructions.text() => {}
        Ok(text) => form.instructions.set_text(&text),
        Err(why) => {
            let sentence = format!("Your text is unchanged: {why}.");
            picker.message = Some((NoticeKind::Warning, sentence));
        }
    }
    None
}

/// Whether the form has changes that are not saved as a draft.
#[must_use]
pub(crate) fn has_unsaved(state: &State) -> bool {
    let Some(Overlay::Presets(picker)) = &state.overlay else {
        return false;
    };
    match &picker.task {
        PresetTask::Editing(form) => {
            form.is_changed() && form.saved_draft.as_ref() != Some(&form.preset())
        }
        PresetTask::Choosing | PresetTask::Renaming(_) | PresetTask::Deleting(_) => false,
    }
}

/// Saves the form as a draft where the stored one differs.
pub(crate) fn save_draft(state: &mut State) -> Vec<Effect> {
    if !has_unsaved(state) {
        return Vec::new();
    }
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    let PresetTask::Editing(form) = &mut picker.task else {
        return Vec::new();
    };
    let preset = form.preset();
    let owner_id = Some(draft_key(form.original.as_ref()));
    let text = serde_json::to_string(&preset).unwrap_or_default();
    form.saved_draft = Some(preset);
    let draft = Draft::from(text);
    state.drafts.insert(owner_id.clone(), draft.clone());
    vec![Effect::Session(SessionEffect::SaveDraft { conversation: owner_id, draft })]
}

/// Closes the list of tools over the form, else the current task, else the picker.
pub(crate) fn close_task(state: &mut State) -> Vec<Effect> {
    let form = open_picker_mut(state).and_then(PresetPicker::form_mut);
    if form.is_some_and(|form| form.tool_list.take().is_some()) {
        return Vec::new();
    }
    let effects = save_as_draft(state);
    match open_picker_mut(state) {
        Some(picker) if !matches!(picker.task, PresetTask::Choosing) => {
            picker.task = PresetTask::Choosing;
        }
        _ => state.overlay = None,
    }
    effects
}

/// Saves the form as a draft, or deletes the draft where nothing has changed.
fn save_as_draft(state: &mut State) -> Vec<Effect> {
    let Some(picker) = open_picker_mut(state) else {
        return Vec::new();
    };
    picker.message = None;
    let PresetTask::Editing(form) = &picker.task else {
        return Vec::new();
    };
    let before = form.original.clone();
    if !form.is_changed() {
        return delete_draft(state, before.as_ref());
    }
    let effects = save_draft(state);
    if let Some(picker) = self::open_picker_mut(state) {
        let text = "Not saved yet. Your text is still there when you open the form again.";
        picker.message = Some((NoticeKind::Info, text.to_owned()));
    }
    effects
}

/// The draft of a preset.
pub(super) fn load_draft(state: &State, before: Option<&Preset>) -> Option<Preset> {
    serde_json::from_str(&state.drafts.get(&Some(draft_key(before)))?.text).ok()
}

fn delete_draft(state: &mut State, before: Option<&Preset>) -> Vec<Effect> {
    let owner_id = Some(draft_key(before));
    if state.drafts.remove(&owner_id).is_none() {
        return Vec::new();
    }
    let draft = Draft::default();
    vec![Effect::Session(SessionEffect::SaveDraft { conversation: owner_id, draft })]
}

/// The key of a preset's draft; no conversation has such an id.
fn draft_key(before: Option<&Preset>) -> ConversationId {
    let id = before.map_or("new", |preset| preset.id.as_str());
    ConversationId::new(format!("preset: {id}"))
}
