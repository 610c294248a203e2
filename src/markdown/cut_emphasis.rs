//! Emphasis that a text was cut in: it ends where the text does.
//! Must not touch a text that was not cut, where an asterisk may be one.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::cjk_emphasis::{is_cjk, is_punctuation};
use super::options::options;
use crate::markdown::text_edits::TextEdits;

/// Returns what is read at the end of a text that was cut: what closes emphasis that is open there,
/// nothing in place of signs that open none any more. `parsed` is what the parser reads so far.
pub(super) fn closing_edits(
    source: &str,
    parsed: &str,
    edits: &TextEdits,
) -> Vec<(Range<usize>, String)> {
    let end = source.trim_end().len();
    let behind = source.get(end..).unwrap_or_default();
    // Behind an empty line the paragraph had its end, and behind a backslash nothing closes.
    if behind.matches('\n').count() > 1 || source.get(..end).is_some_and(|it| it.ends_with('\\')) {
        return Vec::new();
    }
    let mut runs = literal_runs(source, parsed, edits);
    let last = runs.pop_if(|run| run.range.end == end);
    runs.retain(|run| run.is_opening(source));
    let mut signs: String = runs.iter().rev().map(DelimiterRun::signs).collect();
    let Some(last) = last else {
        return if signs.is_empty() { Vec::new() } else { vec![(end..end, signs)] };
    };
    // The text ends with signs: with some of those that close, or with those that would have opened.
    let closes = signs.starts_with(&last.signs()) && !last.is_word_start(source);
    if closes {
        signs.drain(..last.range.len());
        return vec![(end..end, signs)];
    }
    let mut changes = Vec::new();
    let text_end = source.get(..last.range.start).unwrap_or_default().trim_end().len();
    if !signs.is_empty() {
        changes.push((text_end..text_end, signs));
    }
    if last.range.len() > 1 {
        changes.push((last.range, String::new()));
    }
    changes
}

/// A run of signs that the parser took for text.
#[derive(Debug)]
struct DelimiterRun {
    sign: char,
    range: Range<usize>,
}

impl DelimiterRun {
    fn signs(&self) -> String {
        String::from(self.sign).repeat(self.range.len())
    }

    fn before(&self, source: &str) -> Option<char> {
        source.get(..self.range.start).and_then(|before| before.chars().next_back())
    }

    /// Whether it stands where a word begins.
    fn is_word_start(&self, source: &str) -> bool {
        self.before(source).is_none_or(char::is_whitespace)
    }

    /// Whether it opens emphasis, of a whole word at least: `2**3` is arithmetic.
    fn is_opening(&self, source: &str) -> bool {
        let after = source.get(self.range.end..).and_then(|rest| rest.chars().next());
        let known = match self.sign {
            '~' => self.range.len() == 2,
            _ => self.range.len() <= 3,
        };
        let beside = |c: char| c.is_whitespace() || is_punctuation(c) || is_cjk(c);
        known && self.before(source).is_none_or(beside) && after.is_some_and(|c| !c.is_whitespace())
    }
}

/// The runs of signs that are text in the last block, up to code that is open.
fn literal_runs(source: &str, parsed: &str, edits: &TextEdits) -> Vec<DelimiterRun> {
    let mut runs: Vec<DelimiterRun> = Vec::new();
    let mut is_code = false;
    for (event, range) in Parser::new_ext(parsed, options()).into_offset_iter() {
        match event {
            Event::Text(text) if !is_code => {
                is_code = text.contains('`');
                let range = edits.source_range(range);
                if let Some(run) = run_at_end(source, &text, &range).filter(|_| !is_code) {
                    let goes_on = |last: &&mut DelimiterRun| {
                        last.sign == run.sign && last.range.end == run.range.start
                    };
                    match runs.last_mut().filter(goes_on) {
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

/// The run of signs that a text ends with; none where a backslash stands before it.
fn run_at_end(source: &str, text: &str, range: &Range<usize>) -> Option<DelimiterRun> {
    let sign = text.chars().next_back().filter(|sign| matches!(sign, '*' | '~'))?;
    let length = text.len().saturating_sub(text.trim_end_matches(sign).len());
    let range = range.end.checked_sub(length)?..range.end;
    let is_escaped = source.get(..range.start)?.ends_with('\\');
    (!is_escaped).then_some(DelimiterRun { sign, range })
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
    fn a_text_that_was_cut_in_emphasis_shows_no_bare_signs() {
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
    fn signs_that_emphasise_nothing_stay() {
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
