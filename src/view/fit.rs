//! Shortens text to a width, at its end or its start, with matches highlighted. Texts have to be
//! cleaned before.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;

use super::width::width;

/// The text, shortened to a width with an ellipsis.
#[must_use]
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1_usize;
    for grapheme in text.graphemes(true) {
        used = used.saturating_add(width(grapheme));
        if used > columns {
            break;
        }
        out.push_str(grapheme);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// The end of a text that fits a width.
#[must_use]
pub(crate) fn fit_end(text: &str, columns: usize) -> String {
    let mut start = 0;
    for (at, _) in text.grapheme_indices(true) {
        start = at;
        if width(text.get(at..).unwrap_or_default()) <= columns {
            break;
        }
    }
    text.get(start..).unwrap_or_default().to_owned()
}

/// The text, shortened to a width, with the graphemes at these positions in another style.
#[must_use]
pub(crate) fn fit_matched(
    text: &str,
    positions: &[usize],
    columns: usize,
    plain: Style,
    matched: Style,
) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut run = String::new();
    let mut style = plain;
    for (position, grapheme) in fit(text, columns).graphemes(true).enumerate() {
        let next = if positions.binary_search(&position).is_ok() { matched } else { plain };
        if next != style && !run.is_empty() {
            spans.push(Span::styled(std::mem::take(&mut run), style));
        }
        style = next;
        run.push_str(grapheme);
    }
    spans.push(Span::styled(run, style));
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_between_characters_people_see_as_one() {
        assert_eq!(fit("hello", 5), "hello");
        assert_eq!(fit("hello!", 5), "hell…");
        assert_eq!(fit("名前名前", 5), "名前…");
        assert_eq!(fit("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧…");
        assert_eq!(fit("x", 0), "");
    }
}
