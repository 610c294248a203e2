//! Wraps styled text at words, between wide characters, else anywhere.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use textwrap::WordSeparator;
use unicode_segmentation::UnicodeSegmentation;

use super::width::width;
use crate::view::source_map::{self, MappedLine, SourceMapping, TextSource};

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyledRun {
    /// Text without control characters.
    pub(crate) text: String,
    pub(crate) style: Style,
    pub(crate) source: TextSource,
}

impl StyledRun {
    /// A run without a source.
    pub(crate) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, source: TextSource::Generated }
    }

    #[must_use]
    pub(crate) fn with_source(mut self, source: TextSource) -> Self {
        self.source = source;
        self
    }
}

/// The prefixes of wrapped lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Indent {
    pub(crate) first: Vec<StyledRun>,
    pub(crate) rest: Vec<StyledRun>,
}

#[must_use]
pub(crate) fn runs_width(runs: &[StyledRun]) -> usize {
    runs.iter().map(|run| width(&run.text)).sum()
}

/// Wraps text into lines of at most `columns`, prefixes included.
#[must_use]
pub(crate) fn wrap(runs: &[StyledRun], indent: &Indent, columns: usize) -> Vec<Line<'static>> {
    wrap_mapped(runs, indent, columns).into_iter().map(|marked| marked.line).collect()
}

/// Like [`wrap`], with the sources of each line.
#[must_use]
pub(crate) fn wrap_mapped(runs: &[StyledRun], indent: &Indent, columns: usize) -> Vec<MappedLine> {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    let mut writer = LineWriter::new(runs, indent, columns);
    let (mut start, mut end) = (0_usize, 0_usize);
    let mut path_end = 0_usize;
    for word in WordSeparator::UnicodeBreakProperties.find_words(&text) {
        let word_end = end.saturating_add(word.word.len());
        end = word_end.saturating_add(word.whitespace.len());
        if start >= path_end {
            let rest = text.get(start..).unwrap_or_default();
            path_end = start.saturating_add(path_len(rest, writer.room()));
        }
        if word_end < path_end && word.whitespace.is_empty() {
            continue;
        }
        let chunk = text.get(start..word_end).unwrap_or_default();
        // The slash of a command stays with its name: Unicode breaks after it, and not before.
        match chunk.strip_suffix('/').filter(|_| word.whitespace.is_empty()) {
            Some(before) if before.is_empty() || before.ends_with(' ') => {
                let plain = before.trim_end_matches(' ');
                if !before.is_empty() {
                    writer.word(plain, before.get(plain.len()..).unwrap_or_default());
                }
                start = start.saturating_add(before.len());
            }
            _ => {
                writer.word(chunk, word.whitespace);
                start = end;
            }
        }
    }
    if start < end {
        writer.word(text.get(start..end).unwrap_or_default(), "");
    }
    writer.finish()
}

/// The length of the path or address that a text begins with, where it has room in a line: Unicode breaks
/// it after every slash. 0 where there is none.
fn path_len(text: &str, room: usize) -> usize {
    let bytes = text.as_bytes();
    let start = bytes.get(..room.saturating_add(1).min(bytes.len())).unwrap_or_default();
    let len = start.iter().position(|byte| *byte == b' ').unwrap_or(start.len());
    let word = text.get(..len).unwrap_or_default();
    if len <= room && is_path(word) { len } else { 0 }
}

fn is_path(word: &str) -> bool {
    word.is_ascii() && word.contains('/')
}

/// Where a path or an address may be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathBreaks {
    /// After every slash, as Unicode breaks it.
    AfterSlashes,
    /// Nowhere: it stays whole where it has room.
    Nowhere,
}

/// The columns of the longest piece that [`wrap_mapped`] leaves whole where it has room for it.
#[must_use]
pub(crate) fn longest_word(runs: &[StyledRun], breaks: PathBreaks) -> usize {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    let longest_piece = |word: &str| {
        let pieces = WordSeparator::UnicodeBreakProperties.find_words(word);
        let longest = pieces.map(|piece| width(piece.word)).max().unwrap_or(0);
        // The slash before a name stays with it.
        longest.saturating_add(usize::from(word.starts_with('/')))
    };
    let longest = text.split(' ').map(|word| match breaks {
        PathBreaks::Nowhere if is_path(word) => width(word),
        _ => longest_piece(word),
    });
    longest.max().unwrap_or(0)
}

