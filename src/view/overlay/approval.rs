//! The dialog about a tool call that waits for approval: what runs, with which arguments, and for how
//! long it may.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::{ApprovalChoice, ApprovalDialog};
use crate::chat::{ToolEffect, ToolRequest};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::wrap::{Indent, StyledRun, wrap, wrap_anywhere};

use super::dialog::{
    BoxMargins, BoxSize, draw_counted_box, draw_foot, draw_rows, fitted_columns, key_hints,
};

/// The columns of the dialog where there is room.
const COLUMNS: usize = 64;
/// The most lines of a server's description; the arguments matter more.
const MAX_DESCRIPTION_LINES: usize = 3;

/// How the rows of the dialog are shared out.
struct RowPlan {
    /// Rows of the text about the call.
    text: usize,
    /// Whether there is an empty row above the choices.
    gap: usize,
    /// Rows of the text, the choices, the footer and the gaps.
    all: usize,
}

impl RowPlan {
    fn of(area: Rect, lines: usize) -> Self {
        let gap = usize::from(area.height >= 16);
        // The choices and the footer, each with the empty row above it.
        let fixed = ApprovalChoice::ALL.len().saturating_add(1).saturating_add(gap * 2);
        let most = usize::from(area.height.saturating_sub(BoxMargins::of(area).rows()));
        let text = lines.min(most.saturating_sub(fixed));
        Self { text, gap, all: text.saturating_add(fixed) }
    }
}

/// Draws the dialog; returns the last line that can be the first in view.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    dialog: &ApprovalDialog,
    theme: &Theme,
) -> usize {
    let columns = fitted_columns(area, COLUMNS);
    let lines = describe(&dialog.request, columns, theme);
    let plan = RowPlan::of(area, lines.len());
    let last_top = lines.len().saturating_sub(plan.text);
    // Where nothing else of the call fits, its name must.
    let name = clean::line(&dialog.request.name()).into_owned();
    let title = if plan.text == 0 { name.as_str() } else { "Allow this tool call?" };
    let below = last_top.saturating_sub(dialog.top);
    let count = if below > 0 { format!("↓ {below} more") } else { String::new() };
    let wanted = BoxSize { columns, rows: plan.all };
    let inner = draw_counted_box(frame, area, (title, &count), wanted, theme);
    let mut pairs = vec![("Esc", "refuse")];
    if dialog.guarded_since.is_none() {
        pairs.insert(0, ("Enter", "select"));
    }
    if last_top > 0 {
        pairs.push(("PgUp PgDn", "scroll"));
    }
    let hints = key_hints(&pairs, usize::from(inner.width), theme);
    let above = plan.text.saturating_add(plan.gap).saturating_add(ApprovalChoice::ALL.len());
    let inner = draw_foot(frame, inner, hints, above);
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX).min(inner.height);
    let text = Rect { height: rows(plan.text), ..inner };
    let top = u16::try_from(dialog.top.min(last_top)).unwrap_or(u16::MAX);
    frame.render_widget(Paragraph::new(lines).scroll((top, 0)), text);
    let used = rows(plan.text.saturating_add(plan.gap));
    let (y, height) = (inner.y.saturating_add(used), inner.height.saturating_sub(used));
    draw_choices(frame, Rect { y, height, ..inner }, dialog.selected, theme);
    last_top
}

fn draw_choices(frame: &mut Frame<'_>, list: Rect, selected: usize, theme: &Theme) {
    let columns = usize::from(list.width);
    let row = |choice: &ApprovalChoice| Line::styled(fit(choice.label(), columns), theme.text);
    let rows: Vec<Line<'_>> = ApprovalChoice::ALL.iter().map(row).collect();
    // On a screen with too few rows those around the cursor are shown.
    draw_rows(frame, list, rows, selected, theme);
}

/// What the call is, in lines: all of it is hostile text.
fn describe(request: &ToolRequest, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let wrapped = |text: &str, style: Style| {
        let lines = text.split('\n');
        let wrap_line = |line: &str| {
            let run = StyledRun::new(clean::line(line).into_owned(), style);
            wrap(&[run], &Indent::default(), columns)
        };
        lines.flat_map(wrap_line).collect::<Vec<_>>()
    };
    let mut lines = wrapped(&request.name(), theme.accent);
    // The arguments come first: on a small screen the rest has to be scrolled to.
    let arguments = request.arguments.as_str();
    let arguments = if arguments == "{}" { "no arguments" } else { arguments };
    for line in arguments.split('\n') {
        let run = StyledRun::new(clean::line(line).into_owned(), theme.text);
        let parts = wrap_anywhere(&[run], &Indent::default(), columns);
        lines.extend(parts.into_iter().map(|part| part.line));
    }
    lines.push(Line::default());
    let mut description = wrapped(&request.description, theme.muted);
    if description.len() > MAX_DESCRIPTION_LINES {
        description.truncate(MAX_DESCRIPTION_LINES);
        description.push(Line::styled("…", theme.muted));
    }
    if !request.description.trim().is_empty() {
        lines.extend(description);
    }
    lines.extend(wrapped(request.effect.sentence(), effect_style(request.effect, theme)));
    lines
}

const fn effect_style(effect: ToolEffect, theme: &Theme) -> Style {
    match effect {
        ToolEffect::ReadOnly | ToolEffect::Changes | ToolEffect::Unknown => theme.muted,
        ToolEffect::Destructive => theme.warning,
    }
}
