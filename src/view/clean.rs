//! Makes hostile text harmless: what could control a terminal becomes visible. Must not change what
//! is stored, only what is shown.

use std::borrow::Cow;
use std::ops::Range;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_width::UnicodeWidthChar;

use crate::chat::control_character::control_symbol;

/// The most combining marks on one character; more would be drawn over other lines.
const MAX_MARKS: usize = 4;

/// The most characters in one grapheme. Our choice: longer than any emoji of Unicode 16, the longest of which
/// has ten.
const MAX_JOINED: usize = 16;

/// The most bytes of a title to show.
const MAX_TITLE_BYTES: usize = 1000;

/// Columns between tab stops.
const TAB_COLUMNS: usize = 4;

/// Cleans text for one line: line breaks become visible.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text, LineBreaks::Visible)
}

/// Cleans text of several lines: line breaks are kept.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    clean(text, LineBreaks::Preserved)
}

/// Cleans a title for one line and shortens it.
#[must_use]
pub fn title(text: &str) -> Cow<'_, str> {
    let end = text.floor_char_boundary(MAX_TITLE_BYTES);
    match text.get(..end) {
        Some(start) if end < text.len() => Cow::Owned(format!("{}…", line(start))),
        _ => line(text),
    }
}

/// Whether a character may be the symbol of a cleaned one.
#[must_use]
pub const fn is_display_symbol(c: char) -> bool {
    matches!(c, '\u{2400}'..='\u{2424}' | '\u{fffd}')
}

fn clean(text: &str, breaks: LineBreaks) -> Cow<'_, str> {
    if is_plain(text, breaks) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    Cleaner::new(breaks).push(text, &mut out);
    // Most text that is not ASCII is harmless: then the original is used.
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Counts the characters of a text that are invisible or could control a terminal. Tabs and line
/// breaks do not count.
#[must_use]
pub fn count_hidden(text: &str) -> usize {
    let text = text.replace("\r\n", "\n");
    let counts =
        |c: &char| *c != '\t' && display_form(*c, LineBreaks::Preserved) != DisplayForm::Unchanged;
    text.chars().filter(counts).count()
}

/// What happens to line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBreaks {
    /// They are kept, for text of several lines.
    Preserved,
    /// They become visible symbols, for text of one line.
    Visible,
}

fn is_plain(text: &str, breaks: LineBreaks) -> bool {
    let plain = |byte: u8| {
        (0x20..0x7f).contains(&byte) || (byte == b'\n' && breaks == LineBreaks::Preserved)
    };
    text.bytes().all(plain)
}

/// What is shown for a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DisplayForm {
    Unchanged,
    Symbol(char),
    Spaces,
    Omitted,
}

fn display_form(c: char, breaks: LineBreaks) -> DisplayForm {
    match c {
        '\n' if breaks == LineBreaks::Preserved => DisplayForm::Unchanged,
        '\t' => DisplayForm::Spaces,
        // Other line and paragraph breaks.
        '\u{2028}' | '\u{2029}' => DisplayForm::Symbol('\u{2424}'),
        // Invisible characters can hide text. The joiners of emoji and some scripts are kept.
        '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => DisplayForm::Omitted,
        _ => control_symbol(c).map_or(DisplayForm::Unchanged, DisplayForm::Symbol),
    }
}

/// Cleans text that arrives in pieces; the result is that of the whole text.
#[derive(Debug, Clone)]
pub struct Cleaner {
    breaks: LineBreaks,
    /// Columns since the start of the line, for tabs.
    column: usize,
    marks: usize,
    joined: usize,
    joins_next: bool,
    after_return: bool,
}

impl Cleaner {
    /// A cleaner at the start of a text.
    #[must_use]
    pub const fn new(breaks: LineBreaks) -> Self {
        Self { breaks, column: 0, marks: 0, joined: 0, joins_next: false, after_return: false }
    }

