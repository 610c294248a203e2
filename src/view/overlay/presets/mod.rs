//! Presets: the list, and what is being done to one of them.
//! May not choose or change one.

mod form;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::overlay::PresetPicker;
use crate::app::overlay::presets::{Doing, Renaming};
use crate::app::{NoticeKind, State};
use crate::chat::Preset;
use crate::chat::preset::DEFAULT_PRESET;
use crate::settings::{Action, Does, Scope, Theme};
use crate::view::clean;
use crate::view::field::draw_field;
use crate::view::list::fit;
use crate::view::message::remark;

use super::open_box;

/// Columns of a row.
const WIDE: usize = 72;
/// Rows of the list at most.
const ROWS: usize = 18;

/// Draws the list, or what is being done.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    picker: &PresetPicker,
    theme: &Theme,
) {
    match &picker.doing {
        Doing::Choosing => list(frame, area, state, picker, theme),
        Doing::Renaming(renaming) => rename(frame, area, renaming, picker, theme),
        Doing::Deleting(preset) => delete(frame, area, preset, theme),
        Doing::Writing(it) => form::draw(frame, area, state, it, picker, theme),
    }
}

/// The presets, each with the beginning of its instructions, and the keys.
fn list(frame: &mut Frame<'_>, area: Rect, state: &State, picker: &PresetPicker, theme: &Theme) {
    let columns = WIDE.min(usize::from(area.width.saturating_sub(4)));
    let mut lines = Vec::new();
    let presets = picker.list.as_ref().map(|list| list.presets.as_slice());
    if presets.is_none() {
        lines.push(Line::styled("Reading…", theme.faint));
    }
    let used = state.session.preset.as_ref().map(|preset| preset.id.as_str());
    for (place, preset) in presets.unwrap_or_default().iter().enumerate() {
        let style = if place == picker.selected { theme.selected } else { theme.text };
        let is_used = used.unwrap_or(DEFAULT_PRESET) == preset.id;
        let mark = if is_used { "● " } else { "  " };
        let name = fit(&clean::line(&preset.name), columns.saturating_sub(4));
        lines.push(Line::styled(format!("{mark}{name} "), style));
        let about = fit(&about(preset), columns.saturating_sub(4));
        lines.push(Line::from(Span::styled(format!("    {about}"), theme.faint)));
    }
    let foot = foot(state, picker, columns, theme);
    let rows = lines.len().clamp(1, ROWS).saturating_add(foot.len()).saturating_add(1);
    let inner = open_box(frame, area, "Presets", (WIDE, rows), theme);
    let below = u16::try_from(foot.len()).unwrap_or(0).min(inner.height.saturating_sub(2));
    let above = Rect { height: inner.height.saturating_sub(below), ..inner };
    let end = picker.selected.saturating_mul(2).saturating_add(2);
    let top = end.saturating_sub(usize::from(above.height));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), above);
    let below = Rect { y: above.bottom(), height: below, ..inner };
    frame.render_widget(Paragraph::new(foot), below);
}

/// What came of the last thing done, then the keys.
fn foot(state: &State, picker: &PresetPicker, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = said(picker, columns, theme);
    let key = |action: Action| {
        let own = state.keymap.rows(Scope::List).find(|row| row.does == Does::Action(action));
        own.and_then(|row| row.chords.first()).map(ToString::to_string)
    };
    let keys = [
        (Some("Enter".to_owned()), "asks by it"),
        (Some("n".to_owned()), "new"),
        (Some("e".to_owned()), "edit"),
        (key(Action::Rename), "rename"),
        (key(Action::Duplicate), "copy"),
        (key(Action::Delete), "delete"),
        (key(Action::Undo), "undo"),
    ];
    let keys = keys.into_iter().filter_map(|(key, what)| Some((key?, what)));
    lines.extend(hints(keys, columns, theme));
    lines
}

/// What came of the last thing done.
fn said(picker: &PresetPicker, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
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

/// Keys with what they do, on as many rows as it takes.
fn hints(
    keys: impl Iterator<Item = (String, &'static str)>,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = vec![Line::default()];
    for (key, what) in keys {
        let wide = key.chars().count().saturating_add(what.len()).saturating_add(3);
        if lines
            .last()
            .is_some_and(|line| line.width().saturating_add(wide) > columns.saturating_add(2))
        {
            lines.push(Line::default());
        }
        if let Some(line) = lines.last_mut() {
            line.push_span(Span::styled(key, theme.key));
            line.push_span(Span::styled(format!(" {what}  "), theme.faint));
        }
    }
    lines
}

fn rename(
    frame: &mut Frame<'_>,
    area: Rect,
    renaming: &Renaming,
    picker: &PresetPicker,
    theme: &Theme,
) {
    let columns = 44.min(usize::from(area.width.saturating_sub(4)));
    let fault = renaming.fault.map(|it| remark(it.sentence(), theme.error, columns));
    let mut below = fault.unwrap_or_else(|| said(picker, columns, theme));
    let keys = [("Enter", "takes it"), ("Esc", "leaves it")];
    below.extend(hints(keys.map(|(key, what)| (key.to_owned(), what)).into_iter(), columns, theme));
    let inner =
        open_box(frame, area, "New name", (44, below.len().saturating_add(1).max(3)), theme);
    draw_field(frame, Rect { height: inner.height.min(1), ..inner }, &renaming.editor, theme);
    let rest =
        Rect { y: inner.y.saturating_add(1), height: inner.height.saturating_sub(1), ..inner };
    frame.render_widget(Paragraph::new(below), rest);
}

fn delete(frame: &mut Frame<'_>, area: Rect, preset: &Preset, theme: &Theme) {
    let columns = 60.min(usize::from(area.width.saturating_sub(4)));
    let name = fit(&clean::line(&preset.name), 40);
    let question = format!("Delete the preset \"{name}\"? It can be taken back for 30 days.");
    let mut lines = remark(&question, theme.text, columns);
    lines.push(Line::default());
    let keys = [("y", "deletes"), ("n", "leaves it")];
    lines.extend(hints(keys.map(|(key, what)| (key.to_owned(), what)).into_iter(), columns, theme));
    let inner = open_box(frame, area, "Delete", (columns, lines.len()), theme);
    frame.render_widget(Paragraph::new(lines), inner);
}

/// Model, effort and tools, where it names them, and how it begins.
fn about(preset: &Preset) -> String {
    let begins = preset.instructions.as_deref().unwrap_or("The usual instructions");
    let tools = preset.tools.as_ref().map(|tools| tools_named(tools));
    let parts = preset.model.iter().chain(&preset.effort).chain(&tools).map(String::as_str);
    let all: Vec<&str> = parts.chain([begins]).collect();
    clean::line(&all.join(" · ").replace('\n', " ")).into_owned()
}

fn tools_named(tools: &[String]) -> String {
    if tools.is_empty() { "no tools".to_owned() } else { tools.join(", ") }
}
