//! Shortens text to a width, at its end or its start, with matches highlighted. Texts have to be
//! cleaned before.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
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

/// A title and, at the end of the row, a count; the title is shortened to the room that is left.
#[must_use]
pub(crate) fn counted_line(
    (title, style): (&str, Style),
    (count, faint): (String, Style),
    columns: usize,
) -> Line<'static> {
    let room = columns.saturating_sub(width(&count)).saturating_sub(2);
    with_end(vec![Span::styled(fit(title, room), style)], Span::styled(count, faint), columns)
}

/// A row of so many columns that ends with a text.
#[must_use]
pub(crate) fn with_end(
    mut spans: Vec<Span<'static>>,
    end: Span<'static>,
    columns: usize,
) -> Line<'static> {
    let used: usize = spans.iter().chain([&end]).map(|span| width(&span.content)).sum();
    spans.push(Span::raw(" ".repeat(columns.saturating_sub(used))));
    spans.push(end);
    Line::from(spans)
}

/// The text, shortened to a width after a word, with an ellipsis; empty where not even its first
/// word fits. For sentences; names are cut with [`fit`].
#[must_use]
pub(crate) fn fit_words(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let ends = text.match_indices(' ').map(|(at, _)| at);
    let starts = ends.filter_map(|end| text.get(..end)).map(str::trim_end);
    let fits = starts.take_while(|start| width(start) < columns).last();
    let fits = fits.map(|start| {
        let start = start.trim_end_matches(" the").trim_end_matches(" a");
        start.trim_end_matches([',', ';', ':', '.'])
    });
    fits.filter(|start| !start.is_empty()).map_or_else(String::new, |start| format!("{start}…"))
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
    fn a_sentence_is_cut_after_a_whole_word_or_left_out() {
        assert_eq!(fit_words("new conversation", 16), "new conversation");
        assert_eq!(fit_words("new conversation", 15), "new…");
        assert_eq!(fit_words("delete, or restore", 9), "delete…");
        assert_eq!(fit_words("rename the conversation", 15), "rename…");
        assert_eq!(fit_words("conversation list", 8), "");
        assert_eq!(fit_words("名前 名前", 6), "名前…");
        assert_eq!(fit_words("", 0), "");
    }

    #[test]
    fn a_title_is_cut_between_characters_people_see_as_one() {
        assert_eq!(fit("hello", 5), "hello");
        assert_eq!(fit("hello!", 5), "hell…");
        assert_eq!(fit("名前名前", 5), "名前…");
        assert_eq!(fit("👩‍👩‍👧👩‍👩‍👧", 3), "👩‍👩‍👧…");
        assert_eq!(fit("x", 0), "");
    }
}