/// Wraps text at the width alone, for code.
#[must_use]
pub(crate) fn wrap_anywhere(
    runs: &[StyledRun],
    indent: &Indent,
    columns: usize,
) -> Vec<MappedLine> {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    let mut writer = LineWriter::new(runs, indent, columns);
    writer.split(&text);
    writer.finish()
}

/// Builds lines from words, with the style of each byte from the runs.
struct LineWriter<'a> {
    runs: &'a [StyledRun],
    run: usize,
    bytes_left_in_run: usize,
    indent: &'a Indent,
    columns: usize,
    lines: Vec<MappedLine>,
    line: Vec<Span<'static>>,
    marks: Vec<SourceMapping>,
    bytes: usize,
    used: usize,
    text_start: usize,
    pending_space: String,
    pending_skip: usize,
}

impl<'a> LineWriter<'a> {
    fn new(runs: &'a [StyledRun], indent: &'a Indent, columns: usize) -> Self {
        let left_in_run = runs.first().map_or(0, |run| run.text.len());
        let mut writer = Self {
            runs,
            run: 0,
            bytes_left_in_run: left_in_run,
            indent,
            columns: columns.max(1),
            lines: Vec::new(),
            line: Vec::new(),
            marks: Vec::new(),
            bytes: 0,
            used: 0,
            text_start: 0,
            pending_space: String::new(),
            pending_skip: 0,
        };
        writer.begin(&indent.first);
        writer
    }

    fn begin(&mut self, prefix: &[StyledRun]) {
        // A prefix that leaves no room for text is left out.
        let text_width = runs_width(prefix);
        self.line.clear();
        self.marks.clear();
        (self.used, self.bytes) = (0, 0);
        if text_width < self.columns {
            for run in prefix {
                self.mark(run.text.len(), run.source.clone());
                self.line.push(Span::styled(run.text.clone(), run.style));
            }
            self.used = text_width;
        }
        self.text_start = self.used;
    }

    /// The columns of a whole line of text.
    const fn room(&self) -> usize {
        self.columns.saturating_sub(self.text_start)
    }

    fn break_line(&mut self) {
        self.finish_line();
        let rest = self.indent.rest.clone();
        self.begin(&rest);
        // White space at a line break is not drawn.
        self.advance(self.pending_skip);
        self.pending_skip = 0;
        self.pending_space.clear();
    }

    fn word(&mut self, word: &str, whitespace: &str) {
        let text_width = width(word);
        let end = self.used.saturating_add(self.pending_space.len()).saturating_add(text_width);
        if end > self.columns && self.used > self.text_start {
            self.break_line();
        } else if end > self.columns {
            // Nor is white space before a word that does not fit beside it.
            self.advance(self.pending_skip);
            self.pending_skip = 0;
            self.pending_space.clear();
        }
        self.flush_space();
        if text_width > self.columns.saturating_sub(self.used) {
            self.split(word);
        } else {
            self.push(word);
            self.used = self.used.saturating_add(text_width);
        }
        whitespace.clone_into(&mut self.pending_space);
        self.pending_skip = whitespace.len();
    }

    /// Splits a word that is wider than a line, by graphemes.
    fn split(&mut self, word: &str) {
        // What fits is pushed as one piece.
        let mut from = 0_usize;
        for (at, grapheme) in word.grapheme_indices(true) {
            let text_width = width(grapheme);
            if self.used.saturating_add(text_width) > self.columns && self.used > self.text_start {
                self.push(word.get(from..at).unwrap_or_default());
                from = at;
                self.break_line();
            }
            if text_width <= self.columns {
                self.used = self.used.saturating_add(text_width);
            } else {
                self.push(word.get(from..at).unwrap_or_default());
                self.advance(grapheme.len());
                from = at.saturating_add(grapheme.len());
            }
        }
        self.push(word.get(from..).unwrap_or_default());
    }

