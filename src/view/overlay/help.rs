//! The help page.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::conversation_mark::ConversationMark;
use crate::app::overlay::help;
use crate::app::{HelpView, KeyReports, State, mouse, slash_commands};
use crate::settings::{Action, Binding, BindingTarget, Scope, Theme};
use crate::view::fit::fit;
use crate::view::list;
use crate::view::width::width;

use super::dialog::{BoxSize, draw_box, draw_foot, key_hints};

/// The most columns of the keys.
const KEY_COLUMNS: usize = 24;
/// The least columns of the descriptions.
const DESCRIPTION_COLUMNS: usize = 26;

/// Follows a key that the terminal may not send.
const UNSENT_MARK: &str = "†";

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    help: HelpView,
    theme: &Theme,
) {
    let keymap = &state.keymap;
    let most = usize::from(area.width.saturating_sub(4));
    let column = KEY_COLUMNS.min(most.saturating_sub(DESCRIPTION_COLUMNS)).max(9);
    let lines = help_lines(state, column, most, theme);
    let wide = lines.iter().map(Line::width).max().unwrap_or(0);
    let wanted = BoxSize { columns: wide, rows: lines.len().saturating_add(2) };
    let inner = draw_box(frame, area, "Keys", wanted, theme);
    let all = lines.len();
    let palette =
        keymap.primary_key(Action::Palette).map(|chord| chord.to_string()).unwrap_or_default();
    let mut pairs = vec![("Esc", "close")];
    if all > usize::from(inner.height.saturating_sub(1)) {
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

fn help_lines(state: &State, column: usize, most: usize, theme: &Theme) -> Vec<Line<'static>> {
    let row = |key: &str, about: &str, style| {
        let about = fit(about, most.saturating_sub(column));
        let key = format!("{key}{}", " ".repeat(column.saturating_sub(width(key))));
        Line::from(vec![Span::styled(key, style), Span::styled(about, theme.text)])
    };
    let mut lines = Vec::new();
    for &scope in Scope::ALL {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(scope.description(), theme.heading));
        for binding in state.keymap.rows(scope) {
            let reports = state.ui_prefs.key_reports;
            let named = key_names(binding, reports, column.saturating_sub(1));
            lines.push(row(&named, binding.target.description(), theme.key));
        }
    }
    lines.push(Line::default());
    lines.push(Line::styled("Mouse", theme.heading));
    for (what, meaning) in mouse::MOUSE_HELP {
        lines.push(Line::from(vec![
            Span::styled(format!("{what:<24}"), theme.key),
            Span::styled(meaning, theme.text),
        ]));
    }
    lines.push(Line::default());
    lines.push(Line::styled("Marks in the list", theme.heading));
    let marks = ConversationMark::ALL.map(|mark| (list::mark_symbol(mark), mark.meaning()));
    let marks = marks.into_iter().chain([("*", "pinned")]);
    lines.extend(marks.map(|(sign, meaning)| row(sign, meaning, theme.mark)));
    lines.push(Line::default());
    lines.push(Line::styled("Manual, in a shell", theme.heading));
    lines.extend(help::MANUAL.map(|(command, about)| row(command, about, theme.key)));
    if help::has_marked_keys(state) {
        lines.push(Line::default());
        let meaning = "after a key: this terminal may not send it";
        lines.push(row(UNSENT_MARK, meaning, theme.mark));
    }
    lines
}

/// The keys of a row, as many as fit; without keys its slash command.
fn key_names(binding: &Binding, reports: KeyReports, room: usize) -> String {
    if let (true, BindingTarget::Action(action)) = (binding.chords.is_empty(), binding.target) {
        return fit(&format!("/{}", slash_commands::name_of_action(action)), room);
    }
    let mut named = String::new();
    for chord in &binding.chords {
        let is_unsent = reports == KeyReports::Basic && chord.needs_modifier_reports();
        let chord = format!("{chord}{}", if is_unsent { UNSENT_MARK } else { "" });
        let more = if named.is_empty() { chord } else { format!("{named}, {chord}") };
        if !named.is_empty() && width(&more) > room {
            break;
        }
        named = more;
    }
    fit(&named, room)
}
