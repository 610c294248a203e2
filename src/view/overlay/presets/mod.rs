//! The preset picker and its dialogs.

mod form;
mod list;
mod rename;
mod text;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::{PresetPicker, PresetTask, State};
use crate::settings::Theme;
use crate::view::overlay::confirm;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    picker: &PresetPicker,
    theme: &Theme,
) {
    match &picker.task {
        PresetTask::Choosing => list::draw(frame, area, state, picker, theme),
        PresetTask::Renaming(renaming) => rename::draw(frame, area, renaming, picker, theme),
        PresetTask::Deleting(preset) => confirm::draw_preset_deletion(frame, area, preset, theme),
        PresetTask::Editing(it) => form::draw(frame, area, state, it, picker, theme),
    }
}
