//! Code blocks: label, highlighted lines, and fences at the top level, which are read line by line
//! so that a long block costs no more than a short one while it grows.

use std::ops::Range;

use crate::markdown::{CodeBlockKind, Fence, Highlighter, TextPiece, info_language};
use crate::settings::Theme;
use crate::view::source_map::TextSource;
use crate::view::wrap::{Indent, StyledRun, wrap_anywhere};

use super::highlight::{HighlightCache, highlight_line};
use super::part::PartOffset;
use super::text_sources::map_pieces;
use crate::view::markdown::rendered_lines::{LineOrigin, RenderedLines};

const INDENT: &str = "  ";

/// The label above a block. Its number is painted at the right edge.
#[must_use]
pub(crate) fn label(language: &str, theme: &Theme) -> StyledRun {
    let name = if language.is_empty() { "code" } else { language };
    StyledRun::new(format!("{INDENT}{name}"), theme.code_label)
}

/// How lines are highlighted.
#[derive(Debug)]
pub(crate) enum CodeStyler<'a> {
    /// Each line once, in order.
    Streaming(&'a mut Highlighter),
    /// With the lines of earlier layouts reused.
    Cached(&'a mut HighlightCache),
}

impl CodeStyler<'_> {
    fn line(&mut self, line: &str, theme: &Theme) -> Vec<StyledRun> {
        match self {
            Self::Streaming(highlighter) => highlight_line(highlighter, line, theme),
            Self::Cached(cache) => cache.line(line, theme),
        }
    }
}

/// Where and how code is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CodeArea<'a> {
    /// What precedes each line.
    pub(crate) prefix: &'a [StyledRun],
    pub(crate) columns: usize,
    pub(crate) theme: &'a Theme,
}

/// A line of code without its line break.
struct CodeLine<'a> {
    text: &'a str,
    source: TextSource,
    origin: LineOrigin,
}

/// Writes lines of code. Empty lines wait for another line, so that none are at the end.
#[derive(Debug, Clone, Default)]
pub(crate) struct CodeWriter {
    pending_empty_lines: Vec<LineOrigin>,
}

impl CodeWriter {
    fn line(
        &mut self,
        line: CodeLine<'_>,
        styler: &mut CodeStyler<'_>,
        area: CodeArea<'_>,
        rows: &mut RenderedLines,
    ) {
        if line.text.is_empty() {
            self.pending_empty_lines.push(line.origin);
            return;
        }
        for origin in std::mem::take(&mut self.pending_empty_lines) {
            write_line(&styler.line("", area.theme), &origin, area, rows);
        }
        let mut runs = styler.line(line.text, area.theme);
        let mut at = 0_usize;
        for run in &mut runs {
            run.source = line.source.from(at);
            at = at.saturating_add(run.text.len());
        }
        write_line(&runs, &line.origin, area, rows);
    }
}

fn write_line(
    runs: &[StyledRun],
    origin: &LineOrigin,
    area: CodeArea<'_>,
    rows: &mut RenderedLines,
) {
    let mut prefix = area.prefix.to_vec();
    prefix.push(StyledRun::new(INDENT, area.theme.code_block));
    let indent = Indent { first: prefix.clone(), rest: prefix };
    rows.extend(wrap_anywhere(runs, &indent, area.columns), origin);
}

/// How a block of code is marked in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeKind {
    /// By fences around it.
    Fenced,
    /// By four columns before each line.
    Indented,
}

/// A code block being read.
#[derive(Debug)]
pub(crate) struct CodeBlock {
    /// The language it names, or an empty string.
    pub(crate) language: String,
    /// Its range in what is parsed.
    pub(crate) range: Range<usize>,
    pub(crate) kind: CodeKind,
    text: String,
    /// Where its text comes from.
    pieces: Vec<TextPiece>,
}

