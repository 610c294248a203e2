//! A message as lines.

use ratatui::text::{Line, Span};

use crate::chat::{Message, Role, Timestamp};
use crate::markdown::TextEnd;
use crate::settings::Theme;

use super::age::age;
use super::clean;
use super::markdown::inline::push_visible;
use super::markdown::{self, LineOrigin, RenderedLines};
use super::wrap::{Indent, StyledRun, wrap, wrap_mapped};
use crate::view::source_map::TextSource;

/// How the text of a message is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextForm {
    /// An answer as Markdown.
    Formatted(TextEnd),
    /// As it was written.
    Raw,
}

impl From<TextEnd> for TextForm {
    fn from(end: TextEnd) -> Self {
        Self::Formatted(end)
    }
}

#[must_use]
pub(crate) fn heading_line(
    role: &Role,
    at: Option<Timestamp>,
    now: Timestamp,
    theme: &Theme,
) -> Line<'static> {
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

/// The text of a message. An answer is Markdown unless its raw text is wanted; a question is shown
/// as it was typed.
#[must_use]
pub(crate) fn body_lines(
    message: &Message,
    form: impl Into<TextForm>,
    columns: usize,
    theme: &Theme,
) -> RenderedLines {
    let is_answer = message.role == Role::Assistant;
    if let TextForm::Formatted(end) = form.into()
        && is_answer
    {
        return markdown::render(&message.text, end, columns, theme);
    }
    let style = if is_answer { theme.text } else { theme.question };
    let text = clean::text(&message.text);
    let mut rows = RenderedLines::default();
    let mut at = 0_usize;
    for line in text.trim_end_matches('\n').split('\n') {
        let mut runs = Vec::new();
        push_visible(line, style, theme, TextSource::Verbatim(at), &mut runs);
        let source = at..at.saturating_add(line.len());
        at = source.end.saturating_add(1);
        rows.extend(wrap_mapped(&runs, &Indent::default(), columns), &LineOrigin::of(source));
    }
    rows
}

/// A remark below a message.
#[must_use]
pub(crate) fn remark_lines(
    text: &str,
    style: ratatui::style::Style,
    columns: usize,
) -> Vec<Line<'static>> {
    wrap(&[StyledRun::new(clean::line(text), style)], &Indent::default(), columns)
}
