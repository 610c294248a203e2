//! Drafts of the form: what was typed is still there after a crash, and when the form is opened again.

use crate::app::{Effect, NoticeKind, Overlay, PresetPicker, PresetTask, SessionEffect, State};
use crate::chat::{ConversationId, Draft, Preset};

use super::picker::open_picker_mut;

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
    if let Some(picker) = open_picker_mut(state) {
        let text = "Not saved yet. Your text is still there when you open the form again.";
        picker.message = Some((NoticeKind::Info, text.to_owned()));
    }
    effects
}

/// The draft of a preset.
pub(super) fn load_draft(state: &State, before: Option<&Preset>) -> Option<Preset> {
    serde_json::from_str(&state.drafts.get(&Some(draft_key(before)))?.text).ok()
}

/// Deletes the draft of a preset.
pub(super) fn delete_draft(state: &mut State, before: Option<&Preset>) -> Vec<Effect> {
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