    fn flush_space(&mut self) {
        let space = std::mem::take(&mut self.pending_space);
        self.pending_skip = 0;
        if !space.is_empty() {
            self.push(&space);
            self.used = self.used.saturating_add(space.len());
        }
    }

    /// Appends text in the styles of its bytes.
    fn push(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            self.skip_empty_runs();
            let Some(run) = self.runs.get(self.run) else {
                return;
            };
            let take = rest.len().min(self.bytes_left_in_run);
            let (now, later) = rest.split_at_checked(take).unwrap_or((rest, ""));
            let done = run.text.len().saturating_sub(self.bytes_left_in_run);
            self.mark(now.len(), run.source.from(done));
            let style = run.style;
            match self.line.last_mut().filter(|span| span.style == style) {
                Some(span) => span.content.to_mut().push_str(now),
                None => self.line.push(Span::styled(now.to_owned(), style)),
            }
            self.bytes_left_in_run = self.bytes_left_in_run.saturating_sub(now.len());
            rest = later;
        }
    }

    /// Records the source of the next bytes of the line.
    fn mark(&mut self, bytes: usize, source: TextSource) {
        let end = self.bytes.saturating_add(bytes);
        source_map::push_mapping(&mut self.marks, self.bytes..end, source);
        self.bytes = end;
    }

    fn advance(&mut self, bytes: usize) {
        let mut left = bytes;
        while left > 0 {
            self.skip_empty_runs();
            if self.run >= self.runs.len() {
                return;
            }
            let take = left.min(self.bytes_left_in_run);
            self.bytes_left_in_run = self.bytes_left_in_run.saturating_sub(take);
            left = left.saturating_sub(take);
        }
    }

    fn skip_empty_runs(&mut self) {
        while self.bytes_left_in_run == 0 && self.run < self.runs.len() {
            self.run = self.run.saturating_add(1);
            self.bytes_left_in_run = self.runs.get(self.run).map_or(0, |run| run.text.len());
        }
    }

    fn finish_line(&mut self) {
        let line = Line::from(std::mem::take(&mut self.line));
        self.lines.push(MappedLine { line, mappings: std::mem::take(&mut self.marks) });
    }

    fn finish(mut self) -> Vec<MappedLine> {
        self.finish_line();
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Color;

    fn plain(text: &str, columns: usize) -> Vec<String> {
        let runs = [StyledRun::new(text, Style::new())];
        wrap(&runs, &Indent::default(), columns).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn words_stay_whole_long_ones_and_wide_characters_break() {
        assert_eq!(plain("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(plain("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(plain("名前名前名", 4), ["名前", "名前", "名"]);
        assert_eq!(plain("", 4), [""]);
        assert_eq!(plain("   é", 2), ["é"]);
        assert_eq!(plain("👩‍👩‍👧👩‍👩‍👧", 2), ["👩‍👩‍👧", "👩‍👩‍👧"]);
    }

    #[test]
    fn the_slash_of_a_command_stays_with_its_name() {
        assert_eq!(plain("then /continue resumes", 12), ["then", "/continue", "resumes"]);
        assert_eq!(plain("a /", 2), ["a", "/"]);
        assert_eq!(plain("/home/ann/file", 8), ["/home/", "ann/file"]);
    }

    #[test]
    fn styles_follow_their_text_across_breaks_and_the_indent_hangs() {
        let red = Style::new().fg(Color::Red);
        let runs = [StyledRun::new("one ", Style::new()), StyledRun::new("two three", red)];
        let indent = Indent {
            first: vec![StyledRun::new("- ", Style::new())],
            rest: vec![StyledRun::new("  ", Style::new())],
        };
        let lines = wrap(&runs, &indent, 9);
        let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["- one two", "  three"]);
        assert_eq!(lines[1].spans.last().unwrap().style, red);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "[a-z名é👩‍👧 ]{0,60}", columns in 2_usize..20) {
            let lines = plain(&text, columns);
            for line in &lines {
                prop_assert!(width(line) <= columns, "{line:?}");
            }
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        }
    }
}
