//! Draws the command palette: the field, the matches by group, and the description of the selected one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::commands::fuzzy::FuzzyMatcher;
use crate::app::commands::palette_entry::{self, PaletteEntry};
use crate::app::{Focus, Palette, PaletteOpenedBy, PaletteScope, State};
use crate::settings::{Action, ActionGroup, BindingTarget, Chord, Scope, Theme};
use crate::view::clean;
use crate::view::fit::{fit, fit_matched, fit_words};
use crate::view::message::remark_lines;
use crate::view::width::width;

use super::dialog::{fitted_columns, key_hints, under_cursor};
use super::picker::{self, Picker, visible_rows};

/// The most columns and rows.
const WANTED_SIZE: (u16, u16) = (70, 16);
/// Below this width a command is shown without its key.
const MIN_COLUMNS_FOR_KEYS: usize = 46;
/// From this width on the name of an argument is shown.
const MIN_COLUMNS_FOR_ARGUMENTS: usize = 60;
/// Below this many rows there are no headings.
const MIN_ROWS_FOR_HEADINGS: usize = 6;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    palette: &Palette,
    theme: &Theme,
) {
    let (_, row_count) = visible_rows(area, WANTED_SIZE.1, palette.list.selected);
    let columns = fitted_columns(area, WANTED_SIZE.0);
    let mut all = palette_entry::offered_entries(&palette.templates);
    if palette.scope == PaletteScope::Templates {
        all.retain(|entry| matches!(entry, PaletteEntry::Template(_)));
    }
    let names = name_columns(all.iter().chain(&palette.list.matches), columns);
    let mut fuzzy = FuzzyMatcher::new(&palette.typed());
    let whole = cut_description(palette, (names, columns), theme);
    let list_rows = row_count.saturating_sub(whole.len());
    let (row_count, whole) =
        if list_rows > 2 { (list_rows, whole) } else { (row_count, Vec::new()) };
    let mut rows: Vec<Line<'static>> = palette_rows(palette, row_count)
        .into_iter()
        .filter_map(|entry| {
            let index = match entry {
                PaletteRow::Heading(group) => {
                    return Some(Line::styled(group.title(), theme.faint));
                }
                PaletteRow::Entry(index) => index,
            };
            let shown = palette.list.matches.get(index)?;
            let line = entry_line(shown, &mut fuzzy, state, theme, (names, columns));
            let selected = index == palette.list.selected;
            Some(if selected { under_cursor(&line, columns, theme) } else { line })
        })
        .collect();
    if !whole.is_empty() {
        rows.resize(row_count, Line::default());
        rows.extend(whole);
    }
    if palette.list.matches.is_empty() {
        rows.clear();
        let text = match palette.opened_by {
            PaletteOpenedBy::Key => "No matches",
            PaletteOpenedBy::Slash => "No matches. Enter puts the text into your message.",
        };
        rows.push(Line::styled(fit_words(text, columns), theme.faint));
    }
    let sign = match palette.opened_by {
        PaletteOpenedBy::Key => "› ",
        PaletteOpenedBy::Slash => "/",
    };
    let pairs = [("Enter", "select"), ("Esc", "close"), ("Tab", "complete")];
    let footer = key_hints(&pairs, columns, theme);
    let count = format!("{}/{}", palette.list.matches.len(), all.len());
    let field = &palette.list.editor;
    let picker = Picker {
        title: palette_title(palette.scope),
        sign,
        field,
        rows,
        wanted: WANTED_SIZE,
        count,
        footer,
    };
    picker::draw(frame, area, picker, theme);
}

const fn palette_title(scope: PaletteScope) -> &'static str {
    match scope {
        PaletteScope::Everything => "Commands",
        PaletteScope::Templates => "Templates",
    }
}

/// A row of the list.
#[derive(Debug, Clone, Copy)]
enum PaletteRow {
    Heading(ActionGroup),
    /// The entry at this place among the matches.
    Entry(usize),
}

/// The rows in view, with the selected one among them: each group below its heading.
fn palette_rows(palette: &Palette, room: usize) -> Vec<PaletteRow> {
    let mut entries = Vec::new();
    let mut group = None;
    for (index, entry) in palette.list.matches.iter().enumerate() {
        // The title names the only group.
        let has_headings =
            room >= MIN_ROWS_FOR_HEADINGS && palette.scope == PaletteScope::Everything;
        if group != Some(entry.group()) && has_headings {
            entries.push(PaletteRow::Heading(entry.group()));
        }
        group = Some(entry.group());
        entries.push(PaletteRow::Entry(index));
    }
    let selected =
        |entry: &PaletteRow| matches!(entry, PaletteRow::Entry(it) if *it == palette.list.selected);
    let selected = entries.iter().position(selected).unwrap_or(0);
    let top = selected.saturating_add(1).saturating_sub(room);
    entries.into_iter().skip(top).take(room).collect()
}

