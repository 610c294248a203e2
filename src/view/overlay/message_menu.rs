//! The menu of actions for the selected message.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{MessageMenu, State};
use crate::settings::Theme;
use crate::view::fit::fit_words;
use crate::view::width::width;

use super::dialog::{BoxSize, content_columns, draw_box, draw_foot, draw_rows, key_hints};

/// Room for the longest key and a gap, so that the actions are aligned; our choice.
const KEY_COLUMNS: usize = 12;
/// Below this width an action is shown without its key.
const MIN_COLUMNS_FOR_KEYS: usize = 36;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    menu: &MessageMenu,
    theme: &Theme,
) {
    let most = usize::from(content_columns(area));
    let keys = if most < MIN_COLUMNS_FOR_KEYS { 0 } else { KEY_COLUMNS };
    let texts: Vec<String> = menu
        .actions
        .iter()
        .map(|action| {
            let key = state.keymap.primary_key(*action).filter(|_| keys > 0);
            let key = key.map_or_else(String::new, |key| key.to_string());
            let gap = " ".repeat(keys.saturating_sub(width(&key)));
            let used = keys.max(width(&key)).saturating_add(2);
            let about = fit_words(menu.label(*action), most.saturating_sub(used));
            format!(" {key}{gap}{about} ")
        })
        .collect();
    let longest = texts.iter().map(|text| width(text)).max().unwrap_or(0);
    let wanted = BoxSize { columns: longest, rows: texts.len().saturating_add(2) };
    let inner = draw_box(frame, area, "Message", wanted, theme);
    let pairs = [("Enter", "select"), ("Esc", "close")];
    let keys = key_hints(&pairs, usize::from(inner.width), theme);
    let shown = draw_foot(frame, inner, keys, texts.len());
    let rows = texts.into_iter().map(|text| Line::styled(text, theme.text)).collect();
    draw_rows(frame, shown, rows, menu.selected, theme);
}
