//! Closes emphasis that is open at the end of a truncated text.
//! Must not change a complete text, because an asterisk there may be a literal one.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::cjk_emphasis::{is_cjk, is_punctuation};
use super::options::options;
use crate::markdown::text_edits::TextEdits;

/// Returns the edits at the end of a truncated text: delimiters that close open emphasis are added,
/// trailing ones that can open none are removed. `parsed` is the parser's input so far.
pub(super) fn closing_edits(
    source: &str,
    parsed: &str,
    edits: &TextEdits,
) -> Vec<(Range<usize>, String)> {
    let end = source.trim_end().len();
    let trailing_space = source.get(end..).unwrap_or_default();
    // An empty line has ended the paragraph, and a backslash would escape a closing delimiter.
    if trailing_space.matches('\n').count() > 1
        || source.get(..end).is_some_and(|text| text.ends_with('\\'))
    {
        return Vec::new();
    }
    let mut runs = literal_runs(source, parsed, edits);
    let last = runs.pop_if(|run| run.range.end == end);
    runs.retain(|run| run.is_opening(source));
    let mut closing: String = runs.iter().rev().map(DelimiterRun::delimiters).collect();
    let Some(last) = last else {
        return if closing.is_empty() { Vec::new() } else { vec![(end..end, closing)] };
    };
    // The text ends with delimiters: some of those that close, or those that would have opened.
    if closing.starts_with(&last.delimiters()) && !last.is_word_start(source) {
        closing.drain(..last.range.len());
        return vec![(end..end, closing)];
    }
    let mut changes = Vec::new();
    let text_end = source.get(..last.range.start).unwrap_or_default().trim_end().len();
    if !closing.is_empty() {
        changes.push((text_end..text_end, closing));
    }
    if last.range.len() > 1 {
        changes.push((last.range, String::new()));
    }
    changes
}

/// A run of delimiters (`*` or `~`) that the parser treated as text.
#[derive(Debug)]
struct DelimiterRun {
    delimiter: char,
    range: Range<usize>,
}

impl DelimiterRun {
    fn delimiters(&self) -> String {
        String::from(self.delimiter).repeat(self.range.len())
    }

    fn before(&self, source: &str) -> Option<char> {
        source.get(..self.range.start).and_then(|before| before.chars().next_back())
    }

    /// Returns whether it begins a word.
    fn is_word_start(&self, source: &str) -> bool {
        self.before(source).is_none_or(char::is_whitespace)
    }

    /// Returns whether it can open emphasis of whole words: `2**3` is arithmetic.
    fn is_opening(&self, source: &str) -> bool {
        let after = source.get(self.range.end..).and_then(|rest| rest.chars().next());
        let has_valid_length = match self.delimiter {
            '~' => self.range.len() == 2,
            _ => self.range.len() <= 3,
        };
        let separates_words = |c: char| c.is_whitespace() || is_punctuation(c) || is_cjk(c);
        has_valid_length
            && self.before(source).is_none_or(separates_words)
            && after.is_some_and(|c| !c.is_whitespace())
    }
}

/// Returns the delimiter runs that are text in the last block, up to an unclosed code span.
fn literal_runs(source: &str, parsed: &str, edits: &TextEdits) -> Vec<DelimiterRun> {
    let mut runs: Vec<DelimiterRun> = Vec::new();
    let mut is_code = false;
    for (event, range) in Parser::new_ext(parsed, options()).into_offset_iter() {
        match event {
            Event::Text(text) if !is_code => {
                is_code = text.contains('`');
                let range = edits.source_range(range);
                if let Some(run) = run_at_end(source, &text, &range).filter(|_| !is_code) {
                    let is_same_run = |last: &&mut DelimiterRun| {
                        last.delimiter == run.delimiter && last.range.end == run.range.start
                    };
                    match runs.last_mut().filter(is_same_run) {
                        Some(last) => last.range.end = run.range.end,
                        None => runs.push(run),
                    }
                }
            }
            Event::Start(
                Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. },
            ) => {}
            Event::Start(_) | Event::Rule => {
                runs.clear();
                is_code = false;
            }
            _ => {}
        }
    }
    runs
}

/// Returns the delimiter run at the end of a text, unless a backslash escapes it.
fn run_at_end(source: &str, text: &str, range: &Range<usize>) -> Option<DelimiterRun> {
    let delimiter = text.chars().next_back().filter(|last| matches!(last, '*' | '~'))?;
    let length = text.len().saturating_sub(text.trim_end_matches(delimiter).len());
    let range = range.end.checked_sub(length)?..range.end;
    let is_escaped = source.get(..range.start)?.ends_with('\\');
    (!is_escaped).then_some(DelimiterRun { delimiter, range })
}

#[cfg(test)]
mod tests {
    use super::super::{TagEnd, TextContext, TextEnd, read_events};
    use super::*;

    /// A text with what is emphasised in brackets: `<strong>`, `/emphasis/`, `~struck~`.
    fn shown(text: &str, end: TextEnd) -> String {
        let mut out = String::new();
        read_events(text, TextContext { end, ..TextContext::default() }, |event, range, _| {
            match event {
                Event::Start(Tag::Strong) => out.push('<'),
                Event::End(TagEnd::Strong) => out.push('>'),
                Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => out.push('/'),
                Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => {
                    out.push('~');
                }
                Event::Text(shown) => {
                    out.push_str(&shown);
                    assert!(range.end <= text.len());
                }
                Event::Code(code) => out.push_str(&format!("`{code}`")),
                Event::SoftBreak => out.push(' '),
                _ => assert!(range.end <= text.len()),
            }
        });
        out
    }

    #[test]
    fn emphasis_closes_at_the_end_of_a_truncated_text() {
        for (text, wanted) in [
            ("This is **importa", "This is <importa>"),
            ("This is **important*", "This is <important>"),
            ("This is **", "This is"),
            ("so *one* **", "so /one/"),
            ("This is**", "This is"),
            ("This is ***both", "This is /<both>/"),
            ("**one** and **tw", "<one> and <tw>"),
            ("a **b *c", "a <b /c/>"),
            ("a **b *c*", "a <b /c/>"),
            ("a **b **\n", "a <b>"),
            ("so ~~not th", "so ~not th~"),
            ("so ~~not~", "so ~not~"),
            ("これは**「重要", "これは<「重要>"),
            ("- one\n- **two: x", "one<two: x>"),
            ("> | a |\n> |---|\n> | **b", "a<b>"),
            ("## **Title", "<Title>"),
            ("**see `code` and\nmore", "<see `code` and more>"),
        ] {
            assert_eq!(shown(text, TextEnd::Cut), wanted, "{text}");
        }
    }

    #[test]
    fn delimiters_that_emphasise_nothing_stay() {
        for text in
            ["2**3 is", "2 ** 3", "a * b", "`**kw", "use `**", "a *", "\\*\\*no", "**one\n\n"]
        {
            let plain = shown(text, TextEnd::Open);
            assert_eq!(shown(text, TextEnd::Cut), plain, "{text}");
        }
        assert_eq!(shown("**one\n\ntwo", TextEnd::Cut), "**onetwo");
        assert_eq!(shown("**one\n\n```\ncode", TextEnd::Cut), "**onecode");
        assert_eq!(shown("This is **importa", TextEnd::Open), "This is **importa");
    }
}
