//! One message as lines: who said it, what, and how it ended.
//! May not know where on screen it stands.

use ratatui::text::{Line, Span};

use crate::chat::{Message, Role, Timestamp};
use crate::settings::Theme;

use super::age::age;
use super::clean;
use super::markdown;
use super::wrap::{Indent, Run, wrap};

/// The line over a message.
#[must_use]
pub fn heading(role: &Role, at: Option<Timestamp>, now: Timestamp, theme: &Theme) -> Line<'static> {
    let (name, style) = match role {
        Role::User => ("You".to_owned(), theme.user),
        Role::Assistant => ("Assistant".to_owned(), theme.assistant),
        Role::Other(word) => (clean::line(word).into_owned(), theme.faint),
    };
    let mut spans = vec![Span::styled(name, style)];
    if let Some(at) = at {
        spans.push(Span::styled(format!("  {}", age(at, now)), theme.faint));
    }
    Line::from(spans)
}

/// What was said. An answer is Markdown; a question stays as it was typed, line by line.
#[must_use]
pub fn body(message: &Message, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    if message.role == Role::Assistant {
        return markdown::render(&message.text, columns, theme).lines;
    }
    let text = clean::text(&message.text);
    let line = |line: &str| wrap(&[Run::new(line, theme.question)], &Indent::default(), columns);
    text.trim_end_matches('\n').split('\n').flat_map(line).collect()
}

/// Lines of a remark below a message.
#[must_use]
pub fn remark(text: &str, style: ratatui::style::Style, columns: usize) -> Vec<Line<'static>> {
    wrap(&[Run::new(clean::line(text), style)], &Indent::default(), columns)
}
