//! What is written of presets on its way to the disk: wishes, what came of them, drafts.
//! May not judge a preset.

use crate::app::{Effect, NoticeKind, Overlay, PresetTask, State, StoreEffect};
use crate::chat::{ConversationId, Draft, Failure, Preset, PresetChange, PresetList};

use super::picker::picker;

/// Asks for a change; what is being written stays until it is kept.
pub(super) fn wish(state: &mut State, change: PresetChange) -> Vec<Effect> {
    if let Some(picker) = picker(state) {
        picker.said = None;
    }
    vec![Effect::Store(StoreEffect::ChangePreset(Box::new(change)))]
}

/// Takes what came of a change: the sentence that says it is done, or the reason why it is not.
pub fn take_changed(
    state: &mut State,
    about: Option<&str>,
    done: Result<String, Failure>,
) -> Vec<Effect> {
    let Some(picker) = picker(state) else {
        match done {
            Ok(said) => state.say(NoticeKind::Info, said),
            Err(failure) => state.say(NoticeKind::Error, failure.to_string()),
        }
        return Vec::new();
    };
    let said = match done {
        Ok(said) => said,
        Err(failure) => {
            picker.said = Some((NoticeKind::Error, failure.to_string()));
            return Vec::new();
        }
    };
    let is_done = match &picker.doing {
        PresetTask::Choosing | PresetTask::Deleting(_) => false,
        PresetTask::Renaming(it) => Some(it.before.id.as_str()) == about,
        PresetTask::Writing(form) => Some(form.id.as_str()) == about,
    };
    let mut effects = Vec::new();
    if is_done {
        let doing = std::mem::replace(&mut picker.doing, PresetTask::Choosing);
        if let PresetTask::Writing(form) = doing {
            effects = forget_draft(state, form.before.as_ref());
        }
    }
    if let Some(picker) = self::picker(state) {
        picker.stand_on(about);
        picker.said = Some((NoticeKind::Info, said));
    }
    effects
}

/// The preset questions are asked by goes along with its changes.
pub(super) fn follow(state: &mut State, list: &PresetList) {
    let Some(used) = state.session.preset.clone() else {
        return;
    };
    match list.presets.iter().find(|it| it.id == used.id) {
        Some(now) if *now == used => {}
        // What the user has chosen since stays chosen.
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
            let said =
                format!("The preset \"{}\" is gone; questions are asked without.", used.name);
            state.say(NoticeKind::Warning, said);
        }
    }
}

/// Takes what the user's own editor saved; hands it back where no preset is being written.
pub fn take_edited(
    state: &mut State,
    edited: Result<String, String>,
) -> Option<Result<String, String>> {
    let Some(picker) = picker(state) else {
        return Some(edited);
    };
    let PresetTask::Writing(form) = &mut picker.doing else {
        return Some(edited);
    };
    match edited {
        Ok(text) if text == form.instructions.text() => {}
        Ok(text) => form.instructions.set_text(&text),
        Err(why) => {
            let said = format!("Your text is as it was: {why}.");
            picker.said = Some((NoticeKind::Warning, said));
        }
    }
    None
}

/// Whether something is written that no disk has.
#[must_use]
pub fn unkept(state: &State) -> bool {
    let Some(Overlay::Presets(picker)) = &state.overlay else {
        return false;
    };
    match &picker.doing {
        PresetTask::Writing(form) => {
            form.is_changed() && form.drafted.as_ref() != Some(&form.preset())
        }
        PresetTask::Choosing | PresetTask::Renaming(_) | PresetTask::Deleting(_) => false,
    }
}

/// Writes down what is being written, where the disk has something else.
pub fn keep_draft(state: &mut State) -> Vec<Effect> {
    if !unkept(state) {
        return Vec::new();
    }
    let Some(picker) = picker(state) else {
        return Vec::new();
    };
    let PresetTask::Writing(form) = &mut picker.doing else {
        return Vec::new();
    };
    let preset = form.preset();
    let whose = Some(key(form.before.as_ref()));
    let text = serde_json::to_string(&preset).unwrap_or_default();
    form.drafted = Some(preset);
    let draft = Draft::from(text);
    state.drafts.insert(whose.clone(), draft.clone());
    vec![Effect::Store(StoreEffect::KeepDraft { conversation: whose, draft })]
}

/// Leaves what is being done to the list, and the list to the panes.
pub fn leave(state: &mut State) -> Vec<Effect> {
    let effects = put_away(state);
    match picker(state) {
        Some(picker) if !matches!(picker.doing, PresetTask::Choosing) => {
            picker.doing = PresetTask::Choosing;
        }
        _ => state.overlay = None,
    }
    effects
}

/// Leaves what is being written as a draft; what says nothing new is none.
fn put_away(state: &mut State) -> Vec<Effect> {
    let Some(picker) = picker(state) else {
        return Vec::new();
    };
    picker.said = None;
    let PresetTask::Writing(form) = &picker.doing else {
        return Vec::new();
    };
    let before = form.before.clone();
    if !form.is_changed() {
        return forget_draft(state, before.as_ref());
    }
    let effects = keep_draft(state);
    if let Some(picker) = self::picker(state) {
        let said = "What you wrote is not kept yet; it is there when you open it again.";
        picker.said = Some((NoticeKind::Info, said.to_owned()));
    }
    effects
}

/// What was written of a preset and not kept.
pub(super) fn draft_of(state: &State, before: Option<&Preset>) -> Option<Preset> {
    serde_json::from_str(&state.drafts.get(&Some(key(before)))?.text).ok()
}

fn forget_draft(state: &mut State, before: Option<&Preset>) -> Vec<Effect> {
    let whose = Some(key(before));
    if state.drafts.remove(&whose).is_none() {
        return Vec::new();
    }
    let draft = Draft::default();
    vec![Effect::Store(StoreEffect::KeepDraft { conversation: whose, draft })]
}

/// Drafts are kept by conversation; no conversation is called like this.
fn key(before: Option<&Preset>) -> ConversationId {
    let id = before.map_or("new", |preset| preset.id.as_str());
    ConversationId::new(format!("preset: {id}"))
}
