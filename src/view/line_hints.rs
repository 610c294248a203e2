//! Keys and what they do, beside other things in one line.

use ratatui::text::Span;

use crate::settings::Theme;

use super::width::width;

/// Columns between two hints.
const GAP: usize = 3;

/// A key and what it does.
pub(super) type Hint = (String, &'static str);

/// The hints that fit, the most useful one first; the last one, which leads out or to all others, is left
/// out last.
pub(super) fn fit_hints(mut hints: Vec<Hint>, available: usize, after_text: bool) -> Vec<Hint> {
    let hint_columns = |hints: &[Hint]| {
        let words: usize = hints.iter().map(|(key, what)| width(key) + width(what) + 1).sum();
        let gaps = hints.len().saturating_sub(usize::from(!after_text));
        words.saturating_add(gaps.saturating_mul(GAP))
    };
    while !hints.is_empty() && hint_columns(&hints) > available {
        let last = hints.len().saturating_sub(1);
        hints.remove(last.saturating_sub(1));
    }
    hints
}

/// The hints in their colours, after a text or at the start of the line.
pub(super) fn hint_spans(hints: Vec<Hint>, after_text: bool, theme: &Theme) -> Vec<Span<'static>> {
    let spans = hints.into_iter().enumerate().flat_map(|(at, (key, what))| {
        let gap = if at == 0 && !after_text { 0 } else { GAP };
        let key = Span::styled(format!("{}{key}", " ".repeat(gap)), theme.muted.bold());
        [key, Span::styled(format!(" {what}"), theme.faint)]
    });
    spans.collect()
}
