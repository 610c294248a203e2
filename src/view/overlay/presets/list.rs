//! Draws the presets to choose from, each with its options or its problem.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{PresetPicker, State};
use crate::chat::Preset;
use crate::chat::preset::DEFAULT_PRESET;
use crate::settings::{Action, Theme};
use crate::view::clean;
use crate::view::fit::fit;

use super::super::dialog::{
    BoxSize, draw_box, draw_footer, draw_selected_row, fitted_columns, under_cursor,
};
use super::text::{outcome_lines, tool_names};
use crate::view::key_hint_rows::key_hint_rows;

const MAX_COLUMNS: usize = 72;
const MAX_ROWS: usize = 18;

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    picker: &PresetPicker,
    theme: &Theme,
) {
    let columns = fitted_columns(area, MAX_COLUMNS);
    let mut lines = Vec::new();
    let presets = picker.list.as_ref().map(|list| list.presets.as_slice());
    if presets.is_none() {
        lines.push(Line::styled("Reading…", theme.faint));
    }
    let used = state.session.preset.as_ref().map(|preset| preset.id.as_str());
    for (index, preset) in presets.unwrap_or_default().iter().enumerate() {
        let is_used = used.unwrap_or(DEFAULT_PRESET) == preset.id;
        let mark = if is_used { "● " } else { "  " };
        let name = fit(&clean::line(&preset.name), columns.saturating_sub(4));
        let line = Line::from(vec![Span::styled(mark, theme.mark), Span::styled(name, theme.text)]);
        let selected = index == picker.selected;
        lines.push(if selected { under_cursor(&line, columns, theme) } else { line });
        let problem = picker.list.as_ref().and_then(|list| list.problem_of(&preset.id));
        let (about, style) = match problem {
            Some(problem) => (clean::line(&problem.sentence()).into_owned(), theme.warning),
            None => (preset_summary(preset), theme.faint),
        };
        let about = fit(&about, columns.saturating_sub(4));
        lines.push(Line::from(Span::styled(format!("    {about}"), style)));
    }
    let footer = footer_lines(state, picker, columns, theme);
    let rows = lines.len().clamp(1, MAX_ROWS).saturating_add(footer.len()).saturating_add(1);
    let inner = draw_box(frame, area, "Presets", BoxSize { columns: MAX_COLUMNS, rows }, theme);
    let above = draw_footer(frame, inner, footer);
    let end = picker.selected.saturating_mul(2).saturating_add(2);
    let top = end.saturating_sub(usize::from(above.height));
    let row = picker.selected.saturating_mul(2).saturating_sub(top);
    let row = Some(row).filter(|_| presets.is_some_and(|presets| !presets.is_empty()));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), above);
    if let Some(row) = row {
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        draw_selected_row(frame, above, row, theme);
    }
}

/// The result of the last action, and key hints.
fn footer_lines(
    state: &State,
    picker: &PresetPicker,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = outcome_lines(picker, columns, theme);
    let key = |action| state.keymap.key_name(action);
    let keys = [
        (Some("Enter".to_owned()), "select"),
        (key(Action::NewConversation), "new"),
        (key(Action::EditQuestion), "edit"),
        (key(Action::Rename), "rename"),
        (key(Action::Duplicate), "copy"),
        (key(Action::Delete), "delete"),
        (key(Action::Undo), "undo"),
    ];
    let keys = keys
        .into_iter()
        .chain([(Some("Esc".to_owned()), "close")])
        .filter_map(|(key, what)| Some((key?, what)));
    lines.extend(key_hint_rows(keys, columns, theme));
    lines
}

/// Model, effort and tools where they are set, and the start of the instructions.
fn preset_summary(preset: &Preset) -> String {
    let begins = preset.instructions.as_deref().unwrap_or("The default instructions");
    let tools = preset.tools.as_ref().map(|tools| tool_names(tools));
    let parts = preset.model.iter().chain(&preset.effort).chain(&tools).map(String::as_str);
    let all: Vec<&str> = parts.chain([begins]).collect();
    clean::line(&all.join(" · ").replace('\n', " ")).into_owned()
}
