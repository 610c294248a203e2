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
    let keys = key_hints(state, find);
    let right = if count.is_empty() { format!("{keys} ") } else { format!("{count}  {keys} ") };
    let label = u16::try_from(width(LABEL)).unwrap_or(0).min(area.width);
    let wanted = u16::try_from(width(&right)).unwrap_or(u16::MAX);
    // On a narrow screen only the count remains beside the field.
    let (right, wanted) = if wanted.saturating_add(label).saturating_add(12) <= area.width {
        (right, wanted)
    } else {
        let wanted = u16::try_from(width(&count).saturating_add(1)).unwrap_or(u16::MAX);
        (format!("{count} "), wanted.min(area.width / 3))
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
    frame.render_widget(Paragraph::new(Line::styled(right, theme.faint)), target);
}

fn key_hints(state: &State, find: &SearchBar) -> String {
    if find.typing {
        return "Enter done  Esc close".to_owned();
    }
    let key = |action: Action| {
        state.keymap.primary_key(action).map_or_else(|| "-".to_owned(), |chord| chord.to_string())
    };
    let (next, before) = (key(Action::NextMatch), key(Action::PreviousMatch));
    format!("{next} next  {before} previous  Esc close")
}
