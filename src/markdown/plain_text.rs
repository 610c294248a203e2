//! A text as it reads without the marks of Markdown, on one line, and where in the source each part is.

use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use crate::chat::Role;
use crate::chat::casefold::CaseFoldedText;
use crate::markdown::event_reader::read_events;
use crate::markdown::needle::Words;
use crate::markdown::text_context::TextContext;

/// The text of a message without its marks.
#[derive(Debug, Clone, Default)]
pub struct PlainText {
    text: String,
    /// In the order of the text; between them are the spaces that blocks leave.
    pieces: Vec<PlainPiece>,
}

/// A part of the text, and the bytes of the source it comes from. Where the two differ, as for an entity,
/// the part stands for all of them.
#[derive(Debug, Clone)]
struct PlainPiece {
    shown: Range<usize>,
    source: Range<usize>,
    is_verbatim: bool,
}

impl PlainText {
    /// Reads a text.
    #[must_use]
    pub fn of(source: &str) -> Self {
        let mut plain = Self::default();
        read_events(source, TextContext::default(), |event, range, pieces| match event {
            Event::Text(text) => {
                for piece in pieces {
                    let shown = text.get(piece.shown.clone()).unwrap_or_default();
                    plain.push(shown, source, piece.source.clone());
                }
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                // A line break in it is read as a space.
                let written = source.get(range.clone()).unwrap_or_default().replace('\n', " ");
                let code = written.find(&text.replace('\n', " ")).map_or(range.clone(), |at| {
                    let start = range.start.saturating_add(at);
                    start..start.saturating_add(text.len())
                });
                plain.push(&text, source, code);
            }
            Event::InlineHtml(text) | Event::Html(text) => plain.push(&text, source, range),
            Event::SoftBreak | Event::HardBreak | Event::Rule => plain.space(),
            Event::Start(start) if !is_inline(start.to_end()) => plain.space(),
            Event::End(end) if !is_inline(end) => plain.space(),
            _ => {}
        });
        plain
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a part of the source stands in the text; `None` for what is not shown, such as the address
    /// of a link.
    #[must_use]
    pub fn shown_range(&self, source: &Range<usize>) -> Option<Range<usize>> {
        map_range(&self.pieces, source, |piece| (&piece.source, &piece.shown))
    }

    /// What a part of the text is in the source, with the marks inside of it.
    #[must_use]
    pub fn source_range(&self, shown: &Range<usize>) -> Option<Range<usize>> {
        let first = self.pieces.partition_point(|piece| piece.shown.end <= shown.start);
        let near = self.pieces.get(first..).unwrap_or_default();
        let many = near.partition_point(|piece| piece.shown.start < shown.end);
        map_range(near.get(..many)?, shown, |piece| (&piece.shown, &piece.source))
    }

    /// Where a folded needle occurs, as ranges of the source.
    pub fn find_matches(&self, needle: &str) -> impl Iterator<Item = Range<usize>> {
        let folded = CaseFoldedText::new(&self.text);
        let found: Vec<_> = folded.find_matches(needle, &self.text).collect();
        found.into_iter().filter_map(|range| self.source_range(&range))
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// Adds a text that comes from a range of the whole.
    fn push(&mut self, text: &str, whole: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        let written = whole.get(source.clone()).unwrap_or_default();
        let is_verbatim = written == text || written.replace('\n', " ") == text;
        self.pieces.push(PlainPiece { shown: start..self.text.len(), source, is_verbatim });
    }
}

/// How a text is shown, and so how it is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
    /// Without the marks of Markdown, as an answer.
    Markdown,
    /// As it was written, as a question.
    Verbatim,
}

impl From<&Role> for TextFormat {
    fn from(author: &Role) -> Self {
        match author {
            Role::Assistant => Self::Markdown,
            Role::User | Role::Other(_) => Self::Verbatim,
        }
    }
}

/// Where a query occurs in a text, as it is written, and in Markdown also as it reads. Most texts are ruled
/// out before they are parsed.
#[must_use]
pub fn find_matches(text: &str, format: TextFormat, words: &Words) -> Vec<Range<usize>> {
    if words.query().is_empty() || !words.may_occur_in(text) {
        return Vec::new();
    }
    let written = CaseFoldedText::new(text).find_matches(words.query(), text).collect();
    match format {
        TextFormat::Verbatim => written,
        TextFormat::Markdown => add_as_read(written, text, words.query()),
    }
}

fn add_as_read(mut found: Vec<Range<usize>>, text: &str, needle: &str) -> Vec<Range<usize>> {
    let plain = PlainText::of(text);
    // What is found as it is written is exact; as it reads, it may be a whole formula.
    let is_new = |range: &Range<usize>| {
        let at = found.partition_point(|written| written.end <= range.start);
        found.get(at).is_none_or(|written| range.end <= written.start)
    };
    let as_read: Vec<Range<usize>> = plain.find_matches(needle).filter(is_new).collect();
    found.extend(as_read);
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, before| next.start < before.end);
    found
}

/// The smallest range on the other side that has all of a range; `None` where no piece touches it.
fn map_range(
    pieces: &[PlainPiece],
    wanted: &Range<usize>,
    sides: impl Fn(&PlainPiece) -> (&Range<usize>, &Range<usize>),
) -> Option<Range<usize>> {
    let mut mapped: Option<Range<usize>> = None;
    for piece in pieces {
        let (from, to) = sides(piece);
        let overlap = from.start.max(wanted.start)..from.end.min(wanted.end);
        if overlap.is_empty() {
            continue;
        }
        let place = |byte: usize| to.start.saturating_add(byte.saturating_sub(from.start));
        let part =
            if piece.is_verbatim { place(overlap.start)..place(overlap.end) } else { to.clone() };
        mapped = Some(match mapped {
            Some(before) => before.start.min(part.start)..before.end.max(part.end),
            None => part,
        });
    }
    mapped
}

