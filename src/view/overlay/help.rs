//! The key table.
//! May not change a key.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::mark::Mark;
use crate::app::overlay::Help;
use crate::app::slash;
use crate::settings::{Does, Keymap, Scope, Theme};
use crate::view::list;

use super::open_box;

/// Draws the table.
pub fn draw(frame: &mut Frame<'_>, area: Rect, keymap: &Keymap, help: &Help, theme: &Theme) {
    let mut lines = Vec::new();
    for scope in Scope::ALL {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(scope.heading(), theme.heading));
        for row in keymap.rows(scope) {
            let mut keys: Vec<String> = row.chords.iter().map(ToString::to_string).collect();
            // What has no key is called by its name.
            if let (true, Does::Action(action)) = (keys.is_empty(), row.does) {
                keys.push(format!("/{}", slash::name(action)));
            }
            lines.push(Line::from(vec![
                Span::styled(format!("{:<24}", keys.join(", ")), theme.key),
                Span::styled(row.does.description(), theme.text),
            ]));
        }
    }
    lines.push(Line::default());
    lines.push(Line::styled("Marks in the list", theme.heading));
    let marks = Mark::ALL.map(|mark| (list::sign(mark), mark.meaning()));
    for (sign, meaning) in marks.into_iter().chain([("*", "pinned")]) {
        lines.push(Line::from(vec![
            Span::styled(format!("{sign:<24}"), theme.mark),
            Span::styled(meaning, theme.text),
        ]));
    }
    let wide = lines.iter().map(Line::width).max().unwrap_or(0);
    let inner = open_box(frame, area, "Keys", (wide, lines.len()), theme);
    let most = lines.len().saturating_sub(usize::from(inner.height));
    let top = u16::try_from(help.top.min(most)).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), inner);
}