/// Columns of the longest name and the gap after it.
fn name_columns<'a>(entries: impl Iterator<Item = &'a PaletteEntry>, columns: usize) -> usize {
    let longest = entries.map(|entry| width(entry.name())).max().unwrap_or(0);
    longest.saturating_add(3).min(columns / 2)
}

/// The whole description of the selected entry below an empty row, where one of the entries has no room
/// for its own; as high for all of them, so that the list stays as it is while the cursor moves.
fn cut_description(
    palette: &Palette,
    (names, columns): (usize, usize),
    theme: &Theme,
) -> Vec<Line<'static>> {
    let room = description_columns(names, columns);
    let is_cut = |entry: &PaletteEntry| width(&clean::line(entry.description())) > room;
    if !palette.list.matches.iter().any(is_cut) {
        return Vec::new();
    }
    let wrapped = |entry: &PaletteEntry| remark_lines(entry.description(), theme.muted, columns);
    let rows = palette.list.matches.iter().map(|entry| wrapped(entry).len()).max().unwrap_or(0);
    let mut lines = vec![Line::default()];
    let selected = palette.list.matches.get(palette.list.selected).filter(|entry| is_cut(entry));
    lines.extend(selected.map(wrapped).unwrap_or_default());
    lines.resize(rows.saturating_add(1), Line::default());
    lines
}

/// The columns of a description without a key to its right; none where only one word would fit.
const fn description_columns(names: usize, columns: usize) -> usize {
    if columns < MIN_COLUMNS_FOR_KEYS { 0 } else { columns.saturating_sub(names).saturating_sub(2) }
}

/// The key of a command, if it works in the pane that has the focus.
fn key_here(action: Action, state: &State) -> Option<Chord> {
    let pane = match state.focus {
        Focus::Composer => Scope::Composer,
        Focus::Transcript => Scope::Conversation,
        Focus::List => Scope::List,
    };
    let works = |scope: Scope| {
        state.keymap.rows(scope).any(|row| row.target == BindingTarget::Action(action))
    };
    let key = state.keymap.primary_key(action);
    key.filter(|_| works(Scope::Everywhere) || works(pane))
}

/// The name, what it does and its key.
fn entry_line(
    entry: &PaletteEntry,
    fuzzy: &mut FuzzyMatcher,
    state: &State,
    theme: &Theme,
    (names, columns): (usize, usize),
) -> Line<'static> {
    let key = match entry {
        PaletteEntry::Command(command) => key_here(command.action, state),
        PaletteEntry::Template(_) => None,
    };
    let key = key.filter(|_| columns >= MIN_COLUMNS_FOR_KEYS);
    let key = key.map_or_else(String::new, |chord| chord.to_string());
    let positions = fuzzy.match_positions(entry.name());
    let mut spans = vec![Span::styled("/", theme.muted)];
    let room = names.saturating_sub(3);
    spans.extend(fit_matched(
        entry.name(),
        &positions,
        room,
        theme.text,
        theme.strong.patch(theme.accent),
    ));
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat(names.saturating_sub(used))));
    let argument = entry.argument_name().filter(|_| columns >= MIN_COLUMNS_FOR_ARGUMENTS);
    let argument = argument.map_or(String::new(), |words| format!("  {}", clean::line(words)));
    let room = description_columns(names, columns).saturating_sub(width(&key));
    // The description of a server's prompt may be long; its arguments stay visible.
    let is_prompt = matches!(entry, PaletteEntry::Template(template) if template.server.is_some());
    let argument = fit(&argument, if is_prompt { room / 2 } else { room });
    let about = if is_prompt { room.saturating_sub(width(&argument)) } else { room };
    let about = fit_words(&clean::line(entry.description()), about);
    let argument = Some(argument).filter(|it| width(it).saturating_add(width(&about)) <= room);
    let argument = argument.unwrap_or_default();
    let used = names.saturating_add(width(&about)).saturating_add(width(&argument));
    let free = columns.saturating_sub(used).saturating_sub(width(&key));
    spans.push(Span::styled(about, theme.muted));
    spans.push(Span::styled(format!("{argument}{}", " ".repeat(free)), theme.faint));
    spans.push(Span::styled(key, theme.key));
    Line::from(spans)
}