const fn is_inline(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::casefold::casefold;

    fn found<'a>(text: &'a str, needle: &str) -> Vec<&'a str> {
        find_matches(text, TextFormat::Markdown, &Words::of(&casefold(needle)))
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn what_is_read_is_found_and_so_is_what_is_written() {
        let text = "some **bold** words, `code` and 2 * 3";
        assert_eq!(found(text, "some bold words"), ["some **bold** words"]);
        assert_eq!(
            (found(text, "bold"), found(text, "**bold**")),
            (vec!["bold"], vec!["**bold**"])
        );
        assert_eq!(found(text, "2 * 3"), ["2 * 3"]);
        let code = "in `one two\nthree two` and $x\n+ y$";
        assert_eq!(found(code, "two three"), ["two\nthree"]);
        assert_eq!(found(code, "two"), ["two", "two"]);
        assert_eq!(found("> `one\n> two three`", "three"), ["three"]);
        assert_eq!(found("> `one\n> two three`", "two three"), ["two three"]);
        assert!(found(text, "2 3").is_empty());
        assert_eq!(found("a`b`c", "abc"), ["a`b`c"]);
        let link = "see [the book](https://a.example/b) first";
        assert_eq!(found(link, "the book first"), ["the book](https://a.example/b) first"]);
        assert_eq!(found(link, "example/b"), ["example/b"]);
        assert_eq!(found("- one\n- ~~two~~\n\n> three", "one two three").len(), 1);
        assert_eq!(found("| a | b |\n|---|---|\n| c | d |", "b c d").len(), 1);
        assert_eq!(found("これは**重要**です", "これは重要です").len(), 1);
        assert_eq!(found("x &amp; y", "x & y"), ["x &amp; y"]);
        assert_eq!(found("a_b \\*c\\*", "a_b *c*"), ["a_b \\*c\\*"]);
        assert!(found("- one\n  > two\n- three\n  # four", "onetwo").is_empty());
    }

    /// What messages are made of, with words that marks and hidden parts may divide.
    fn markdown_text() -> impl Strategy<Value = String> {
        let parts = [
            "foo",
            "bar",
            "s",
            "K",
            "x1",
            "名",
            "前",
            "é",
            "ß",
            " ",
            " ",
            "\n",
            "\n\n",
            "**",
            "*",
            "_",
            "__",
            "~~",
            "`",
            "```\n",
            "\\",
            "[",
            "]",
            "](u)",
            "](u \"t\")",
            "][r]",
            "![",
            "[^1]",
            "\n\n[r]: v\n\n",
            "$",
            "$$",
            "\\(",
            "\\)",
            "&amp;",
            "&#97;",
            "&auml;",
            "&",
            ";",
            "<b>",
            "</b>",
            "<br>",
            "<",
            "<https://x.example>",
            "|",
            "\n| a | b |\n|---|---|\n",
            "\n- ",
            "\n  > ",
            "\n# ",
            "-",
            "=",
            "____________________",
            "\u{e200}cite\u{e202}turn0search0\u{e201}",
            "\u{e200}entity\u{e202}[\"city\",\"Bar\",\"a town\"]\u{e202}turn0search0\u{e201}",
            "\u{e200}url\u{e202}s1\u{e202}turn0search0\u{e201}",
            "\u{301}",
            "/",
            "\"",
            ".",
            "citeturn0search0",
            "[\\^1]",
            "&szlig;",
            "&fjlig;",
            "&gt;",
            "&#x2f;",
            "ﬁ",
            "豈",
            "\u{f900}",
            "->",
            "\u{1f}",
        ];
        proptest::collection::vec(proptest::sample::select(parts.to_vec()), 1..16)
            .prop_map(|parts| parts.concat())
    }

    /// A text with some of its characters as JSON may write them.
    fn with_codes(text: &str, is_code: impl Fn(char) -> bool) -> String {
        let mut coded = String::new();
        for c in text.chars() {
            if is_code(c) {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    coded.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                coded.push(c);
            }
        }
        coded
    }

    proptest! {
        #[test]
        fn ranges_of_the_source_are_texts(text in "[a-c*`_\\[\\]()&;~ \n|é#-]{0,40}", needle in "[a-c é]{1,3}") {
            for range in find_matches(&text, TextFormat::Markdown, &Words::of(&casefold(&needle))) {
                prop_assert!(text.get(range).is_some());
            }
        }

        #[test]
        fn a_text_in_which_the_parser_finds_the_needle_is_not_ruled_out_before(
            text in markdown_text(),
            reads in any::<bool>(),
            from in 0_usize..30,
            length in 1_usize..9,
        ) {
            let plain = PlainText::of(&text);
            let source = if reads { plain.text() } else { &text };
            let needle: String = source.chars().skip(from).take(length).collect();
            let needle = casefold(&needle);
            let written = CaseFoldedText::new(&text).find_matches(&needle, &text).collect();
            if !add_as_read(written, &text, &needle).is_empty() {
                let words = Words::of(&needle);
                prop_assert!(words.may_occur_in(&text), "{needle:?}");
                let raw = serde_json::to_string(&text).unwrap();
                prop_assert!(words.may_occur_in(&raw), "{needle:?} in JSON");
                let codes = with_codes(&text, |_| true);
                prop_assert!(words.may_occur_in(&codes), "{needle:?} in codes");
                let ascii = with_codes(&raw, |c| !c.is_ascii() || "<>&'".contains(c));
                prop_assert!(words.may_occur_in(&ascii), "{needle:?} in ASCII");
            }
        }
    }
}
