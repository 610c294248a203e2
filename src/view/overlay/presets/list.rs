//! The list of presets.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{PresetPicker, State};
use crate::chat::Preset;
use crate::chat::preset::DEFAULT_PRESET;
use crate::settings::{Action, BindingTarget, Scope, Theme};
use crate::view::clean;
use crate::view::fit::fit;

use super::super::dialog::{BoxSize, content_columns, draw_box, key_hint_rows};
use super::text::{outcome_lines, tool_names};

const MAX_COLUMNS: usize = 72;
const MAX_ROWS: usize = 18;

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    picker: &PresetPicker,
    theme: &Theme,
) {
    let columns = MAX_COLUMNS.min(usize::from(content_columns(area)));
    let mut lines = Vec::new();
    let presets = picker.list.as_ref().map(|list| list.presets.as_slice());
    if presets.is_none() {
        lines.push(Line::styled("Reading…", theme.faint));
    }
    let used = state.session.preset.as_ref().map(|preset| preset.id.as_str());
    for (position, preset) in presets.unwrap_or_default().iter().enumerate() {
        let style = if position == picker.selected { theme.selected_row } else { theme.text };
        let is_used = used.unwrap_or(DEFAULT_PRESET) == preset.id;
        let mark = if is_used { "● " } else { "  " };
        let name = fit(&clean::line(&preset.name), columns.saturating_sub(4));
        lines.push(Line::styled(format!("{mark}{name} "), style));
        let problem = picker.list.as_ref().and_then(|list| list.problem_of(&preset.id));
        let (about, style) = match problem {
            Some(problem) => (clean::line(&problem.sentence()).into_owned(), theme.warning),
            None => (preset_summary(preset), theme.faint),
        };
        let about = fit(&about, columns.saturating_sub(4));
        lines.push(Line::from(Span::styled(format!("    {about}"), style)));
    }
    let foot = foot_lines(state, picker, columns, theme);
    let rows = lines.len().clamp(1, MAX_ROWS).saturating_add(foot.len()).saturating_add(1);
    let inner = draw_box(frame, area, "Presets", BoxSize { columns: MAX_COLUMNS, rows }, theme);
    let below = u16::try_from(foot.len()).unwrap_or(0).min(inner.height.saturating_sub(2));
    let above = Rect { height: inner.height.saturating_sub(below), ..inner };
    let end = picker.selected.saturating_mul(2).saturating_add(2);
    let top = end.saturating_sub(usize::from(above.height));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), above);
    let below = Rect { y: above.bottom(), height: below, ..inner };
    frame.render_widget(Paragraph::new(foot), below);
}

/// The result of the last action, and key hints.
fn foot_lines(
    state: &State,
    picker: &PresetPicker,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = outcome_lines(picker, columns, theme);
    let key = |action: Action| {
        let own =
            state.keymap.rows(Scope::List).find(|row| row.target == BindingTarget::Action(action));
        own.and_then(|row| row.chords.first()).map(ToString::to_string)
    };
    let keys = [
        (Some("Enter".to_owned()), "use"),
        (Some("n".to_owned()), "new"),
        (Some("e".to_owned()), "edit"),
        (key(Action::Rename), "rename"),
        (key(Action::Duplicate), "copy"),
        (key(Action::Delete), "delete"),
        (key(Action::Undo), "undo"),
    ];
    let keys = keys.into_iter().filter_map(|(key, what)| Some((key?, what)));
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
