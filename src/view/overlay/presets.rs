//! A choice of presets.
//! May not choose one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::overlay::PresetPicker;
use crate::chat::Preset;
use crate::settings::Theme;
use crate::view::clean;
use crate::view::list::fit;

use super::open_box;

/// Columns of a row.
const WIDE: usize = 60;

/// Draws the presets, each with the beginning of its instructions.
pub fn draw(frame: &mut Frame<'_>, area: Rect, picker: &PresetPicker, theme: &Theme) {
    let mut lines = Vec::new();
    match &picker.presets {
        None => lines.push(Line::styled("Reading…", theme.faint)),
        Some(presets) => {
            for (place, preset) in presets.iter().enumerate() {
                let style = if place == picker.selected { theme.selected } else { theme.text };
                let name = fit(&clean::line(&preset.name), WIDE.saturating_sub(2));
                lines.push(Line::styled(format!(" {name} "), style));
                let about = fit(&about(preset), WIDE.saturating_sub(4));
                lines.push(Line::from(Span::styled(format!("   {about}"), theme.faint)));
            }
        }
    }
    let inner = open_box(frame, area, "Preset", (WIDE, lines.len().min(20)), theme);
    let cursor = picker.selected.saturating_mul(2).saturating_add(2);
    let top = cursor.saturating_sub(usize::from(inner.height));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), inner);
}

/// Model and effort, where it names them, and how it begins.
fn about(preset: &Preset) -> String {
    let begins = preset.instructions.as_deref().unwrap_or("The usual instructions");
    let parts = preset.model.iter().chain(&preset.effort).map(String::as_str);
    let all: Vec<&str> = parts.chain([begins]).collect();
    clean::line(&all.join(" · ").replace('\n', " ")).into_owned()
}
