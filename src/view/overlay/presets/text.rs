//! Texts shared by the preset list and its dialogs.

use ratatui::text::Line;

use crate::app::PresetPicker;
use crate::settings::Theme;
use crate::view::clean;
use crate::view::message::remark_lines;
use crate::view::status::notice_style;
use crate::view::tool_name;

/// The result of the last action.
pub(super) fn outcome_lines(
    picker: &PresetPicker,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let Some((kind, text)) = &picker.message else {
        return Vec::new();
    };
    remark_lines(&clean::line(text), notice_style(*kind, theme), columns)
}

pub(super) fn tool_names(tools: &[String]) -> String {
    if tools.is_empty() { "no tools".to_owned() } else { tool_name::tool_names(tools) }
}
