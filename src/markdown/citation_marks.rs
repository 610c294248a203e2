//! Marks that only OpenAI's own pages can show (`cite`, `turn0search0` between U+E200 and U+E201), and
//! which models let slip into their answers.
//! Must not change what is stored; what an answer cites stands in its details.
//!
//! Nothing documents the marks; this is what answers and ChatGPT's exports have, as of 2026-11.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::options::options;

/// Begins and ends a mark, and stands between its fields.
const OPENING: char = '\u{e200}';
const CLOSING: char = '\u{e201}';
const SEPARATOR: char = '\u{e202}';
/// The signs that stand alone: those above and those around what is cited.
const SIGNS: std::ops::RangeInclusive<char> = OPENING..='\u{e206}';
/// A longer mark is none.
const MAX_MARK_BYTES: usize = 4096;
/// A mark in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CitationMark {
    /// Its bytes.
    range: Range<usize>,
    /// What it shows, where it stands for words of the sentence.
    shown: String,
}

/// Returns a text without its marks.
#[must_use]
pub fn without_citation_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0_usize;
    for mark in citation_marks(text) {
        out.push_str(text.get(done..mark.range.start).unwrap_or_default());
        out.push_str(&mark.shown);
        done = mark.range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Returns what is read in place of the marks of a Markdown text, in their order. Code stays.
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
        let goes_on = between.is_some_and(|between| between.trim_matches(' ').is_empty());
        match changes.last_mut() {
            Some((last, before)) if goes_on && before.is_empty() && shown.is_empty() => {
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

/// The bytes of code in a text, in their order.
fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, options()).into_offset_iter();
    let code = events
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)));
    code.map(|(_, range)| range).collect()
}

/// Returns the marks of a text, in their order.
fn citation_marks(text: &str) -> Vec<CitationMark> {
    let mut marks = bare_marks(text);
    let mut at = 0_usize;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(|c| SIGNS.contains(&c))) {
        let start = at.saturating_add(start);
        let (length, shown) = parse_mark(text.get(start..).unwrap_or_default());
        at = start.saturating_add(length);
        marks.push(CitationMark { range: start..at, shown });
    }
    // A sign alone is a mark only where there are whole ones: elsewhere it may be a picture of a font.
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

/// The length of the mark that a text begins with, and what it shows; of the sign alone where the
/// mark does not end.
fn parse_mark(text: &str) -> (usize, String) {
    let alone = text.chars().next().map_or(0, char::len_utf8);
    let Some(inner) = text.strip_prefix(OPENING) else {
        return (alone, String::new());
    };
    match inner.find([CLOSING, OPENING, '\n']).unwrap_or(inner.len()) {
        end if end > MAX_MARK_BYTES => (alone, String::new()),
        end if inner.get(end..).is_some_and(|rest| rest.starts_with(CLOSING)) => {
            let length = alone.saturating_add(end).saturating_add(CLOSING.len_utf8());
            (length, mark_text(inner.get(..end).unwrap_or_default()))
        }
        // The text ends with the beginning of one: an answer that is still being written.
        end if end == inner.len() && inner.starts_with(|c: char| c.is_ascii_lowercase()) => {
            (text.len(), String::new())
        }
        _ => (alone, String::new()),
    }
}

/// The words that a mark stands for: the name of a thing, or the text of a link.
fn mark_text(mark: &str) -> String {
    let mut fields = mark.split(SEPARATOR);
    match (fields.next(), fields.next()) {
        (Some("entity"), Some(names)) => {
            // The kind of the thing, its name, and more about it.
            let names: Vec<String> = serde_json::from_str(names).unwrap_or_default();
            names.into_iter().nth(1).unwrap_or_default()
        }
        (Some("url" | "link_title"), Some(title)) => title.to_owned(),
        _ => String::new(),
    }
}

/// The marks that lost their signs, as `citeturn0search0turn1news2`.
fn bare_marks(text: &str) -> Vec<CitationMark> {
    let mark = |(start, word): (usize, &str)| {
        let sources = start.saturating_add(word.len());
        let mut end = sources;
        while let Some(length) = text.get(end..).and_then(source_length) {
            end = end.saturating_add(length);
        }
        let of_file = text.get(..start).is_some_and(|before| before.ends_with("file"));
        let start = if of_file { start.saturating_sub("file".len()) } else { start };
        (end > sources).then(|| CitationMark { range: start..end, shown: String::new() })
    };
    text.match_indices("cite").filter_map(mark).collect()
}

/// The length of the name of a source that a text begins with: `turn0search0`.
fn source_length(text: &str) -> Option<usize> {
    let behind = |at: usize, of: fn(&u8) -> bool| {
        let length = text.bytes().skip(at).take_while(of).count();
        (length > 0).then(|| at.saturating_add(length))
    };
    let turn = text.starts_with("turn").then_some("turn".len())?;
    let kind = behind(turn, u8::is_ascii_digit)?;
    let number = behind(kind, u8::is_ascii_lowercase)?;
    behind(number, u8::is_ascii_digit)
}

/// Returns a mark's bytes with the spaces that stand there only for it: before it where the sentence
/// ends, behind it where a line begins, all of a line that has nothing else. Brackets that hold
/// nothing but marks go with them.
fn widen_over_spaces(text: &str, mark: &Range<usize>) -> Range<usize> {
    let before = text.get(..mark.start).unwrap_or_default();
    let after = text.get(mark.end..).unwrap_or_default();
    if before.ends_with('(') && after.starts_with(')') {
        return widen_over_spaces(
            text,
            &(mark.start.saturating_sub(1)..mark.end.saturating_add(1)),
        );
    }
    let rest = before.trim_end_matches([' ', '\t', '>', '-', '*', '+']);
    let line = before.get(rest.len()..).unwrap_or_default();
    let begins_line = rest.is_empty() || rest.ends_with('\n');
    let spaces_behind = after.len().saturating_sub(after.trim_start_matches([' ', '\t']).len());
    let behind = after.get(spaces_behind..).unwrap_or_default();
    let ends_line = behind.is_empty() || behind.starts_with(['\n', '\r']);
    if begins_line && ends_line && line.trim().is_empty() {
        let line_end = usize::from(behind.starts_with('\n'));
        let start = mark.start.saturating_sub(line.len());
        return start..mark.end.saturating_add(spaces_behind).saturating_add(line_end);
    }
    if begins_line {
        return mark.start..mark.end.saturating_add(spaces_behind);
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

    /// What is seen of a text, code in backticks.
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
    fn marks_disappear_with_the_space_that_was_theirs() {
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
    fn a_mark_that_is_being_written_is_not_seen() {
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