impl CodeBlock {
    #[must_use]
    pub(crate) fn new(kind: &CodeBlockKind<'_>, range: Range<usize>) -> Self {
        let (kind, language) = match kind {
            CodeBlockKind::Fenced(info) => (CodeKind::Fenced, info_language(info).to_owned()),
            CodeBlockKind::Indented => (CodeKind::Indented, String::new()),
        };
        Self { language, range, kind, text: String::new(), pieces: Vec::new() }
    }

    pub(crate) fn add(&mut self, text: &str, pieces: &[TextPiece]) {
        let before = self.text.len();
        let moved = |piece: &TextPiece| {
            let [start, end] =
                [piece.shown.start, piece.shown.end].map(|at| at.saturating_add(before));
            TextPiece { shown: start..end, ..piece.clone() }
        };
        self.pieces.extend(pieces.iter().map(moved));
        self.text.push_str(text);
    }

    /// The line of the opening fence; empty where there is none.
    #[must_use]
    pub(crate) fn fence(&self, source: &str) -> Range<usize> {
        let block = source.get(self.range.clone()).unwrap_or_default();
        let first = block.split('\n').next();
        let line = first.filter(|_| self.kind == CodeKind::Fenced).unwrap_or_default();
        self.range.start..self.range.start.saturating_add(line.len())
    }

    pub(crate) fn write(
        &self,
        number: usize,
        cache: &mut HighlightCache,
        offset: PartOffset,
        area: CodeArea<'_>,
        rows: &mut RenderedLines,
    ) {
        let (mut styler, mut writer) = (CodeStyler::Cached(cache), CodeWriter::default());
        let mut at = 0_usize;
        for line in self.text.split_terminator('\n') {
            let end = at.saturating_add(line.len());
            // An empty line comes from its line break.
            let part = at..end.max(at.saturating_add(1));
            let source = map_pieces(&self.pieces, part, |at| offset.shift(at)).next();
            let source = source.map_or(TextSource::Generated, |(_, source)| source);
            let range = match &source {
                TextSource::Verbatim(start) => *start..start.saturating_add(line.len()),
                TextSource::Derived(range) => range.clone(),
                TextSource::Generated => offset.shift_range(&self.range),
            };
            let origin = LineOrigin { code_block: number, ..LineOrigin::of(range) };
            writer.line(CodeLine { text: line, source, origin }, &mut styler, area, rows);
            at = end.saturating_add(1);
        }
    }
}

/// An open fenced block at the top level.
#[derive(Debug, Clone)]
pub(crate) struct OpenFence {
    fence: Fence,
    number: usize,
    highlighter: Highlighter,
    writer: CodeWriter,
}

impl OpenFence {
    /// Opens the block that a line opens, and returns its language.
    #[must_use]
    pub(crate) fn open(line: &str, number: usize) -> Option<(Self, String)> {
        let (fence, info) = Fence::parse_opening(line)?;
        let language = info_language(info).to_owned();
        let highlighter = Highlighter::new(&language);
        Some((Self { fence, number, highlighter, writer: CodeWriter::default() }, language))
    }

    #[must_use]
    pub(crate) fn is_closed_by(&self, line: &str) -> bool {
        self.fence.is_closed_by(line)
    }

    /// Writes the line at a byte position.
    pub(crate) fn line(
        &mut self,
        line: &str,
        at: usize,
        columns: usize,
        theme: &Theme,
        rows: &mut RenderedLines,
    ) {
        let code = self.fence.code_in(line);
        let range = at..at.saturating_add(line.len());
        let origin = LineOrigin { code_block: self.number, ..LineOrigin::of(range) };
        let indent = line.len().saturating_sub(code.len());
        let source = TextSource::Verbatim(at.saturating_add(indent));
        let mut styler = CodeStyler::Streaming(&mut self.highlighter);
        let area = CodeArea { prefix: &[], columns, theme };
        self.writer.line(CodeLine { text: code, source, origin }, &mut styler, area, rows);
    }
}
