//! Lays out one message: its role, its text and remarks below it.

use ratatui::text::Line;

use crate::chat::{Message, Role};
use crate::markdown::TextEnd;
use crate::settings::Theme;

use super::clean;
use super::markdown::inline::push_visible;
use super::markdown::{self, LineOrigin, RenderedLines};
use super::wrap::{Indent, StyledRun, wrap, wrap_mapped};
use crate::view::source_map::TextSource;

/// How the text of a message is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageForm {
    /// An answer as Markdown.
    Formatted(TextEnd),
    /// As it was written.
    Raw,
}

impl From<TextEnd> for MessageForm {
    fn from(end: TextEnd) -> Self {
        Self::Formatted(end)
    }
}

/// Below this width a question has no time beside it.
pub(super) const MIN_COLUMNS_FOR_TIME: usize = 46;
/// Columns of the time beside a question, and of what keeps it apart.
const TIME_COLUMNS: usize = 14;

/// Who speaks: above a message of an unknown role, and above every message where there are no surfaces.
#[must_use]
pub(crate) fn role_line(role: &Role, theme: &Theme) -> Line<'static> {
    match role {
        Role::User => Line::styled("You", theme.user),
        Role::Assistant => Line::styled("Assistant", theme.strong),
        Role::Other(word) => Line::styled(clean::line(word).into_owned(), theme.muted),
    }
}

/// The text of a message. An answer is Markdown unless its raw text is wanted; a question is shown
/// as it was typed.
#[must_use]
pub(crate) fn body_lines(
    message: &Message,
    form: impl Into<MessageForm>,
    columns: usize,
    theme: &Theme,
) -> RenderedLines {
    let is_answer = message.role == Role::Assistant;
    if let MessageForm::Formatted(end) = form.into()
        && is_answer
    {
        return markdown::render(&message.text, end, columns, theme);
    }
    // A question stands in a narrower column than an answer.
    let columns = if is_answer { columns } else { question_columns(columns) };
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

/// The columns of a question: beside it stands its time where there is room.
const fn question_columns(columns: usize) -> usize {
    if columns < MIN_COLUMNS_FOR_TIME { columns } else { columns.saturating_sub(TIME_COLUMNS) }
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
