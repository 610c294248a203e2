//! A choice of models.
//! May not choose one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::overlay::ModelPicker;
use crate::settings::Theme;
use crate::view::list::fit;
use crate::view::{clean, message};

use super::open_box;

/// Draws the reason, where there is one, and the models.
pub fn draw(frame: &mut Frame<'_>, area: Rect, picker: &ModelPicker, theme: &Theme) {
    let mut lines = Vec::new();
    if let Some(reason) = &picker.reason {
        for line in message::remark(reason, theme.error, 56) {
            lines.push(line);
        }
        lines.push(Line::default());
    }
    let before = lines.len();
    match &picker.models {
        None => lines.push(Line::styled("Asking the server what it offers…", theme.faint)),
        Some(models) => {
            for (place, model) in models.iter().enumerate() {
                let style = if place == picker.selected { theme.selected } else { theme.text };
                lines.push(Line::styled(format!(" {} ", fit(&clean::line(model), 54)), style));
            }
        }
    }
    let inner = open_box(frame, area, "Model", (56, lines.len().min(20)), theme);
    let cursor = before.saturating_add(picker.selected).saturating_add(1);
    let top = cursor.saturating_sub(usize::from(inner.height));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), inner);
}