    /// Appends the cleaned form of the next piece.
    pub fn push(&mut self, piece: &str, out: &mut String) {
        for c in piece.chars() {
            let after_return = std::mem::take(&mut self.after_return);
            match display_form(c, self.breaks) {
                DisplayForm::Omitted => {}
                DisplayForm::Spaces => {
                    let stop = TAB_COLUMNS.saturating_sub(self.column % TAB_COLUMNS);
                    out.extend(std::iter::repeat_n(' ', stop));
                    self.column = self.column.saturating_add(stop);
                    self.reset_cluster();
                }
                DisplayForm::Symbol(shown) => {
                    self.after_return = c == '\r';
                    self.push_char(shown, out);
                    self.reset_cluster();
                }
                DisplayForm::Unchanged if c == '\n' => {
                    // A carriage return before a line feed belongs to the line break.
                    if after_return {
                        out.pop();
                    }
                    out.push(c);
                    self.column = 0;
                    self.reset_cluster();
                }
                DisplayForm::Unchanged => self.push_joining(c, out),
            }
        }
    }

    fn reset_cluster(&mut self) {
        (self.marks, self.joined, self.joins_next) = (0, 0, false);
    }

    fn push_char(&mut self, c: char, out: &mut String) {
        out.push(c);
        self.column = self.column.saturating_add(c.width().unwrap_or(0));
    }

    /// Appends a character that may join the one before; long clusters are broken up.
    fn push_joining(&mut self, c: char, out: &mut String) {
        if c.is_ascii() {
            self.reset_cluster();
            self.push_char(c, out);
            return;
        }
        let mark = is_mark(c);
        self.marks = if mark { self.marks.saturating_add(1) } else { 0 };
        if self.marks > MAX_MARKS {
            return;
        }
        let extends = mark || is_extending(c);
        self.joined = if extends || self.joins_next { self.joined.saturating_add(1) } else { 1 };
        if self.joined > MAX_JOINED {
            self.push_char('\u{fffd}', out);
            self.joined = 1;
        }
        self.joins_next = joins_next(c) || (self.joins_next && extends);
        self.push_char(c, out);
    }
}

/// The bytes of the original text for a range of the cleaned text.
#[must_use]
pub fn raw_range(raw: &str, of: Range<usize>) -> Range<usize> {
    let mut cleaner = Cleaner::new(LineBreaks::Preserved);
    let mut out = String::with_capacity(raw.len());
    let (mut start, mut end) = (raw.len(), raw.len());
    for (at, c) in raw.char_indices() {
        if out.len() >= of.end {
            end = at;
            break;
        }
        if c == '\r' && raw.get(at..).is_some_and(|rest| rest.starts_with("\r\n")) {
            continue;
        }
        if out.len() <= of.start {
            start = at;
        }
        cleaner.push(c.encode_utf8(&mut [0; 4]), &mut out);
    }
    start.min(end)..end
}

/// Whether a character combines with the one before it.
fn is_mark(c: char) -> bool {
    // No combining mark is below this one.
    c >= '\u{300}'
        && (matches!(c, '\u{fe00}'..='\u{fe0f}')
            || matches!(
                c.general_category(),
                GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
            ))
}

/// Whether a character extends the grapheme before it in another way.
fn is_extending(c: char) -> bool {
    matches!(
        c,
        // Joiners, half-width sound marks, skin tones, Hangul jamo.
        '\u{200c}' | '\u{200d}' | '\u{ff9e}' | '\u{ff9f}' | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}'
    ) || (c >= '\u{900}' && c.general_category() == GeneralCategory::SpacingMark)
}

