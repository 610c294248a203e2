//! What a row of the transcript is painted on: the panel behind questions and code, the bar beside a
//! question or the selected message, and a remark at its right edge.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::settings::Theme;

use super::width::width;

/// What is painted behind the text of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum RowBackground {
    /// That of the conversation.
    #[default]
    Base,
    /// A panel as wide as the column, with a bar at its left.
    Question,
    /// A panel as wide as the text.
    Code,
    /// A panel as wide as the column, with a bar in the colour of errors.
    Failure,
    /// The same in the colour of warnings.
    Warning,
}

/// How a row is painted besides its text.
#[derive(Debug, Clone, Default)]
pub(super) struct RowDecoration {
    pub(super) background: RowBackground,
    /// Whether the row gets the mark of the selected message.
    pub(super) selected: bool,
    pub(super) remark: Option<(String, Style)>,
}

/// The column of the conversation, and the text in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) outer: Rect,
    pub(super) text: Rect,
}

/// The part of an area in its middle with room for this many columns of text: the conversation, its
/// title and the composer have it in common.
pub(super) fn centered_area(area: Rect, reading_width: u16) -> Rect {
    let with_margins = |outer_width: u16| {
        let (left, right) = text_margins(outer_width);
        reading_width.saturating_add(left).saturating_add(right)
    };
    let width = area.width.min(with_margins(with_margins(u16::MAX)));
    let x = area.x.saturating_add(area.width.saturating_sub(width) / 2);
    Rect { x, width, ..area }
}

/// Columns beside the text. Left: the bar and what keeps the text from it. Right: the end of the panel.
const fn text_margins(outer_width: u16) -> (u16, u16) {
    if outer_width >= 60 { (3, 3) } else { (2, 1) }
}

impl Column {
    /// The column that fills an area.
    pub(super) fn filling(outer: Rect) -> Self {
        let (left, right) = text_margins(outer.width);
        let width = outer.width.saturating_sub(left).saturating_sub(right).max(1);
        Self { outer, text: Rect { x: outer.x.saturating_add(left), width, ..outer } }
    }

    /// Paints the decorations of rows from the top, under text that is painted already.
    pub(super) fn paint(self, decorations: &[RowDecoration], theme: &Theme, buffer: &mut Buffer) {
        for (decoration, y) in decorations.iter().zip(self.outer.top()..self.outer.bottom()) {
            let row = Rect { y, height: 1, ..self.outer };
            let code = Rect { y, height: 1, ..self.text };
            match decoration.background {
                RowBackground::Base => {}
                RowBackground::Question if decoration.selected => fill(row, theme.raised, buffer),
                RowBackground::Question | RowBackground::Failure | RowBackground::Warning => {
                    fill(row, theme.panel, buffer);
                }
                RowBackground::Code if theme.panel.bg.is_none() => {
                    draw_code_edge(code, theme, buffer);
                }
                RowBackground::Code => fill(code, theme.panel, buffer),
            }
            let bar = match (decoration.selected, decoration.background) {
                (true, _) => Some(theme.accent),
                (false, RowBackground::Question) => Some(theme.user),
                (false, RowBackground::Failure) => Some(theme.error),
                (false, RowBackground::Warning) => Some(theme.warning),
                (false, _) => None,
            };
            if let Some(style) = bar {
                buffer.set_stringn(row.x, y, "▌", usize::from(row.width), style);
            }
            if let Some((text, style)) = &decoration.remark {
                let end = match decoration.background {
                    RowBackground::Question => self.text.right().saturating_add(1).min(row.right()),
                    RowBackground::Base
                    | RowBackground::Code
                    | RowBackground::Failure
                    | RowBackground::Warning => code.right().saturating_sub(1),
                };
                let text_width = u16::try_from(width(text)).unwrap_or(u16::MAX);
                let x = end.saturating_sub(text_width).max(code.x);
                buffer.set_stringn(x, y, text, usize::from(end.saturating_sub(x)), *style);
            }
        }
    }
}

/// Without surfaces a line at the left tells code from text, where nothing else stands.
fn draw_code_edge(row: Rect, theme: &Theme, buffer: &mut Buffer) {
    if let Some(cell) = buffer.cell_mut((row.x, row.y)).filter(|cell| cell.symbol() == " ") {
        cell.set_symbol("│").set_style(theme.border);
    }
}

/// Gives cells a background; a selection or a match in them keeps its own.
fn fill(row: Rect, panel: Style, buffer: &mut Buffer) {
    let Some(color) = panel.bg else {
        return;
    };
    let own = buffer.cell((row.x, row.y)).map(|cell| cell.bg);
    for position in row.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position)
            && Some(cell.bg) == own
        {
            cell.set_bg(color);
        }
    }
}
