//! Words about presets that the list and its dialogs share.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::{NoticeKind, PresetPicker};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::message::remark;

/// What came of the last thing done.
pub(super) fn outcome(picker: &PresetPicker, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Some((kind, text)) = &picker.said else {
        return Vec::new();
    };
    remark(&clean::line(text), of_kind(*kind, theme), columns)
}

fn of_kind(kind: NoticeKind, theme: &Theme) -> Style {
    match kind {
        NoticeKind::Info => theme.info,
        NoticeKind::Warning => theme.warning,
        NoticeKind::Error => theme.error,
    }
}

/// The tools a preset allows.
pub(super) fn tools_named(tools: &[String]) -> String {
    if tools.is_empty() { "no tools".to_owned() } else { tools.join(", ") }
}
