//! The search bar, in place of the status line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{SearchBar, State};
use crate::chat::usage::grouped;
use crate::settings::{Action, Theme};

use crate::view::line_hints::{Hint, fit_hints, hint_spans};
use crate::view::text_field::draw_field;
use crate::view::width::width;

const LABEL: &str = "Find: ";
/// Columns of the text, before keys are left out beside it.
const MIN_FIELD_COLUMNS: u16 = 12;

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
        (false, many) => {
            let [at, many] = [find.current.saturating_add(1), many]
                .map(|number| grouped(u64::try_from(number).unwrap_or(u64::MAX)));
            format!("{at} of {many}")
        }
    };
    let count = Span::styled(count, theme.muted);
    let label = u16::try_from(width(LABEL)).unwrap_or(0).min(area.width);
    let columns = |many: usize| u16::try_from(many).unwrap_or(u16::MAX);
    let room = usize::from(area.width.saturating_sub(label).saturating_sub(MIN_FIELD_COLUMNS));
    let hints_room = room.saturating_sub(count.width()).saturating_sub(1);
    let hints = hint_spans(fit_hints(key_hints(state, find), hints_room, true), true, theme);
    let cap = if hints.is_empty() { area.width / 3 } else { area.width };
    let right: Vec<Span<'static>> = std::iter::once(count).chain(hints).collect();
    let right_wide: usize = right.iter().map(Span::width).sum();
    let wanted = columns(right_wide.saturating_add(1)).min(cap);
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
fn key_hints(state: &State, find: &SearchBar) -> Vec<Hint> {
    let named = |action, what: &'static str| Some((state.keymap.key_name(action)?, what));
    let close = Some(("Esc".to_owned(), "close"));
    let hints = if find.typing {
        vec![Some(("Enter".to_owned(), "done")), close]
    } else if find.matches.is_empty() {
        vec![close]
    } else {
        vec![named(Action::NextMatch, "next"), named(Action::PreviousMatch, "previous"), close]
    };
    hints.into_iter().flatten().collect()
}
