//! The theme picker, at the side so that the preview is visible.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::{ThemePicker, UiPrefsState};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;

use super::dialog::{BoxSize, draw_box, draw_foot, key_hints};

const NAME_COLUMNS: usize = 26;

/// Below this nothing of a preview fits beside the picker, which then has the whole width.
const MIN_COLUMNS_FOR_PREVIEW: u16 = 60;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    looks: &UiPrefsState,
    picker: ThemePicker,
    theme: &Theme,
) {
    let name = |(place, name): (usize, &String)| {
        let style = if place == picker.selected { theme.selected_row } else { theme.text };
        let chosen = if *name == looks.theme { "●" } else { " " };
        let name = fit(&clean::line(name), NAME_COLUMNS.saturating_sub(4));
        Line::styled(format!(" {chosen} {name:<22}"), style)
    };
    let lines: Vec<Line> = looks.theme_names.iter().enumerate().map(name).collect();
    let side = u16::try_from(NAME_COLUMNS.saturating_add(4)).unwrap_or(u16::MAX).min(area.width);
    let fills_width = area.width < MIN_COLUMNS_FOR_PREVIEW;
    let side = if fills_width { area.width } else { side };
    let right = Rect { x: area.right().saturating_sub(side), width: side, ..area };
    let columns = if fills_width { usize::from(side) } else { NAME_COLUMNS };
    let wanted = BoxSize { columns, rows: lines.len().saturating_add(2) };
    let inner = draw_box(frame, right, "Theme", wanted, theme);
    let pairs = [("Enter", "select"), ("Esc", "close")];
    let inner =
        draw_foot(frame, inner, key_hints(&pairs, usize::from(inner.width), theme), lines.len());
    let top = picker.selected.saturating_add(1).saturating_sub(usize::from(inner.height));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), inner);
}
