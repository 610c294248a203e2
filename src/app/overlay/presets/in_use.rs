//! Keeps the preset of the next questions as it is in the file.

use crate::app::{NoticeKind, State};
use crate::chat::PresetList;

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
