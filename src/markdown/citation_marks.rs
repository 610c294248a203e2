//! Hides citation marks (`cite`, `turn0search0` between U+E200 and U+E201), which only OpenAI's own
//! pages can show and which models sometimes write in their answers. The stored text keeps them.
//!
//! The marks are undocumented; these forms were seen in answers and ChatGPT exports as of 2026-11.

use std::ops::Range;

use memchr::{memchr, memmem};
use pulldown_cmark::{Event, Parser, Tag};

use super::options::options;
use super::text_edits::TextEdits;

/// Begins a mark, ends it, and separates its fields.
const OPENING: char = '\u{e200}';
const CLOSING: char = '\u{e201}';
pub(super) const SEPARATOR: char = '\u{e202}';
/// All control characters of marks: those above and those around cited text.
const CONTROLS: std::ops::RangeInclusive<char> = OPENING..='\u{e206}';
/// Longer text between the controls is not a mark.
const MAX_MARK_BYTES: usize = 4096;

/// A mark in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CitationMark {
    range: Range<usize>,
    /// The words of the sentence that it stands for; mostly empty.
    shown: String,
}

/// Returns a text without its marks, those in code included.
#[must_use]
pub fn without_citation_marks(text: &str) -> String {
    let marks = citation_marks(text).into_iter().map(|mark| (mark.range, mark.shown));
    TextEdits::apply(text, marks).0
}

/// Returns the replacements of the marks in a Markdown text, in order. Marks in code stay.
pub(super) fn mark_replacements(text: &str) -> Vec<(Range<usize>, String)> {
    let marks = citation_marks(text);
    if marks.is_empty() {
        return Vec::new();
    }
    let code = code_ranges(text);
    let is_in_code = |mark: &CitationMark| {
        let next = code.partition_point(|code| code.end <= mark.range.start);
        code.get(next).is_some_and(|code| code.start < mark.range.end)
    };
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for CitationMark { range, shown } in marks.into_iter().filter(|mark| !is_in_code(mark)) {
        let between = changes.last().and_then(|(last, _)| text.get(last.end..range.start));
        let is_adjacent = between.is_some_and(|between| between.trim_matches(' ').is_empty());
        match changes.last_mut() {
            Some((last, before)) if is_adjacent && before.is_empty() && shown.is_empty() => {
                last.end = range.end;
            }
            _ => changes.push((range, shown)),
        }
    }
    for (range, _) in changes.iter_mut().filter(|(_, shown)| shown.is_empty()) {
        *range = widen_over_spaces(text, range);
    }
    changes
}

/// Returns the ranges of code in a text, in order.
fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, options()).into_offset_iter();
    let code = events
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)));
    code.map(|(_, range)| range).collect()
}

/// Returns the marks of a text, in order and without overlaps.
fn citation_marks(text: &str) -> Vec<CitationMark> {
    let mut marks = bare_marks(text);
    // The first byte of every control: almost no text has it.
    if marks.is_empty() && memchr(0xee, text.as_bytes()).is_none() {
        return marks;
    }
    let mut at = 0_usize;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(|c| CONTROLS.contains(&c))) {
        let start = at.saturating_add(start);
        let (length, shown) = parse_mark(text.get(start..).unwrap_or_default());
        at = start.saturating_add(length);
        marks.push(CitationMark { range: start..at, shown });
    }
    // A lone control is a mark only beside whole ones: elsewhere it may be an icon of a font.
    if marks.iter().all(|mark| mark.range.len() <= OPENING.len_utf8()) {
        return Vec::new();
    }
    marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
    let mut end = 0_usize;
    marks.retain(|mark| {
        mark.range.start >= end && {
            end = mark.range.end;
            true
        }
    });
    marks
}

/// Returns the length of the mark at the start of a text, and what it shows; an unclosed mark has the
/// length of its control character alone.
fn parse_mark(text: &str) -> (usize, String) {
    let control_length = text.chars().next().map_or(0, char::len_utf8);
    let Some(inner) = text.strip_prefix(OPENING) else {
        return (control_length, String::new());
    };
    match inner.find([CLOSING, OPENING, '\n']).unwrap_or(inner.len()) {
        end if end > MAX_MARK_BYTES => (control_length, String::new()),
        end if inner.get(end..).is_some_and(|rest| rest.starts_with(CLOSING)) => {
            let length = control_length.saturating_add(end).saturating_add(CLOSING.len_utf8());
            (length, mark_text(inner.get(..end).unwrap_or_default()))
        }
        // A mark begins at the end of an answer that is still being written.
        end if end == inner.len() && inner.starts_with(|c: char| c.is_ascii_lowercase()) => {
            (text.len(), String::new())
        }
        _ => (control_length, String::new()),
    }
}

/// Returns the words that a mark stands for: the name of an entity, or the text of a link.
fn mark_text(mark: &str) -> String {
    let mut fields = mark.split(SEPARATOR);
    match (fields.next(), fields.next()) {
        (Some("entity"), Some(names)) => {
            // The kind of the entity, its name, and a note about it.
            let names: Vec<String> = serde_json::from_str(names).unwrap_or_default();
            names.into_iter().nth(1).unwrap_or_default()
        }
        (Some("url" | "link_title"), Some(title)) => title.to_owned(),
        _ => String::new(),
    }
}

/// Returns the marks that lost their controls, such as `citeturn0search0turn1news2`.
fn bare_marks(text: &str) -> Vec<CitationMark> {
    let mark = |start: usize| {
        let sources = start.saturating_add("cite".len());
        let mut end = sources;
        while let Some(length) = text.get(end..).and_then(source_length) {
            end = end.saturating_add(length);
        }
        let of_file = text.get(..start).is_some_and(|before| before.ends_with("file"));
        let start = if of_file { start.saturating_sub("file".len()) } else { start };
        (end > sources).then(|| CitationMark { range: start..end, shown: String::new() })
    };
    memmem::find_iter(text.as_bytes(), "cite").filter_map(mark).collect()
}

