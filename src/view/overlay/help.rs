//! The help page.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::conversation_mark::ConversationMark;
use crate::app::overlay::help;
use crate::app::{HelpView, KeyReports, State, mouse, slash_commands};
use crate::settings::{Action, Binding, BindingTarget, Scope, Theme};
use crate::view::fit::fit;
use crate::view::list;
use crate::view::width::width;

use super::dialog::{BoxMargins, BoxSize, content_columns, draw_counted_box, draw_foot, key_hints};

/// The most columns of the keys.
const KEY_COLUMNS: usize = 24;
/// The least columns of the descriptions.
const DESCRIPTION_COLUMNS: usize = 26;

/// Follows a key that the terminal may not send.
const UNSENT_MARK: &str = "†";

/// From this width on the sections are in two columns.
const MIN_COLUMNS_FOR_TWO: usize = 104;
/// Columns between them.
const COLUMN_GAP: usize = 4;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    help: HelpView,
    theme: &Theme,
) {
    let keymap = &state.keymap;
    let most = usize::from(content_columns(area));
    let lines = if most >= MIN_COLUMNS_FOR_TWO {
        let wide = most.saturating_sub(COLUMN_GAP) / 2;
        in_two_columns(sections(state, wide, theme), wide)
    } else {
        sections(state, most, theme).join(&Line::default())
    };
    let wide = lines.iter().map(Line::width).max().unwrap_or(0);
    let wanted = BoxSize { columns: wide, rows: lines.len().saturating_add(2) };
    let all = lines.len();
    let rows =
        usize::from(area.height.saturating_sub(BoxMargins::of(area).rows()).saturating_sub(2))
            .max(1);
    let top = help.top.min(all.saturating_sub(rows));
    let count =
        if all > rows { format!("{}/{all}", top.saturating_add(rows)) } else { String::new() };
    let inner = draw_counted_box(frame, area, ("Keys", &count), wanted, theme);
    let palette =
        keymap.primary_key(Action::Palette).map(|chord| chord.to_string()).unwrap_or_default();
    let mut pairs = vec![("Esc", "close")];
    if all > rows {
        pairs.insert(0, ("PgDn PgUp", "scroll"));
    }
    if !palette.is_empty() {
        pairs.push((palette.as_str(), "command palette"));
    }
    let shown = draw_foot(frame, inner, key_hints(&pairs, usize::from(inner.width), theme), all);
    let top = help.top.min(all.saturating_sub(usize::from(shown.height)));
    let top = u16::try_from(top).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), shown);
}

/// The sections of the page: a heading with its rows each.
fn sections(state: &State, most: usize, theme: &Theme) -> Vec<Vec<Line<'static>>> {
    let column = KEY_COLUMNS.min(most.saturating_sub(DESCRIPTION_COLUMNS)).max(9);
    let row = |key: &str, about: &str, style| {
        let key = fit(key, column.saturating_sub(1));
        let about = fit(about, most.saturating_sub(column));
        let key = format!("{key}{}", " ".repeat(column.saturating_sub(width(&key))));
        Line::from(vec![Span::styled(key, style), Span::styled(about, theme.text)])
    };
    let heading = |text: &'static str| Line::styled(text, theme.heading);
    let mut sections = Vec::new();
    for &scope in Scope::ALL {
        let mut lines = vec![heading(scope.description())];
        for binding in state.keymap.rows(scope) {
            let reports = state.ui_prefs.key_reports;
            let named = key_names(binding, reports, column.saturating_sub(1));
            lines.push(row(&named, binding.target.description(), theme.key));
        }
        sections.push(lines);
    }
    let mouse = mouse::MOUSE_HELP.map(|(what, meaning)| row(what, meaning, theme.key));
    sections.push(std::iter::once(heading("Mouse")).chain(mouse).collect());
    let marks = ConversationMark::ALL.map(|mark| (list::mark_symbol(mark), mark.meaning()));
    let marks = marks.into_iter().chain([("★", "pinned")]);
    let marks = marks.map(|(sign, meaning)| row(sign, meaning, theme.mark));
    sections.push(std::iter::once(heading("Marks in the list")).chain(marks).collect());
    let manual = help::MANUAL.map(|(command, about)| row(command, about, theme.key));
    sections.push(std::iter::once(heading("Manual, in a shell")).chain(manual).collect());
    if help::has_marked_keys(state) {
        let meaning = "behind a key: this terminal may not send it";
        sections.push(vec![row(UNSENT_MARK, meaning, theme.mark)]);
    }
    sections
}

/// The sections side by side: those at the right begin once the left column has half of all rows.
fn in_two_columns(sections: Vec<Vec<Line<'static>>>, wide: usize) -> Vec<Line<'static>> {
    let all = sections.join(&Line::default());
    let mut rows = 0_usize;
    let left = sections.iter().take_while(|section| {
        let begins = rows < all.len() / 2;
        rows = rows.saturating_add(section.len()).saturating_add(1);
        begins
    });
    let left = left.count();
    let mut columns = sections.into_iter();
    let left: Vec<_> = columns.by_ref().take(left).collect::<Vec<_>>().join(&Line::default());
    let right: Vec<_> = columns.collect::<Vec<_>>().join(&Line::default());
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let joined = (0..rows).map(|_| {
        let mut line = left.next().unwrap_or_default();
        let rest = right.next().unwrap_or_default();
        let gap = wide.saturating_add(COLUMN_GAP).saturating_sub(line.width());
        let style = line.style;
        for span in &mut line.spans {
            span.style = style.patch(span.style);
        }
        line.style = Style::new();
        line.push_span(Span::raw(" ".repeat(gap)));
        line.spans.extend(rest.spans.into_iter().map(|span| {
            let style = rest.style.patch(span.style);
            span.style(style)
        }));
        line
    });
    joined.collect()
}

/// The keys of a row, as many as fit; without keys its slash command.
fn key_names(binding: &Binding, reports: KeyReports, available: usize) -> String {
    if let (true, BindingTarget::Action(action)) = (binding.chords.is_empty(), binding.target) {
        return fit(&format!("/{}", slash_commands::name_of_action(action)), available);
    }
    let mut named = String::new();
    for chord in &binding.chords {
        let is_unsent = reports == KeyReports::Basic && chord.needs_modifier_reports();
        let chord = format!("{chord}{}", if is_unsent { UNSENT_MARK } else { "" });
        let more = if named.is_empty() { chord } else { format!("{named}, {chord}") };
        if !named.is_empty() && width(&more) > available {
            break;
        }
        named = more;
    }
    fit(&named, available)
}
