//! The model picker.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::fuzzy::FuzzyMatcher;
use crate::app::{ModelPicker, State};
use crate::settings::Theme;
use crate::view::fit::fit_matched;
use crate::view::{clean, message};

use super::dialog::{content_columns, key_hints};
use super::picker::{self, Picker, under_cursor, visible_rows};

const MAX_COLUMNS: u16 = 60;
/// The least and the most rows.
const ROW_RANGE: (usize, usize) = (3, 16);
const MARK_COLUMNS: usize = 2;

/// Draws the failure that it helps with, and the matching models.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    picker: &ModelPicker,
    theme: &Theme,
) {
    let wide = usize::from(MAX_COLUMNS.min(content_columns(area)));
    let mut rows = Vec::new();
    if let Some(reason) = &picker.reason {
        rows.extend(message::remark_lines(reason, theme.error, wide));
        rows.push(Line::default());
    }
    // The height is that of the unfiltered list, so that typing does not move the box.
    let models = picker.models.as_ref().map_or(0, Vec::len).clamp(ROW_RANGE.0, ROW_RANGE.1);
    let wanted = u16::try_from(rows.len().saturating_add(models)).unwrap_or(u16::MAX);
    let taken = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let available = Rect { height: area.height.saturating_sub(taken), ..area };
    let (top, many) = visible_rows(available, wanted.saturating_sub(taken).max(1), picker.selected);
    let mut fuzzy = FuzzyMatcher::new(picker.editor.text().trim());
    let shown = (top..picker.matches.len()).take(many);
    rows.extend(shown.filter_map(|place| {
        let model = picker.model(place)?;
        let mark = if *model == state.session.model { "● " } else { "  " };
        let line = model_line(model, mark, &mut fuzzy, theme, wide);
        Some(if place == picker.selected { under_cursor(&line, wide, theme) } else { line })
    }));
    match &picker.models {
        None => rows.push(Line::styled("Loading the server's models…", theme.faint)),
        Some(_) if picker.matches.is_empty() => {
            rows.push(Line::styled("No matches", theme.faint));
        }
        Some(_) => {}
    }
    let foot = key_hints(&[("Enter", "select"), ("Esc", "close")], wide, theme);
    let all = picker.models.as_ref().map_or(0, Vec::len);
    let count = format!("{}/{all}", picker.matches.len());
    let field = &picker.editor;
    let picker = Picker {
        title: "Model",
        sign: "› ",
        field,
        rows,
        wanted: (MAX_COLUMNS, wanted),
        count,
        foot,
    };
    picker::draw(frame, area, picker, theme);
}

fn model_line(
    model: &str,
    mark: &str,
    fuzzy: &mut FuzzyMatcher,
    theme: &Theme,
    wide: usize,
) -> Line<'static> {
    let name = clean::line(model);
    let places = fuzzy.match_positions(&name);
    let mut spans = vec![Span::styled(mark.to_owned(), theme.mark)];
    spans.extend(fit_matched(
        &name,
        &places,
        wide.saturating_sub(MARK_COLUMNS),
        theme.text,
        theme.strong,
    ));
    Line::from(spans)
}