/// Returns the length of the source name at the start of a text: `turn0search0`.
fn source_length(text: &str) -> Option<usize> {
    let end_of_run = |start: usize, is_member: fn(&u8) -> bool| {
        let length = text.bytes().skip(start).take_while(is_member).count();
        (length > 0).then(|| start.saturating_add(length))
    };
    let turn = text.starts_with("turn").then_some("turn".len())?;
    let kind = end_of_run(turn, u8::is_ascii_digit)?;
    let number = end_of_run(kind, u8::is_ascii_lowercase)?;
    end_of_run(number, u8::is_ascii_digit)
}

/// Widens a mark's range over the spaces that separate it: before it where the sentence ends, after
/// it where a line begins, the whole line if it has nothing else. Brackets around marks alone go too.
fn widen_over_spaces(text: &str, mark: &Range<usize>) -> Range<usize> {
    let before = text.get(..mark.start).unwrap_or_default();
    let after = text.get(mark.end..).unwrap_or_default();
    if before.ends_with('(') && after.starts_with(')') {
        return widen_over_spaces(
            text,
            &(mark.start.saturating_sub(1)..mark.end.saturating_add(1)),
        );
    }
    let text_before = before.trim_end_matches([' ', '\t', '>', '-', '*', '+']);
    let line = before.get(text_before.len()..).unwrap_or_default();
    let begins_line = text_before.is_empty() || text_before.ends_with('\n');
    let trailing_spaces = after.len().saturating_sub(after.trim_start_matches([' ', '\t']).len());
    let rest_of_line = after.get(trailing_spaces..).unwrap_or_default();
    let ends_line = rest_of_line.is_empty() || rest_of_line.starts_with(['\n', '\r']);
    if begins_line && ends_line && line.trim().is_empty() {
        let line_end = usize::from(rest_of_line.starts_with('\n'));
        let start = mark.start.saturating_sub(line.len());
        return start..mark.end.saturating_add(trailing_spaces).saturating_add(line_end);
    }
    if begins_line {
        return mark.start..mark.end.saturating_add(trailing_spaces);
    }
    let ends_word =
        |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')');
    let start = before.trim_end_matches(' ').len();
    if ends_line || after.starts_with(ends_word) { start..mark.end } else { mark.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::{Event, TextContext, read_events};
    use super::*;

    /// The visible text, code in backticks.
    fn shown(text: &str) -> String {
        let mut out = String::new();
        read_events(text, TextContext::default(), |event, _, pieces| match event {
            Event::Text(shown) => {
                out.push_str(&shown);
                for piece in pieces.iter().filter(|piece| piece.verbatim) {
                    assert_eq!(text[piece.source.clone()], shown[piece.shown.clone()]);
                }
            }
            Event::Code(code) => out.push_str(&format!("`{code}`")),
            Event::SoftBreak => out.push('\n'),
            Event::Start(Tag::Paragraph | Tag::Item) => out.push('¶'),
            Event::Start(Tag::Strong) => out.push('<'),
            _ => {}
        });
        out
    }

    const MARK: &str = "\u{e200}cite\u{e202}turn0search0\u{e202}turn1news12\u{e201}";

    #[test]
    fn marks_are_hidden_with_the_space_around_them() {
        for (text, wanted) in [
            ("It rained. MARK Then not.", "¶It rained. Then not."),
            ("It rained MARK.\nThen MARK MARK", "¶It rained.\nThen"),
            ("It rained.MARK", "¶It rained."),
            ("**It rained.**MARK So", "¶<It rained. So"),
            ("a\nMARK\nb\n\nMARK\n\nc", "¶a\nb¶c"),
            ("- MARK one\n- two MARK", "¶one¶two"),
            ("see https://a.example/x MARK", "¶see https://a.example/x"),
            ("It rained citeturn0search0turn1news2, filecite", "¶It rained, filecite"),
            ("It rained (fileciteturn0file1).", "¶It rained."),
            ("\u{e203}It rained\u{e204} MARK", "¶It rained"),
        ] {
            assert_eq!(shown(&text.replace("MARK", MARK)), wanted, "{text}");
        }
    }

    #[test]
    fn a_mark_that_stands_for_words_shows_them() {
        let text = "In \u{e200}entity\u{e202}[\"city\",\"Par_is_\",\"capital\"]\u{e201}, \u{e200}url\u{e202}this page\u{e202}turn0search1\u{e201} says.";
        assert_eq!(shown(text), "¶In Par_is_, this page says.");
        assert_eq!(without_citation_marks(text), "In Par_is_, this page says.");
    }

    #[test]
    fn an_unfinished_mark_is_hidden() {
        let text = format!("It rained. {MARK}");
        for end in text.char_indices().map(|(at, _)| at).skip("It rained. \u{e200}c".len()) {
            assert_eq!(shown(&text[..end]), "¶It rained.", "{end}");
        }
    }

    #[test]
    fn code_and_ordinary_text_keep_every_character() {
        for text in [
            format!("`{MARK}` and\n"),
            "a cite, cites, excited, citeturn, site turn0search0".to_owned(),
            "icons \u{e200} \u{e204} \u{e20a}".to_owned(),
            "\u{e200} begins\nand never ends".to_owned(),
        ] {
            assert_eq!(shown(&text), format!("¶{}", text.trim()), "{text}");
        }
        let code = format!("```\n{MARK}\n```\n{MARK}\n");
        assert_eq!(super::super::code_blocks(&code), [MARK]);
    }
}