/// Whether the next character joins this one: joiners, viramas of Indic scripts, prefixed number
/// signs.
const fn joins_next(c: char) -> bool {
    matches!(
        c,
        '\u{200d}' | '\u{94d}' | '\u{9cd}' | '\u{acd}' | '\u{b4d}' | '\u{c4d}' | '\u{d4d}'
            | '\u{1039}' | '\u{17d2}' | '\u{1a60}' | '\u{1b44}' | '\u{1bab}' | '\u{a9c0}'
            | '\u{aaf6}' | '\u{10a3f}' | '\u{11133}' | '\u{600}'..='\u{605}' | '\u{6dd}'
            | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{d4e}' | '\u{110bd}'
            | '\u{110cd}' | '\u{111c2}' | '\u{111c3}' | '\u{1193f}' | '\u{11941}'
            | '\u{11a84}'..='\u{11a89}' | '\u{11d46}' | '\u{11f02}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn escape_sequences_become_visible_and_lose_their_power() {
        assert_eq!(line("a\x1b[2Jb"), "a␛[2Jb");
        assert_eq!(line("\u{9b}31m"), "\u{fffd}31m");
        assert_eq!(line("x\x07\x7f\0"), "x␇␡␀");
        assert_eq!(line("a\nb\r"), "a␊b␍");
        assert_eq!(text("a\r\nb\n"), "a\nb\n");
        assert_eq!(text("a\tb\n\tc\n-\td"), "a   b\n    c\n-   d");
    }

    #[test]
    fn text_cannot_be_turned_around_or_hidden() {
        assert_eq!(line("\u{202e}txt.exe"), "\u{fffd}txt.exe");
        assert_eq!(line("pay\u{200b}pal\u{feff}\u{e0041}"), "paypal");
    }

    #[test]
    fn marks_do_not_pile_up_and_real_writing_stays() {
        let zalgo = format!("a{}b", "\u{301}".repeat(1_000_000));
        assert_eq!(line(&zalgo).chars().count(), 2 + MAX_MARKS);
        for good in ["é", "e\u{301}", "👩‍👩‍👧", "✔️", "🇯🇵", "नमस्ते", "שָׁלוֹם", "می‌خواهم", "東京"]
        {
            assert!(matches!(line(good), Cow::Borrowed(_)), "{good}");
        }
    }

    #[test]
    fn a_position_in_the_cleaned_text_leads_back_to_the_text() {
        let raw = "a\u{200b}b\tc\r\nd";
        assert_eq!(&*text(raw), "ab  c\nd");
        let of = |range| &raw[raw_range(raw, range)];
        assert_eq!(of(0..2), "a\u{200b}b");
        assert_eq!(of(4..5), "c");
        assert_eq!(of(6..7), "d");
        assert_eq!(of(0..7), raw);
    }

    #[test]
    fn no_cell_is_filled_without_end_by_what_joins() {
        for piece in
            ["👩\u{200d}", "\u{fe0f}", "क\u{94d}", "\u{1100}", "\u{600}", "\u{200d}", "\u{1f3fb}"]
        {
            let shown = line(&piece.repeat(10_000)).into_owned();
            let longest = shown.graphemes(true).map(str::len).max().unwrap_or(0);
            assert!(longest <= 80, "{piece:?}: {longest}");
        }
    }

    proptest! {
        #[test]
        fn pieces_are_cleaned_like_the_whole(
            pieces in prop::collection::vec("[ -~\\t\\r\\n\u{301}\u{200d}👩é\u{202e}]{0,5}", 0..12)
        ) {
            let mut cleaner = Cleaner::new(LineBreaks::Preserved);
            let mut out = String::new();
            for piece in &pieces {
                cleaner.push(piece, &mut out);
            }
            let whole = pieces.concat();
            prop_assert_eq!(out.as_str(), &*text(&whole));
        }

        #[test]
        fn nothing_that_acts_on_a_terminal_is_left(wild in any::<String>()) {
            for shown in [line(&wild), text(&wild)] {
                prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'));
                let turned = shown.chars().any(|c| {
                    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                });
                prop_assert!(!turned);
            }
            prop_assert!(!line(&wild).contains('\n'));
            let once = line(&wild).into_owned();
            prop_assert_eq!(line(&once), once.as_str());
        }
    }
}
