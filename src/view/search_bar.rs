//! The search bar, in place of the status line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{SearchBar, State};
use crate::settings::{Action, Theme};

use crate::view::text_field::draw_field;
use crate::view::width::width;

const LABEL: &str = "Find: ";

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    find: &SearchBar,
    theme: &Theme,
) {
    let count = match (find.editor.is_empty(), find.matches.len()) {
        (true, _) => String::new(),
        (false, 0) => "no matches".to_owned(),
        (false, many) => format!("{} of {many}", find.current.saturating_add(1)),
    };
    let count = Span::styled(count, theme.muted);
    let (count_wide, keys) = (count.width(), key_hints(state, find, theme));
    let keys_wide: usize = keys.iter().map(Span::width).sum();
    let label = u16::try_from(width(LABEL)).unwrap_or(0).min(area.width);
    let columns = |many: usize| u16::try_from(many).unwrap_or(u16::MAX);
    let whole = columns(count_wide.saturating_add(keys_wide).saturating_add(1));
    // On a narrow screen only the count remains beside the field.
    let (right, wanted) = if whole.saturating_add(label).saturating_add(12) <= area.width {
        (std::iter::once(count).chain(keys).collect::<Vec<_>>(), whole)
    } else {
        (vec![count], columns(count_wide.saturating_add(1)).min(area.width / 3))
    };
    frame.render_widget(Paragraph::new(Span::styled(LABEL, theme.key)), area);
    let available = area.width.saturating_sub(label).saturating_sub(wanted);
    let field = Rect { x: area.x.saturating_add(label), width: available, ..area };
    if find.typing {
        draw_field(frame, field, &find.editor, theme);
    } else {
        let text = crate::view::fit::fit(
            &crate::view::clean::line(find.editor.text()),
            usize::from(available),
        );
        frame.render_widget(Paragraph::new(Span::styled(text, theme.text)), field);
    }
    let target = Rect { x: field.right(), width: wanted, ..area };
    frame.render_widget(Paragraph::new(Line::from(right)), target);
}

/// The keys of the bar, as the status line shows those of a pane.
fn key_hints(state: &State, find: &SearchBar, theme: &Theme) -> Vec<Span<'static>> {
    let key = |action| state.keymap.key_name(action);
    let named = |key: Option<String>, what: &'static str| Some((key?, what));
    let close = named(Some("Esc".to_owned()), "close");
    let hints = if find.typing {
        [named(Some("Enter".to_owned()), "done"), None, close]
    } else if find.matches.is_empty() {
        [None, None, close]
    } else {
        let (next, before) = (key(Action::NextMatch), key(Action::PreviousMatch));
        [named(next, "next"), named(before, "previous"), close]
    };
    let hint = |(key, what): (String, &str)| {
        let key = Span::styled(format!("   {key}"), theme.muted.bold());
        [key, Span::styled(format!(" {what}"), theme.faint)]
    };
    hints.into_iter().flatten().flat_map(hint).collect()
}
