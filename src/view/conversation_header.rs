//! The header of a conversation: its title, and how full the context of the model is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{Focus, OpenConversation, State};
use crate::chat::preset::DEFAULT_PRESET;
use crate::settings::{Theme, context_window};

use crate::view::clean;
use crate::view::fit::fit;
use crate::view::usage;
use crate::view::width::width;

const GAUGE_COLUMNS: u64 = 10;
/// From this width on there is a gauge, and not only its number.
const MIN_COLUMNS_FOR_GAUGE: usize = 70;
/// Below this width only the title is shown.
const MIN_COLUMNS_FOR_USAGE: usize = 50;
/// From this percentage on the gauge warns.
const WARNING_PERCENT: u64 = 80;

/// Draws the title at the left and the use of the context at the right.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    open: &OpenConversation,
    state: &State,
    theme: &Theme,
) {
    let columns = usize::from(area.width);
    let right = if columns < MIN_COLUMNS_FOR_USAGE {
        Vec::new()
    } else {
        usage_spans(open, columns, theme)
    };
    let right_columns: usize = right.iter().map(Span::width).sum();
    let name = if open.title.is_empty() { "(no title)" } else { &open.title };
    let available = columns.saturating_sub(right_columns).saturating_sub(2);
    let title = fit(&clean::title(name), available);
    let style = match state.focus {
        Focus::List => theme.muted,
        Focus::Transcript | Focus::Composer => theme.title,
    };
    let edge = if state.focus == Focus::Transcript { "▌ " } else { "" };
    let used = width(&title).saturating_add(width(edge)).saturating_add(right_columns);
    let mut spans = vec![Span::styled(edge, theme.accent), Span::styled(title, style)];
    spans.push(Span::raw(" ".repeat(columns.saturating_sub(used))));
    spans.extend(right);
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// How full the context of the model is, or its tokens where its size is unknown, and the cost.
fn usage_spans(open: &OpenConversation, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
    let answer = open.last_record();
    let used = answer.and_then(|answer| answer.usage);
    let used = used.map(|it| it.input_tokens.saturating_add(it.output_tokens)).filter(|it| *it > 0);
    let window = answer.and_then(|answer| answer.model.as_deref()).and_then(context_window);
    let mut spans = Vec::new();
    match (used, window) {
        (Some(used), Some(window)) => {
            let percent = used.saturating_mul(100).checked_div(window).unwrap_or(0).min(100);
            let full = percent >= WARNING_PERCENT;
            let style = if full { theme.warning } else { theme.muted };
            let filled = percent.saturating_mul(GAUGE_COLUMNS).div_ceil(100);
            let bar = |cells: u64| "━".repeat(usize::try_from(cells).unwrap_or(0));
            if columns >= MIN_COLUMNS_FOR_GAUGE {
                let hue = if full { theme.warning } else { theme.accent };
                spans.push(Span::styled(bar(filled), hue));
                let rest = bar(GAUGE_COLUMNS.saturating_sub(filled));
                spans.push(Span::styled(format!("{rest} "), theme.border));
                let size = window / 1000;
                spans.push(Span::styled(format!("{percent}% of {size}k"), style));
            } else {
                spans.push(Span::styled(format!("{percent}%"), style));
            }
        }
        (Some(used), None) => {
            spans.push(Span::styled(usage::token_count(used), theme.muted));
        }
        (None, _) => {}
    }
    if let Some(cost) = usage::known_cost(&open.spending) {
        let gap = if spans.is_empty() { "" } else { "  ·  " };
        spans.push(Span::styled(gap, theme.faint));
        spans.push(Span::styled(cost.to_string(), theme.muted));
    }
    spans
}

/// The preset in use, unless it is the default one.
pub(super) fn preset_label(state: &State) -> Option<String> {
    let chosen = state.session.preset.as_ref().filter(|preset| preset.id != DEFAULT_PRESET);
    chosen.map(|it| format!("\"{}\"", fit(&clean::line(&it.name), 24)))
}
